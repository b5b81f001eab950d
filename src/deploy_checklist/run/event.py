"""The events of GitHub Actions, and what each of them gates. No other module names an event.

A new event is one entry of EVENTS, and a reader where no other event's fits. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ..checklist.model import Phase
from ..data_formats.shapes import WrongShape, shaped
from ..errors import Unusable
from ..settings import Inputs, RunContext
from .model import Stage, Target
from .payload import (
    AnyPayload,
    CommentPayload,
    DeploymentPayload,
    MergeGroupPayload,
    PullPayload,
    PushPayload,
    WorkflowRunPayload,
)

_DEPENDABOT = "dependabot[bot]"
_GITHUBS_OWN = "web-flow"  # committer of the commits that GitHub itself makes of pull requests
_QUEUE = re.compile(r"refs/heads/gh-readonly-queue/.+/pr-(\d+)-[0-9a-f]{7,64}")
_STAGES = {Phase.BEFORE: Stage.GATE, Phase.DEPLOY: Stage.DEPLOY, Phase.AFTER: Stage.AFTER}

PAYLOAD_HINT = "GitHub's runner writes this file; check whether an earlier step changes it"

# Takes the run's own commit as a target, the webhook's payload, and the input `commit`.
Reader = Callable[[Target, Mapping[str, Any], str | None], Target]


class EventKind(Struct, frozen=True, kw_only=True):
    """What is known of an event before any run of it."""

    read: Reader
    on_branch: bool = False  # if GITHUB_REF is a branch, it holds the run's commit
    secrets_for_forks: bool = True  # else also a token that only reads
    is_queue: bool = False  # a merge queue's: the pull request's own runs keep its comment
    runs_merge: bool = False  # its workflow is that of GitHub's merge of the pull request
    beside_strangers: bool = False  # its workflow is a branch's, its files may be a stranger's
    may_lag: bool = False  # GitHub may not know yet which pull request it made the commit of


class Event(Struct, frozen=True, kw_only=True):
    """What started this run."""

    name: str
    kind: EventKind
    target: Target  # as far as the event alone shows it
    environment: str | None  # that the input or the event names
    read_only: bool  # a fork's or Dependabot's: without secrets, and with a token that only reads
    lagging: bool  # GitHub itself made the commit, and may not know yet of which pull request
    sha: str | None  # the run's own commit
    branch: str | None  # that holds `sha`; None: not known
    default_branch: str | None  # as the payload says it

    def branch_of(self, commit: str | None) -> str | None:
        """The branch that is known to hold the commit; None for every commit but the run's own."""
        return self.branch if commit == self.sha else None


def read_event(inputs: Inputs, context: RunContext, payload: Mapping[str, Any]) -> Event:
    """The event of this run. Raises Unusable for one that gates nothing, or of another shape."""
    target = target_of(
        context.github_event_name,
        payload,
        phase=Phase(inputs.phase),
        sha=context.github_sha,
        ref=context.github_ref,
        attempt=context.github_run_attempt,
        commit=inputs.commit,
    )
    name = context.github_event_name or ""
    kind = EVENTS[name]
    from_outside = target.from_fork or context.github_actor == _DEPENDABOT
    with _named(name):
        repository = shaped(payload, AnyPayload).repository
        lagging = kind.may_lag and _by_github(payload)
    return Event(
        name=name,
        kind=kind,
        target=target,
        environment=inputs.environment or target.environment,
        read_only=from_outside and not kind.secrets_for_forks,
        lagging=lagging,
        sha=context.github_sha,
        branch=_branch(context.github_ref) if kind.on_branch and not target.re_run else None,
        default_branch=repository.default_branch if repository else None,
    )


def target_of(
    event: str | None,
    payload: Mapping[str, Any],
    *,
    phase: Phase,
    sha: str | None,
    ref: str | None,
    attempt: int = 1,
    commit: str | None = None,
) -> Target:
    """Decides from a webhook payload of the published shape.

    `sha` and `ref` are the run's (GITHUB_SHA, GITHUB_REF): an annotated tag is known by `sha`,
    never by the payload's `after`, which is the tag object. `commit` is the input.
    Raises Unusable for an event that gates nothing, or whose payload has another shape.
    """
    kind = EVENTS.get(event or "")
    if kind is None:
        raise _refused(event)
    run_target = Target(
        stage=_STAGES[phase],
        phase=phase,
        commit=commit or sha,
        pull_request=None,
        ticket=None,
        tag=ref.removeprefix("refs/tags/") if ref and ref.startswith("refs/tags/") else None,
        environment=None,
        base=None,
        from_fork=False,
        re_run=attempt > 1,
        finds_pull_request=True,
    )
    with _named(event):
        return kind.read(run_target, payload, commit)


