"""What became of an item whose rule finds it no more: renumbered, moved, reworded, split, or gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property

from ..checklist.model import Checklist, Item, fold
from .bind import Ambiguous, Binding
from .faults import did_you_mean, one_line
from .model import is_variable

_MOST = 50  # orphans that are looked into: each compares its words with every item's
_PIN = "a pin in the document (`<!-- rule: name -->`) outlives new words, places and languages"

Told = tuple[str, str, str | None]  # kind, message, hint


class Lost:
    """Looks for the items of orphaned rules among those that no rule speaks of."""

    def __init__(self, checklist: Checklist, binding: Binding) -> None:
        self._names = binding.names
        self._free = [item for item in checklist.items if item.line not in binding.rules_of and not item.is_title]
        self._all = checklist.items
        self._path = checklist.path
        self._told = 0

    def told(self, key: str) -> Told:
        """The kind of drift, what happened, and the fix."""
        self._told += 1
        if self._told > _MOST:
            return "orphan", self._gone(key), None
        if is_variable(key):
            return (
                "orphan",
                self._gone(key),
                did_you_mean(key, self._variables) or f"remove the rule, or name it in {self._path}",
            )
        return self._moved(key) or self._renumbered(key) or self._reworded(key) or self._deleted(key)

    def _gone(self, key: str) -> str:
        return f"no item of {self._path} {'names' if is_variable(key) else 'begins with'} `{one_line(key)}`"

    def _deleted(self, key: str) -> Told:
        return "orphan", self._gone(key), f"remove the rule if the item was deleted; if it was translated: {_PIN}"

    def _moved(self, key: str) -> Told | None:
        """`<heading>/<name>`: the same words now stand under another heading."""
        words = key.rpartition("/")[2] if "/" in key else ""
        try:
            found = self._names.beginning(words)
        except Ambiguous:
            return None
        if not found:
            return None
        where = found[0].section[-1] if found[0].section else "no heading"
        hint = f"write `{_first_words(found[0])}`; {_PIN}"
        return (
            "moved",
            f"the item of `{one_line(key)}` now stands under “{one_line(where)}”, line {found[0].line}",
            hint,
        )

    def _renumbered(self, key: str) -> Told | None:
        words = _unnumbered(fold(key).split())
        found = [item for item in self._free if words and _unnumbered(fold(item.text).split())[: len(words)] == words]
        if len(found) != 1:
            return None
        message = f"the item of `{one_line(key)}` was renumbered: “{one_line(found[0].text)}”, line {found[0].line}"
        return "renumbered", message, f"write `{_first_words(found[0])}`; {_PIN}"

    def _reworded(self, key: str) -> Told | None:
        asked = set(fold(key).split())
        if not asked:
            return None
        shared = Counter({index: len(asked & words) for index, words in enumerate(self._words)})
        best = [(self._free[index], count) for index, count in shared.most_common(3) if count]
        if not best or best[0][1] * 2 < len(asked):
            return self._split(key, asked, best)
        item = best[0][0]
        if best[0][1] * 4 < len(asked) * 3 and (split := self._split(key, asked, best)):
            return split
        message = f"the item of `{one_line(key)}` seems reworded: “{one_line(item.text)}”, line {item.line}"
        return "reworded", message, f"write `{_first_words(item)}` if it is the same; {_PIN}"

    def _split(self, key: str, asked: set[str], best: Sequence[tuple[Item, int]]) -> Told | None:
        """Two items that stand together and between them have nearly all of the words."""
        if len(best) < 2 or len(asked) < 4:
            return None
        pair = sorted((best[0][0], best[1][0]), key=lambda item: item.line)
        both = [set(fold(item.text).split()) & asked for item in pair]
        if pair[0].section != pair[1].section or len(both[0] | both[1]) * 5 < len(asked) * 4:
            return None
        message = f"the item of `{one_line(key)}` seems split into lines {pair[0].line} and {pair[1].line}"
        return "split", message, f"give each its rule: `{_first_words(pair[0])}` and `{_first_words(pair[1])}`"

    @cached_property
    def _words(self) -> list[set[str]]:
        return [set(fold(item.text).split()) for item in self._free]

    @cached_property
    def _variables(self) -> list[str]:
        return list(dict.fromkeys(name for item in self._all for name in item.names))


def _unnumbered(words: list[str]) -> list[str]:
    """Without the numbers in front ("3.2 Migrate", "Step 4: migrate")."""
    start = 1 if words[:1] in (["step"], ["schritt"], ["paso"]) and words[1:2] and words[1].isdigit() else 0
    while start < len(words) and words[start].isdigit():
        start += 1
    return words[start:]


def _first_words(item: Item) -> str:
    return " ".join(fold(item.text).split()[:6])
