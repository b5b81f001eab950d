"""What people said on a pull request or an issue: texts with their histories, comments, reviews."""

from __future__ import annotations

from typing import NamedTuple, TypeVar

from msgspec.structs import replace

from . import graphql_shapes as nodes
from . import model as raw
from .actors import from_graphql
from .client import Client
from .decode import decoded
from .failures import RequestPurpose
from .graphql_pages import all_nodes
from .query import COMMENTS, EDITS, REVIEWS, page_query
from .records import as_commit, as_review, as_revision, has_command, made_by_app
from .rest_shapes import RestComment

T = TypeVar("T")


class _Paged(NamedTuple):
    """The place of a connection with several pages: its node, the node's type, and the field."""

    node: str
    kind: str
    field: str
    selection: str


class ConversationReader:
    """Completes what one query began: it asks for further pages, and only where there are some."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def pull(self, node: nodes.PullNode, need: RequestPurpose) -> raw.PullRequest:
        """A pull request with everything people said on it."""
        commits = tuple(as_commit(entry.commit) for entry in node.commits.nodes)
        paged = _Paged(node.id, "PullRequest", "reviews", REVIEWS)
        reviews = self._all_nodes(node.reviews, nodes.ReviewNode, paged, need)
        # Before it is merged, GitHub keeps a test merge there.
        merge = node.merge_commit if node.merged else None
        return raw.PullRequest(
            number=node.number,
            title=node.title,
            body=node.body,
            author=from_graphql(node.author),
            state=node.state,
            draft=node.is_draft,
            head=node.head,
            head_ref=node.head_ref,
            base_ref=node.base_ref,
            labels=tuple(label.name for label in node.labels.nodes),
            merged=node.merged,
            merge_commit=merge.oid if merge else None,
            created_at=node.created_at,
            history=self._history(node, "PullRequest", None, need),
            reviews=tuple(as_review(entry) for entry in reviews),
            comments=self._comments_with_apps(node, "PullRequest", need),
            commits=commits,
            commits_complete=len(commits) < 100,
            pushers=tuple(from_graphql(event.actor) for event in node.force_pushes.nodes),
        )

    def ticket(self, node: nodes.IssueNode, need: RequestPurpose) -> raw.Ticket:
        """A ticket with everything people said on it."""
        return raw.Ticket(
            number=node.number,
            title=node.title,
            body=node.body,
            author=from_graphql(node.author),
            state=node.state,
            created_at=node.created_at,
            history=self._history(node, "Issue", None, need),
            comments=self._comments_with_apps(node, "Issue", need),
        )

    def _comments_with_apps(
        self, node: nodes.PullNode | nodes.IssueNode, kind: str, need: RequestPurpose
    ) -> tuple[raw.Comment, ...]:
        return self._with_apps(self.comments(node, kind, need), node.number, need)

    def comments(
        self,
        node: nodes.CommentedNode | nodes.PullNode | nodes.IssueNode,
        kind: str,
        need: RequestPurpose,
    ) -> tuple[raw.Comment, ...]:
        """All comments with their histories; `via_app` is not asked for."""
        paged = _Paged(node.id, kind, "comments", COMMENTS)
        entries = self._all_nodes(node.comments, nodes.CommentNode, paged, need)
        return tuple(self._comment(entry, need) for entry in entries)

    def _comment(self, node: nodes.CommentNode, need: RequestPurpose) -> raw.Comment:
        author = from_graphql(node.author)
        own = node.viewer_did_author
        return raw.Comment(
            id=node.database_id,
            node=node.id,
            author=author,
            text=node.body,
            created_at=node.created_at,
            edited_at=node.last_edited_at,
            minimized=node.is_minimized,
            own=own,
            history=self._history(node, "IssueComment", author if own else None, need),
            url=node.url,
        )

    def _history(
        self, node: nodes.TextNode, kind: str, us: raw.Actor | None, need: RequestPurpose
    ) -> raw.History:
        """The history of a text; `us` is the gate's identity, where the text is its own comment.

        Further pages are not read for other people's comments: their edits are never credited.
        """
        if node.last_edited_at is None:
            first = as_revision(node.author, node.created_at, node.body, us)
            return raw.History(revisions=(first,))
        edits = node.user_content_edits
        if edits is None:
            return raw.History(revisions=(), complete=False)
        entries, complete = edits.nodes, not edits.page_info.has_next_page
        if us is not None or kind != "IssueComment":
            paged = _Paged(node.id, kind, "userContentEdits", EDITS)
            entries = self._all_nodes(edits, nodes.EditNode, paged, need)
            complete = True
        revisions = tuple(
            as_revision(edit.editor, edit.edited_at, edit.diff, us) for edit in reversed(entries)
        )
        return raw.History(revisions=revisions, complete=complete)

    def _all_nodes(
        self, first: nodes.PagedNodes[T], shape: type[T], paged: _Paged, need: RequestPurpose
    ) -> list[T]:
        text = page_query(paged.kind, paged.field, paged.selection)

        def page(after: str | None) -> nodes.PagedNodes[T]:
            answer = self._client.query(text, {"ids": [paged.node], "after": after}, need)
            return decoded(answer, nodes.MorePages[shape], need).nodes[0].page  # type: ignore[valid-type]

        return all_nodes(first, page, paged.field, need)

    def _with_apps(
        self, comments: tuple[raw.Comment, ...], number: int, need: RequestPurpose
    ) -> tuple[raw.Comment, ...]:
        """The comments; those with commands say whether an app made them for a user.

        Only the REST API says that.
        """
        commands = [
            comment
            for comment in comments
            if comment.author is not None and has_command(comment.text)
        ]
        if not commands:
            return comments
        since = min(comment.created_at for comment in commands)
        path = self._client.at("issues", number, "comments")
        params = {"since": since.strftime("%Y-%m-%dT%H:%M:%SZ")}
        listed = self._client.pages(path, need, list[RestComment], params)
        apps = {entry.id: made_by_app(entry) for entry in listed}
        return tuple(
            replace(comment, via_app=apps.get(comment.id)) if comment in commands else comment
            for comment in comments
        )
