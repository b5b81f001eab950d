"""Dates and times as services write them."""

from __future__ import annotations

from datetime import UTC, datetime

from ...outcome import Unobservable


def require_moment(written: object, who: str) -> datetime:
    """The time as `parse_moment` reads it; Unobservable, naming `who`, if it is none."""
    found = parse_moment(written)
    if found is None:
        raise Unobservable(f"{who}'s answer has no date where one is expected")
    return found


def parse_moment(written: object) -> datetime | None:
    """ISO 8601 or seconds since 1970, as an aware time in UTC; None for anything else."""
    try:
        if isinstance(written, int | float) and not isinstance(written, bool):
            return datetime.fromtimestamp(written, UTC)
        if isinstance(written, str):
            found = datetime.fromisoformat(written)
            return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        pass
    return None
