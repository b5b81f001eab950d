"""The commit status, which is the gate: `pending` first, then exactly one final.

GitHub has no way to write a status only if nothing else was written meanwhile, so that two runs at
once could leave the green of the older one over the red of the newer one. A final status is
therefore looked at once more after it was written, and a run's `pending` says when it looked.
- Where another run's status was posted after our `pending`, or where another run looked after us
  and ended before our `pending`, nobody knows whose verdict is newer: the status becomes `error`.
- Of runs that looked at the same time, the one whose `pending` is last tells its verdict, but never
  a `success` where another one of them found something to do. So a `success` that stays is one
  behind whose `pending` no other run has written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Protocol

from msgspec import Struct

from ..github.model import Status
from ..outcome import sentences
from ..report.model import Report, Verdict
from ..report.status import sentence, shortened
from ..side_by_side import begun
from ..world.ports import NotPublished

STATES = {
    Verdict.READY: "success",
    Verdict.WAITING: "pending",
    Verdict.BLOCKED: "failure",
    Verdict.UNDETERMINED: "error",
    Verdict.OVERRIDDEN: "success",  # told from a real one by its description, see exceptions.py
    Verdict.ROLLED_BACK: "success",
}

# The description of the `pending` that a run begins with: when it began to look, and after how long
# it had looked at what GitHub knows and wrote this. The time is by that runner's clock, which is
# set right by the time at which GitHub had the status.
_LOOKING = re.compile(r"looking since (\S+) \+(\d{1,6}\.\d{6}) s")
_LATE = timedelta(seconds=30)  # longer than a status is on its way, unless a clock is wrong
_SECOND = timedelta(seconds=1)  # GitHub's times have no fractions of a second
_FRESH = timedelta(seconds=2)  # how old the last look before the final status may be
_AGAIN = "another run ended in the meantime: run again"
_UNSEEN = "could not check whether another run ended in the meantime: run again"


class OvertakenBy(StrEnum):
    """Why a run's verdict does not count although it could be written, as a sentence."""

    LATER_RUN = (
        "another run started while this one was running: the commit status shows that run's verdict"
    )
    ENDED_RUN = (
        "another run ended while this one was running, so the commit status is `error`: run again"
    )


class Statuses(Protocol):
    """Where statuses are written. What cannot be written is NotPublished."""

    def post_status(
        self, commit: str, context: str, state: str, description: str, target_url: str | None
    ) -> Status: ...

    def statuses(self, commit: str, mine: Status, last: Status) -> Sequence[Status]: ...

    def conclude(
        self, commit: str, mine: Status, state: str, description: str, *, behind: int
    ) -> Status | None: ...


class _Look(Struct, frozen=True, kw_only=True):
    """The time within which a run asked GitHub for what it judges."""

    began: datetime
    ended: datetime


def _ended_since(began: datetime, before: Sequence[Status]) -> bool:
    """Whether a run may have looked after `began`, and ended before our `pending` was written.

    `before`: the statuses before it, newest first.
    """
    ended = False
    for status in before:
        look = _look_of(status)
        if look is None:  # a final one, or not the gate's
            ended = True
        elif ended and look.ended > began:
            return True
    return False


def _look_of(status: Status) -> _Look | None:
    """The look of a run that begins with this `pending`; None if it is another status."""
    found = _LOOKING.fullmatch(status.description or "")
    if status.state != "pending" or found is None:
        return None
    try:
        began = datetime.fromisoformat(found[1])
        began = began if began.tzinfo else began.replace(tzinfo=UTC)
        ended = began + timedelta(seconds=float(found[2]))
        return _by_githubs_clock(_Look(began=began, ended=ended), status.created_at)
    except (ValueError, OverflowError):
        return None


