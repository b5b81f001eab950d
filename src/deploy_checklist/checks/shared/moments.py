"""Moments as services write them."""

from __future__ import annotations

from datetime import UTC, datetime

from ...outcome import Unobservable


def moment(written: object, who: str) -> datetime:
    """ISO 8601 or seconds since 1970, as an aware time in UTC; Unobservable, naming `who`, if it is
    neither.
    """
    found = read(written)
    if found is None:
        raise Unobservable(f"{who} did not answer with a date where one is due")
    return found


def read(written: object) -> datetime | None:
    """The moment, or None if it is none."""
    try:
        if isinstance(written, int | float) and not isinstance(written, bool):
            return datetime.fromtimestamp(written, UTC)
        if isinstance(written, str):
            found = datetime.fromisoformat(
                written
            )  # since Python 3.11 with Z and any number of digits of a second
            return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        pass
    return None
