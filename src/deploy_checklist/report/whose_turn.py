"""Who has to do something about an item, and what they type."""

from __future__ import annotations

from collections.abc import Iterator

from ..outcome import Outcome, Prompt
from .model import ItemResult
from .next_steps import NOBODY
from .view import ANYONE, remedies


def whose_turn(entry: ItemResult) -> tuple[str, ...]:
    """The item's owner, where something is to be fixed or looked at, or the roles that may sign.

    Nobody where nothing is to be done, or where it waits for something else.
    """
    if entry.outcome in (Outcome.FAIL, Outcome.UNKNOWN):
        return (entry.owner or NOBODY,)
    roles = (ANYONE.get(role, role) for prompt in _prompts(entry) for role in prompt.by)
    return tuple(dict.fromkeys(roles))


def what_is_asked(entry: ItemResult) -> tuple[str, ...]:
    """What people have to confirm."""
    return tuple(dict.fromkeys(prompt.that for prompt in _prompts(entry)))


def what_to_type(entry: ItemResult) -> tuple[str, ...]:
    """The remedies, or the command that signs."""
    if entry.outcome in (Outcome.FAIL, Outcome.UNKNOWN):
        return tuple(remedies(entry))
    return (f"/checklist sign {entry.item.id}",) if any(_prompts(entry)) else ()


def _prompts(entry: ItemResult) -> Iterator[Prompt]:
    """What people are asked that nobody has signed."""
    if entry.outcome is Outcome.PENDING:
        for each in entry.findings:
            if each.outcome is Outcome.PENDING and each.ask is not None:
                yield each.ask
