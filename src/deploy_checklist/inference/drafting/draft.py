"""A checklist's items as `init` would write them, and the questions that are left."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping

from msgspec import Struct
from msgspec.structs import replace

from ...checklist.model import Checklist, Item, Phase, Section, fold
from ..understand import Understood
from .fact_conditions import FactCondition, fact_condition
from .items import DraftedItem, Drafter
from .known import FACT, Known
from .questions import OpenQuestion, open_questions

_NAMES = ("staging", "production")  # the same words in most languages
_NAMED = re.compile(r"\b(?:staging|production)\b", re.IGNORECASE)

Understand = Callable[[Checklist], Mapping[int, Understood]]


class Draft(Struct, frozen=True, kw_only=True):
    """Everything that is written, before it is text."""

    items: tuple[DraftedItem, ...]
    environments: tuple[str, ...]  # that the document names
    conditions: Mapping[int, FactCondition]  # by the item's line
    questions: tuple[OpenQuestion, ...]  # that are open


def draft(checklist: Checklist, understand: Understand, known: Known) -> Draft:
    """The draft. `understand` tells what is understood of each item of a checklist, by line."""
    environments = known.environments or environments_of(checklist)
    conditions = {
        item.line: condition
        for item in checklist.items
        if is_asked(item) and (condition := fact_condition(item))
        if condition.fact not in environments
    }
    found = understand(checklist)
    decided = [each.item for each in conditions.values() if known.has(FACT, (each.fact,))]
    if_it_holds = understand(replace(checklist, items=tuple(decided))) if decided else {}
    drafter = Drafter(checklist, known, environments)
    items = tuple(
        drafter.drafted(
            item, found.get(item.line), conditions.get(item.line), if_it_holds.get(item.line)
        )
        for item in checklist.items
        if is_asked(item)
    )
    return Draft(
        items=items,
        environments=environments,
        conditions=conditions,
        questions=open_questions(checklist, items, conditions, environments, known),
    )


def is_asked(item: Item) -> bool:
    """Whether anything is written for an item."""
    return not (item.is_title or item.struck or item.phase is Phase.REFERENCE)


def environments_of(checklist: Checklist) -> tuple[str, ...]:
    """Production, and the environments that a checklist names, in its sections or anywhere."""
    of_sections = [each.known_environment for each in checklist.sections if each.known_environment]
    named = {found.lower() for found in _NAMED.findall(checklist.source)}
    named |= {*of_sections, "production"}
    others = [name for name in dict.fromkeys(of_sections) if name not in _NAMES]
    known = [name for name in _NAMES if name in named]
    return (*others, *known)


def is_below(sections: Container[str], item: Item) -> bool:
    """Whether one of these sections, by their folded titles, has the item in it."""
    return any(fold(title) in sections for title in item.section)


def sections_of_one_environment(checklist: Checklist) -> dict[str, Section]:
    """The sections that are for one environment, unless another section has the same title; by
    their folded titles.
    """
    environments: dict[str, set[str | None]] = {}
    for section in checklist.sections:
        environments.setdefault(fold(section.title), set()).add(section.known_environment)
    return {
        fold(section.title): section
        for section in checklist.sections
        if section.known_environment and len(environments[fold(section.title)]) == 1
    }
