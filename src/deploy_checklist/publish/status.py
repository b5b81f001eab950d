"""The commit status, which is the gate: `pending` first, then exactly one final."""

from __future__ import annotations

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
_LOOKING = "looking"


class Statuses(Protocol):
    """Where statuses are written. What cannot be written is NotPublished."""

    def post_status(
        self, commit: str, context: str, state: str, description: str, target_url: str | None
    ) -> Status: ...

    def newest_status(self, commit: str, context: str) -> Status | None: ...

    def conclude(
        self, commit: str, mine: Status, state: str, description: str
    ) -> Status | None: ...


def context(environment: str | None, phase: str, *, review: bool) -> str:
    """The name that a ruleset requires: `deploy-checklist/production`, and its neighbours for other
    moments.
    """
    parts = ["deploy-checklist", *([environment] if environment else [])]
    if phase == "after":
        return "/".join((*parts, "after"))
    if review:
        return "/".join((*parts, "review"))
    return "/".join(parts) if environment else "deploy-checklist/release"


class GateStatus:
    """One run's status on one commit. `trouble` says why it could not be written."""

    def __init__(self, statuses: Statuses, commit: str, context: str, url: str | None) -> None:
        self._statuses = statuses
        self._commit = commit
        self._context = context
        self._url = url
        self._mine: Status | None = None
        self.trouble: NotPublished | None = None

    def begin(self) -> None:
        """`pending`, before anything is looked at: an older verdict must not stand while this run
        looks.
        """
        try:
            self._mine = self._statuses.post_status(
                self._commit, self._context, "pending", _LOOKING, self._url
            )
        except NotPublished as trouble:
            self.trouble = trouble

    def overtaken(self) -> bool:
        """Another run began to look after this one, even if it found nothing to write."""
        if self._mine is None:
            return False
        newest = self._statuses.newest_status(self._commit, self._context)
        return newest is not None and newest.id != self._mine.id

    def conclude(self, report: Report) -> None:
        """The one final status, unless another run has begun since."""
        self._conclude(STATES[report.verdict], sentence(report))

    def fail(self, why: str) -> None:
        """Nothing was judged."""
        self._conclude("error", why)

    def _conclude(self, state: str, description: str) -> None:
        if self._mine is None:
            return
        mine, self._mine = self._mine, None
        try:
            self._statuses.conclude(self._commit, mine, state, description[:MOST])
        except NotPublished as trouble:
            self.trouble = trouble