def _by_githubs_clock(look: _Look, written: datetime) -> _Look:
    """A run's look by GitHub's clock, by which its first status was written; no shorter than it
    can have been.
    """
    latest = written + _SECOND
    if look.ended > latest:  # that machine's clock is fast
        return _Look(began=look.began - (look.ended - latest) - _LATE, ended=latest)
    if look.ended < written - _LATE:  # that clock is slow, or the status took long to arrive
        return _Look(began=look.began, ended=latest)
    return look


def _own_by_githubs_clock(look: _Look, written: datetime, answered: datetime) -> _Look:
    """The same of our own look. `answered`: when our clock showed that the status was written."""
    latest = written + _SECOND
    if look.ended <= latest and written <= answered:
        return look
    return _Look(began=look.began - (answered - written), ended=latest)


class GateStatus:
    """One run's status on one commit.

    `error` says why it could not be written, `overtaken_by` why the run's verdict does not count,
    `replaces` whether an earlier run has left one there.
    """

    def __init__(
        self,
        statuses: Statuses,
        commit: str,
        context: str,
        url: str | None,
        *,
        began: datetime,
        now: Callable[[], datetime],
        first: Statuses | None = None,
    ) -> None:
        """`url`: the run's page. `began`: when this run began to look. `first`: what writes the
        `pending` before the run judges, if that has less time than the final status.
        """
        self._statuses = statuses
        self._first = first or statuses
        self._commit = commit
        self._context = context
        self._url = url
        self._now = now
        self._look = _Look(began=began, ended=began)
        self._begun = False
        self._mine: Status | None = None  # our `pending`, until it has been replaced
        self._sent: list[tuple[str, str]] = []  # state and description of what replaces it
        # The last look before the final status, and when it was begun.
        self._begun_look: tuple[Future[Sequence[Status]], datetime] | None = None
        self.beside_confirmation: Callable[[], None] | None = None  # to be begun with that look
        self.replaces = False
        self.error: NotPublished | None = None
        self.overtaken_by: OvertakenBy | None = None

    @property
    def problem(self) -> str | None:
        """Why the commit status is not this run's verdict; None if it is."""
        if self.error is None:
            return self.overtaken_by
        message = f"the commit status was not written: {self.error.reason}"
        return sentences(message, [self.error.remedy])

    def begin(self) -> None:
        """`pending`, so that no older verdict remains while this run checks."""
        self._begin(self._first)

    def _begin(self, statuses: Statuses) -> None:
        self._look = _Look(began=self._look.began, ended=self._now())
        since = self._look.began.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        seconds = max(0.0, (self._look.ended - self._look.began).total_seconds())
        description = f"looking since {since} +{seconds:.6f} s"
        try:
            self._mine = statuses.post_status(
                self._commit, self._context, "pending", description, self._url
            )
            written = self._mine.created_at
            self._look = _own_by_githubs_clock(self._look, written, self._now())
        except NotPublished as error:
            self.error = error
        self._begun = True

    def overtaken(self) -> OvertakenBy | None:
        """Which other run keeps this one's comment from counting, as far as is known now.

        A later run is one whose `pending` came after ours; of several runs the last one has none.
        A final status behind ours is no such run: the run that wrote it may have begun before us,
        and leave the comment to us.
        """
        if self._mine is None:
            return None
        found = self._look_now(self._mine)
        if any(map(_look_of, self._behind_ours(found))):
            return OvertakenBy.LATER_RUN
        return OvertakenBy.ENDED_RUN if self._ended_meanwhile(found) else None

    def begin_last_look(self) -> None:
        """Begins the look that `conclude` takes before it writes. To be called with the last write
        before that.
        """
        if self._mine is not None:
            self._begun_look = begun(partial(self._look_now, self._mine)), self._now()

    def conclude(self, report: Report) -> None:
        """The one final status, unless another run has begun since."""
        self._conclude(STATES[report.verdict], sentence(report))

    def fail(self, why: str) -> None:
        """Nothing was judged, or the run was stopped, maybe while it wrote a status."""
        self._begun_look = None
        self._conclude("error", why)

    def _conclude(self, state: str, description: str) -> None:
        if self._mine is None and (self.error is not None or not self._begun):
            self.error = None
            self._begin(self._statuses)  # once more: an older verdict must not remain
        if self._mine is None:
            return
        try:
            self._write_final(self._mine, state, shortened(description))
        except NotPublished as error:
            self.error = error
        self._mine = None  # not if the run was stopped: `fail` concludes it then

    def _write_final(self, mine: Status, state: str, description: str) -> None:
        stopped = bool(self._sent)
        found = self._last_look(mine)
        if not self._is_ours(found[0]) and not self._holds_against(found, state):
            self.overtaken_by = OvertakenBy.LATER_RUN
            return
        if state != "error" and self._ended_meanwhile(found):
            self.overtaken_by = OvertakenBy.ENDED_RUN
            state, description = "error", _AGAIN
        final = self._write_behind(found[0].id, state, description)
        if final is None:
            self.overtaken_by = OvertakenBy.LATER_RUN
        elif stopped or state != "error":  # an error blocks the release, whatever caused it
            self._confirm(mine, final)

    def _last_look(self, mine: Status) -> Sequence[Status]:
        asked, self._begun_look = self._begun_look, None
        if asked is None or self._now() - asked[1] > _FRESH:
            return self._look_now(mine)
        return asked[0].result()

    def _look_now(self, mine: Status) -> Sequence[Status]:
        return self._statuses.statuses(self._commit, mine, mine)

    def _confirm(self, mine: Status, final: Status) -> None:
        """Looks once more: whether `final` is to stay."""
        if self.beside_confirmation is not None:
            self.beside_confirmation()
        try:
            found = self._statuses.statuses(self._commit, mine, final)
        except NotPublished:
            self._write_behind(final.id, "error", _UNSEEN)
            raise
        newest, ids = found[0], [status.id for status in found]
        if final.state == "error":  # and what was being written when the run was stopped?
            if self._is_ours(newest) and newest.state != "error":
                self._write_behind(newest.id, "error", final.description or "")
            return
        between = self._others(found[ids.index(final.id) + 1 : ids.index(mine.id)])
        if final.state != "success":
            between = [status for status in between if not self._looked_meanwhile(status)]
        if not between:
            return
        if self._is_ours(newest):
            self.overtaken_by = OvertakenBy.ENDED_RUN
            self._write_behind(newest.id, "error", _AGAIN)
        else:
            self.overtaken_by = OvertakenBy.LATER_RUN

    def _write_behind(self, newest: int, state: str, description: str) -> Status | None:
        assert self._mine is not None
        self._sent.append((state, description))
        return self._statuses.conclude(self._commit, self._mine, state, description, behind=newest)

    def _holds_against(self, found: Sequence[Status], state: str) -> bool:
        """Whether `state` is to be written over those of runs that began to write after this one.

        A run that read it at the same time may have read it earlier, and seen what was still right.
        """
        looks = [look for look in map(_look_of, self._behind_ours(found)) if look]
        same_time = bool(looks) and all(look.began <= self._look.ended for look in looks)
        return state != "success" and same_time

    def _behind_ours(self, found: Sequence[Status]) -> Sequence[Status]:
        """What was written after our `pending`, newest first."""
        ids = [status.id for status in found]
        return found[: ids.index(self._mine.id)] if self._mine else ()

    def _looked_meanwhile(self, status: Status) -> bool:
        look = _look_of(status)
        return look is not None and look.began <= self._look.ended

    def _others(self, found: Sequence[Status]) -> list[Status]:
        return [status for status in found if not self._is_ours(status)]

    def _ended_meanwhile(self, found: Sequence[Status]) -> bool:
        ids = [status.id for status in found]
        before = found[ids.index(self._mine.id) + 1 :] if self._mine else ()
        return _ended_since(self._look.began, before)

    def _is_ours(self, status: Status) -> bool:
        if self._mine is not None and status.id == self._mine.id:
            return True
        said = (status.state, status.description)
        return status.target_url == self._url and said in self._sent
