"""Everything that is written to GitHub. A failure is NotPublished; nothing is posted twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec.structs import replace

from ..outcome import Unobservable
from ..world.ports import NotPublished
from .actors import from_rest
from .client import Client
from .decode import decoded
from .failures import RequestFailure, RequestPurpose
from .model import Issue, Posted, Status
from .rest_shapes import RestComment, RestIssue, RestPosted, RestStatus

if TYPE_CHECKING:
    from github.Repository import Repository

T = TypeVar("T")
Found = TypeVar("Found", RestComment, RestIssue)

_MINIMIZE = """mutation($node: ID!) {
  minimizeComment(input: {subjectId: $node, classifier: OUTDATED}) {
    minimizedComment { isMinimized }
  }
}"""


class Writer:
    """Comments, statuses and issues, written with the client's token."""

    def __init__(self, client: Client) -> None:
        self._client = client

    # Comments

    def comment_text(self, comment: int) -> str | None:
        """What a comment says now; None if it was deleted."""
        need = self._client.need("our comment", "pull-requests: write")
        with _publishing(need):
            path = self._client.at("issues", "comments", comment)
            answer = self._client.read_if_there(path, need)
            return None if answer is None else decoded(answer, RestComment, need).body

    def create_comment(self, number: int, text: str) -> Posted:
        """A new comment on a pull request or issue."""
        need = self._client.need(f"a comment on #{number}", "pull-requests: write")
        path = self._client.at("issues", number, "comments")

        def post(repository: Repository) -> RestPosted:
            return _sent(repository, "POST", path, {"body": text}, RestPosted, need)

        def landed() -> RestComment | None:
            listed = self._client.pages(path, need, list[RestComment])
            return _newest(entry for entry in listed if _same_text(entry.body, text))

        with _publishing(need):
            return _posted(self._client.create(post, need, landed=landed))

    def update_comment(self, comment: int, text: str) -> Posted:
        """Another text for a comment of ours."""
        need = self._client.need("our comment", "pull-requests: write")
        path = self._client.at("issues", "comments", comment)

        def patch(repository: Repository) -> RestPosted:
            return _sent(repository, "PATCH", path, {"body": text}, RestPosted, need)

        with _publishing(need):
            return _posted(self._client.change(patch, need))

    def minimize(self, node: str) -> None:
        """Folds a comment away as outdated."""
        need = self._client.need("our older comment", "pull-requests: write")
        try:
            self._client.graphql(_MINIMIZE, {"node": node}, writes=True)
        except RequestFailure as failure:
            raise need.not_published(failure) from None

    # Statuses

    def newest_status(self, commit: str, context: str) -> Status | None:
        """The newest status of that context, the one that counts; None if there is none."""
        return self._newest_status(commit, context)

    def post_status(
        self, commit: str, context: str, state: str, description: str, target_url: str | None
    ) -> Status:
        """A new status, whatever the commit has: the `pending` that a run begins with."""
        body = {
            "context": context,
            "state": state,
            "description": description,
            "target_url": target_url,
        }

        def landed() -> Status | None:
            newest = self._newest_status(commit, context)
            return newest if newest is not None and _has(newest, body) else None

        return self._posted_status(commit, body, landed)

    def conclude(self, commit: str, mine: Status, state: str, description: str) -> Status | None:
        """The final status, which replaces our own `pending`.

        None if another run's status is newer: that one counts.
        """
        body = {
            "context": mine.context,
            "state": state,
            "description": description,
            "target_url": mine.target_url,
        }

        def replaced() -> Status | None:
            newest = self._newest_status(commit, mine.context)
            return newest if newest is not None and newest.id != mine.id else None

        if replaced() is not None:
            return None
        posted = self._posted_status(commit, body, replaced)
        return posted if _has(posted, body) else None

    def _posted_status(
        self, commit: str, body: Mapping[str, Any], landed: Callable[[], Status | None]
    ) -> Status:
        need = self._status_need(body["context"])
        path = self._client.at("statuses", commit)

        def post(repository: Repository) -> Status:
            # `Commit.create_status` would ask for the commit first.
            return _status(_sent(repository, "POST", path, body, RestStatus, need))

        with _publishing(need):
            return self._client.create(post, need, landed=landed)

    def _newest_status(self, commit: str, context: str) -> Status | None:
        need = self._status_need(context)
        with _publishing(need):
            path = self._client.at("commits", commit, "statuses")
            listed = self._client.pages(path, need, list[RestStatus])  # newest first
            return next((_status(each) for each in listed if each.context == context), None)

    def _status_need(self, context: str) -> RequestPurpose:
        full = f"GitHub takes no more statuses {context} for this commit (1,000 at the most)"
        need = self._client.need(f"the status {context}", "statuses: write")
        return replace(need, refusal=(full, "make a new commit"))

    # Issues

    def issues(self, label: str) -> Sequence[Issue]:
        """Open and closed issues with that label, newest first."""
        need = self._client.need("the issues", "issues: write")
        with _publishing(need):
            params = {"labels": label, "state": "all"}
            listed = self._client.pages(self._client.at("issues"), need, list[RestIssue], params)
            return tuple(_issue(issue) for issue in listed if issue.pull_request is None)

    def create_issue(self, title: str, body: str, label: str) -> Issue:
        """A new issue with one label."""
        need = self._client.need("a follow-up issue", "issues: write")
        path = self._client.at("issues")
        new = {"title": title, "body": body, "labels": [label]}

        def post(repository: Repository) -> RestIssue:
            return _sent(repository, "POST", path, new, RestIssue, need)

        def landed() -> RestIssue | None:
            params = {"labels": label, "state": "open"}
            listed = decoded(self._client.read(path, need, params), list[RestIssue], need)
            return _newest(
                issue
                for issue in listed
                if _same_text(issue.body or "", body) and issue.title == title
            )

        with _publishing(need):
            return _issue(self._client.create(post, need, landed=landed))

    def close_issue(self, number: int) -> None:
        """Closes an issue as done."""
        need = self._client.need(f"issue #{number}", "issues: write")

        path = self._client.at("issues", number)
        closed = {"state": "closed", "state_reason": "completed"}

        def patch(repository: Repository) -> RestIssue:
            return _sent(repository, "PATCH", path, closed, RestIssue, need)

        with _publishing(need):
            self._client.change(patch, need)


