"""What `init` would bring to a checklist that has no rules file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from msgspec import Struct

from ...checklist.model import Checklist
from ..paths import Exists
from ..surroundings import Runs
from ..understand import Understood, understood
from .draft import draft, is_below, sections_of_one_environment
from .known import Known
from .questions import OpenQuestion


class InitGain(Struct, frozen=True, kw_only=True):
    """The questions that `init` would ask, and what a file with every answer verifies."""

    questions: tuple[OpenQuestion, ...]
    waiting: tuple[int, ...]  # lines of the items that wait for an answer
    verified: frozenset[int]  # lines of the items of which nothing is left to a person


def init_gain(
    checklist: Checklist, found: Mapping[int, Understood], exists: Exists, runs: Runs | None
) -> InitGain:
    """`found` is what is understood of the items where no section is for one environment."""
    sections = sections_of_one_environment(checklist)
    is_in_its_environment = partial(is_below, sections)
    if sections:
        found = understood(checklist, exists, is_in_its_environment, runs)

    def understand(part: Checklist) -> Mapping[int, Understood]:
        return found if part is checklist else understood(part, exists, is_in_its_environment, runs)

    asked = draft(checklist, understand, Known())
    answers = {question.id: question.example for question in asked.questions}
    answered = draft(checklist, understand, Known(given=answers)) if answers else asked
    return InitGain(
        questions=asked.questions,
        waiting=tuple(each.item.line for each in asked.items if each.asks is not None),
        verified=frozenset(
            each.item.line
            for each in answered.items
            if each.found is not None and each.found.checks and each.found.remainder is None
        ),
    )
