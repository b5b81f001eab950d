"""What a pull request changes in the gate itself: each item that it adds, changes or takes out. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from .checklist.model import Checklist, Phase
from .errors import Unusable
from .plan import ItemPlan, plan
from .report.model import Notice
from .rules.bind import bind
from .rules.model import Rules

_Documents = tuple[Checklist, Rules]


def changes(trusted: _Documents, own: _Documents, branch: str) -> tuple[Notice, ...]:
    """One notice for each item that the pull request's own documents treat otherwise; none if nothing differs."""
    before, after = _plans(*trusted), _plans(*own)
    items = [*_items(before, after)]
    others = [*_others(trusted[1], own[1])]
    if not items and not others:
        return ()
    first = Notice(message=f"this pull request changes the gate; it is judged by {branch}'s words until it is merged")
    return (first, *items, *others)


def unusable(faulty: Unusable, branch: str) -> Notice:
    """The pull request's own documents have mistakes that would stop the gate once merged."""
    first = str(faulty).splitlines()[0] if str(faulty) else "they cannot be read"
    return Notice(message=f"this pull request's own checklist or rules would stop the gate on {branch}: {first}")


def _plans(checklist: Checklist, rules: Rules) -> Mapping[str, ItemPlan]:
    """What is asked of each item; titles ask nothing."""
    planned = plan(checklist, rules, bind(checklist, rules))
    return {each.item.id: each for each in planned if not each.item.is_title}


def _items(before: Mapping[str, ItemPlan], after: Mapping[str, ItemPlan]) -> Iterator[Notice]:
    for item in [*before, *(item for item in after if item not in before)]:
        old, new = before.get(item), after.get(item)
        if old is None or not _asked(old):
            if new is not None and _asked(new):
                yield _notice(item, "adds it to the gate", new)
        elif new is None or not _asked(new):
            yield _notice(item, "takes it out of the gate", new)
        elif _shape(old) != _shape(new):
            yield _notice(item, "changes what is asked of it", new)


def _notice(item: str, what: str, new: ItemPlan | None) -> Notice:
    return Notice(item=item, message=f"this pull request {what}", line=new.item.line if new else None)


def _asked(planned: ItemPlan) -> bool:
    return planned.skip is None and planned.phase is not Phase.REFERENCE


def _shape(planned: ItemPlan) -> object:
    """Everything that decides about an item, wherever it stands."""
    steps = tuple(
        (
            step.subject,
            step.phase,
            tuple(replace(use, line=0, column=0) for use in step.clause.uses),
            step.clause.asking(()),
        )
        for step in planned.steps
    )
    return (planned.item.words, planned.phase, planned.by_person, planned.item.optional, planned.item.struck, steps)


def _others(before: Rules, after: Rules) -> Iterator[Notice]:
    """What else of the rules file opens or closes the gate."""
    for name, old, new in (
        ("environments", before.environments, after.environments),
        ("roles", before.roles, after.roles),
        ("facts", _by_name(before.facts), _by_name(after.facts)),
        ("sections", _by_name(before.sections), _by_name(after.sections)),
        ("waivers", _items_of(before.waivers), _items_of(after.waivers)),
        ("signed", _items_of(before.signed), _items_of(after.signed)),
    ):
        if old != new:
            yield Notice(message=f"this pull request changes `{name}:` of the rules file")


def _by_name(settings: Mapping[str, object]) -> object:
    return {name: replace(setting, line=0) for name, setting in settings.items()}  # type: ignore[type-var]  # each is a dataclass with a line


def _items_of(lines: tuple[object, ...]) -> object:
    return tuple(replace(line, line=0, column=0) for line in lines)  # type: ignore[type-var]  # each is a dataclass with a line
