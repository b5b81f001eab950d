"""What `init` knows besides the checklist: the answers so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from ...rules.open_questions import KINDS

DOMAIN, FACT, MEMBERS, CHOICES, STATUS = KINDS


def question_id(kind: str, subject: str) -> str:
    """The id of a question: its kind, and what it asks about."""
    return f"{kind}:{subject}"


class Known(Struct, frozen=True, kw_only=True):
    """The answers, and what a rules file declares already, each by its question's id."""

    given: Mapping[str, object] = {}  # as rules-file data
    declared: frozenset[str] = frozenset()
    environments: tuple[str, ...] = ()  # of the rules file; else those that the checklist names

    def has(self, kind: str, subjects: Iterable[str]) -> bool:
        """Whether nothing is left to ask about these subjects."""
        ids = (question_id(kind, subject) for subject in subjects)
        return all(each in self.given or each in self.declared for each in ids)
