"""The GraphQL side of the fake: plain dicts and resolvers, checked against GitHub's schema by graphql-core."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphql import ExecutionResult, GraphQLError, graphql_sync

from .contract import graphql_schema
from .repository import Repository
from .rest import stamp
from .state import Account, Comment, Issue, Pull, Text

if TYPE_CHECKING:
    from .hub import FakeHub, Token

MOST_NODES = 100


def execute(
    hub: FakeHub, token: Token, query: str, variables: dict[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """The body of the answer, and what GitHub's schema has against query or answer."""
    graph = _Graph(hub, token)
    root = {
        "viewer": graph.viewer,
        "repository": graph.repository,
        "nodes": graph.nodes,
        "minimizeComment": graph.minimize,
    }
    result: ExecutionResult = graphql_sync(graphql_schema(), query, root, variable_values=variables)
    body: dict[str, Any] = {"data": result.data}
    ours = [
        error for error in result.errors or () if error.extensions and "type" in error.extensions
    ]
    faults = [f"GraphQL: {error.message}" for error in result.errors or () if error not in ours]
    if ours:
        body["errors"] = [
            {**error.formatted, "type": (error.extensions or {})["type"]} for error in ours
        ]
    return body, faults


def _not_found(what: str) -> GraphQLError:
    return GraphQLError(f"Could not resolve to {what}.", extensions={"type": "NOT_FOUND"})


def connection(
    items: list[Any],
    *,
    first: int | None = None,
    last: int | None = None,
    after: str | None = None,
    **_: Any,
) -> dict[str, Any]:
    """A page of a connection; GitHub demands `first` or `last`, at most 100."""
    wanted = first if first is not None else last
    if wanted is None or not 1 <= wanted <= MOST_NODES:
        raise GraphQLError("You must provide a `first` or `last` value between 1 and 100")
    start = int(after) if after else 0
    end = start + wanted
    if last is not None:
        start, end = max(0, len(items) - last), len(items)
    return {
        "nodes": items[start:end],
        "totalCount": len(items),
        "pageInfo": {
            "hasNextPage": end < len(items),
            "endCursor": str(end) if items[start:end] else None,
        },
    }