@contextmanager
def _named(event: str | None) -> Iterator[None]:
    """Names the event whose payload has another shape."""
    try:
        yield
    except WrongShape as wrong:
        raise Unusable(
            f"the payload of `{event}` (GITHUB_EVENT_PATH): {wrong}",
            hint=PAYLOAD_HINT,
        ) from None


def _by_github(payload: Mapping[str, Any]) -> bool:
    """Whether GitHub itself made the commit that was pushed."""
    commit = shaped(payload, PushPayload).head_commit
    return commit is not None and commit.committer.username == _GITHUBS_OWN


def _refused(event: str | None) -> Unusable:
    events = ", ".join(sorted(EVENTS))
    reason = "GITHUB_EVENT_NAME is not set, so this is not GitHub Actions"
    if event:
        reason = f"the event `{event}` is not about a release"
    return Unusable(
        reason,
        hint=f"start the gate on one of {events}, or run `deploy-checklist check` on a laptop",
    )


def _branch(ref: str | None) -> str | None:
    return ref.removeprefix("refs/heads/") if ref and ref.startswith("refs/heads/") else None


def _of_pull_request(run_target: Target, **changes: object) -> Target:
    """A target for which no other pull request is looked for."""
    return replace(run_target, tag=None, finds_pull_request=False, **changes)


def _run_commit(run_target: Target, payload: Mapping[str, Any], commit: str | None) -> Target:
    """The commit of the run itself, or the one that the input names."""
    return run_target


def _pull_request(run_target: Target, payload: Mapping[str, Any], commit: str | None) -> Target:
    """The pull request's head; once merged, the commit GitHub made of it (before: a test merge).

    In another phase it deploys a preview: the run's own commit.
    """
    if run_target.phase is not Phase.BEFORE:
        return run_target
    read = shaped(payload, PullPayload)
    pull = read.pull_request
    return _of_pull_request(
        run_target,
        stage=Stage.GATE if pull.merged else Stage.REVIEW,
        commit=commit or (pull.merge_commit_sha if pull.merged else pull.head.sha),
        pull_request=pull.number,
        is_head=commit is None and not pull.merged,
        head_before=read.before,
        base=pull.base.ref,
        from_fork=pull.head.repo != pull.base.repo,
        head_ref=pull.head.ref,
        labels=tuple(label.name for label in pull.labels),
    )


def _comment(run_target: Target, payload: Mapping[str, Any], commit: str | None) -> Target:
    """On a pull request its head or merge, to be read; on an issue the default branch's tip."""
    issue = shaped(payload, CommentPayload).issue
    if run_target.phase is not Phase.BEFORE:
        return run_target
    if issue.pull_request is not None:
        return _of_pull_request(
            run_target, stage=Stage.REVIEW, commit=commit, pull_request=issue.number
        )
    return replace(run_target, ticket=issue.number, tag=None)


def _merge_group(run_target: Target, payload: Mapping[str, Any], commit: str | None) -> Target:
    """The commit that a merge queue made of a pull request, which its branch names."""
    group = shaped(payload, MergeGroupPayload).merge_group
    found = _QUEUE.fullmatch(group.head_ref)
    return _of_pull_request(
        run_target,
        stage=Stage.REVIEW,
        commit=group.head_sha,
        pull_request=int(found[1]) if found else None,
        base=group.base_ref.removeprefix("refs/heads/"),
    )


def _workflow_run(run_target: Target, payload: Mapping[str, Any], commit: str | None) -> Target:
    """The commit that CI ran on."""
    return replace(
        run_target, commit=commit or shaped(payload, WorkflowRunPayload).workflow_run.head_sha
    )


def _deployment(run_target: Target, payload: Mapping[str, Any], commit: str | None) -> Target:
    """The deployment's commit, and its environment."""
    deployment = shaped(payload, DeploymentPayload).deployment
    return replace(run_target, commit=commit or deployment.sha, environment=deployment.environment)


EVENTS: dict[str, EventKind] = {
    "create": EventKind(read=_run_commit),
    "deployment": EventKind(read=_deployment),
    "deployment_status": EventKind(read=_deployment),
    "issue_comment": EventKind(read=_comment, on_branch=True),
    "merge_group": EventKind(read=_merge_group, is_queue=True),
    "pull_request": EventKind(read=_pull_request, secrets_for_forks=False, runs_merge=True),
    "pull_request_review": EventKind(read=_pull_request, secrets_for_forks=False, runs_merge=True),
    "pull_request_target": EventKind(read=_pull_request, beside_strangers=True),
    "push": EventKind(read=_run_commit, on_branch=True, may_lag=True),
    "release": EventKind(read=_run_commit),
    "repository_dispatch": EventKind(read=_run_commit, on_branch=True),
    "schedule": EventKind(read=_run_commit, on_branch=True),
    "workflow_dispatch": EventKind(read=_run_commit, on_branch=True),
    "workflow_run": EventKind(read=_workflow_run),
}
