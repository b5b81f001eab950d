"""Records of what people did on GitHub: comments, revisions, reviews, approvals.

They are not judged here: who may sign, and what counts, is decided in signoffs/. An actor that is
None is a deleted account.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

_COMMENT_NUMBER = re.compile(r"#issuecomment-([0-9]{1,19})\Z")


class Actor(Struct, frozen=True, kw_only=True):
    """An account. People are compared by `id`; only `kind` "User" can be a person."""

    login: str  # of a bot: with the "[bot]" ending that the REST API gives it
    id: int | None
    kind: str  # User | Bot | Organization | Mannequin | EnterpriseUserAccount

    @property
    def person(self) -> bool:
        """May be a person: a user whose id is known."""
        return self.kind == "User" and self.id is not None


class Revision(Struct, frozen=True, kw_only=True):
    """One state of a text. `text` is None if it was blanked, or is an old comment's first state."""

    editor: Actor | None
    at: datetime
    text: str | None
    by_gate: bool = False  # written by the identity this run writes with


class History(Struct, frozen=True, kw_only=True):
    """The states of a text, oldest first, its creation included. `complete`: none is missing."""

    revisions: tuple[Revision, ...]
    complete: bool = True


class Comment(Struct, frozen=True, kw_only=True):
    """A comment on the pull request or the ticket."""

    id: int
    node: str  # GraphQL id, for minimising
    author: Actor | None
    text: str
    created_at: datetime
    edited_at: datetime | None  # when its text was last changed; None: never
    minimized: bool
    own: bool  # written by the identity this run writes with
    history: History
    # performed_via_github_app; None: not asked for, as it is for every `/checklist` command
    via_app: bool | None = None
    url: str | None = None


class Review(Struct, frozen=True, kw_only=True):
    """A review of the pull request. `commit` is None if GitHub no longer has it."""

    author: Actor | None
    state: str  # APPROVED | CHANGES_REQUESTED | COMMENTED | DISMISSED | PENDING
    commit: str | None
    at: datetime | None


class Commit(Struct, frozen=True, kw_only=True):
    """A commit of the pull request. `authors` includes co-authors; None has no account."""

    sha: str
    authors: tuple[Actor | None, ...]
    committer: Actor | None
    at: datetime


class PullRequest(Struct, frozen=True, kw_only=True):
    """The release PR with everything people said on it."""

    number: int
    title: str
    body: str
    author: Actor | None
    state: str  # OPEN | CLOSED | MERGED
    draft: bool
    head: str  # commit
    head_ref: str
    base_ref: str
    labels: tuple[str, ...]
    merged: bool
    merge_commit: str | None  # only if merged: before that GitHub keeps a test merge there
    created_at: datetime
    history: History  # of the body
    reviews: tuple[Review, ...]
    comments: tuple[Comment, ...]
    commits: tuple[Commit, ...]
    commits_complete: bool  # False: there are more than were read
    pushers: tuple[Actor | None, ...]  # who force-pushed the head, oldest first


class Ticket(Struct, frozen=True, kw_only=True):
    """The release ticket: an issue of the same repository."""

    number: int
    title: str
    body: str
    author: Actor | None
    state: str  # OPEN | CLOSED
    created_at: datetime
    history: History  # of the body
    comments: tuple[Comment, ...]


class Tree(Struct, frozen=True, kw_only=True):
    """The files and folders of a commit that were asked for."""

    commit: str
    tip: Commit | None = None  # the commit itself; None: not asked for
    # By context, the address in its newest status; None: not asked for, or not shown to the token.
    addresses: Mapping[str, str | None] | None = None
    files: Mapping[str, bytes | None]  # None: there is no such file
    # The names directly in each folder, those of folders with `/`; none if it does not exist.
    folders: Mapping[str, tuple[str, ...]]


class Records(Struct, frozen=True, kw_only=True):
    """The answer to the one query of a run."""

    repository_id: int
    default_branch: str
    pull_request: PullRequest | None
    ticket: Ticket | None
    trusted: Tree | None  # tip of the trusted base; None: there is no such branch


class PullRef(Struct, frozen=True, kw_only=True):
    """A pull request that GitHub associates with a commit."""

    number: int
    head: str
    head_ref: str
    base_ref: str
    labels: tuple[str, ...]
    merged: bool
    merge_commit: str | None  # only if merged
    author: Actor | None
    body: str = ""


class Approval(Struct, frozen=True, kw_only=True):
    """A reviewer's answer for environments of this run. GitHub does not say when it was given."""

    environments: tuple[str, ...]
    state: str  # approved | rejected | pending
    user: Actor | None


class Permission(StrEnum):
    """What a person may do in the repository. Declared strongest first."""

    ADMIN = "admin"
    MAINTAIN = "maintain"
    WRITE = "write"
    TRIAGE = "triage"
    READ = "read"
    NONE = "none"

    def covers(self, other: Permission) -> bool:
        """Whether it is at least as strong."""
        order = list(Permission)
        return order.index(self) <= order.index(other)


class Status(Struct, frozen=True, kw_only=True):
    """A commit status as GitHub keeps it."""

    id: int
    context: str
    state: str  # error | failure | pending | success
    description: str | None
    created_at: datetime
    creator: Actor | None
    target_url: str | None


class Deployment(Struct, frozen=True, kw_only=True):
    """A deployment of a commit to an environment, in any state."""

    id: int
    commit: str
    environment: str  # GitHub ignores upper and lower case in its name
    at: datetime  # when it was begun


class DeploymentState(Struct, frozen=True, kw_only=True):
    """One state of a deployment."""

    id: int
    state: str  # error | failure | inactive | in_progress | queued | pending | success
    at: datetime


class Issue(Struct, frozen=True, kw_only=True):
    """An issue this run wrote or may write to."""

    number: int
    title: str
    body: str
    open: bool
    own: bool  # written by the identity this run writes with


class Posted(Struct, frozen=True, kw_only=True):
    """A comment that was written."""

    id: int
    node: str
    url: str


def comment_number(address: str) -> int | None:
    """The number that the REST API gives a comment, which ends its address; None without one."""
    found = _COMMENT_NUMBER.search(address)
    return int(found[1]) if found else None
