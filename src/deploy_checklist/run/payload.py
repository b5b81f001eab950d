"""What is read of the payloads of GitHub's webhooks.

A field has a default here, or may be None, where GitHub's description leaves it out or makes it
null in one of the events that have it.
"""

from __future__ import annotations

from msgspec import Struct


class PayloadRepository(Struct, frozen=True, kw_only=True):
    default_branch: str


class AnyPayload(Struct, frozen=True, kw_only=True):
    repository: PayloadRepository | None = None


class PayloadCommitter(Struct, frozen=True, kw_only=True):
    username: str | None = None


class PayloadCommit(Struct, frozen=True, kw_only=True):
    committer: PayloadCommitter


class PushPayload(Struct, frozen=True, kw_only=True):
    head_commit: PayloadCommit | None = None  # None: a branch or a tag was deleted


class RepositoryId(Struct, frozen=True, kw_only=True):
    id: int


class PayloadHead(Struct, frozen=True, kw_only=True):
    sha: str
    ref: str
    repo: RepositoryId | None  # None: a fork that was deleted


class PayloadBase(Struct, frozen=True, kw_only=True):
    ref: str
    repo: RepositoryId


class PayloadLabel(Struct, frozen=True, kw_only=True):
    name: str


class PayloadPull(Struct, frozen=True, kw_only=True):
    number: int
    head: PayloadHead
    base: PayloadBase
    labels: list[PayloadLabel]
    merge_commit_sha: str | None = None  # the API's version 2026-03-10 drops it
    merged: bool = False  # a review's payload does not say


class PullPayload(Struct, frozen=True, kw_only=True):
    pull_request: PayloadPull
    before: str | None = None  # the head before the push that this event is about


class PayloadIssue(Struct, frozen=True, kw_only=True):
    number: int
    pull_request: dict[str, object] | None = None  # None: it is not a pull request


class CommentPayload(Struct, frozen=True, kw_only=True):
    issue: PayloadIssue


class PayloadGroup(Struct, frozen=True, kw_only=True):
    head_sha: str
    head_ref: str
    base_ref: str


class MergeGroupPayload(Struct, frozen=True, kw_only=True):
    merge_group: PayloadGroup


class PayloadRun(Struct, frozen=True, kw_only=True):
    head_sha: str


class WorkflowRunPayload(Struct, frozen=True, kw_only=True):
    workflow_run: PayloadRun


class PayloadDeployment(Struct, frozen=True, kw_only=True):
    sha: str
    environment: str


class DeploymentPayload(Struct, frozen=True, kw_only=True):
    deployment: PayloadDeployment