class _Graph:
    def __init__(self, hub: FakeHub, token: Token) -> None:
        self.hub = hub
        self.token = token

    def allow(self, *any_of: str) -> None:
        if not any(self.token.may(permission) for permission in any_of):
            raise GraphQLError(
                "Resource not accessible by integration", extensions={"type": "FORBIDDEN"}
            )

    def viewer(self, _info: Any) -> dict[str, Any]:
        """Whose token it is: a user even for that of an App, whose name has its "[bot]" here."""
        account = self.token.account
        number = account.id if self.hub.viewer_is_known else None
        return {"id": f"U_{account.id}", "login": account.rest_login, "databaseId": number}

    def repository(self, _info: Any, owner: str, name: str, **_: Any) -> dict[str, Any]:
        repo = self.hub.repositories.get(f"{owner}/{name}".lower())
        if repo is None or not self.token.sees(repo):
            raise _not_found("a Repository")
        return {
            "databaseId": repo.id,
            "nameWithOwner": repo.full_name,
            "defaultBranchRef": self.branch(repo, repo.default_branch),
            "ref": lambda _i, qualifiedName: self.branch(
                repo, qualifiedName.removeprefix("refs/heads/")
            ),
            "object": lambda _i, expression=None, oid=None: self.object(repo, expression or oid),
            "pullRequest": lambda _i, number: self.pull(repo, number),
            "issue": lambda _i, number: self.issue(repo, number),
            "issues": lambda _i, **wanted: self.issues(repo, **wanted),
        }

    def branch(self, repo: Repository, name: str) -> dict[str, Any] | None:
        sha = repo.branches.get(name)
        return sha and {"name": name, "target": self.commit(repo, sha)}

    def object(self, repo: Repository, expression: str) -> dict[str, Any] | None:
        self.allow("contents:read")
        ref, colon, path = expression.partition(":")
        sha = repo.resolve(ref)
        if sha is None:
            return None
        if not colon:
            return self.commit(repo, sha)
        files = repo.commits[sha].files
        if path in files:
            return self.blob(files[path])
        inside = sorted(
            {
                name.removeprefix(f"{path}/" if path else "").split("/")[0]
                for name in files
                if not path or name.startswith(f"{path}/")
            }
        )
        if not inside:
            return None
        whole = {name: f"{path}/{name}" if path else name for name in inside}
        entries = [
            {
                "name": n,
                "type": "blob" if p in files else "tree",
                "mode": 33188,
                "path": p,
                "object": self.blob(files[p]) if p in files else {"__typename": "Tree"},
            }
            for n, p in whole.items()
        ]
        return {"__typename": "Tree", "oid": sha, "entries": entries}

    def blob(self, data: bytes) -> dict[str, Any]:
        try:
            text: str | None = data.decode()
        except UnicodeDecodeError:
            text = None
        cut = len(data) > 512_000
        return {
            "__typename": "Blob",
            "byteSize": len(data),
            "isBinary": text is None,
            "isTruncated": cut,
            "text": text[:512_000] if text and cut else text,
            "oid": "b" * 40,
        }

    def commit(self, repo: Repository, sha: str) -> dict[str, Any]:
        commit = repo.commits[sha]
        git = {"name": "x", "email": "x@acme.example", "user": self.git_user(commit.author)}
        return {
            "__typename": "Commit",
            "oid": sha,
            "committedDate": stamp(commit.at),
            "messageHeadline": commit.message,
            "authors": lambda _i, **page: {"nodes": connection([git], **page)["nodes"]},
            "author": git,
            "status": lambda _i: self.status(repo, sha),
            "committer": {**git, "user": self.git_user(commit.committer)},
            "parents": lambda _i, **page: {
                "nodes": connection([self.commit(repo, p) for p in commit.parents], **page)["nodes"]
            },
        }

    def status(self, repo: Repository, sha: str) -> dict[str, Any] | None:
        """The newest status of each context, as in REST's combined status; null where there is none."""
        self.allow("statuses:read")
        newest = {each.context: each for each in repo.statuses.get(sha, [])}
        contexts = [
            {
                "id": f"SC_{each.id}",
                "context": each.context,
                "state": each.state.upper(),
                "description": each.description,
                "targetUrl": each.target_url,
                "createdAt": stamp(each.at),
                "creator": self.actor(each.creator),
            }
            for each in newest.values()
        ]
        return {"id": f"S_{sha}", "state": "PENDING", "contexts": contexts} if contexts else None

    def git_user(self, account: Account | None) -> dict[str, Any] | None:
        """GitActor.user is a User: a bot has none."""
        return self.actor(account) if account and account.kind == "User" else None

    def actor(self, account: Account | None) -> dict[str, Any] | None:
        return account and {
            "__typename": account.kind,
            "login": account.login,
            "databaseId": account.id,
            "id": f"U_{account.id}",
        }

    def edits(self, text: Text) -> Any:
        found = [
            {
                "id": f"E_{i}",
                "editor": self.actor(edit.editor),
                "editedAt": stamp(edit.at),
                "createdAt": stamp(edit.at),
                "diff": edit.text,
                "deletedAt": stamp(edit.deleted_at),
                "deletedBy": self.actor(edit.deleted_by),
            }
            for i, edit in enumerate(text.edits)
        ]
        return lambda _i, **page: connection(list(reversed(found)), **page)

    def text(self, text: Text) -> dict[str, Any]:
        return {
            "id": text.node,
            "author": self.actor(text.author),
            "body": text.body,
            "createdAt": stamp(text.created_at),
            "updatedAt": stamp(text.updated_at),
            "lastEditedAt": stamp(text.edited_at),
            "userContentEdits": self.edits(text),
            "includesCreatedEdit": bool(text.edits),
        }

    def comment(self, comment: Comment) -> dict[str, Any]:
        return self.text(comment) | {
            "__typename": "IssueComment",
            "databaseId": comment.id,
            "isMinimized": comment.minimized,
            "authorAssociation": "NONE",
            "viewerDidAuthor": comment.author is self.token.account,
            "url": f"{self.hub.url}/x/issues/{comment.number}#issuecomment-{comment.id}",
        }

    def issue_fields(self, issue: Issue) -> dict[str, Any]:
        return self.text(issue) | {
            "number": issue.number,
            "title": issue.title,
            "state": "OPEN" if issue.open else "CLOSED",
            "viewerDidAuthor": issue.author is self.token.account,
            "labels": lambda _i, **page: connection(
                [{"name": label} for label in issue.labels], **page
            ),
            "comments": lambda _i, **page: connection(
                [self.comment(comment) for comment in issue.comments], **page
            ),
        }

    def issue(self, repo: Repository, number: int) -> dict[str, Any]:
        self.allow("issues:read")
        issue = repo.issues.get(number)
        if issue is None or isinstance(issue, Pull):
            raise _not_found(f"an Issue with the number of {number}")
        return self.issue_fields(issue) | {"__typename": "Issue"}

    def issues(
        self, repo: Repository, labels: list[str] | None = None, orderBy: Any = None, **page: Any
    ) -> dict[str, Any]:
        """Those with one of the labels; GitHub's order is by creation unless another is asked."""
        self.allow("issues:read")
        found = [
            self.issue_fields(issue)
            for issue in repo.issues.values()
            if not isinstance(issue, Pull) and (labels is None or set(labels) & set(issue.labels))
        ]
        if orderBy and orderBy["direction"] == "DESC":
            found.reverse()
        return connection(found, **page)

    def pull(self, repo: Repository, number: int) -> dict[str, Any]:
        self.allow("pull_requests:read")
        pull = repo.issues.get(number)
        if not isinstance(pull, Pull):
            raise _not_found(f"a PullRequest with the number of {number}")
        reviews = [
            {
                "author": self.actor(r.author),
                "state": r.state,
                "submittedAt": stamp(r.at),
                "body": r.body,
                "commit": self.commit(repo, r.commit) if r.commit in repo.commits else None,
            }
            for r in pull.reviews
        ]
        pushes = [
            {
                "__typename": "HeadRefForcePushedEvent",
                "actor": self.actor(account),
                "createdAt": stamp(at),
                "id": "T",
            }
            for account, at in pull.force_pushes
        ]
        return self.issue_fields(pull) | {
            "__typename": "PullRequest",
            "state": "MERGED" if pull.merged else "OPEN" if pull.open else "CLOSED",
            "isDraft": pull.draft,
            "merged": pull.merged,
            "mergedAt": stamp(pull.merged_at),
            "headRefOid": pull.head,
            "headRefName": pull.head_ref,
            "baseRefName": pull.base_ref,
            "baseRefOid": repo.commits[pull.commits[0]].parents[0],
            "mergeCommit": self.commit(repo, pull.merge_commit) if pull.merge_commit else None,
            "reviews": lambda _i, **page: connection(reviews, **page),
            "commits": lambda _i, **page: {
                "nodes": connection(
                    [{"commit": self.commit(repo, s)} for s in pull.commits], **page
                )["nodes"]
            },
            "timelineItems": lambda _i, itemTypes=None, **page: connection(pushes, **page),
        }

    def nodes(self, _info: Any, ids: list[str]) -> list[dict[str, Any] | None]:
        return [self.node(node) for node in ids]

    def node(self, node: str) -> dict[str, Any] | None:
        for repo in self.hub.repositories.values():
            for comment in repo.comments.values():
                if comment.node == node:
                    return self.comment(comment)
            for issue in repo.issues.values():
                if issue.node == node:
                    return (
                        self.pull(repo, issue.number)
                        if isinstance(issue, Pull)
                        else self.issue(repo, issue.number)
                    )
        return None

    def minimize(self, _info: Any, input: dict[str, Any]) -> dict[str, Any]:  # noqa: A002 - GraphQL's own name
        self.allow("issues:write", "pull_requests:write")
        for repo in self.hub.repositories.values():
            for comment in repo.comments.values():
                if comment.node == input["subjectId"]:
                    comment.minimized = True
                    return {"minimizedComment": self.comment(comment)}
        raise _not_found("a node")
