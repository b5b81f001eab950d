"""What the fake GitHub remembers: accounts, commits, pull requests, comments and their edits, runs, secrets."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

ROLES = ("admin", "maintain", "write", "triage", "read", "none")


@dataclass(eq=False)
class Account:
    login: str  # as GraphQL has it: a bot without "[bot]"
    id: int
    kind: str = "User"  # User | Bot | Organization

    @property
    def rest_login(self) -> str:
        return f"{self.login}[bot]" if self.kind == "Bot" else self.login


@dataclass(eq=False)
class Edit:
    """One revision of a text."""

    editor: Account | None
    at: datetime
    text: str | None
    deleted_by: Account | None = None
    deleted_at: datetime | None = None


@dataclass(eq=False)
class Text:
    """Something people write and edit: a comment, the body of a pull request or issue."""

    id: int
    author: Account | None
    body: str
    created_at: datetime
    updated_at: datetime
    edits: list[Edit] = field(default_factory=list)  # oldest first; empty until the first edit
    minimized: bool = False
    via_app: bool = False

    @property
    def node(self) -> str:
        return f"{type(self).__name__[0]}_{self.id}"

    @property
    def edited_at(self) -> datetime | None:
        return self.edits[-1].at if self.edits else None

    def revise(self, editor: Account | None, text: str, now: datetime) -> None:
        if not self.edits:
            self.edits.append(Edit(self.author, self.created_at, self.body))
        self.edits.append(Edit(editor, now, text))
        self.body, self.updated_at = text, now

    def blank(self, index: int, by: Account, now: datetime) -> None:
        """Somebody deletes what a revision held; its editor and time stay visible."""
        edit = self.edits[index]
        edit.text, edit.deleted_by, edit.deleted_at = None, by, now


@dataclass(eq=False, kw_only=True)
class Comment(Text):
    number: int


@dataclass(eq=False, kw_only=True)
class Issue(Text):
    number: int
    title: str
    open: bool = True
    labels: list[str] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    locked: bool = False


@dataclass(eq=False, kw_only=True)
class Pull(Issue):
    head: str
    head_ref: str
    base_ref: str
    fork: bool = False
    head_repository_deleted: bool = False
    draft: bool = False
    merge_commit: str | None = None
    merged_at: datetime | None = None
    reviews: list[Review] = field(default_factory=list)
    commits: list[str] = field(default_factory=list)
    force_pushes: list[tuple[Account | None, datetime]] = field(default_factory=list)

    @property
    def merged(self) -> bool:
        return self.merged_at is not None


@dataclass(eq=False)
class Review:
    id: int
    author: Account | None
    state: str
    commit: str | None
    at: datetime
    body: str = ""


@dataclass(eq=False)
class Commit:
    sha: str
    files: dict[str, bytes]
    parents: tuple[str, ...]
    author: Account | None
    committer: Account | None
    message: str
    at: datetime
    links: frozenset[str] = frozenset()  # paths that are symbolic links


@dataclass(eq=False)
class Status:
    id: int
    context: str
    state: str
    description: str | None
    target_url: str | None
    creator: Account | None
    at: datetime


@dataclass(eq=False)
class CheckRun:
    id: int
    name: str
    status: str
    conclusion: str | None
    app: str
    run_id: int | None
    at: datetime


@dataclass(eq=False)
class Run:
    """A workflow run with its jobs: [(name, conclusion or None, [(step, conclusion or None)])]."""

    id: int
    path: str
    event: str
    branch: str | None
    sha: str
    at: datetime
    jobs: list[tuple[str, str | None, list[tuple[str, str | None]]]]
    attempt: int = 1
    fork: bool = False
    waiting: tuple[str, ...] = ()  # jobs that no runner has taken yet
    approvals: list[tuple[list[str], str, Account]] = field(default_factory=list)


@dataclass(eq=False)
class Team:
    organization: str
    slug: str
    members: dict[str, str] = field(default_factory=dict)  # login → active | pending


def ticked(body: str, box: str, *, on: bool = True) -> str:
    """The text with the box whose line contains `box` ticked."""
    lines = body.split("\n")
    for index, line in enumerate(lines):
        if box in line and re.match(r"\s*[-*+] \[[ xX]\]", line):
            lines[index] = re.sub(r"\[[ xX]\]", "[x]" if on else "[ ]", line, count=1)
            return "\n".join(lines)
    raise LookupError(f"no box with {box!r}")
