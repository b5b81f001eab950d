"""What a pull request changes in the gate itself: each item that it adds, changes or takes out.
Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from ..checklist.model import Checklist, Phase
from ..engine.plan import ItemPlan, plan
from ..errors import Unusable
from ..report.model import Notice
from ..rules.bind import bind
from ..rules.model import Rules

_Documents = tuple[Checklist, Rules]
_ADDS, _CHANGES, _TAKES = (
    "adds it to the gate",
    "changes what is asked of it",
    "takes it out of the gate",
)
_NAMED_MOST = 10


def changes(trusted: _Documents, own: _Documents, branch: str) -> tuple[Notice, ...]:
    """One notice for each item that the pull request's own documents treat otherwise; none if
    nothing differs.
    """
    before, after = _plans(*trusted), _plans(*own)
    items = [*_items(before, after)]
    others = [*_others(trusted[1], own[1])]
    if not items and not others:
        return ()
    return (_headline(items, others, branch), *items, *others)


def unusable_notice(faulty: Unusable, branch: str) -> Notice:
    """The pull request's own documents have mistakes that would stop the gate once merged."""
    first = str(faulty).splitlines()[0] if str(faulty) else "they cannot be read"
    message = f"This pull request's own checklist or rules would stop the gate on {branch}: {first}"
    return Notice(message=message, prominent=True)


def _headline(items: Sequence[Notice], others: Sequence[Notice], branch: str) -> Notice:
    """What is taken out first: it is what a reviewer must not miss."""
    said = []
    for what, verb in ((_TAKES, "takes out"), (_CHANGES, "changes"), (_ADDS, "adds")):
        named = [f"`{notice.item}`" for notice in items if notice.message.endswith(what)]
        if named:
            more = f" and {len(named) - _NAMED_MOST} more" if len(named) > _NAMED_MOST else ""
            said.append(f"{verb} {', '.join(named[:_NAMED_MOST])}{more}")
    if others:
        said.append("changes " + ", ".join(f"`{notice.item}:`" for notice in others))
    message = f"This pull request changes the gate: it {'; '.join(said)}. Until it is merged, {branch}'s words decide"
    return Notice(message=message, prominent=True)


def _plans(checklist: Checklist, rules: Rules) -> Mapping[str, ItemPlan]:
    """What is asked of each item; titles ask nothing."""
    planned = plan(checklist, rules, bind(checklist, rules))
    return {each.item.id: each for each in planned if not each.item.is_title}


def _items(before: Mapping[str, ItemPlan], after: Mapping[str, ItemPlan]) -> Iterator[Notice]:
    for item in [*before, *(item for item in after if item not in before)]:
        old, new = before.get(item), after.get(item)
        if old is None or not _asked(old):
            if new is not None and _asked(new):
                yield _notice(item, _ADDS, new)
        elif new is None or not _asked(new):
            yield _notice(item, _TAKES, new)
        elif _shape(old) != _shape(new):
            yield _notice(item, _CHANGES, new)


def _notice(item: str, what: str, new: ItemPlan | None) -> Notice:
    return Notice(
        item=item, message=f"this pull request {what}", line=new.item.line if new else None
    )


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
    return (
        planned.item.words,
        planned.phase,
        planned.by_person,
        planned.item.optional,
        planned.item.struck,
        steps,
    )


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
            yield Notice(item=name, message="this pull request changes this part of the rules file")


def _by_name(settings: Mapping[str, Struct]) -> object:
    return {name: replace(setting, line=0) for name, setting in settings.items()}  # each has a line


def _items_of(lines: tuple[Struct, ...]) -> object:
    return tuple(replace(line, line=0, column=0) for line in lines)  # each has a line
