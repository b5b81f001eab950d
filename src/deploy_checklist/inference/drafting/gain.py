"""What `init` would add to a checklist that has no rules file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from ...checklist.model import Checklist
from ...rules.model import InitGain
from ..paths import Exists
from ..surroundings import Runs
from ..understand import Understood, understood
from .draft import draft, is_below, sections_of_one_environment
from .known import Known


def init_gain(
    checklist: Checklist,
    found: Mapping[int, Understood],
    whole: frozenset[int],
    exists: Exists,
    runs: Runs | None,
) -> InitGain:
    """`found` is what is understood of the items where no section is for one environment; `whole`
    has the lines of the items of which nothing is left to a person today.
    """
    sections = sections_of_one_environment(checklist)
    is_in_its_environment = partial(is_below, sections)
    if sections:
        found = understood(checklist, exists, is_in_its_environment, runs)

    def understand(part: Checklist) -> Mapping[int, Understood]:
        return found if part is checklist else understood(part, exists, is_in_its_environment, runs)

    asked = draft(checklist, understand, Known())
    answers = {question.id: question.example for question in asked.questions}
    answered = draft(checklist, understand, Known(given=answers)) if answers else asked
    verified = {
        each.item.line
        for each in answered.items
        if each.found is not None and each.found.checks and each.found.remainder is None
    }
    return InitGain(
        open_questions=tuple(question.id for question in asked.questions),
        open_items=sum(each.asks is not None for each in asked.items),
        more_by_machine=len(verified - whole),
    )
