"""What a run reads last, beside what it writes: the status before and behind its final one, and the
comments once more.

Only where nothing else is written between the comment and the final status.
"""

from __future__ import annotations

from collections.abc import Callable

from .status import GateStatus


class LastLooks:
    """The last looks of one run that posts a status. The writes keep their order."""

    def __init__(self, status: GateStatus) -> None:
        self._status = status
        self._leave_one: Callable[[], str] | None = None

    def begin_at_status(self) -> None:
        """Begins the look that decides on the final status, while the comment is written."""
        self._status.begin_last_look()

    def defer(self, begin: Callable[[], None], leave_one: Callable[[], str]) -> None:
        """Leaves the look at the comments for after the final status: `begin` asks for them while
        that one is confirmed, `leave_one` does what is then to be done.
        """
        self._status.beside_confirmation = begin
        self._leave_one = leave_one

    def comment_url(self) -> str | None:
        """Looks at the comments, and gives the address of the one that stays; None if this run
        wrote none. To be called once the final status is written.
        """
        leave_one, self._leave_one = self._leave_one, None
        return leave_one() if leave_one else None
