"""Closed sentence forms: the words of a clause, and the check that verifies all of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from msgspec import Struct

from ..tokenize import TokenizedText

# Words of a pattern in capitals stand for these; those in small letters for themselves.
_MARKS = {
    "NAMES": r"(?P<names>(?:⟨n\d+⟩)+)",
    "ASSIGNMENT": r"(?P<assignment>⟨a\d+⟩)",
    "COMMAND": r"(?P<command>⟨c\d+⟩)",
    "PATHS": r"(?P<paths>⟨p\d+⟩(?:(?:, | and |, and | or |, or )⟨p\d+⟩)*)",
    "VALUE": r"(?P<value>⟨[vu]\d+⟩)",
    "ENSURE": r"(?:(?:please )?(?:verify|ensure|check|confirm|make sure)(?: that)? )?",
    "BE": r"(?:(?:is|are|has been|have been|was|were) )?",
}
_MARK = re.compile("|".join(_MARKS))


class ProposedCheck(Struct, frozen=True):
    """One thing that a clause asks and a check can look at, as rules-file data."""

    rule: Mapping[str, object]
    description: str  # what is looked at
    variable: str | None = None
    words: str = ""  # the words of the item that ask for it
    only_named: bool = False  # they name the file, and do not say that it is there

    def as_rule(self) -> dict[str, object]:
        """The rule, with the variable that it judges."""
        return {"env": self.variable, **self.rule} if self.variable else dict(self.rule)


Build = Callable[[TokenizedText, re.Match[str]], list[ProposedCheck]]


@dataclass(frozen=True)
class SentencePattern:
    """A closed sentence form, an example of it, and the checks that a sentence of it asks for."""

    says: str
    example: str
    build: Build = field(repr=False)

    @cached_property
    def regex(self) -> re.Pattern[str]:
        return re.compile(_MARK.sub(lambda found: _MARKS[found[0]], self.says))
