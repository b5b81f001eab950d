"""Why a rule has no item any more: it was renumbered, moved, reworded, split or deleted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property

from msgspec import Struct

from ..checklist.model import Checklist, Item, fold
from ..rules.bind import Ambiguous, Binding
from ..rules.faults import one_line, suggestion
from ..rules.model import is_variable
from ..rules.yaml_writer import written

_MOST = 50  # orphans that are looked into: each compares its words with every item's
_PIN = "a pin in the document (`<!-- rule: name -->`) outlives new words, places and languages"


class Diagnosis(Struct, frozen=True, kw_only=True):
    """What became of a rule's item. `items` are those that it seems to be now."""

    kind: str
    message: str
    hint: str | None
    items: tuple[Item, ...] = ()


class OrphanFinder:
    """Looks for the items of orphaned rules among those that no rule speaks of."""

    def __init__(self, checklist: Checklist, binding: Binding) -> None:
        self._names = binding.index
        self._free = [
            item
            for item in checklist.items
            if item.line not in binding.rules_of and not item.is_title
        ]
        self._all = checklist.items
        self._path = checklist.path
        self._diagnosed = 0

    def diagnosis(self, key: str) -> Diagnosis:
        """The kind of drift, what happened, and the fix."""
        self._diagnosed += 1
        if self._diagnosed > _MOST:
            return Diagnosis(kind="orphan", message=self._gone(key), hint=None)
        if is_variable(key):
            hint = (
                suggestion(key, self._variables) or f"remove the rule, or name it in {self._path}"
            )
            return Diagnosis(kind="orphan", message=self._gone(key), hint=hint)
        return (
            self._moved(key) or self._renumbered(key) or self._reworded(key) or self._deleted(key)
        )

    def _gone(self, key: str) -> str:
        return f"no item of {self._path} {'names' if is_variable(key) else 'begins with'} `{one_line(key)}`"

    def _deleted(self, key: str) -> Diagnosis:
        hint = f"remove the rule if the item was deleted; if it was translated: {_PIN}"
        return Diagnosis(kind="orphan", message=self._gone(key), hint=hint)

    def _moved(self, key: str) -> Diagnosis | None:
        """`<heading>/<name>`: the same words now stand under another heading."""
        words = key.rpartition("/")[2] if "/" in key else ""
        try:
            found = self._names.beginning(words)
        except Ambiguous:
            return None
        if not found:
            return None
        item = found[0]
        where = item.section[-1] if item.section else "no heading"
        return self._now(
            "moved", f"now stands under “{one_line(where)}”, line {item.line}", key, item
        )

    def _renumbered(self, key: str) -> Diagnosis | None:
        words = _unnumbered(fold(key).split())
        found = [
            item
            for item in self._free
            if words and _unnumbered(fold(item.text).split())[: len(words)] == words
        ]
        if len(found) != 1:
            return None
        item = found[0]
        return self._now(
            "renumbered", f"was renumbered: “{one_line(item.text)}”, line {item.line}", key, item
        )

    def _reworded(self, key: str) -> Diagnosis | None:
        asked = set(fold(key).split())
        if not asked:
            return None
        shared = Counter({index: len(asked & words) for index, words in enumerate(self._words)})
        best = [(self._free[index], count) for index, count in shared.most_common(3) if count]
        if not best or best[0][1] * 5 < len(asked) * 3:
            return self._split(key, asked, best)
        item = best[0][0]
        if best[0][1] * 4 < len(asked) * 3 and (split := self._split(key, asked, best)):
            return split
        return self._now(
            "reworded", f"seems reworded: “{one_line(item.text)}”, line {item.line}", key, item
        )

    def _now(self, kind: str, became: str, key: str, item: Item) -> Diagnosis:
        hint = f"write `{written(self._names.key_of(item), key=True)}` if it is the same; {_PIN}"
        return Diagnosis(
            kind=kind, message=f"the item of `{one_line(key)}` {became}", hint=hint, items=(item,)
        )

    def _split(
        self, key: str, asked: set[str], best: Sequence[tuple[Item, int]]
    ) -> Diagnosis | None:
        """Two items that stand together and between them have nearly all of the words."""
        if len(best) < 2 or len(asked) < 4:
            return None
        pair = sorted((best[0][0], best[1][0]), key=lambda item: item.line)
        both = [set(fold(item.text).split()) & asked for item in pair]
        if pair[0].section != pair[1].section or len(both[0] | both[1]) * 5 < len(asked) * 4:
            return None
        message = f"the item of `{one_line(key)}` seems split into lines {pair[0].line} and {pair[1].line}"
        first, second = (written(self._names.key_of(item), key=True) for item in pair)
        hint = f"give each its rule: `{first}` and `{second}`"
        return Diagnosis(kind="split", message=message, hint=hint, items=tuple(pair))

    @cached_property
    def _words(self) -> list[set[str]]:
        return [set(fold(item.text).split()) for item in self._free]

    @cached_property
    def _variables(self) -> list[str]:
        return list(dict.fromkeys(name for item in self._all for name in item.names))


def _unnumbered(words: list[str]) -> list[str]:
    """Without the numbers in front ("3.2 Migrate", "Step 4: migrate")."""
    start = (
        1
        if words[:1] in (["step"], ["schritt"], ["paso"]) and words[1:2] and words[1].isdigit()
        else 0
    )
    while start < len(words) and words[start].isdigit():
        start += 1
    return words[start:]
