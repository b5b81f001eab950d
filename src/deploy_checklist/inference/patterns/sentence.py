"""Closed sentence forms: what a clause says word for word, and the check that verifies all of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from msgspec import Struct

from ..tokenize import TokenizedText

# In a pattern these stand for marks; a small letter is a word as it is written.
_MARKS = {
    "NAMES": r"(?P<names>(?:⟨n\d+⟩)+)",
    "ASSIGNMENT": r"(?P<assignment>⟨a\d+⟩)",
    "COMMAND": r"(?P<command>⟨c\d+⟩)",
    "PATHS": r"(?P<paths>⟨p\d+⟩(?:(?:, | and |, and )⟨p\d+⟩)*)",
    "VALUE": r"(?P<value>⟨[vu]\d+⟩)",
    "ENSURE": r"(?:(?:please )?(?:verify|ensure|check|confirm|make sure)(?: that)? )?",
    "BE": r"(?:(?:is|are|has been|have been|was|were) )?",
}
_MARK = re.compile("|".join(_MARKS))


class ProposedCheck(Struct, frozen=True):
    """One thing that a clause asks and a check can look at, as rules-file data."""

    rule: Mapping[str, object]
    description: str  # what is looked at, in words
    variable: str | None = None
    said: str = ""  # the words that were used


Build = Callable[[TokenizedText, re.Match[str]], list[ProposedCheck]]


@dataclass(frozen=True)
class SentencePattern:
    """A closed sentence form, a sentence of it, and what it comes to."""

    says: str
    example: str
    build: Build = field(repr=False)

    @cached_property
    def regex(self) -> re.Pattern[str]:
        return re.compile(_MARK.sub(lambda found: _MARKS[found[0]], self.says))
