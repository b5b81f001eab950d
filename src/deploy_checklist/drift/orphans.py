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
from ..rules.yaml_writer import to_yaml_key

_MOST = 50  # orphans that are diagnosed: each one's words are compared with every item's
_PIN = "a pin (`<!-- rule: name -->`) keeps working if the item is reworded, moved or translated"


class Diagnosis(Struct, frozen=True, kw_only=True):
    """What happened to a rule's item. `items` are the items that it seems to be now."""

    kind: str
    message: str
    hint: str | None
    items: tuple[Item, ...] = ()


class OrphanFinder:
    """Looks for the items of orphaned rules among the items without a rule."""

    def __init__(self, checklist: Checklist, binding: Binding) -> None:
        self._index = binding.index
        self._unbound = [
            item
            for item in checklist.items
            if item.line not in binding.rules_of and not item.is_title
        ]
        self._all = checklist.items
        self._path = checklist.path
        self._diagnosed = 0

    def diagnosis(self, key: str) -> Diagnosis:
        """What happened to the item of the rule with this key."""
        self._diagnosed += 1
        how = "names" if is_variable(key) else "begins with"
        message = f"no item in {self._path} {how} `{one_line(key)}`"
        if self._diagnosed > _MOST:
            return Diagnosis(kind="orphan", message=message, hint=None)
        if is_variable(key):
            hint = suggestion(key, self._variables)
            hint = hint or f"remove the rule, or name the variable in {self._path}"
            return Diagnosis(kind="orphan", message=message, hint=hint)
        found = self._moved(key) or self._renumbered(key) or self._reworded(key)
        hint = f"if the item was deleted, remove the rule; if it was translated, pin it: {_PIN}"
        return found or Diagnosis(kind="orphan", message=message, hint=hint)

    def _moved(self, key: str) -> Diagnosis | None:
        """For a key `<heading>/<words>`: the words are now under another heading."""
        words = key.rpartition("/")[2] if "/" in key else ""
        try:
            found = self._index.beginning(words)
        except Ambiguous:
            return None
        if not found:
            return None
        heading = found[0].section[-1] if found[0].section else "no heading"
        return self._now("moved", f"is now under “{one_line(heading)}”", key, found[0])

    def _renumbered(self, key: str) -> Diagnosis | None:
        words = _unnumbered(fold(key).split())
        if not words:
            return None
        found = [
            item
            for item in self._unbound
            if _unnumbered(fold(item.text).split())[: len(words)] == words
        ]
        if len(found) != 1:
            return None
        return self._now(
            "renumbered", f"was renumbered: “{one_line(found[0].text)}”", key, found[0]
        )

    def _reworded(self, key: str) -> Diagnosis | None:
        """The item that shares most words with the key, or the two items that it was split into."""
        in_key = set(fold(key).split())
        if not in_key:
            return None
        shared = Counter({index: len(in_key & words) for index, words in enumerate(self._words)})
        best = [(self._unbound[index], count) for index, count in shared.most_common(3) if count]
        share = best[0][1] / len(in_key) if best else 0.0
        if share < 0.75:
            split = self._split(key, in_key, best)
            if split is not None or share < 0.6:
                return split
        item = best[0][0]
        return self._now("reworded", f"seems to be reworded: “{one_line(item.text)}”", key, item)

    def _now(self, kind: str, became: str, key: str, item: Item) -> Diagnosis:
        message = f"the item of `{one_line(key)}` {became}, line {item.line}"
        hint = f"if it is the same item, write `{to_yaml_key(self._index.key_of(item))}`; {_PIN}"
        return Diagnosis(kind=kind, message=message, hint=hint, items=(item,))

    def _split(
        self, key: str, in_key: set[str], best: Sequence[tuple[Item, int]]
    ) -> Diagnosis | None:
        """Two items of one section that have nearly all of the words between them."""
        if len(best) < 2 or len(in_key) < 4:
            return None
        first, second = sorted((best[0][0], best[1][0]), key=lambda item: item.line)
        both = set(fold(f"{first.text} {second.text}").split()) & in_key
        if first.section != second.section or len(both) / len(in_key) < 0.8:
            return None
        message = f"the item of `{one_line(key)}` seems to be split into lines {first.line} and "
        keys = [to_yaml_key(self._index.key_of(item)) for item in (first, second)]
        return Diagnosis(
            kind="split",
            message=f"{message}{second.line}",
            hint=f"write a rule for each: `{keys[0]}` and `{keys[1]}`",
            items=(first, second),
        )

    @cached_property
    def _words(self) -> list[set[str]]:
        return [set(fold(item.text).split()) for item in self._unbound]

    @cached_property
    def _variables(self) -> list[str]:
        return list(dict.fromkeys(name for item in self._all for name in item.names))


def _unnumbered(words: list[str]) -> list[str]:
    """Without the numbers in front ("3.2 Migrate", "Step 4: migrate")."""
    start = 0
    if words[:1] in (["step"], ["schritt"], ["paso"]) and words[1:2] and words[1].isdigit():
        start = 1
    while start < len(words) and words[start].isdigit():
        start += 1
    return words[start:]
