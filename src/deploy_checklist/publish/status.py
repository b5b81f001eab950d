"""The commit status, which is the gate: `pending` first, then exactly one final.

GitHub has no way to write a status only if nothing else was written meanwhile, so that two runs at
once could leave the green of the older one over the red of the newer one. A final status is
therefore looked at once more after it was written. Where another run's status lies behind our
`pending`, or where another run looked and ended between our look and our `pending`, nobody knows
whose verdict is newer: the status becomes `error`. A `success` that stays is one behind whose
`pending` no other run has written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Protocol

from ..github.model import Status
from ..report.model import Report, Verdict
from ..report.status import MOST, sentence
from ..world.ports import NotPublished

STATES = {
    Verdict.READY: "success",
    Verdict.WAITING: "pending",
    Verdict.BLOCKED: "failure",
    Verdict.UNDETERMINED: "error",
}

# The description of the `pending` that a run begins with. The time is by that runner's clock.
_LOOKING = re.compile(r"looking since (\S+)")
_AGAIN = "another run ended meanwhile: run again"
_UNSEEN = "GitHub did not tell whether another run ended meanwhile: run again"


class OvertakenBy(StrEnum):
    """Why a run's verdict does not count although it could be written, as a sentence."""

    LATER_RUN = "another run began while this one looked: the commit status tells its verdict"
    ENDED_RUN = (
        "another run ended while this one looked, so the commit status is `error`: run again"
    )


class Statuses(Protocol):
    """Where statuses are written. What cannot be written is NotPublished."""

    def post_status(
        self, commit: str, context: str, state: str, description: str, target_url: str | None
    ) -> Status: ...

    def newest_status(self, commit: str, context: str) -> Status | None: ...

    def statuses(self, commit: str, mine: Status, last: Status) -> Sequence[Status]: ...

    def conclude(
        self, commit: str, newest: Status, state: str, description: str
    ) -> Status | None: ...


def context(environment: str | None, phase: str, *, review: bool, gate: str | None = None) -> str:
    """The status's name: a ruleset requires `deploy-checklist/production`; others end otherwise.

    `gate` is the gate's name: `deploy-checklist/services/api/production`.
    """
    if gate is not None:
        return _context_of(gate, environment, phase, review)
    name = f"deploy-checklist/{environment}" if environment else "deploy-checklist"
    if phase == "after":
        return f"{name}/after"
    if review:
        return f"{name}/review"
    return name if environment else f"{name}/release"


def _context_of(gate: str, environment: str | None, phase: str, review: bool) -> str:
    """No two gates, environments and moments have one: read from its end, it has one meaning."""
    moment = "/review" if review else ""
    if phase == "after":
        moment = "/after"
    if not environment:
        return f"deploy-checklist/{gate}/release{moment}"
    name = environment.replace("%", "%25").replace("/", "%2F")
    if f"/{name}".lower() in ("/release", "/after", "/review"):
        name = f"%{ord(name[0]):x}{name[1:]}"
    return f"deploy-checklist/{gate}/{name}{moment}"


def _ended_since(began: datetime, before: Sequence[Status]) -> bool:
    """Whether a run may have looked after `began`, and ended before our `pending` was written.

    `before`: the statuses before it, newest first.
    """
    ended = False
    for status in before:
        since = _looking_since(status)
        if since is None:  # a final one, or not the gate's
            ended = True
        elif ended and since > began:
            return True
    return False


def _looking_since(status: Status) -> datetime | None:
    """When that run had looked and wrote its `pending`; None if it is no such status."""
    found = _LOOKING.fullmatch(status.description or "")
    if status.state != "pending" or found is None:
        return None
    try:
        since = datetime.fromisoformat(found[1])
    except ValueError:
        return None
    return since if since.tzinfo else since.replace(tzinfo=UTC)


