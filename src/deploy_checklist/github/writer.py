"""Everything that is written to GitHub. A failure is NotPublished; nothing is posted twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec.structs import replace

from ..outcome import Unobservable
from ..world.ports import NotPublished
from .client import PAGE, TRIES, Client
from .decode import decoded, unexpected
from .failures import Cause, RequestFailure, RequestPurpose
from .graphql_pages import all_nodes
from .graphql_shapes import IssuesAnswer, OwnIssueNode, PagedNodes
from .model import Issue, Posted, Status
from .query import OWN_ISSUES
from .records import as_status
from .rest_shapes import RestComment, RestContexts, RestIssue, RestPosted, RestStatus

if TYPE_CHECKING:
    from github.Repository import Repository

T = TypeVar("T")

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
        need = self._client.need("the gate's comment", "pull-requests: write")
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
        need = self._client.need("the gate's comment", "pull-requests: write")
        path = self._client.at("issues", "comments", comment)

        def patch(repository: Repository) -> RestPosted:
            return _sent(repository, "PATCH", path, {"body": text}, RestPosted, need)

        with _publishing(need):
            return _posted(self._client.change(patch, need))

    def minimize(self, node: str) -> None:
        """Folds a comment away as outdated."""
        need = self._client.need("the gate's older comment", "pull-requests: write")
        try:
            self._client.graphql(_MINIMIZE, {"node": node}, writes=True)
        except RequestFailure as failure:
            raise need.not_published(failure) from None

    # Statuses

    def addresses(self, commit: str) -> Mapping[str, str | None]:
        """By context, the address in the newest status of the commit."""
        need = self._client.need("the statuses of the commit", "statuses: write")
        with _publishing(need):
            path = self._client.at("commits", commit, "status")
            newest = self._client.pages(path, need, RestContexts)
            return {each.context: each.target_url for each in newest}

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

    def conclude(
        self, commit: str, mine: Status, state: str, description: str, *, behind: int
    ) -> Status | None:
        """A status in the context of our own `mine`, with its address.

        `behind`: the newest status there. None if another run's status was found behind it, after
        a failure that left it open whether ours was written.
        """
        body = {
            "context": mine.context,
            "state": state,
            "description": description,
            "target_url": mine.target_url,
        }

        def landed() -> Status | None:
            found = self._newest_status(commit, mine.context)
            return found if found is not None and found.id != behind else None

        posted = self._posted_status(commit, body, landed)
        return posted if _has(posted, body) else None

    def statuses(self, commit: str, mine: Status, last: Status) -> Sequence[Status]:
        """The statuses of our context, newest first: every one behind `mine`, `mine` itself, and
        those among the hundred of the commit, of whatever context, that were posted before it.

        `last` is the one that we wrote last. A list without it is out of date, and is asked for
        again.
        """
        for attempt in count(1):
            found = self._listed_statuses(commit, mine)
            if {mine.id, last.id} <= {status.id for status in found}:
                return found
            if attempt == TRIES:
                raise self._status_need(mine.context).not_published(RequestFailure(Cause.GARBLED))
            self._client.back_off(attempt)
        raise AssertionError("count() does not end")

    def _listed_statuses(self, commit: str, mine: Status) -> list[Status]:
        need = self._status_need(mine.context)
        found: dict[int, Status] = {}  # what is posted meanwhile moves others to the next page
        after_mine = 0
        with _publishing(need):
            path = self._client.at("commits", commit, "statuses")
            listed = self._client.pages(path, need, list[RestStatus])
            for entry in listed:  # newest first
                if entry.context == mine.context:
                    found.setdefault(entry.id, as_status(entry))
                after_mine += mine.id in found
                if after_mine > PAGE:
                    break
        return list(found.values())

    def _posted_status(
        self, commit: str, body: Mapping[str, Any], landed: Callable[[], Status | None]
    ) -> Status:
        need = self._status_need(body["context"])
        path = self._client.at("statuses", commit)

        def post(repository: Repository) -> Status:
            # `Commit.create_status` would ask for the commit first.
            posted = as_status(_sent(repository, "POST", path, body, RestStatus, need))
            if posted.context != body["context"]:
                raise unexpected(need, "`context`: expected the one that was sent")
            return posted

        with _publishing(need):
            return self._client.create(post, need, landed=landed)

    def _newest_status(self, commit: str, context: str) -> Status | None:
        need = self._status_need(context)
        with _publishing(need):
            path = self._client.at("commits", commit, "statuses")
            listed = self._client.pages(path, need, list[RestStatus])  # newest first
            return next((as_status(each) for each in listed if each.context == context), None)

    def _status_need(self, context: str) -> RequestPurpose:
        full = f"GitHub accepts at most 1,000 statuses {context} for one commit"
        need = self._client.need(f"the status {context}", "statuses: write")
        return replace(need, refusal=(full, "make a new commit"))

    # Issues

    def issues(self, label: str) -> Sequence[Issue]:
        """Open and closed issues with that label, newest first."""
        need = self._client.need("the issues", "issues: write")
        owner, _, name = self._client.repository.partition("/")

        def page(after: str | None) -> PagedNodes[OwnIssueNode]:
            variables = {"owner": owner, "name": name, "label": label, "after": after}
            data = self._client.query(OWN_ISSUES, variables, need)
            repository = decoded(data, IssuesAnswer, need).repository
            if repository is None:
                raise need.not_shown()
            return repository.issues

        with _publishing(need):
            return tuple(map(_issue, all_nodes(page(None), page, "issues", need)))

    def create_issue(self, title: str, body: str, label: str) -> int:
        """The number of a new issue with one label."""
        need = self._client.need("a follow-up issue", "issues: write")
        path = self._client.at("issues")
        new = {"title": title, "body": body, "labels": [label]}

        def post(repository: Repository) -> int:
            return _sent(repository, "POST", path, new, RestIssue, need).number

        def landed() -> int | None:
            for issue in self.issues(label):
                if issue.own and issue.open and _same_issue(issue, title, body):
                    return issue.number
            return None

        with _publishing(need):
            return self._client.create(post, need, landed=landed)

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


def _same_issue(issue: Issue, title: str, body: str) -> bool:
    return issue.title == title and _same_text(issue.body, body)


def _newest(found: Iterator[RestComment]) -> RestComment | None:
    return max(found, key=lambda entry: entry.id, default=None)


def _posted(comment: RestPosted) -> Posted:
    return Posted(id=comment.id, node=comment.node_id, url=comment.html_url)


def _has(status: Status, body: Mapping[str, Any]) -> bool:
    return all(getattr(status, key) == value for key, value in body.items())


def _issue(issue: OwnIssueNode) -> Issue:
    return Issue(
        number=issue.number,
        title=issue.title,
        body=issue.body,
        open=issue.state == "OPEN",
        own=issue.viewer_did_author,
    )
