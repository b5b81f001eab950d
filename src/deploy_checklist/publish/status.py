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


class Statuses(Protocol):
    """Where statuses are written. What cannot be written is NotPublished."""

    def post_status(
        self, commit: str, context: str, state: str, description: str, target_url: str | None
    ) -> Status: ...

    def newest_status(self, commit: str, context: str) -> Status | None: ...

    def conclude(
        self, commit: str, mine: Status, state: str, description: str
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


class GateStatus:
    """One run's status on one commit. `error` says why it could not be written."""

    def __init__(self, statuses: Statuses, commit: str, context: str, url: str | None) -> None:
        self._statuses = statuses
        self._commit = commit
        self._context = context
        self._url = url
        self._mine: Status | None = None
        self.error: NotPublished | None = None

    def begin(self) -> None:
        """`pending`, so that an older verdict does not stand while this run looks."""
        try:
            self._mine = self._statuses.post_status(
                self._commit, self._context, "pending", "looking", self._url
            )
        except NotPublished as error:
            self.error = error

    def overtaken(self) -> bool:
        """Whether another run began to look after this one, even if it wrote nothing else."""
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
        except NotPublished as error:
            self.error = error
