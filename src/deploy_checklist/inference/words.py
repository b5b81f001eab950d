"""Finds the words of a table of phrases or vetoes in a text."""

from __future__ import annotations

import re
from functools import cached_property

_ANYWHERE = ("any", "ja", "ko", "zh")  # between these, and within them, there are no spaces
_GOES_ON = re.compile(r"\n *\|")
_OF_OTHER_SCRIPTS = frozenset(("ja", "ko", "ru", "uk", "zh"))


def rows_of(table: str) -> dict[str, str]:
    """Regular expressions by their names: `name: expression`, which goes on in lines with `|`."""
    rows = (row.strip().partition(": ") for row in _GOES_ON.sub("|", table).strip().splitlines())
    return {name: expression for name, _, expression in rows}


class Words:
    """Finds the words of a table, whose rows are languages, in texts in lower case.

    Compiled when first used, and without the other scripts until a text has one: all tables
    together took 30 ms.
    """

    def __init__(self, table: str, pattern: str = "{}") -> None:
        self._table = table
        self._pattern = pattern

    def within(self, pattern: str) -> Words:
        """The same words as a part of a regular expression, in the place of its `{}`."""
        return Words(self._table, pattern)

    @cached_property
    def latin(self) -> re.Pattern[str]:
        """For texts in the Latin script."""
        return self._compiled(_OF_OTHER_SCRIPTS)

    @cached_property
    def every(self) -> re.Pattern[str]:
        """For texts in any script."""
        return self._compiled(frozenset())

    def _compiled(self, left_out: frozenset[str]) -> re.Pattern[str]:
        spaced, others = list[str](), list[str]()
        for language, words in rows_of(self._table).items():
            if language not in left_out:
                (others if language in _ANYWHERE else spaced).append(words)
        found = "|".join([rf"\b(?:{'|'.join(spaced)})(?!\w)", *others])
        return re.compile(self._pattern.replace("{}", f"(?:{found})"))

    def pattern(self, text: str) -> re.Pattern[str]:
        """The expression that finds the words in this text."""
        return self.latin if text.isascii() or _is_latin(text) else self.every

    def found_in(self, text: str) -> bool:
        """Whether the text has one of the words."""
        return self.pattern(text).search(text) is not None

    def begin(self, text: str) -> bool:
        """Whether the text begins with one of the words."""
        return self.pattern(text).match(text) is not None


def _is_latin(text: str) -> bool:
    """Whether no sign is of another script than the Latin, whose last is at 1E00."""
    return not any("\u0370" <= sign < "\u1e00" or "\u3040" <= sign < "\ud800" for sign in text)
