"""What is read of the answers of GitHub's REST API.

A field that GitHub's description leaves out or makes null has a default or None here; without the
description's other fields an answer is refused. Some fields are needed although they may be left
out: their content would have blocked a release.
"""

from __future__ import annotations

from typing import Generic, TypeVar

from msgspec import Struct, field

from ..data_formats.shapes import Moment
from .model import Permission

T = TypeVar("T")


class RestPage(Struct, Generic[T], frozen=True, kw_only=True):
    """A page of a list that says how many elements all pages have together."""

    total_count: int
    elements: list[T]


class RestAccount(Struct, frozen=True, kw_only=True):
    login: str
    id: int
    type: str


class RestName(Struct, frozen=True, kw_only=True):
    name: str


# Pull requests, issues, comments


class RestHead(Struct, frozen=True, kw_only=True):
    sha: str
    ref: str


class RestBase(Struct, frozen=True, kw_only=True):
    ref: str


class RestPull(Struct, frozen=True, kw_only=True):
    number: int
    head: RestHead
    base: RestBase
    labels: list[RestName]
    merged_at: Moment | None
    merge_commit_sha: str | None
    user: RestAccount | None
    body: str | None = None


class RestPosted(Struct, frozen=True, kw_only=True):
    """A comment that was written."""

    id: int
    node_id: str
    html_url: str


class RestComment(RestPosted, frozen=True, kw_only=True):
    user: RestAccount | None
    # Needed: without it a command of an app would count as one of the user it acts for.
    performed_via_github_app: dict[str, object] | None
    body: str = ""


class RestIssue(Struct, frozen=True, kw_only=True):
    number: int


# Commits


class RestStatus(Struct, frozen=True, kw_only=True):
    id: int
    context: str
    state: str
    description: str | None
    created_at: Moment
    target_url: str | None
    creator: RestAccount | None


class RestContext(Struct, frozen=True, kw_only=True):
    """The newest status of a context."""

    context: str
    state: str
    target_url: str | None


class RestContexts(RestPage[RestContext], frozen=True, kw_only=True):
    elements: list[RestContext] = field(name="statuses")


class RestDeployment(Struct, frozen=True, kw_only=True):
    id: int
    sha: str
    environment: str
    created_at: Moment


class RestDeploymentStatus(Struct, frozen=True, kw_only=True):
    id: int
    state: str
    created_at: Moment


class RestApp(Struct, frozen=True, kw_only=True):
    slug: str | None = None


class RestCheckRun(Struct, frozen=True, kw_only=True):
    name: str
    status: str
    conclusion: str | None
    details_url: str | None
    app: RestApp | None


class RestCheckRuns(RestPage[RestCheckRun], frozen=True, kw_only=True):
    elements: list[RestCheckRun] = field(name="check_runs")


class RestChange(Struct, frozen=True, kw_only=True):
    filename: str
    status: str
    previous_filename: str | None = None

    def __post_init__(self) -> None:
        if self.status == "renamed" and self.previous_filename is None:
            raise ValueError("expected a text in `previous_filename` of a renamed file")


class RestComparison(Struct, frozen=True, kw_only=True):
    status: str


class RestChanges(RestComparison, frozen=True, kw_only=True):
    files: list[RestChange]


class RestCommit(Struct, frozen=True, kw_only=True):
    sha: str


class RestRef(Struct, frozen=True, kw_only=True):
    ref: str  # "refs/tags/v2.4.0"


class RestRelease(Struct, frozen=True, kw_only=True):
    tag_name: str
    draft: bool
    prerelease: bool


class RestTag(Struct, frozen=True, kw_only=True):
    name: str
    commit: RestCommit


# Files


class RestObject(Struct, frozen=True, kw_only=True):
    type: str  # file | symlink | submodule | dir


class RestFile(Struct, frozen=True, kw_only=True):
    encoding: str
    content: str
    sha: str


class RestBlob(Struct, frozen=True, kw_only=True):
    encoding: str
    content: str


class RestTreeEntry(Struct, frozen=True, kw_only=True):
    path: str
    mode: str
    type: str  # blob | tree | commit
    sha: str
    size: int | None = None

    def __post_init__(self) -> None:
        if self.type == "blob" and self.size is None:
            raise ValueError("expected a number in `size` of a file")


class RestTree(Struct, frozen=True, kw_only=True):
    truncated: bool
    tree: list[RestTreeEntry]


# Actions


class RestRun(Struct, frozen=True, kw_only=True):
    id: int
    path: str
    event: str
    head_branch: str | None
    run_started_at: Moment  # needed: of runs of the same workflow the newest counts


class RestRuns(RestPage[RestRun], frozen=True, kw_only=True):
    elements: list[RestRun] = field(name="workflow_runs")


class RestStep(Struct, frozen=True, kw_only=True):
    name: str
    number: int
    status: str
    conclusion: str | None


class RestJob(Struct, frozen=True, kw_only=True):
    name: str
    steps: list[RestStep]  # needed: a job without its steps would hide those that failed


class RestAttemptJob(Struct, frozen=True, kw_only=True):
    name: str
    status: str
    started_at: Moment
    runner_name: str | None


class RestAttemptJobs(RestPage[RestAttemptJob], frozen=True, kw_only=True):
    elements: list[RestAttemptJob] = field(name="jobs")


class RestJobs(RestPage[RestJob], frozen=True, kw_only=True):
    elements: list[RestJob] = field(name="jobs")


class RestApproval(Struct, frozen=True, kw_only=True):
    environments: list[RestName]
    state: str
    user: RestAccount


class RestSecret(Struct, frozen=True, kw_only=True):
    name: str
    updated_at: Moment


class RestSecrets(RestPage[RestSecret], frozen=True, kw_only=True):
    elements: list[RestSecret] = field(name="secrets")


class RestSecretNames(RestPage[RestName], frozen=True, kw_only=True):
    elements: list[RestName] = field(name="secrets")


class RestVariableNames(RestPage[RestName], frozen=True, kw_only=True):
    """Without their values, which GitHub sends beside the names."""

    elements: list[RestName] = field(name="variables")


# Roles


class RestRole(Struct, frozen=True, kw_only=True):
    role_name: str  # a custom role shows its own name; `permission` says which level that is
    permission: Permission


class RestMembership(Struct, frozen=True, kw_only=True):
    state: str
