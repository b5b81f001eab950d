"""`override:` of the rules file: who may let through what is not ready."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta

from ..data_formats import Node
from ..data_formats.durations import duration
from . import fields
from .faults import Faults, one_line, unknown
from .model import OverrideTerms
from .top_level import LEVELS

LONGEST = timedelta(hours=24)


def read_override(
    node: Node, roles: Mapping[str, tuple[str, ...]], faults: Faults
) -> OverrideTerms | None:
    """The terms; None if the file has none, or if they have a fault."""
    if node.value is None:
        return None
    known, needed = ("by", "for", "not_author"), ("by", "for")
    given = fields.fields(node, "`override`", faults, known=known, needed=needed)
    by = _roles(given["by"], (*roles, *LEVELS), faults) if "by" in given else ()
    lasts = _lasts(given["for"], faults) if "for" in given else None
    not_author = given.get("not_author")
    is_restricted = not_author is not None and fields.boolean(not_author, "`not_author`", faults)
    if not by or lasts is None:
        return None
    return OverrideTerms(by=by, lasts=lasts, not_author=is_restricted)


def _roles(node: Node, known: Collection[str], faults: Faults) -> tuple[str, ...]:
    found = fields.texts(node, "`by`", faults)
    for role in found:
        if role not in known:
            faults.at(node, *unknown(role, "is not a role, so nobody could override", known))
    return found


def _lasts(node: Node, faults: Faults) -> timedelta | None:
    text = fields.text(node, "`for`", faults)
    if text is None:
        return None
    try:
        lasts = duration(text)
    except ValueError as error:
        faults.at(node, f"`for: {one_line(text)}` {error}")
        return None
    if not timedelta(0) < lasts <= LONGEST:
        message = f"an override cannot last `for: {one_line(text)}`"
        faults.at(node, message, "Write at least 1s and at most 24h")
        return None
    return lasts
