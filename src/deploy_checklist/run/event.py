"""The events of GitHub Actions, and what each of them gates. No other module names an event.

A new event is one entry of EVENTS, and a reader where no other event's fits. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ..checklist.model import Phase
from ..errors import Unusable
from ..settings import Inputs, RunContext
from .model import Stage, Target

_DEPENDABOT = "dependabot[bot]"
_GITHUBS_OWN = "web-flow"  # committer of the commits that GitHub itself makes of pull requests
_QUEUE = re.compile(r"refs/heads/gh-readonly-queue/.+/pr-(\d+)-[0-9a-f]{7,64}")
_STAGES = {Phase.BEFORE: Stage.GATE, Phase.DEPLOY: Stage.DEPLOY, Phase.AFTER: Stage.AFTER}

# Takes the run's own commit as a target, the webhook's payload, and the input `commit`.
Reader = Callable[[Target, Mapping[str, Any], str | None], Target]


class EventKind(Struct, frozen=True, kw_only=True):
    """What is known of an event before any run of it."""

    read: Reader
    on_branch: bool = False  # if GITHUB_REF is a branch, it holds the run's commit
    secrets_for_forks: bool = True  # else also a token that only reads
    is_queue: bool = False  # a merge queue's: the pull request's own runs keep its comment
    may_lag: bool = False  # GitHub may not know yet which pull request it made the commit of


class Event(Struct, frozen=True, kw_only=True):
    """What started this run."""

    name: str
    kind: EventKind
    target: Target  # as far as the event alone can tell
    environment: str | None  # that the input or the event names
    read_only: bool  # a fork's or Dependabot's: without secrets, and with a token that only reads
    lagging: bool  # GitHub itself made the commit, and may not know yet of which pull request
    sha: str | None  # the run's own commit
    branch: str | None  # that holds `sha`; None: not known
    default_branch: str | None  # as the payload tells it

    def branch_of(self, commit: str | None) -> str | None:
        """The branch that is known to hold the commit; None for every commit but the run's own."""
        return self.branch if commit == self.sha else None


def read_event(inputs: Inputs, context: RunContext, payload: Mapping[str, Any]) -> Event:
    """The event of this run. Raises Unusable for one that gates nothing."""
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
    committer = (payload.get("head_commit") or {}).get("committer") or {}
    return Event(
        name=name,
        kind=kind,
        target=target,
        environment=inputs.environment or target.environment,
        read_only=from_outside and not kind.secrets_for_forks,
        lagging=kind.may_lag and committer.get("username") == _GITHUBS_OWN,
        sha=context.github_sha,
        branch=_branch(context.github_ref) if kind.on_branch and not target.re_run else None,
        default_branch=(payload.get("repository") or {}).get("default_branch"),
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
    Raises Unusable for an event that gates nothing.
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
    return kind.read(run_target, payload, commit)


def _refused(event: str | None) -> Unusable:
    events = ", ".join(sorted(EVENTS))
    reason = "GITHUB_EVENT_NAME is not set: not in GitHub Actions"
    if event:
        reason = f"the event `{event}` says nothing of a release"
    return Unusable(
        reason, hint=f"start the gate on one of {events}; on a laptop run `deploy-checklist check`"
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
    pull = payload["pull_request"]
    head, base = pull["head"], pull["base"]
    merged = bool(pull.get("merged"))
    repo, base_repo = head.get("repo"), base.get("repo")
    same_repository = repo and base_repo and repo.get("id") == base_repo.get("id")
    return _of_pull_request(
        run_target,
        stage=Stage.GATE if merged else Stage.REVIEW,
        commit=commit or (pull.get("merge_commit_sha") if merged else head["sha"]),
        pull_request=pull["number"],
        is_head=commit is None and not merged,
        base=base["ref"],
        from_fork=not same_repository,  # a deleted fork has no repo
        head_ref=head.get("ref"),
        labels=tuple(label["name"] for label in pull.get("labels") or ()),
    )


def _comment(run_target: Target, payload: Mapping[str, Any], commit: str | None) -> Target:
    """On a pull request its head or merge, to be read; on an issue the default branch's tip."""
    issue = payload["issue"]
    if run_target.phase is not Phase.BEFORE:
        return run_target
    if issue.get("pull_request"):
        number = issue["number"]
        return _of_pull_request(run_target, stage=Stage.REVIEW, commit=commit, pull_request=number)
    return replace(run_target, ticket=issue["number"], tag=None)


def _merge_group(run_target: Target, payload: Mapping[str, Any], commit: str | None) -> Target:
    """The commit that a merge queue made of a pull request, which its branch names."""
    group = payload["merge_group"]
    found = _QUEUE.fullmatch(group.get("head_ref") or "")
    return _of_pull_request(
        run_target,
        stage=Stage.REVIEW,
        commit=group["head_sha"],
        pull_request=int(found[1]) if found else None,
        base=(group.get("base_ref") or "").removeprefix("refs/heads/") or None,
    )


def _workflow_run(run_target: Target, payload: Mapping[str, Any], commit: str | None) -> Target:
    """The commit that CI ran on."""
    return replace(run_target, commit=commit or payload["workflow_run"]["head_sha"])


def _deployment(run_target: Target, payload: Mapping[str, Any], commit: str | None) -> Target:
    """The deployment's commit, and its environment."""
    deployment = payload["deployment"]
    environment = deployment.get("environment")
    return replace(run_target, commit=commit or deployment["sha"], environment=environment)


EVENTS: dict[str, EventKind] = {
    "create": EventKind(read=_run_commit),
    "deployment": EventKind(read=_deployment),
    "deployment_status": EventKind(read=_deployment),
    "issue_comment": EventKind(read=_comment, on_branch=True),
    "merge_group": EventKind(read=_merge_group, is_queue=True),
    "pull_request": EventKind(read=_pull_request, secrets_for_forks=False),
    "pull_request_review": EventKind(read=_pull_request, secrets_for_forks=False),
    "pull_request_target": EventKind(read=_pull_request),
    "push": EventKind(read=_run_commit, on_branch=True, may_lag=True),
    "release": EventKind(read=_run_commit),
    "repository_dispatch": EventKind(read=_run_commit, on_branch=True),
    "schedule": EventKind(read=_run_commit, on_branch=True),
    "workflow_dispatch": EventKind(read=_run_commit, on_branch=True),
    "workflow_run": EventKind(read=_workflow_run),
}
