"""Everything that is written to GitHub. A failure is NotPublished; nothing is posted twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from ..outcome import Unobservable
from ..world.ports import NotPublished
from .actors import from_rest, moment
from .client import Client, parsed
from .failures import RequestFailure, RequestPurpose
from .model import Issue, Posted, Status

if TYPE_CHECKING:
    from github.Repository import Repository

_MINIMIZE = """mutation($node: ID!) {
  minimizeComment(input: {subjectId: $node, classifier: OUTDATED}) { minimizedComment { isMinimized } }
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
            answer = self._client.read_if_there(
                self._client.at("issues", "comments", comment), need
            )
            return None if answer is None else str(answer["body"])

    def create_comment(self, number: int, text: str) -> Posted:
        """A new comment on a pull request or issue."""
        need = self._client.need(f"a comment on #{number}", "pull-requests: write")
        path = self._client.at("issues", number, "comments")

        def post(repository: Repository) -> Mapping[str, Any]:
            return repository.get_issue(number).create_comment(text).raw_data

        def landed() -> Mapping[str, Any] | None:
            return _last(
                comment
                for comment in self._client.pages(path, need)
                if _same_text(comment["body"], text)
            )

        with _publishing(need):
            return _posted(self._client.create(post, need, landed=landed))

    def update_comment(self, comment: int, text: str) -> Posted:
        """Another text for a comment of ours."""
        need = self._client.need("our comment", "pull-requests: write")
        path = self._client.at("issues", "comments", comment)

        def patch(repository: Repository) -> Mapping[str, Any]:
            """`IssueComment.edit` does not show the answer, which tells the comment's address."""
            return _sent(repository, "PATCH", path, {"body": text})

        with _publishing(need):
            return _posted(self._client.change(patch, need))

    def minimize(self, node: str) -> None:
        """Folds a comment away as outdated."""
        need = self._client.need("our older comment", "pull-requests: write")
        try:
            self._client.graphql(_MINIMIZE, {"node": node}, writes=True)
        except RequestFailure as trouble:
            raise need.not_published(trouble) from None

    # Statuses

    def newest_status(self, commit: str, context: str) -> Status | None:
        """The status of that context that counts; None if there is none yet."""
        found = self._newest(commit, context)
        with _publishing(self._status_need(context)):
            return None if found is None else _status(found)

    def post_status(
        self, commit: str, context: str, state: str, description: str, target_url: str | None
    ) -> Status:
        """A status, whatever is there: the `pending` a run begins with."""
        wanted = {
            "context": context,
            "state": state,
            "description": description,
            "target_url": target_url,
        }

        def landed() -> Mapping[str, Any] | None:
            newest = self._newest(commit, context)
            return newest if newest is not None and _says(newest, wanted) else None

        return self._posted_status(commit, wanted, landed)

    def conclude(self, commit: str, mine: Status, state: str, description: str) -> Status | None:
        """The final status in the place of our own `pending`; None if another run's status is newer
        and counts.
        """
        wanted = {
            "context": mine.context,
            "state": state,
            "description": description,
            "target_url": mine.target_url,
        }

        def replaced() -> Mapping[str, Any] | None:
            newest = self._newest(commit, mine.context)
            return newest if newest is not None and newest["id"] != mine.id else None

        newer = replaced()
        if newer is not None:
            return None
        posted = self._posted_status(commit, wanted, replaced)
        return posted if _same(posted, wanted) else None

    def _posted_status(
        self, commit: str, wanted: Mapping[str, Any], landed: Callable[[], Mapping[str, Any] | None]
    ) -> Status:
        need = self._status_need(wanted["context"])
        path = self._client.at("statuses", commit)

        def post(repository: Repository) -> Mapping[str, Any]:
            """`Commit.create_status` would ask for the commit first."""
            return _sent(repository, "POST", path, wanted)

        with _publishing(need):
            return _status(self._client.create(post, need, landed=landed))

    def _newest(self, commit: str, context: str) -> Mapping[str, Any] | None:
        need = self._status_need(context)
        with _publishing(need):
            listed = self._client.pages(
                self._client.at("commits", commit, "statuses"), need
            )  # newest first
            return next((status for status in listed if status["context"] == context), None)

    def _status_need(self, context: str) -> RequestPurpose:
        full = f"GitHub takes no more statuses {context} for this commit (1,000 at the most)"
        need = self._client.need(f"the status {context}", "statuses: write")
        return replace(need, refusal=(full, "make a new commit"))

    # Issues

    def issues(self, label: str) -> Sequence[Issue]:
        """Open and closed issues with that label, newest first."""
        need = self._client.need("the issues", "issues: write")
        with _publishing(need):
            listed = self._client.pages(
                self._client.at("issues"), need, {"labels": label, "state": "all"}
            )
            return tuple(_issue(issue) for issue in listed if "pull_request" not in issue)

    def create_issue(self, title: str, body: str, label: str) -> Issue:
        """A new issue with one label."""
        need = self._client.need("a follow-up issue", "issues: write")

        def post(repository: Repository) -> Mapping[str, Any]:
            return repository.create_issue(title, body, labels=[label]).raw_data

        def landed() -> Mapping[str, Any] | None:
            listed = self._client.read(
                self._client.at("issues"), need, {"labels": label, "state": "open"}
            )
            return _last(
                issue
                for issue in listed
                if _same_text(issue["body"] or "", body) and issue["title"] == title
            )

        with _publishing(need):
            return _issue(self._client.create(post, need, landed=landed))

    def close_issue(self, number: int) -> None:
        """Closes an issue as done."""
        need = self._client.need(f"issue #{number}", "issues: write")

        def patch(repository: Repository) -> None:
            repository.get_issue(number).edit(state="closed", state_reason="completed")

        with _publishing(need):
            self._client.change(patch, need)


@contextmanager
def _publishing(need: RequestPurpose) -> Iterator[None]:
    """A look that a write depends on fails as the write does."""
    try:
        with parsed(need):
            yield
    except Unobservable as failure:
        raise NotPublished(failure.reason, failure.remedy) from None


def _sent(
    repository: Repository, verb: str, path: str, body: Mapping[str, Any]
) -> Mapping[str, Any]:
    sent: Mapping[str, Any] = repository.requester.requestJsonAndCheck(verb, path, input=body)[1]
    return sent


def _same_text(there: str, written: str) -> bool:
    """White space aside: nothing promises that GitHub keeps it."""
    return there.split() == written.split()


def _last(found: Iterator[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    return max(found, key=lambda entry: int(entry["id"]), default=None)


def _posted(comment: Mapping[str, Any]) -> Posted:
    return Posted(id=comment["id"], node=comment["node_id"], url=comment["html_url"])


def _status(status: Mapping[str, Any]) -> Status:
    return Status(
        id=status["id"],
        context=status["context"],
        state=status["state"],
        description=status["description"],
        created_at=moment(status["created_at"]),
        creator=from_rest(status["creator"]),
        target_url=status["target_url"],
    )


def _says(status: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return all(status[key] == value for key, value in wanted.items())


def _same(status: Status, wanted: Mapping[str, Any]) -> bool:
    return all(getattr(status, key) == value for key, value in wanted.items())


def _issue(issue: Mapping[str, Any]) -> Issue:
    return Issue(
        number=issue["number"],
        title=issue["title"],
        body=issue["body"] or "",
        open=issue["state"] == "open",
        author=from_rest(issue["user"]),
    )
