"""The one query of a run: pull request, ticket, what people said and edited, and files of the trusted base."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ... import records as raw
from ...frozen import frozen, replace
from ...outcome import Unobservable
from .actors import from_graphql, from_rest, moment, moment_or_none
from .client import Client, parsed
from .files import contents
from .trouble import Need

COMMAND = "/checklist"

_ACTOR = "{ __typename login ... on User { databaseId } ... on Bot { databaseId } }"
_EDITS = f"{{ nodes {{ editedAt diff editor {_ACTOR} }} pageInfo {{ hasNextPage endCursor }} }}"
_COMMENTS = f"""{{
  nodes {{
    id databaseId body createdAt lastEditedAt isMinimized viewerDidAuthor url author {_ACTOR}
    userContentEdits(first: 30) {_EDITS}
  }}
  pageInfo {{ hasNextPage endCursor }}
}}"""
_REVIEWS = f"{{ nodes {{ state submittedAt commit {{ oid }} author {_ACTOR} }} pageInfo {{ hasNextPage endCursor }} }}"
_BODY = f"id title body createdAt lastEditedAt author {_ACTOR} userContentEdits(first: 30) {_EDITS}"
_GIT_ACTOR = "{ user { __typename login databaseId } }"
_BLOB = "... on Blob { text byteSize isBinary isTruncated }"

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
      reviews(first: 100) {_REVIEWS}
      comments(first: 100) {_COMMENTS}
      commits(last: 100) {{
        nodes {{ commit {{ oid committedDate committer {_GIT_ACTOR} authors(first: 20) {{ nodes {_GIT_ACTOR} }} }} }}
      }}
      timelineItems(last: 100, itemTypes: [HEAD_REF_FORCE_PUSHED_EVENT]) {{
        nodes {{ ... on HeadRefForcePushedEvent {{ actor {_ACTOR} }} }}
      }}
    }}
    issue(number: $ticket) @include(if: $withTicket) {{
      number issueState: state {_BODY}
      comments(first: 100) {_COMMENTS}
    }}
%s
  }}
}}"""

_NODE = """query($ids: [ID!]!, $after: String) {
  nodes(ids: $ids) { %s }
}"""


@frozen
class Wanted:
    """What a run asks for. `base` None: the default branch."""

    pull_request: int | None = None
    ticket: int | None = None
    base: str | None = None
    files: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()  # "" is the root
    whole: tuple[str, ...] = ()  # folders whose files are brought, too


_TREE = """query($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) {
    commit: object(expression: %s) { oid }
%s
  }
}"""


