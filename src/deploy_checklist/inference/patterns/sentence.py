"""What a sentence asks for, as data of a rules file."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct


class ProposedCheck(Struct, frozen=True):
    """One thing that a clause requires and a check can verify, as rules-file data."""

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
        """Whether it requires something that a negation next to it would deny."""
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
