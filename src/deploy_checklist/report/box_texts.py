"""The text of a box in every rendering: its sections, its owner, and what it asks."""

from __future__ import annotations

from collections.abc import Sequence

from ..checklist.model import fold
from . import view
from .model import Box, BoxSection, ItemResult, Report

_NO_OWNER = "no owner: add `owner:`"


def sections(box: Box) -> tuple[BoxSection, ...]:
    """The sections that share a box, in the order of its entries."""
    whole = BoxSection(id=box.id, title=box.title, count=len(box.entries))
    return box.sections or (whole,)


def owner_of_box(report: Report, box: Box) -> str:
    """The owner of everything in a box, or that there is none. Empty if the owners differ, or if a
    role that signs the box is its owner.
    """
    owners = {entry.owner for entry in box.entries}
    owner = owners.pop()
    if owners or (owner and fold(owner) in map(fold, box.by)):
        return ""
    named = not set(box.by) <= set(view.ANYONE)
    return owner or ("" if named else _no_owner(report))


def about(report: Report, box: Box, clauses: Sequence[str]) -> list[str]:
    """What a clause of a section's box does not say itself: its id, and its owner if the owners
    differ.
    """
    owners_differ = len({entry.owner for entry in box.entries}) > 1
    found = []
    for entry, clause in zip(box.entries, clauses, strict=True):
        item = entry.item
        parts = [] if item.id in item.names and item.id in clause else [f"`{item.id}`"]
        parts += [entry.owner or _no_owner(report)] if owners_differ else []
        found.append("; ".join(filter(None, parts)))
    return found


def _no_owner(report: Report) -> str:
    """Empty without a rules file: there is no rule yet to add an owner to."""
    return "" if report.rules is None else _NO_OWNER


def asked(box: Box) -> list[str]:
    """What a section's box asks about each item. A clause without the item's variables gets their
    names in front: alone, "matches the domain" would not say what it is about.
    """
    return [
        _with_names(entry, clause) for entry, clause in zip(box.entries, box.clauses, strict=True)
    ]


def _with_names(entry: ItemResult, clause: str) -> str:
    if not entry.item.names or True in [name in clause for name in entry.item.names]:
        return clause
    separator = " " if clause[:1].islower() else ": "
    return f"{', '.join(view.names(entry))}{separator}{clause}"