class Reader:
    """Brings records with one query, and pages only where there is more."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def records(self, wanted: Wanted) -> raw.Records:
        """Everything that was asked for. A number that GitHub does not show is Unobservable, never an empty record."""
        need = self._client.need(_subject(wanted), _permissions(wanted))
        data = self._client.query(_QUERY % _objects(wanted, wanted.base or "HEAD"), self._variables(wanted), need)
        repository = data.get("repository")
        missing = (wanted.pull_request is not None and not (repository or {}).get("pullRequest")) or (
            wanted.ticket is not None and not (repository or {}).get("issue")
        )
        if repository is None or missing:
            raise Unobservable(f"{need.what} could not be found, or {need.token} may not read it", need.grant())
        with parsed(need):
            default = repository["defaultBranchRef"]
            tip = repository["trusted"] if wanted.base else default
            return raw.Records(
                repository_id=repository["databaseId"],
                default_branch=default["name"] if default else "",
                pull_request=self._pull(repository["pullRequest"], need) if wanted.pull_request is not None else None,
                ticket=self._ticket(repository["issue"], need) if wanted.ticket is not None else None,
                trusted=self._tree(wanted, repository, tip["target"]["oid"]) if tip else None,
            )

    def tree(self, commit: str, wanted: Wanted) -> raw.Tree:
        """Files and folders of one commit, in one query. A commit that GitHub does not show is Unobservable."""
        need = self._client.need(f"the files of commit {commit[:7]}", "contents: read")
        owner, _, name = self._client.repository.partition("/")
        text = _TREE % (_quoted(commit), _objects(wanted, commit))
        repository = self._client.query(text, {"owner": owner, "name": name}, need).get("repository")
        if not repository or not repository.get("commit"):
            raise Unobservable(f"{need.what} could not be found, or {need.token} may not read it", need.grant())
        with parsed(need):
            return self._tree(wanted, repository, commit)

    def _variables(self, wanted: Wanted) -> Mapping[str, Any]:
        owner, _, name = self._client.repository.partition("/")
        return {
            "owner": owner,
            "name": name,
            "pull": wanted.pull_request or 0,
            "withPull": wanted.pull_request is not None,
            "ticket": wanted.ticket or 0,
            "withTicket": wanted.ticket is not None,
            "base": f"refs/heads/{wanted.base or '-'}",
        }

    def _pull(self, node: Mapping[str, Any], need: Need) -> raw.PullRequest:
        commits = tuple(_commit(entry["commit"]) for entry in node["commits"]["nodes"])
        return raw.PullRequest(
            number=node["number"],
            title=node["title"],
            body=node["body"],
            author=from_graphql(node["author"]),
            state=node["state"],
            draft=node["isDraft"],
            head=node["headRefOid"],
            head_ref=node["headRefName"],
            base_ref=node["baseRefName"],
            labels=tuple(label["name"] for label in node["labels"]["nodes"]),
            merged=node["merged"],
            merge_commit=node["mergeCommit"]["oid"] if node["merged"] and node["mergeCommit"] else None,
            created_at=moment(node["createdAt"]),
            history=self._history(node, "PullRequest", None, need),
            reviews=tuple(_review(entry) for entry in self._rest_of(node, "reviews", "PullRequest", _REVIEWS, need)),
            comments=self._comments(node, "PullRequest", node["number"], need),
            commits=commits,
            commits_complete=len(commits) < 100,
            pushers=tuple(from_graphql(event["actor"]) for event in node["timelineItems"]["nodes"]),
        )

    def _ticket(self, node: Mapping[str, Any], need: Need) -> raw.Ticket:
        return raw.Ticket(
            number=node["number"],
            title=node["title"],
            body=node["body"],
            author=from_graphql(node["author"]),
            state=node["issueState"],
            created_at=moment(node["createdAt"]),
            history=self._history(node, "Issue", None, need),
            comments=self._comments(node, "Issue", node["number"], need),
        )

    def _comments(self, node: Mapping[str, Any], kind: str, number: int, need: Need) -> tuple[raw.Comment, ...]:
        found = tuple(self._comment(entry, need) for entry in self._rest_of(node, "comments", kind, _COMMENTS, need))
        return self._with_apps(found, number, need)

    def _comment(self, node: Mapping[str, Any], need: Need) -> raw.Comment:
        author, own = from_graphql(node["author"]), node["viewerDidAuthor"]
        return raw.Comment(
            id=node["databaseId"],
            node=node["id"],
            author=author,
            text=node["body"],
            created_at=moment(node["createdAt"]),
            edited_at=moment_or_none(node["lastEditedAt"]),
            minimized=node["isMinimized"],
            own=own,
            history=self._history(node, "IssueComment", author if own else None, need),
            url=node["url"],
        )

    def _history(self, node: Mapping[str, Any], kind: str, us: raw.Actor | None, need: Need) -> raw.History:
        """Oldest first. Only our own comment's is paged to its end: nobody else's edits are ever credited there."""
        if node["lastEditedAt"] is None:
            author = from_graphql(node["author"])
            first = raw.Revision(editor=author, at=moment(node["createdAt"]), text=node["body"], own=_same(author, us))
            return raw.History(revisions=(first,))
        edits = node["userContentEdits"]
        if edits is None:
            return raw.History(revisions=(), complete=False)
        paged = us is not None or kind != "IssueComment"
        nodes = self._rest_of(node, "userContentEdits", kind, _EDITS, need) if paged else edits["nodes"]
        revisions = [
            raw.Revision(
                editor=(by := from_graphql(edit["editor"])),
                at=moment(edit["editedAt"]),
                text=edit["diff"],
                own=_same(by, us),
            )
            for edit in reversed(nodes)
        ]
        return raw.History(revisions=tuple(revisions), complete=paged or not edits["pageInfo"]["hasNextPage"])

    def _rest_of(
        self, node: Mapping[str, Any], field: str, kind: str, selection: str, need: Need
    ) -> Sequence[Mapping[str, Any]]:
        """The nodes of a connection, with those of its further pages."""
        nodes, page = list(node[field]["nodes"]), node[field]["pageInfo"]
        text = _NODE % f"... on {kind} {{ {field}(first: 100, after: $after) {selection} }}"
        while page["hasNextPage"]:
            answer = self._client.query(text, {"ids": [node["id"]], "after": page["endCursor"]}, need)
            more = answer["nodes"][0][field]
            nodes += more["nodes"]
            page = more["pageInfo"]
        return nodes

    def _with_apps(self, found: tuple[raw.Comment, ...], number: int, need: Need) -> tuple[raw.Comment, ...]:
        """Whether each command came through an app that acts for a user: only the REST API tells."""
        commands = [comment for comment in found if _commands(comment.text) and comment.author is not None]
        if not commands:
            return found
        since = min(comment.created_at for comment in commands)
        path = self._client.at("issues", number, "comments")
        listed = self._client.pages(path, need, {"since": since.strftime("%Y-%m-%dT%H:%M:%SZ")})
        apps = {entry["id"]: _app(entry) for entry in listed}
        return tuple(
            replace(comment, via_app=apps.get(comment.id)) if comment in commands else comment for comment in found
        )

    def _tree(self, wanted: Wanted, repository: Mapping[str, Any], commit: str) -> raw.Tree:
        files = {path: self._file(repository[f"file{i}"], path, commit) for i, path in enumerate(wanted.files)}
        for i, folder in enumerate(wanted.whole):
            for entry in (repository[f"whole{i}"] or {}).get("entries") or ():
                path = f"{folder}/{entry['name']}"
                if entry["type"] == "blob":
                    files[path] = self._file(entry["object"], path, commit)
        folders = {path: _names(repository[f"folder{i}"]) for i, path in enumerate(wanted.folders)}
        return raw.Tree(commit=commit, files=files, folders=folders)

    def _file(self, blob: Mapping[str, Any] | None, path: str, commit: str) -> bytes | None:
        if not blob or "byteSize" not in blob:
            return None
        if blob["isTruncated"] or blob["text"] is None:
            return contents(self._client, self._client.repository, path, commit)
        text: str = blob["text"]
        return text.encode()


def _objects(wanted: Wanted, ref: str) -> str:
    asked = [
        f"    file{i}: object(expression: {_quoted(f'{ref}:{path}')}) {{ {_BLOB} }}"
        for i, path in enumerate(wanted.files)
    ]
    asked += [
        f"    folder{i}: object(expression: {_quoted(f'{ref}:{path}')}) {{ ... on Tree {{ entries {{ name type }} }} }}"
        for i, path in enumerate(wanted.folders)
    ]
    asked += [
        f"    whole{i}: object(expression: {_quoted(f'{ref}:{path}')})"
        f" {{ ... on Tree {{ entries {{ name type object {{ {_BLOB} }} }} }} }}"
        for i, path in enumerate(wanted.whole)
    ]
    return "\n".join(asked)


def _quoted(text: str) -> str:
    """A GraphQL string; JSON's escapes are a part of GraphQL's."""
    return json.dumps(text)


def _subject(wanted: Wanted) -> str:
    parts = [f"PR #{wanted.pull_request}"] if wanted.pull_request is not None else []
    parts += [f"issue #{wanted.ticket}"] if wanted.ticket is not None else []
    return " and ".join(parts) or "the repository's trusted branch"


def _permissions(wanted: Wanted) -> str:
    asked = ["contents: read"]
    asked += ["pull-requests: read"] if wanted.pull_request is not None else []
    asked += ["issues: read"] if wanted.ticket is not None else []
    return ", ".join(asked)


def _commit(node: Mapping[str, Any]) -> raw.Commit:
    return raw.Commit(
        sha=node["oid"],
        authors=tuple(from_graphql(author["user"]) for author in node["authors"]["nodes"]),
        committer=from_graphql((node["committer"] or {}).get("user")),
        at=moment(node["committedDate"]),
    )


def _review(node: Mapping[str, Any]) -> raw.Review:
    return raw.Review(
        author=from_graphql(node["author"]),
        state=node["state"],
        commit=node["commit"]["oid"] if node["commit"] else None,
        at=moment_or_none(node["submittedAt"]),
    )


def _names(tree: Mapping[str, Any] | None) -> tuple[str, ...]:
    return tuple(entry["name"] for entry in (tree or {}).get("entries") or () if entry["type"] == "blob")


def _commands(text: str) -> bool:
    return any(line.startswith(COMMAND) for line in text.splitlines())


def _app(entry: Mapping[str, Any]) -> bool:
    actor = from_rest(entry["user"])
    return entry.get("performed_via_github_app") is not None or actor is None or not actor.person


def _same(actor: raw.Actor | None, us: raw.Actor | None) -> bool:
    return actor is not None and us is not None and (actor.kind, actor.id, actor.login) == (us.kind, us.id, us.login)
