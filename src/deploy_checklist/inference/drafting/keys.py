"""The key of an item's rule: it names this item and no other."""

from __future__ import annotations

import re

from ...checklist.model import Checklist, Item, fold
from ...rules.bind import ItemIndex
from ...rules.model import is_variable
from ...rules.yaml_writer import can_be_key

_PIN = re.compile(r"[\w.:/~-]{1,100}")
# A key does not end with one of these, nor with punctuation alone, which folds to nothing.
_SMALL = frozenset((
    "", "a", "an", "and", "are", "as", "at", "by", "for", "from", "in", "is", "of", "on", "or",
    "the", "to", "with",
))  # fmt: skip


class RuleKeys:
    """Keys of rules, each given out once."""

    def __init__(self, checklist: Checklist, *, pin: bool) -> None:
        self._index = ItemIndex(checklist.items)
        self._pin = pin
        self._taken: set[str] = set()
        self.pins: dict[int, str] = {}

    def names_only(self, variable: str, item: Item) -> bool:
        """Whether the variable is named by this item alone."""
        is_key = is_variable(variable) and can_be_key(variable)
        return is_key and self._index.names_only(variable, item)

    def of_words(self, item: Item) -> str | None:
        """The item's pin, or its first words; None if none of these names it alone."""
        may_pin = self._pin and item.pin is None and not item.names
        if may_pin and _PIN.fullmatch(item.id) and self._is_free(item.id):
            self.pins[item.line] = item.id
            self._taken.add(item.id)
            return item.id
        first_words = self._index.first_words(item)
        candidates = (
            item.pin or "",
            self._whole_phrase(item, first_words),
            first_words,
            item.text,
            item.id,
            fold(item.text),  # of a variable alone, whose name would imply that it is present
        )
        for key in candidates:
            if key and self._is_free(key) and self._index.names_only(key, item):
                self._taken.add(key)
                return key
        return None

    def _whole_phrase(self, item: Item, first_words: str) -> str:
        """The first words, and more up to one that can end a phrase."""
        words, count = item.text.split(), len(first_words.split())
        while count < len(words):
            opened = sum(word.count("(") - word.count(")") for word in words[:count])
            if opened <= 0 and fold(words[count - 1]) not in _SMALL:
                break
            count += 1
        return " ".join(words[:count]).rstrip(".,;:")

    def _is_free(self, key: str) -> bool:
        return can_be_key(key) and not is_variable(key) and key not in self._taken
