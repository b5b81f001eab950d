"""What a pull request changes in the gate itself: the items that it adds, changes or takes out."""

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
from .gate_name import gate_name

_Documents = tuple[Checklist, Rules]
_ADDS = "adds it to the gate"
_CHANGES = "changes how it is checked"
_TAKES_OUT = "takes it out of the gate"
_MOST_NAMED = 10


def changes(trusted: _Documents, own: _Documents, branch: str) -> tuple[Notice, ...]:
    """A headline, and a notice for each item and part of the rules that the pull request changes.

    Empty if it changes nothing in the gate.
    """
    items = [*_changed_items(_plans(*trusted), _plans(*own))]
    parts = [*_changed_name(trusted, own), *_changed_parts(trusted[1], own[1])]
    if not items and not parts:
        return ()
    return (_headline(items, parts, branch), *items, *parts)


def unusable_notice(error: Unusable, branch: str) -> Notice:
    """The pull request's own documents have mistakes that would stop the gate once merged."""
    first = str(error).splitlines()[0] if str(error) else "they cannot be read"
    message = f"This pull request's own checklist or rules would stop the gate on {branch}: {first}"
    return Notice(message=message, prominent=True)


def _headline(items: Sequence[Notice], parts: Sequence[Notice], branch: str) -> Notice:
    """What is taken out comes first: a reviewer must not miss it."""
    changed = []
    for change, verb in ((_TAKES_OUT, "takes out"), (_CHANGES, "changes"), (_ADDS, "adds")):
        named = [f"`{notice.item}`" for notice in items if notice.message.endswith(change)]
        if named:
            more = f" and {len(named) - _MOST_NAMED} more" if len(named) > _MOST_NAMED else ""
            changed.append(f"{verb} {', '.join(named[:_MOST_NAMED])}{more}")
    if parts:
        changed.append("changes " + ", ".join(f"`{notice.item}:`" for notice in parts))
    until = f"Until it is merged, the files on {branch} decide"
    message = f"This pull request changes the gate: it {'; '.join(changed)}. {until}"
    return Notice(message=message, prominent=True)


def _plans(checklist: Checklist, rules: Rules) -> Mapping[str, ItemPlan]:
    """What is asked of each item; titles ask nothing."""
    planned = plan(checklist, rules, bind(checklist, rules))
    return {each.item.id: each for each in planned if not each.item.is_title}


def _changed_items(
    before: Mapping[str, ItemPlan], after: Mapping[str, ItemPlan]
) -> Iterator[Notice]:
    for item in {**before, **after}:
        old, new = before.get(item), after.get(item)
        if old is None or not _asked(old):
            if new is not None and _asked(new):
                yield _notice(item, _ADDS, new)
        elif new is None or not _asked(new):
            yield _notice(item, _TAKES_OUT, new)
        elif _asked_of(old) != _asked_of(new):
            yield _notice(item, _CHANGES, new)


def _notice(item: str, change: str, new: ItemPlan | None) -> Notice:
    line = new.item.line if new else None
    return Notice(item=item, message=f"this pull request {change}", line=line)


def _asked(planned: ItemPlan) -> bool:
    return planned.skip is None and planned.phase is not Phase.REFERENCE


def _asked_of(planned: ItemPlan) -> object:
    """Everything that decides about an item, whatever its line: for comparison only."""
    steps = tuple(
        (
            step.subject,
            step.phase,
            tuple(replace(use, line=0, column=0) for use in step.clause.uses),
            replace(step.clause, uses=()),
        )
        for step in planned.steps
    )
    return (
        planned.item.words,
        planned.phase,
        planned.environment,
        planned.by_person,
        planned.item.optional,
        planned.item.struck,
        steps,
    )


def _changed_name(trusted: _Documents, own: _Documents) -> Iterator[Notice]:
    """That the gate gets another name, by its rules or because its files move."""
    before, after = (gate_name(rules, checklist.path) for checklist, rules in (trusted, own))
    if before != after:
        renamed = "this pull request renames the gate and its statuses"
        message = f"{renamed}: after the merge, import the new output of `deploy-checklist ruleset`"
        yield Notice(item="name", message=message)


def _changed_parts(before: Rules, after: Rules) -> Iterator[Notice]:
    """What else of the rules file opens or closes the gate."""
    for name, old, new in (
        ("rollback", before.rollback, after.rollback),
        ("environments", before.environments, after.environments),
        ("roles", before.roles, after.roles),
        ("facts", _without_lines(before.facts), _without_lines(after.facts)),
        ("sections", _without_lines(before.sections), _without_lines(after.sections)),
        ("waivers", _without_places(before.waivers), _without_places(after.waivers)),
        ("override", before.override, after.override),
        ("signed", _without_places(before.signed), _without_places(after.signed)),
    ):
        if old != new:
            yield Notice(item=name, message="this pull request changes this part of the rules file")


def _without_lines(settings: Mapping[str, Struct]) -> Mapping[str, Struct]:
    return {name: replace(setting, line=0) for name, setting in settings.items()}


def _without_places(entries: tuple[Struct, ...]) -> tuple[Struct, ...]:
    return tuple(replace(entry, line=0, column=0) for entry in entries)
