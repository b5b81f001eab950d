"""What the fake GitHub remembers: accounts, commits, pull requests, comments with their edit histories, runs, secrets."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Callable
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
    approvals: list[tuple[list[str], str, Account]] = field(default_factory=list)


@dataclass(eq=False)
class Team:
    organization: str
    slug: str
    members: dict[str, str] = field(default_factory=dict)  # login → active | pending


@dataclass(eq=False)
class Repository:
    """A repository; the methods are what people and GitHub itself do to it."""

    full_name: str
    id: int
    owner: Account
    now: Callable[[], datetime]
    account: Callable[[str | Account | None], Account | None]
    ids: itertools.count[int]
    private: bool = False
    default_branch: str = "main"
    commits: dict[str, Commit] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)  # the commit each tag leads to
    annotated: dict[str, str] = field(default_factory=dict)  # tag → sha of its tag object
    issues: dict[int, Issue] = field(default_factory=dict)  # pull requests too
    statuses: dict[str, list[Status]] = field(default_factory=dict)
    check_runs: dict[str, list[CheckRun]] = field(default_factory=dict)
    runs: dict[int, Run] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, datetime] = field(default_factory=dict)
    organization_secrets: dict[str, datetime] | None = field(default_factory=dict)  # None: the owner is a user
    environments: dict[str, dict[str, datetime]] = field(default_factory=dict)
    issues_enabled: bool = True
    pulls_lag: int = 0  # how often commits/{sha}/pulls still answers with nothing

    @property
    def comments(self) -> dict[int, Comment]:
        return {comment.id: comment for issue in self.issues.values() for comment in issue.comments}

    def resolve(self, ref: str) -> str | None:
        """A branch, tag, full or short commit, as the API takes them."""
        ref = ref.removeprefix("refs/heads/").removeprefix("refs/tags/")
        if ref == "HEAD":
            ref = self.default_branch
        known = self.branches.get(ref) or self.tags.get(ref)
        return known or next((sha for sha in self.commits if len(ref) >= 7 and sha.startswith(ref)), None)

    def commit(
        self,
        branch: str,
        files: dict[str, str | bytes | None] | None = None,
        *,
        author: str | Account | None = "octo-dev",
        committer: str | Account | None = None,
        parents: tuple[str, ...] | None = None,
        message: str = "Change something",
        links: frozenset[str] = frozenset(),
    ) -> str:
        """A commit on a branch, which is made from the default branch if it is new. None deletes a file."""
        before = self.branches.get(branch) or self.branches.get(self.default_branch)
        tree = dict(self.commits[before].files) if before else {}
        for path, text in (files or {}).items():
            if text is None:
                tree.pop(path, None)
            else:
                tree[path] = text.encode() if isinstance(text, str) else text
        sha = hashlib.sha1(f"{self.full_name} {next(self.ids)}".encode(), usedforsecurity=False).hexdigest()
        by = self.account(author)
        above = parents if parents is not None else ((before,) if before else ())
        who = self.account(committer) or by
        self.commits[sha] = Commit(sha, tree, above, by, who, message, self.now(), links)
        self.branches[branch] = sha
        for pull in self.pulls():
            if pull.head_ref == branch and pull.open and pull.head != sha:
                pull.head = sha
                pull.commits.append(sha)
        return sha

    def force_push(self, branch: str, user: str, files: dict[str, str | bytes | None] | None = None) -> str:
        pull = next(pull for pull in self.pulls() if pull.head_ref == branch and pull.open)
        base = self.branches[pull.base_ref]
        self.branches[branch] = base
        pull.commits.clear()
        pull.force_pushes.append((self.account(user), self.now()))
        return self.commit(branch, files, author=user)

    def pulls(self) -> list[Pull]:
        return [issue for issue in self.issues.values() if isinstance(issue, Pull)]

    def open_issue(
        self, author: str | Account | None, title: str, body: str = "", labels: list[str] | None = None
    ) -> Issue:
        now = self.now()
        issue = Issue(
            id=next(self.ids), author=self.account(author), body=body, created_at=now, updated_at=now,
            number=len(self.issues) + 1, title=title, labels=labels or [],
        )  # fmt: skip
        self.issues[issue.number] = issue
        return issue

    def open_pull(
        self,
        author: str | Account | None = "octo-dev",
        *,
        head: str = "release/1.4",
        base: str = "main",
        title: str = "Release 1.4",
        body: str = "",
        labels: list[str] | None = None,
        files: dict[str, str | bytes | None] | None = None,
        fork: bool = False,
    ) -> Pull:
        if files is not None or head not in self.branches:
            self.commit(head, files or {"CHANGES.md": title}, author=author)
        now, sha = self.now(), self.branches[head]
        pull = Pull(
            id=next(self.ids), author=self.account(author), body=body, created_at=now, updated_at=now,
            number=len(self.issues) + 1, title=title, labels=labels or [],
            head=sha, head_ref=head, base_ref=base, fork=fork, commits=[sha],
        )  # fmt: skip
        self.issues[pull.number] = pull
        return pull

    def merge(self, pull: Pull, method: str = "squash", by: str | Account | None = "octo-lead") -> str:
        """The commit that GitHub makes of it on the base branch."""
        files: dict[str, str | bytes | None] = dict(self.commits[pull.head].files)
        base = self.branches[pull.base_ref]
        parents = (base, pull.head) if method == "merge" else (base,)
        pull.merged_at, pull.open = self.now(), False
        pull.merge_commit = self.commit(
            pull.base_ref,
            files,
            author=pull.author,
            committer=by,
            parents=parents,
            message=f"{pull.title} (#{pull.number})",
        )
        return pull.merge_commit

    def tag(self, name: str, sha: str, *, annotated: bool = False) -> str:
        """What GITHUB_SHA would not be for an annotated tag: the object the ref points to."""
        self.tags[name] = sha
        if annotated:
            self.annotated[name] = hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()
        return self.annotated.get(name, sha)

    def comment(self, number: int, user: str | Account | None, body: str, *, via_app: bool = False) -> Comment:
        now = self.now()
        comment = Comment(
            id=next(self.ids), author=self.account(user), body=body, created_at=now, updated_at=now,
            via_app=via_app, number=number,
        )  # fmt: skip
        self.issues[number].comments.append(comment)
        return comment

    def delete_comment(self, comment: Comment) -> None:
        self.issues[comment.number].comments.remove(comment)

    def review(
        self, pull: Pull, user: str | Account | None, state: str = "APPROVED", *, commit: str | None = None
    ) -> Review:
        review = Review(next(self.ids), self.account(user), state, commit or pull.head, self.now())
        pull.reviews.append(review)
        return review

    def status(
        self, sha: str, context: str, state: str, *, by: str | Account | None = None,
        description: str | None = None, target_url: str | None = None,
    ) -> Status:  # fmt: skip
        status = Status(next(self.ids), context, state, description, target_url, self.account(by), self.now())
        self.statuses.setdefault(sha, []).append(status)
        return status

    def check_run(
        self,
        sha: str,
        name: str,
        conclusion: str | None = "success",
        *,
        app: str = "github-actions",
        run_id: int | None = None,
    ) -> CheckRun:
        status = "in_progress" if conclusion is None else "completed"
        check = CheckRun(next(self.ids), name, status, conclusion, app, run_id, self.now())
        self.check_runs.setdefault(sha, []).append(check)
        return check

    def run(
        self,
        sha: str,
        path: str = ".github/workflows/ci.yml",
        *,
        event: str = "push",
        branch: str | None = "main",
        jobs: list[tuple[str, str | None, list[tuple[str, str | None]]]] | None = None,
        fork: bool = False,
    ) -> Run:
        """A workflow run; every job of it is a check run of the commit too."""
        run = Run(next(self.ids), path, event, branch, sha, self.now(), jobs or [], fork=fork)
        self.runs[run.id] = run
        for name, conclusion, _ in run.jobs:
            self.check_run(sha, name, conclusion, run_id=run.id)
        return run

    def ancestors(self, sha: str) -> list[str]:
        """The commit and everything it contains, nearest first."""
        seen: dict[str, None] = {}
        queue = [sha]
        while queue:
            here = queue.pop(0)
            if here not in seen:
                seen[here] = None
                queue.extend(self.commits[here].parents)
        return list(seen)


def ticked(body: str, box: str, *, on: bool = True) -> str:
    """The text with the box whose line contains `box` ticked."""
    lines = body.split("\n")
    for index, line in enumerate(lines):
        if box in line and re.match(r"\s*[-*+] \[[ xX]\]", line):
            lines[index] = re.sub(r"\[[ xX]\]", "[x]" if on else "[ ]", line, count=1)
            return "\n".join(lines)
    raise LookupError(f"no box with {box!r}")
