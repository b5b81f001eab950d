"""Who has to do something about an item, and what they type."""

from __future__ import annotations

from collections.abc import Iterator

from ..outcome import Outcome, Prompt
from .model import ItemResult
from .next_steps import NOBODY, other_ways
from .view import ANYONE, remedies


def whose_turn(entry: ItemResult) -> tuple[str, ...]:
    """The owner of an item that failed or was not checked, or the roles that may sign it.

    Nobody where nothing is to be done, or where it waits for something else.
    """
    if entry.outcome in (Outcome.FAIL, Outcome.UNKNOWN):
        return (entry.owner or NOBODY,)
    roles = (ANYONE.get(role, role) for prompt in _prompts(entry) for role in prompt.by)
    return tuple(dict.fromkeys(roles))


def what_is_asked(entry: ItemResult) -> tuple[str, ...]:
    """What people must confirm."""
    return tuple(dict.fromkeys(prompt.that for prompt in _prompts(entry)))


def what_to_type(entry: ItemResult) -> tuple[str, ...]:
    """The remedies, or how to sign it: by a command, if one counts."""
    if entry.outcome in (Outcome.FAIL, Outcome.UNKNOWN):
        return tuple(remedies(entry))
    return tuple(dict.fromkeys(_how_to_sign(entry, prompt) for prompt in _prompts(entry)))


def _how_to_sign(entry: ItemResult, prompt: Prompt) -> str:
    if prompt.section:
        return "sign its section, in the comment of the release"
    if "command" in prompt.via:
        return f"/checklist sign {entry.item.id}"
    return other_ways(prompt.via)


def _prompts(entry: ItemResult) -> Iterator[Prompt]:
    """What people are asked to sign, and nobody has signed yet."""
    if entry.outcome is Outcome.PENDING:
        for each in entry.findings:
            if each.outcome is Outcome.PENDING and each.ask is not None:
                yield each.ask
