"""Round trips, counted without a clock: a request is answered once all that go beside it have arrived."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Condition

_PATIENCE = 30  # seconds; only a run that asks one after the other waits as long


class Rounds:
    """Holds back the requests of a run until as many have arrived as its round has.

    So the requests of a round do not depend on each other's answers, and a run has as many round
    trips one behind the other as it has rounds.
    """

    def __init__(self, widths: Sequence[int]) -> None:
        self._widths = widths
        self._over = 0  # how many rounds are over
        self._arrived = Condition()
        self.rounds: list[list[str]] = []  # the requests of each, as "GET /repos/…"

    def before(self, method: str, path: str, _token: str) -> None:
        """Is called in the thread of each request."""
        with self._arrived:
            mine = self._over
            if mine == len(self.rounds):
                self.rounds.append([])
            self.rounds[mine].append(f"{method} {path}")
            if (
                mine >= len(self._widths)
                or len(self.rounds[mine]) == self._widths[mine]
                or not self._arrived.wait_for(lambda: self._over > mine, _PATIENCE)
            ):
                self._end(mine)

    def _end(self, mine: int) -> None:
        self._over = max(self._over, mine + 1)
        self._arrived.notify_all()

    @property
    def widths(self) -> list[int]:
        """How many requests each round had."""
        return [len(requests) for requests in self.rounds]
