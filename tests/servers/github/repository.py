"""A repository of the fake, and what people and GitHub itself do to it."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .state import Account, CheckRun, Comment, Commit, Issue, Pull, Review, Run, Status


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
    releases: dict[str, tuple[bool, bool]] = field(
        default_factory=dict
    )  # tag → a draft, a pre-release
    issues: dict[int, Issue] = field(default_factory=dict)  # pull requests too
    statuses: dict[str, list[Status]] = field(default_factory=dict)
    check_runs: dict[str, list[CheckRun]] = field(default_factory=dict)
    runs: dict[int, Run] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, datetime] = field(default_factory=dict)
    organization_secrets: dict[str, datetime] | None = field(
        default_factory=dict
    )  # None: the owner is a user
    environments: dict[str, dict[str, datetime]] = field(default_factory=dict)
    # By their numbers, as they are written; those of the organization have its name under `organization`.
    rulesets: dict[int, dict[str, Any]] = field(default_factory=dict)
    classic: dict[str, Any] = field(default_factory=dict)  # branch → its own protection
    # Environment → its protection: `protection_rules`, `deployment_branch_policy`.
    protected_environments: dict[str, dict[str, Any]] = field(default_factory=dict)
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
        return known or next(
            (sha for sha in self.commits if len(ref) >= 7 and sha.startswith(ref)), None
        )

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
        sha: str | None = None,
    ) -> str:
        """A commit on a branch, which is made from the default branch if it is new. None deletes a file.

        `sha` is the commit's name if a real repository has it, too.
        """
        before = self.branches.get(branch) or self.branches.get(self.default_branch)
        tree = dict(self.commits[before].files) if before else {}
        for path, text in (files or {}).items():
            if text is None:
                tree.pop(path, None)
            else:
                tree[path] = text.encode() if isinstance(text, str) else text
        made = hashlib.sha1(
            f"{self.full_name} {next(self.ids)}".encode(), usedforsecurity=False
        ).hexdigest()
        sha = sha or made
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

    def force_push(
        self, branch: str, user: str, files: dict[str, str | bytes | None] | None = None
    ) -> str:
        pull = next(pull for pull in self.pulls() if pull.head_ref == branch and pull.open)
        base = self.branches[pull.base_ref]
        self.branches[branch] = base
        pull.commits.clear()
        pull.force_pushes.append((self.account(user), self.now()))
        return self.commit(branch, files, author=user)

    def pulls(self) -> list[Pull]:
        return [issue for issue in self.issues.values() if isinstance(issue, Pull)]

    def open_issue(
        self,
        author: str | Account | None,
        title: str,
        body: str = "",
        labels: list[str] | None = None,
    ) -> Issue:
        now = self.now()
        issue = Issue(
            id=next(self.ids),
            author=self.account(author),
            body=body,
            created_at=now,
            updated_at=now,
            number=len(self.issues) + 1,
            title=title,
            labels=labels or [],
        )
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
            id=next(self.ids),
            author=self.account(author),
            body=body,
            created_at=now,
            updated_at=now,
            number=len(self.issues) + 1,
            title=title,
            labels=labels or [],
            head=sha,
            head_ref=head,
            base_ref=base,
            fork=fork,
            commits=[sha],
        )
        self.issues[pull.number] = pull
        return pull

    def merge(
        self,
        pull: Pull,
        method: str = "squash",
        by: str | Account | None = "octo-lead",
        *,
        sha: str | None = None,
    ) -> str:
        """The commit that GitHub makes of it on the base branch. `sha` as in `commit`."""
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
            sha=sha,
        )
        return pull.merge_commit

    def tag(self, name: str, sha: str, *, annotated: bool = False) -> str:
        """What GITHUB_SHA would not be for an annotated tag: the object the ref points to."""
        self.tags[name] = sha
        if annotated:
            self.annotated[name] = hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()
        return self.annotated.get(name, sha)

    def comment(
        self, number: int, user: str | Account | None, body: str, *, via_app: bool = False
    ) -> Comment:
        now = self.now()
        comment = Comment(
            id=next(self.ids),
            author=self.account(user),
            body=body,
            created_at=now,
            updated_at=now,
            via_app=via_app,
            number=number,
        )
        self.issues[number].comments.append(comment)
        return comment

    def delete_comment(self, comment: Comment) -> None:
        self.issues[comment.number].comments.remove(comment)

    def review(
        self,
        pull: Pull,
        user: str | Account | None,
        state: str = "APPROVED",
        *,
        commit: str | None = None,
    ) -> Review:
        review = Review(next(self.ids), self.account(user), state, commit or pull.head, self.now())
        pull.reviews.append(review)
        return review

    def status(
        self,
        sha: str,
        context: str,
        state: str,
        *,
        by: str | Account | None = None,
        description: str | None = None,
        target_url: str | None = None,
    ) -> Status:
        status = Status(
            next(self.ids), context, state, description, target_url, self.account(by), self.now()
        )
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
