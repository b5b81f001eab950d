"""The HTTP calls of one check: they share its time-out, and the evidence counts the retries."""

from __future__ import annotations

import math
import time

from msgspec.structs import replace

from ...outcome import Unobservable
from ...world.ports import HttpAnswer, HttpRequest, World
from . import probe


class Calls:
    """Make a new one for each check: its time begins with the first call."""

    def __init__(self, world: World, timeout: float) -> None:
        self.world = world
        self._timeout = timeout
        self._ends = math.inf
        self._retries = 0

    def send(self, at: probe.ProbeTarget, request: HttpRequest) -> HttpAnswer:
        """The answer. Unobservable if the time is used up."""
        now = time.monotonic()
        self._ends = min(self._ends, now + self._timeout)
        left = self._ends - now
        if left <= 0:
            raise Unobservable(
                f"{at.name} did not answer all calls within {self._timeout:g}s",
                "check that it is up, or set a longer `timeout:` in the rule",
            )
        timed = replace(request, timeout=self._timeout, left=left, called=at.name)
        answer = self.world.http.send(timed)
        self._retries += answer.retried
        return answer

    def source(self, place: str) -> str:
        """The evidence's source: where the check looked, and how many retries that took."""
        if not self._retries:
            return place
        return f"{place}, after {self._retries} {'retry' if self._retries == 1 else 'retries'}"
