"""The calls of one look: they share its time-out, and the evidence tells what took a second
attempt.
"""

from __future__ import annotations

import math
import time

from msgspec.structs import replace

from ...outcome import Unobservable
from ...world.ports import HttpAnswer, HttpRequest, World
from . import probe


class Calls:
    """To be made anew for each look: its time begins with its first call."""

    def __init__(self, world: World, timeout: float) -> None:
        self.world = world
        self._timeout = timeout
        self._ends = math.inf
        self._retries = 0

    def send(self, at: probe.ProbeTarget, request: HttpRequest) -> HttpAnswer:
        """The answer, within what is left of the time."""
        now = time.monotonic()
        self._ends = min(self._ends, now + self._timeout)
        left = self._ends - now
        if left <= 0:
            raise Unobservable(
                f"{at.name} did not answer all calls within {self._timeout:g}s",
                "is it up? `timeout:` in the rule gives it longer",
            )
        timed = replace(request, timeout=self._timeout, left=left, called=at.name)
        answer = self.world.http.send(timed)
        self._retries += answer.retried
        return answer

    def seen(self, what: str) -> str:
        """For the evidence: what was asked, and how often that took a second attempt."""
        if not self._retries:
            return what
        return f"{what}, after {self._retries} {'retry' if self._retries == 1 else 'retries'}"
