"""The text of the GraphQL queries."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

_ACTOR = "{ __typename login ... on User { databaseId } ... on Bot { databaseId } }"
EDITS = f"{{ nodes {{ editedAt diff editor {_ACTOR} }} pageInfo {{ hasNextPage endCursor }} }}"
COMMENTS = f"""{{
  nodes {{
    id body createdAt lastEditedAt isMinimized viewerDidAuthor url author {_ACTOR}
    userContentEdits(first: 30) {EDITS}
  }}
  pageInfo {{ hasNextPage endCursor }}
}}"""
REVIEWS = f"""{{
  nodes {{ state submittedAt commit {{ oid }} author {_ACTOR} }}
  pageInfo {{ hasNextPage endCursor }}
}}"""
_BODY = f"id title body createdAt lastEditedAt author {_ACTOR} userContentEdits(first: 30) {EDITS}"
_GIT_ACTOR = "{ user { __typename login databaseId } }"
_COMMIT = f"oid committedDate committer {_GIT_ACTOR} authors(first: 20) {{ nodes {_GIT_ACTOR} }}"
_STATUSES = "status { contexts { context targetUrl } }"
_BLOB = "__typename ... on Blob { text isTruncated }"
_FOLDER = "__typename ... on Tree { entries { name type } }"
_FOLDER_WITH_FILES = f"__typename ... on Tree {{ entries {{ name type object {{ {_BLOB} }} }} }}"

_QUERY = f"""query(
  $owner: String!, $name: String!, $base: String!,
  $pull: Int!, $withPull: Boolean!, $ticket: Int!, $withTicket: Boolean!
) {{
  repository(owner: $owner, name: $name) {{
    databaseId
    defaultBranchRef {{ name target {{ oid }} }}
    trusted: ref(qualifiedName: $base) {{ target {{ oid }} }}
    pullRequest(number: $pull) @include(if: $withPull) {{
      number state isDraft headRefOid headRefName baseRefName merged mergeCommit {{ oid }} {_BODY}
      labels(first: 100) {{ nodes {{ name }} }}
      reviews(first: 100) {REVIEWS}
      comments(first: 100) {COMMENTS}
      commits(last: 100) {{ nodes {{ commit {{ {_COMMIT} }} }} }}
      timelineItems(last: 100, itemTypes: [HEAD_REF_FORCE_PUSHED_EVENT]) {{
        nodes {{ ... on HeadRefForcePushedEvent {{ actor {_ACTOR} }} }}
      }}
    }}
    issue(number: $ticket) @include(if: $withTicket) {{
      number issueState: state {_BODY}
      comments(first: 100) {COMMENTS}
    }}
%s
  }}
}}"""

_NODE = """query($ids: [ID!]!, $after: String) {
  nodes(ids: $ids) { %s }
}"""

# Only GraphQL says whether the token's own account wrote an issue, whatever kind of token it is.
OWN_ISSUES = """query($owner: String!, $name: String!, $label: String!, $after: String) {
  repository(owner: $owner, name: $name) {
    issues(
      labels: [$label], first: 100, after: $after, orderBy: {field: CREATED_AT, direction: DESC}
    ) {
      nodes { number title body state viewerDidAuthor }
      pageInfo { hasNextPage endCursor }
    }
  }
}"""

_TREE = f"""query($owner: String!, $name: String!) {{
  repository(owner: $owner, name: $name) {{
    commit: object(expression: %s) {{ ... on Commit {{ {_COMMIT} %s }} }}
%s
  }}
}}"""

_VERDICTS = f"""query($owner: String!, $name: String!) {{
  viewer {{ databaseId }}
  repository(owner: $owner, name: $name) {{
    commit: object(expression: %s) {{
      ... on Commit {{ status {{ contexts {{ context state description creator {_ACTOR} }} }} }}
    }}
  }}
}}"""

_COMMENTS_OF = f"""query($owner: String!, $name: String!, $number: Int!) {{
  repository(owner: $owner, name: $name) {{
    place: %s(number: $number) {{ id comments(first: 100) {COMMENTS} }}
  }}
}}"""


class Selection(Struct, frozen=True, kw_only=True):
    """What a run asks for. `base` None: the default branch."""

    pull_request: int | None = None
    ticket: int | None = None
    base: str | None = None
    files: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()  # the names in them; "" is the root
    whole: tuple[str, ...] = ()  # folders whose files are read, too

    @property
    def file_names(self) -> Mapping[str, str]:
        """The paths of the files by their names in the query: file0, file1, …"""
        return _numbered("file", self.files)

    @property
    def folder_names(self) -> Mapping[str, str]:
        """The same of the folders."""
        return _numbered("folder", self.folders)

    @property
    def whole_names(self) -> Mapping[str, str]:
        """The same of the folders whose files are read."""
        return _numbered("whole", self.whole)

    @property
    def subject(self) -> str:
        """How a message names it: "PR #412 and issue #7"."""
        parts: list[str] = []
        if self.pull_request is not None:
            parts.append(f"PR #{self.pull_request}")
        if self.ticket is not None:
            parts.append(f"issue #{self.ticket}")
        return " and ".join(parts) or "the repository's trusted branch"

    @property
    def permissions(self) -> str:
        """What a token needs for it, as it is written in a workflow."""
        needed = ["contents: read"]
        if self.pull_request is not None:
            needed.append("pull-requests: read")
        if self.ticket is not None:
            needed.append("issues: read")
        return ", ".join(needed)


def records_query(selection: Selection) -> str:
    """Pull request, ticket, and the files of the trusted branch. Takes `records_variables`."""
    return _QUERY % _objects(selection, selection.base or "HEAD")


def records_variables(selection: Selection, repository: str) -> Mapping[str, Any]:
    """`repository` is owner/name."""
    owner, _, name = repository.partition("/")
    return {
        "owner": owner,
        "name": name,
        "pull": selection.pull_request or 0,
        "withPull": selection.pull_request is not None,
        "ticket": selection.ticket or 0,
        "withTicket": selection.ticket is not None,
        "base": f"refs/heads/{selection.base or '-'}",
    }


def tree_query(selection: Selection, commit: str, statuses: bool) -> str:
    """One commit, with files and folders of it. Takes the variables `owner` and `name`.

    `statuses`: with the newest of each context, for which the token needs a permission of its own.
    """
    parts = _STATUSES if statuses else ""
    return _TREE % (_quoted(commit), parts, _objects(selection, commit))


def verdicts_query(commit: str) -> str:
    """The newest status of each context of a commit, and whose token this is. Takes the variables
    `owner` and `name`.
    """
    return _VERDICTS % _quoted(commit)


def comments_query(kind: str, number: int, repository: str) -> tuple[str, Mapping[str, Any]]:
    """The comments of a "PullRequest" or "Issue", and its variables; `repository`: owner/name."""
    owner, _, name = repository.partition("/")
    field = {"PullRequest": "pullRequest", "Issue": "issue"}[kind]
    return _COMMENTS_OF % field, {"owner": owner, "name": name, "number": number}


def page_query(kind: str, field: str, selection: str) -> str:
    """The next 100 nodes of a connection. Takes the variables `ids` and `after`."""
    return _NODE % f"... on {kind} {{ page: {field}(first: 100, after: $after) {selection} }}"


def _objects(selection: Selection, ref: str) -> str:
    """A field for each file and folder of the selection."""
    fields = []
    for names, fragment in (
        (selection.file_names, _BLOB),
        (selection.folder_names, _FOLDER),
        (selection.whole_names, _FOLDER_WITH_FILES),
    ):
        for name, path in names.items():
            expression = _quoted(f"{ref}:{path}")
            fields.append(f"    {name}: object(expression: {expression}) {{ {fragment} }}")
    return "\n".join(fields)


def _numbered(word: str, paths: Sequence[str]) -> Mapping[str, str]:
    return {f"{word}{number}": path for number, path in enumerate(paths)}


def _quoted(text: str) -> str:
    """A GraphQL string; JSON's escapes are a part of GraphQL's."""
    return json.dumps(text)
