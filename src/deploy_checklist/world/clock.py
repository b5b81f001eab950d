"""The time, as a parameter."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec import Struct


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