@contextmanager
def _publishing(need: RequestPurpose) -> Iterator[None]:
    """A read that a write depends on fails as the write does: with NotPublished."""
    try:
        yield
    except Unobservable as failure:
        raise NotPublished(failure.reason, failure.remedy) from None


def _sent(
    repository: Repository,
    verb: str,
    path: str,
    body: Mapping[str, Any],
    shape: type[T],
    need: RequestPurpose,
) -> T:
    """What GitHub answers to a write. PyGithub's objects would lose a field of another shape."""
    answer = repository.requester.requestJsonAndCheck(verb, path, input=body)[1]
    return decoded(answer, shape, need)


def _same_text(one: str, other: str) -> bool:
    """White space is ignored: nothing promises that GitHub keeps it."""
    return one.split() == other.split()


def _newest(found: Iterator[Found]) -> Found | None:
    return max(found, key=lambda entry: entry.id, default=None)


def _posted(comment: RestPosted) -> Posted:
    return Posted(id=comment.id, node=comment.node_id, url=comment.html_url)


def _status(status: RestStatus) -> Status:
    return Status(
        id=status.id,
        context=status.context,
        state=status.state,
        description=status.description,
        created_at=status.created_at,
        creator=from_rest(status.creator),
        target_url=status.target_url,
    )


def _has(status: Status, body: Mapping[str, Any]) -> bool:
    return all(getattr(status, key) == value for key, value in body.items())


def _issue(issue: RestIssue) -> Issue:
    return Issue(
        number=issue.number,
        title=issue.title,
        body=issue.body or "",
        open=issue.state == "open",
        author=from_rest(issue.user),
    )
