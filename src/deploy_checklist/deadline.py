"""The run's deadline, from which every other time limit of a run is derived."""

from __future__ import annotations

import time
from collections.abc import Callable

from msgspec import Struct


class Deadline(Struct, frozen=True, kw_only=True):
    """The moment by which a run has to report. Made once, where the run begins, and passed on."""

    seconds: float  # from the beginning of the run
    began: float  # by `clock`
    clock: Callable[[], float]

    @classmethod
    def after(cls, seconds: float, clock: Callable[[], float] = time.monotonic) -> Deadline:
        """A deadline so many seconds from now."""
        return cls(seconds=seconds, began=clock(), clock=clock)

    def remaining(self) -> float:
        """Seconds left; 0 once the time is up."""
        return max(0.0, self.began + self.seconds - self.clock())

    def extended(self, seconds: float) -> Deadline:
        """A deadline so many seconds later, for what is still to be done after the checks."""
        return Deadline(seconds=self.seconds + seconds, began=self.began, clock=self.clock)
