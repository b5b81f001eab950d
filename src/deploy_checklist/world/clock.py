"""The time, as a parameter."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec import Struct

from ..errors import Unusable
from .ports import Clock


class SystemClock:
    """The machine's time."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock(Struct, frozen=True):
    """Always the same moment, so that the same input gives the same report, byte for byte."""

    moment: datetime

    @classmethod
    def at(cls, text: str) -> FixedClock:
        """From ISO 8601; without an offset it is UTC. ValueError if it is not a time."""
        moment = datetime.fromisoformat(text)
        return cls(moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC))

    def now(self) -> datetime:
        return self.moment


def clock_at(now: str | None) -> Clock:
    """The machine's time, or the moment that `--now` gives."""
    if now is None:
        return SystemClock()
    try:
        return FixedClock.at(now)
    except (ValueError, OverflowError):
        raise Unusable("--now takes an ISO 8601 time, such as 2026-11-22T21:14:00Z") from None
