"""The time of one probe, which all of its steps share."""

from __future__ import annotations

import time
from typing import NoReturn

from ..outcome import Unobservable


class ProbeDeadline:
    """When one probe ends. With a time-out for each read, a slow server could block it forever."""

    def __init__(
        self, seconds: float, *, left: float | None = None, called: str = "the host"
    ) -> None:
        """`left`: seconds left, if less than all. `called`: what messages call the host."""
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

    def raise_unobservable(self, doing: str | None = None) -> NoReturn:
        """Raises Unobservable: the time is up while `doing` this."""
        raise Unobservable(
            f"{self.called} did not answer within {self._seconds:g}s (while {doing or self.doing})",
            "check that it is up and that this machine may reach it, "
            "or set a longer `timeout:` in the rule",
        ) from None
