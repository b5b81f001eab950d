"""What is read of the answers to the queries of `query.py`.

GitHub's schema lets most fields be null; here only those can be null that really are: an author
whose account was deleted, a text that was never edited.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Generic, TypeVar

from msgspec import Meta, Struct, defstruct, field

from ..data_formats.shapes import Moment
from .model import comment_number

T = TypeVar("T")


class PageInfo(Struct, frozen=True, kw_only=True, rename="camel"):
    has_next_page: bool
    end_cursor: str | None

    def __post_init__(self) -> None:
        if self.has_next_page and self.end_cursor is None:
            raise ValueError("expected a text in `endCursor`, because there is a next page")


class PagedNodes(Struct, Generic[T], frozen=True, kw_only=True, rename="camel"):
    """A connection of which all pages are read."""

    nodes: list[T]
    page_info: PageInfo


class Nodes(Struct, Generic[T], frozen=True, kw_only=True):
    """A connection of which only one page is read."""

    nodes: list[T]


# People


class AccountNode(Struct, frozen=True, kw_only=True, rename="camel"):
    kind: str = field(name="__typename")
    login: str
    database_id: int | None = None

    def __post_init__(self) -> None:
        if self.kind == "User" and self.database_id is None:
            raise ValueError("expected a number in `databaseId` of a user")


class GitActorNode(Struct, frozen=True, kw_only=True):
    user: AccountNode | None


# Texts and what was said


class EditNode(Struct, frozen=True, kw_only=True, rename="camel"):
    edited_at: Moment
    diff: str | None  # None: it was blanked
    editor: AccountNode | None


class TextNode(Struct, frozen=True, kw_only=True, rename="camel"):
    """A text with its history: a comment, or the body of a pull request or an issue."""

    id: str
    body: str
    created_at: Moment
    last_edited_at: Moment | None
    author: AccountNode | None
    user_content_edits: PagedNodes[EditNode] | None


class CommentNode(TextNode, frozen=True, kw_only=True, rename="camel"):
    is_minimized: bool
    viewer_did_author: bool
    url: str

    def __post_init__(self) -> None:
        if comment_number(self.url) is None:
            raise ValueError("expected a `url` that ends with the comment's number")

    @property
    def database_id(self) -> int:
        """The REST API's number. Its own field is an Int of GraphQL, which ends at 2,147,483,647,
        below the numbers of today's comments.
        """
        return comment_number(self.url) or 0


class CommitId(Struct, frozen=True, kw_only=True):
    oid: str


class ReviewNode(Struct, frozen=True, kw_only=True, rename="camel"):
    state: str
    submitted_at: Moment | None
    commit: CommitId | None
    author: AccountNode | None


class CommitNode(Struct, frozen=True, kw_only=True, rename="camel"):
    oid: str
    committed_date: Moment
    committer: GitActorNode | None
    authors: Nodes[GitActorNode]


class PullCommitNode(Struct, frozen=True, kw_only=True):
    commit: CommitNode


class ForcePushNode(Struct, frozen=True, kw_only=True):
    actor: AccountNode | None


class LabelNode(Struct, frozen=True, kw_only=True):
    name: str


class PullNode(TextNode, frozen=True, kw_only=True, rename="camel"):
    number: int
    title: str
    state: str
    is_draft: bool
    head: str = field(name="headRefOid")
    head_ref: str = field(name="headRefName")
    base_ref: str = field(name="baseRefName")
    merged: bool
    merge_commit: CommitId | None  # before it is merged: of a test merge
    labels: Nodes[LabelNode]
    reviews: PagedNodes[ReviewNode]
    comments: PagedNodes[CommentNode]
    commits: Nodes[PullCommitNode]
    force_pushes: Nodes[ForcePushNode] = field(name="timelineItems")


class CommentedNode(Struct, frozen=True, kw_only=True):
    """A pull request or an issue, of which only the comments were asked for."""

    id: str
    comments: PagedNodes[CommentNode]


class IssueNode(TextNode, frozen=True, kw_only=True, rename="camel"):
    number: int
    title: str
    state: str = field(name="issueState")
    comments: PagedNodes[CommentNode]


# Files and folders of a commit


class TagNode(Struct, frozen=True, kw_only=True, tag_field="__typename", tag="Tag"):
    """Nothing in it is read, nor in the next three."""


class SubmoduleNode(Struct, frozen=True, kw_only=True, tag_field="__typename", tag="Commit"):
    pass


class OtherBlobNode(Struct, frozen=True, kw_only=True, tag_field="__typename", tag="Blob"):
    pass


class OtherTreeNode(Struct, frozen=True, kw_only=True, tag_field="__typename", tag="Tree"):
    pass


class BlobNode(
    Struct, frozen=True, kw_only=True, rename="camel", tag_field="__typename", tag="Blob"
):
    is_truncated: bool
    text: str | None  # None: it is binary


FileObject = BlobNode | OtherTreeNode | TagNode | SubmoduleNode


class EntryNode(Struct, frozen=True, kw_only=True):
    name: str
    type: str  # blob | tree | commit


class FolderNode(Struct, frozen=True, kw_only=True, tag_field="__typename", tag="Tree"):
    entries: list[EntryNode]


class FileEntryNode(EntryNode, frozen=True, kw_only=True):
    object: FileObject | None  # None: a submodule, which is in another repository


class FilesNode(Struct, frozen=True, kw_only=True, tag_field="__typename", tag="Tree"):
    entries: list[FileEntryNode]


FolderObject = FolderNode | OtherBlobNode | TagNode | SubmoduleNode
FilesObject = FilesNode | OtherBlobNode | TagNode | SubmoduleNode


# Answers


class BranchNode(Struct, frozen=True, kw_only=True):
    target: CommitId


class NamedBranchNode(BranchNode, frozen=True, kw_only=True):
    name: str


class RepositoryNode(Struct, frozen=True, kw_only=True, rename="camel"):
    database_id: int
    default_branch: NamedBranchNode = field(name="defaultBranchRef")
    trusted: BranchNode | None  # None: not asked for, or there is no such branch
    pull_request: PullNode | None = None  # not asked for, or not shown
    issue: IssueNode | None = None


class ContextNode(Struct, frozen=True, kw_only=True, rename="camel"):
    """The newest status of a context."""

    context: str
    target_url: str | None


class StatusNode(Struct, frozen=True, kw_only=True):
    contexts: list[ContextNode]


class TipNode(CommitNode, frozen=True, kw_only=True, rename="camel"):
    """The commit that a run gates."""

    status: StatusNode | None = None  # not asked for, or it has none


class CommitRepositoryNode(Struct, frozen=True, kw_only=True):
    commit: TipNode | None


class CommentsRepositoryNode(Struct, frozen=True, kw_only=True):
    place: CommentedNode | None


class CommentsAnswer(Struct, frozen=True, kw_only=True):
    repository: CommentsRepositoryNode | None


class OwnIssueNode(Struct, frozen=True, kw_only=True, rename="camel"):
    number: int
    title: str
    body: str
    state: str
    viewer_did_author: bool


class IssuesRepositoryNode(Struct, frozen=True, kw_only=True):
    issues: PagedNodes[OwnIssueNode]


class IssuesAnswer(Struct, frozen=True, kw_only=True):
    repository: IssuesRepositoryNode | None


# Verdicts of the gate


class ViewerNode(Struct, frozen=True, kw_only=True, rename="camel"):
    database_id: int | None


class ViewerAnswer(Struct, frozen=True, kw_only=True):
    """Whose token it is."""

    viewer: ViewerNode | None


class VerdictNode(Struct, frozen=True, kw_only=True):
    context: str
    state: str
    description: str | None
    creator: AccountNode | None


class VerdictsStatus(Struct, frozen=True, kw_only=True):
    contexts: list[VerdictNode]


class VerdictsCommit(Struct, frozen=True, kw_only=True):
    status: VerdictsStatus | None


class VerdictsRepository(Struct, frozen=True, kw_only=True):
    commit: VerdictsCommit | None


class VerdictsAnswer(ViewerAnswer, frozen=True, kw_only=True):
    repository: VerdictsRepository | None


class MorePage(Struct, Generic[T], frozen=True, kw_only=True):
    page: PagedNodes[T]


class MorePages(Struct, Generic[T], frozen=True, kw_only=True):
    """The next page of a connection; one node was asked for."""

    nodes: Annotated[list[MorePage[T]], Meta(min_length=1)]


def answer_shape(repository: type[Struct], objects: Mapping[str, Any]) -> type[Any]:
    """The shape of an answer about a repository with the files and folders that were asked for:
    their names in the query, with the shape of each.
    """
    fields = [(name, shape | None) for name, shape in objects.items()]
    with_objects = defstruct("RepositoryWithObjects", fields, bases=(repository,), kw_only=True)
    return defstruct("RepositoryAnswer", [("repository", with_objects | None)])
