"""Which row of the tables of secrets an item is about."""

from __future__ import annotations

from itertools import pairwise

from .model import Item, SecretRow, fold


class SecretRows:
    """Finds an item's row by a variable's name, else by words in the same section."""

    def __init__(self, rows: tuple[SecretRow, ...]) -> None:
        self._by_name = {row.name: row for row in reversed(rows) if row.name}
        self._by_words = [(row, fold(row.words).split()) for row in rows if not row.name]

    def of(self, item: Item) -> SecretRow | None:
        """The item's row; None if it has none."""
        if not self._by_name and not self._by_words:
            return None
        named = next((self._by_name[name] for name in item.names if name in self._by_name), None)
        if named or item.names or not self._by_words:
            return named
        words = fold(item.text).split()
        for row, row_words in self._by_words:
            if row.section == item.section and _speaks_of(words, row_words):
                return row
        return None


def _speaks_of(words: list[str], row_words: list[str]) -> bool:
    """Whether an item mentions a row: two consecutive words begin with the row's first two.

    So "TLS certificates" mentions "TLS cert bundle".
    """
    if len(row_words) < 2:
        return bool(row_words) and row_words[0] in words
    first, second = row_words[:2]
    return any(a.startswith(first) and b.startswith(second) for a, b in pairwise(words))
