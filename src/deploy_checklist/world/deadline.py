"""One probe's time: all of its steps draw on the same budget."""

from __future__ import annotations

import time
from typing import NoReturn

from ..outcome import Unobservable


class ProbeDeadline:
    """The end of one probe. A time-out per read would let a server that trickles bytes hold a probe
    for ever.
    """

    def __init__(
        self,
        seconds: float,
        *,
        left: float | None = None,
        called: str = "the host",
    ) -> None:
        """`left`: of the seconds, if not all are. `called`: the host's name in messages."""
        self.called = called
        self._seconds = seconds
        self._ends = time.monotonic() + (seconds if left is None else left)
        self.doing = "connecting"  # what a message names if the time is up

    def left(self) -> float:
        """Seconds left, more than 0; TimeoutError if there are none."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def over(self, doing: str | None = None) -> NoReturn:
        """The time is up: Unobservable."""
        raise Unobservable(
            f"{self.called} did not answer within {self._seconds:g}s (while {doing or self.doing})",
            "is it up, and may this machine reach it? `timeout:` in the rule gives it longer",
        ) from None