class GateStatus:
    """One run's status on one commit.

    `error` says why it could not be written, `overtaken_by` why the run's verdict does not count.
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
    ) -> None:
        """`url`: the run's page. `began`: when this run began to look."""
        self._statuses = statuses
        self._commit = commit
        self._context = context
        self._url = url
        self._began = began
        self._now = now
        self._begun = False
        self._mine: Status | None = None  # our `pending`, until it has been replaced
        self._sent: list[tuple[str, str]] = []  # state and description of what replaces it
        self.error: NotPublished | None = None
        self.overtaken_by: OvertakenBy | None = None

    @property
    def problem(self) -> str | None:
        """Why the commit status does not tell this run's verdict; None if it does."""
        if self.error is None:
            return self.overtaken_by
        remedy = f". {self.error.remedy}" if self.error.remedy else ""
        return f"the commit status was not written: {self.error.reason}{remedy}"

    def begin(self) -> None:
        """`pending`, so that an older verdict does not stand while this run looks."""
        since = self._now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        try:
            self._mine = self._statuses.post_status(
                self._commit, self._context, "pending", f"looking since {since}", self._url
            )
        except NotPublished as error:
            self.error = error
        self._begun = True

    def overtaken(self) -> bool:
        """Whether another run began after this one or ended since, even if that is all it did."""
        if self._mine is None:
            return False
        found = self._statuses.statuses(self._commit, self._mine, self._mine)
        return not self._is_ours(found[0]) or self._ended_since(found)

    def conclude(self, report: Report) -> None:
        """The one final status, unless another run has begun since."""
        self._conclude(STATES[report.verdict], sentence(report))

    def fail(self, why: str) -> None:
        """Nothing was judged, or the run was stopped, maybe while it wrote a status."""
        if not self._begun:
            self.begin()
        self._conclude("error", why)

    def _conclude(self, state: str, description: str) -> None:
        if self._mine is None:
            return
        try:
            self._write_final(self._mine, state, description[:MOST])
        except NotPublished as error:
            self.error = error
        self._mine = None  # not if the run was stopped: `fail` concludes it then

    def _write_final(self, mine: Status, state: str, description: str) -> None:
        stopped = bool(self._sent)
        found = self._statuses.statuses(self._commit, mine, mine)
        if not self._is_ours(found[0]):
            self.overtaken_by = OvertakenBy.LATER_RUN
            return
        if state != "error" and self._ended_since(found):
            self.overtaken_by = OvertakenBy.ENDED_RUN
            state, description = "error", _AGAIN
        final = self._write_behind(found[0], state, description)
        if final is None:
            self.overtaken_by = OvertakenBy.LATER_RUN
        elif stopped or state != "error":  # an error holds the release, whatever lies behind it
            self._confirm(mine, final)

    def _confirm(self, mine: Status, final: Status) -> None:
        """Looks once more: whether `final` is to stay."""
        try:
            found = self._statuses.statuses(self._commit, mine, final)
        except NotPublished:
            self._write_behind(final, "error", _UNSEEN)
            raise
        newest, ids = found[0], [status.id for status in found]
        if final.state == "error":  # and what was being written when the run was stopped?
            if self._is_ours(newest) and newest.state != "error":
                self._write_behind(newest, "error", final.description or "")
            return
        between = found[ids.index(final.id) + 1 : ids.index(mine.id)]
        if all(self._is_ours(status) for status in between):
            return
        if self._is_ours(newest):
            self.overtaken_by = OvertakenBy.ENDED_RUN
            self._write_behind(newest, "error", _AGAIN)
        else:
            self.overtaken_by = OvertakenBy.LATER_RUN

    def _write_behind(self, newest: Status, state: str, description: str) -> Status | None:
        self._sent.append((state, description))
        return self._statuses.conclude(self._commit, newest, state, description)

    def _ended_since(self, found: Sequence[Status]) -> bool:
        ids = [status.id for status in found]
        before = found[ids.index(self._mine.id) + 1 :] if self._mine else ()
        return _ended_since(self._began, before)

    def _is_ours(self, status: Status) -> bool:
        if self._mine is not None and status.id == self._mine.id:
            return True
        said = (status.state, status.description)
        return status.target_url == self._url and said in self._sent
