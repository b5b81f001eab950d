"""From the event to the Target: which commit is gated, for which pull request, at which moment. One pure decision."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from ..checklist.model import Phase
from ..errors import Unusable
from ..frozen import frozen, replace


class Moment(StrEnum):
    """The three moments on GitHub, and what comes after them."""

    REVIEW = "review"  # a pull request or a merge group
    GATE = "gate"  # a commit of a trusted branch: the status that release tags require
    DEPLOY = "deploy"  # the job that owns the environment
    AFTER = "after"


@frozen
class Target:
    """What this run gates, as far as the event alone can tell. GitHub is asked for what is None."""

    moment: Moment
    phase: Phase
    commit: str | None  # None: the head of `pull_request`, which must be read
    pull_request: int | None  # None: the merged one that brought `commit`, if there is one
    ticket: int | None  # an issue on which somebody spoke
    tag: str | None
    environment: str | None  # that a deployment names
    base: str | None  # branch that a pull request wants to go to
    from_fork: bool
    re_run: bool  # everything is read live, and values are withheld
    starts_release: bool  # pushes, tags, dispatches, deploys: the run's actor is no independent reviewer
    finds_pull_request: bool  # ask which pull request brought the commit


_PULL = frozenset({"pull_request", "pull_request_target", "pull_request_review"})
_COMMIT = frozenset({"push", "release", "create", "workflow_dispatch", "repository_dispatch", "schedule"})
_QUEUE = re.compile(r"refs/heads/gh-readonly-queue/.+/pr-(\d+)-[0-9a-f]{7,64}")
SUPPORTED = tuple(
    sorted(_PULL | _COMMIT | {"issue_comment", "workflow_run", "merge_group", "deployment", "deployment_status"})
)


def target(
    event: str | None,
    payload: Mapping[str, Any],
    *,
    phase: Phase,
    sha: str | None,
    ref: str | None,
    attempt: int = 1,
    commit: str | None = None,
) -> Target:
    """Decides from a webhook payload of the published shape. `sha` and `ref` are the run's (GITHUB_SHA, GITHUB_REF).

    An annotated tag is known by `sha`, never by the payload's `after`, which is the tag object. `commit` is the input.
    Raises Unusable for an event that gates nothing.
    """
    plain = Target(
        moment=_moment(phase),
        phase=phase,
        commit=commit or sha,
        pull_request=None,
        ticket=None,
        tag=_tag(ref),
        environment=None,
        base=None,
        from_fork=False,
        re_run=attempt > 1,
        starts_release=True,
        finds_pull_request=True,
    )
    if event in _PULL and phase is Phase.BEFORE:
        return _of_pull_request(plain, payload, commit)
    if event == "issue_comment":
        return _of_comment(plain, payload, commit)
    if event == "workflow_run":
        return replace(plain, commit=commit or payload["workflow_run"]["head_sha"], starts_release=False)
    if event == "merge_group":
        return _of_queue(plain, payload)
    if event in ("deployment", "deployment_status"):
        deployment = payload["deployment"]
        return replace(plain, commit=commit or deployment["sha"], environment=deployment.get("environment"))
    if event in _COMMIT or event in _PULL:
        return plain
    raise Unusable(
        f"the event `{event}` says nothing of a release"
        if event
        else "GITHUB_EVENT_NAME is not set: not in GitHub Actions",
        hint=f"start the gate on one of {', '.join(SUPPORTED)}; on a laptop run `deploy-checklist check`",
    )


def _moment(phase: Phase) -> Moment:
    return {Phase.DEPLOY: Moment.DEPLOY, Phase.AFTER: Moment.AFTER}.get(phase, Moment.GATE)


def _tag(ref: str | None) -> str | None:
    return ref.removeprefix("refs/tags/") if ref and ref.startswith("refs/tags/") else None


def _of_pull_request(plain: Target, payload: Mapping[str, Any], commit: str | None) -> Target:
    """The pull request's head; once merged, the commit that GitHub made of it (before that it is a test merge)."""
    pull = payload["pull_request"]
    head, base = pull["head"], pull["base"]
    merged = bool(pull.get("merged"))
    own = head.get("repo") and base.get("repo") and head["repo"].get("id") == base["repo"].get("id")
    return replace(
        plain,
        moment=Moment.GATE if merged else Moment.REVIEW,
        commit=commit or (pull.get("merge_commit_sha") if merged else head["sha"]),
        pull_request=pull["number"],
        tag=None,
        base=base["ref"],
        from_fork=not own,  # a deleted fork has no repo
        starts_release=False,
        finds_pull_request=False,
    )


def _of_comment(plain: Target, payload: Mapping[str, Any], commit: str | None) -> Target:
    """On a pull request: its head, or its merge, both of which must be read. On an issue: the default branch's tip."""
    issue = payload["issue"]
    if plain.phase is not Phase.BEFORE:
        return replace(plain, starts_release=False)
    if issue.get("pull_request"):
        return replace(
            plain,
            moment=Moment.REVIEW,
            commit=commit,
            pull_request=issue["number"],
            tag=None,
            starts_release=False,
            finds_pull_request=False,
        )
    return replace(plain, ticket=issue["number"], tag=None, starts_release=False)


def _of_queue(plain: Target, payload: Mapping[str, Any]) -> Target:
    group = payload["merge_group"]
    found = _QUEUE.fullmatch(group.get("head_ref") or "")
    return replace(
        plain,
        moment=Moment.REVIEW,
        commit=group["head_sha"],
        pull_request=int(found[1]) if found else None,
        tag=None,
        base=(group.get("base_ref") or "").removeprefix("refs/heads/") or None,
        starts_release=False,
        finds_pull_request=False,
    )
