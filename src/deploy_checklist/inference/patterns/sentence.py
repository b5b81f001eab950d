"""Closed sentence forms: the words of a clause, and the check that verifies all of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from msgspec import Struct

from ..tokenize import TokenizedText


class ProposedCheck(Struct, frozen=True):
    """One thing that a clause asks and a check can look at, as rules-file data."""

    rule: Mapping[str, object]
    description: str  # what is looked at
    variable: str | None = None
    words: str = ""  # the words of the item that ask for it
    only_named: bool = False  # they name the file, and do not say that it is there
    maybe: bool = False  # whether they ask for it at all is a question
    # Of the rule that `init` writes. An inferred rule has none: they would also move or weaken what
    # a person is asked.
    settings: Mapping[str, str] = {}

    @property
    def is_positive(self) -> bool:
        """Whether something has to be there, or to be so, that a negation beside it would deny."""
        file = self.rule.get("file")
        is_absent = isinstance(file, Mapping) and file.get("exists") is False
        return not (is_absent or self.rule.keys() & {"absent", "git", "ci", "workflow"})

    @property
    def is_of_release(self) -> bool:
        """Whether it looks for the version, tag or release itself."""
        file = self.rule.get("file")
        is_entry = isinstance(file, Mapping) and "exists" not in file
        return is_entry or not self.rule.keys().isdisjoint({"data", "release"})

    @property
    def compares(self) -> bool:
        """Whether the variable has to be one of certain values."""
        return bool(self.rule.keys() & {"equals", "one_of"})

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
    mark: str = ""  # the beginning of one that every such sentence has
    only_if_run: bool = False  # closed only where a workflow of this repository runs the command
    only_in_lists: bool = False  # closed only where nothing above the item asks more
    only_of_files: bool = False  # and only where the heading speaks of files

    @cached_property
    def regex(self) -> re.Pattern[str]:
        return re.compile(self.says)
