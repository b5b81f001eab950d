"""Whether a run goes back to a commit that was deployed before, through this gate, and replaced.

Only then is it judged as a rollback; else it is judged as any other run. Pure, but for the reader.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from ..github.model import Deployment, DeploymentState, Status
from ..outcome import Unobservable
from ..report.exceptions import exception_in
from ..report.model import Rollback
from ..settings import Inputs
from .model import Run, Stage
from .release_pr import is_trusted
from .trusted_rules import branch_of, trusted_rules

# The result for a run that asks for a rollback: one, why it is not one, or why that is unknown.
# None: it does not ask for one.
RollbackAnswer = Rollback | str | Unobservable | None

_MOST_UNREAD = 3  # if GitHub does not answer, the run stops trying
_INACTIVE = "inactive"  # what GitHub makes of an older deployment once a newer one succeeds


class PastReader(Protocol):
    """What GitHub knows about the past. Raises Unobservable if it does not answer."""

    def deployments(self, environment: str, commit: str | None = None) -> Iterable[Deployment]: ...

    def states(self, deployment: int) -> Sequence[DeploymentState]: ...

    def statuses(self, commit: str) -> Sequence[Status]: ...

    def contained(self, commit: str, other: str) -> bool: ...


class GatedCommit(Struct, frozen=True, kw_only=True):
    """The commit to go back to, and by what this gate's word on it is known."""

    commit: str
    environment: str
    status: str  # the name of the status that let it through: "deploy-checklist/production"
    poster: Callable[[], int]  # the id of the account that posts this gate's statuses
    # Whether a status with this address is another gate's, which had the same name.
    is_of_another_gate: Callable[[str | None], bool]


def why_not_allowed(run: Run, inputs: Inputs) -> str | None:
    """Why a run cannot be a rollback, whatever was deployed; None if it may be one.

    Raises Unobservable if GitHub did not say what the trusted branch's rules say.
    """
    if run.target.stage is Stage.REVIEW:
        return "a pull request was never deployed"
    if run.rules.environment is None:
        return "it names no environment"
    if run.unavailable is not None:
        raise run.unavailable
    if run.resolved is None:
        raise Unobservable(
            "GitHub was not contacted", "a rollback needs `github-token`, and not `offline`"
        )
    branch = branch_of(run.resolved)
    if not is_trusted(branch, run.resolved.records.default_branch, inputs.trusted_branches):
        return f"{branch} is not a trusted branch, so its rules cannot allow a rollback"
    rules = trusted_rules(run.resolved, run.rules, inputs)
    if rules is None or not rules.rollback:
        return f"the rules of {branch} do not say `rollback: true`"
    return None


def find_rollback(gated: GatedCommit, github: PastReader) -> Rollback | str:
    """The deployment to go back to, or why this is not a rollback.

    The commit was deployed to the environment with success, while the newest status of this gate on
    it was its own `success` and no exception; and since then a newer commit, one that contains it,
    was deployed there with success. Raises Unobservable if GitHub does not answer.
    """
    environment = gated.environment
    deployed = [
        each
        for each in github.deployments(environment, gated.commit)
        if each.commit == gated.commit
        and _is_to(each, environment)
        and _succeeded(github.states(each.id))
    ]
    if not deployed:
        return f"this commit was never deployed to {environment} successfully"
    statuses = [
        each
        for each in github.statuses(gated.commit)
        if each.context.casefold() == gated.status.casefold()  # as GitHub compares them
    ]
    let_through: list[tuple[Deployment, Status]] = []
    objections: list[str] = []
    for deployment in sorted(deployed, key=_age):
        found = _status_then(deployment.at, statuses, gated)
        if isinstance(found, Status):
            let_through.append((deployment, found))
        else:
            objections.append(found)
    if not let_through:
        return objections[-1]
    newer = _newer(let_through[0][0], gated, github)
    if newer is None:
        return f"no newer commit was deployed to {environment} since this one was"
    before = [each for each in let_through if _age(each[0]) < _age(newer)]
    deployment, status = before[-1]
    return Rollback(
        deployed_at=deployment.at,
        deployment=str(deployment.id),
        gate_run=(status.target_url or "").partition("#")[0] or None,
        newer=newer.commit,
    )


def _age(deployment: Deployment) -> tuple[datetime, int]:
    """By time, and of one second by number: GitHub's times have no fractions of a second."""
    return deployment.at, deployment.id


def _is_to(deployment: Deployment, environment: str) -> bool:
    return deployment.environment.casefold() == environment.casefold()


def _succeeded(states: Sequence[DeploymentState]) -> bool:
    """Whether a deployment ended in success. A newer one makes it inactive, which ends nothing."""
    said = [each for each in states if each.state != _INACTIVE]
    newest = max(said, key=lambda each: (each.at, each.id), default=None)
    return newest is not None and newest.state == "success"


def _status_then(at: datetime, statuses: Sequence[Status], gated: GatedCommit) -> Status | str:
    """This gate's own `success` that stood at that time, or why none did."""
    then = f"when this commit was deployed on {at:%Y-%m-%d}"
    posted = [each for each in statuses if each.created_at <= at]
    newest = max(posted, key=lambda each: (each.created_at, each.id), default=None)
    if newest is None:
        return f"{then}, the gate had not judged it"
    if newest.state != "success":
        return f"{then}, its status {gated.status} was `{newest.state}`"
    if newest.creator is None or newest.creator.id != gated.poster():
        return f"{then}, its status {gated.status} was posted by another account than this gate's"
    if gated.is_of_another_gate(newest.target_url):
        return f"{then}, its status {gated.status} was posted by another gate"
    exception = exception_in(newest.description)
    if exception is not None:
        return f"{then}, the release was not ready but {exception.value.replace('_', ' ')}"
    return newest


def _newer(first: Deployment, gated: GatedCommit, github: PastReader) -> Deployment | None:
    """A later deployment to the environment, with success, of a commit that contains this one.

    One that cannot be checked, because its commit is gone, does not count; the error is raised if
    there is no other.
    """
    contains: dict[str, bool] = {}
    unread: list[Unobservable] = []
    for each in github.deployments(gated.environment):
        other = each.commit
        is_later = _age(each) > _age(first) and _is_to(each, gated.environment)
        if other == gated.commit or not is_later or contains.get(other) is False:
            continue
        try:
            if not _succeeded(github.states(each.id)):
                continue
            if other not in contains:
                contains[other] = False  # unless GitHub says that it does
                contains[other] = github.contained(gated.commit, other)
            if contains[other]:
                return each
        except Unobservable as unavailable:
            unread.append(unavailable)
            if len(unread) == _MOST_UNREAD:
                break
    if unread:
        raise unread[0]
    return None
