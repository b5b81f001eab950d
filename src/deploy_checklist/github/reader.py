"""What is read from GitHub before anything is judged: what people said, documents, commits."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from ..world.files import FOLDERS
from . import model as raw
from .actors import from_graphql, from_rest, moment, moment_or_none
from .client import Client, parsed
from .contents import contents
from .failures import Cause, RequestFailure, RequestPurpose
from .nodes import commit_of, names_in, review_of
from .query import (
    COMMENTS,
    EDITS,
    REVIEWS,
    Selection,
    comments_query,
    page_query,
    records_query,
    records_variables,
    tree_query,
)

# As signoffs/commands.py finds them: a line ends as in Markdown, at a carriage return, too.
_COMMAND_LINE = re.compile(r"(?:\A|[\r\n])/checklist[ \t]")
_WORKFLOWS = ".github/workflows"


class GitHubReader:
    """Reads records and documents with one query, and further pages only where there are more."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def records(
        self,
        *,
        pull_request: int | None = None,
        ticket: int | None = None,
        base: str | None = None,
        files: Sequence[str] = (),
        folders: Sequence[str] = FOLDERS,
    ) -> raw.Records:
        """Everything people said, and files and folders of the trusted branch.

        `base` is that branch; None is the default one. A pull request or ticket that GitHub does
        not show is Unobservable, never an empty record.
        """
        selection = Selection(
            pull_request=pull_request,
            ticket=ticket,
            base=base,
            files=tuple(files),
            folders=tuple(folders),
        )
        need = self._client.need(selection.subject, selection.permissions)
        variables = records_variables(selection, self._client.repository)
        data = self._client.query(records_query(selection), variables, need)
        with parsed(need):
            repository = data.get("repository") or {}
            pull, issue = repository.get("pullRequest"), repository.get("issue")
            no_pull = pull_request is not None and not pull
            no_ticket = ticket is not None and not issue
            if not repository or no_pull or no_ticket:
                raise need.not_shown()
            default = repository["defaultBranchRef"]
            tip = repository["trusted"] if base else default
            return raw.Records(
                repository_id=repository["databaseId"],
                default_branch=default["name"] if default else "",
                pull_request=self._pull(pull, need) if pull else None,
                ticket=self._ticket(issue, need) if issue else None,
                trusted=self._tree(selection, repository, tip["target"]["oid"]) if tip else None,
            )

    def tree(self, commit: str, files: Sequence[str], *, statuses: bool = False) -> raw.Tree:
        """A commit's people, files and workflows, and the names in folders that may hold a
        checklist; `statuses`: also whose its statuses are, if the token may read that.

        A commit that GitHub does not show is Unobservable.
        """
        selection = Selection(files=tuple(files), folders=FOLDERS, whole=(_WORKFLOWS,))
        need = self._client.need(f"the files of commit {commit[:7]}", "contents: read")
        owner, _, name = self._client.repository.partition("/")
        variables = {"owner": owner, "name": name}
        try:
            data = self._client.graphql(tree_query(selection, commit, statuses), variables)
        except RequestFailure as failure:
            if statuses and failure.cause is Cause.FORBIDDEN:  # the rest may be allowed
                return self.tree(commit, files)
            raise need.unobservable(failure) from None
        with parsed(need):
            repository = data.get("repository")
            if not repository or not repository.get("commit"):
                raise need.not_shown()
            node = repository["commit"]
            tree = replace(self._tree(selection, repository, commit), tip=commit_of(node))
            if not statuses:
                return tree
            contexts = node["status"]["contexts"] if node["status"] else ()
            addresses = {each["context"]: each["targetUrl"] for each in contexts}
            return replace(tree, addresses=addresses)

    def file(self, path: str, commit: str) -> bytes | None:
        """One file of a commit; None if it is not there."""
        return contents(self._client, self._client.repository, path, commit)

    def pulls_with(self, commit: str) -> tuple[raw.PullRef, ...]:
        """The commit's pull requests, merged ones too. Right after a push there may be none."""
        need = self._client.need(f"the pull requests of commit {commit[:7]}", "pull-requests: read")
        listed = self._client.pages(self._client.at("commits", commit, "pulls"), need)
        with parsed(need):
            return tuple(_pull_ref(pull) for pull in listed)

    def pull(self, number: int) -> raw.PullRef:
        """A pull request by itself, without what people said on it."""
        need = self._client.need(f"PR #{number}", "pull-requests: read")
        answer = self._client.read(self._client.at("pulls", number), need)
        with parsed(need):
            return _pull_ref(answer)

    def comments(self, number: int, *, on_pull_request: bool) -> tuple[raw.Comment, ...]:
        """The comments of a pull request or issue, as they are now; `via_app` is not asked for."""
        kind = "PullRequest" if on_pull_request else "Issue"
        need = self._client.need(f"the comments on #{number}", "pull-requests: read")
        text, variables = comments_query(kind, number, self._client.repository)
        data = self._client.query(text, variables, need)
        with parsed(need):
            nodes = self._all_nodes(data["repository"]["place"], "comments", kind, COMMENTS, need)
            return tuple(self._comment(entry, need) for entry in nodes)

    def contained(self, commit: str, branch: str) -> bool:
        """Whether a branch contains the commit; Unobservable if GitHub does not show either."""
        need = self._client.need(f"whether {branch} contains {commit[:7]}", "contents: read")
        path = f"{self._client.at('compare', branch)}...{commit}"
        answer = self._client.read(path, need, {"per_page": 1})
        with parsed(need):
            return answer["status"] in ("identical", "behind")

    def approvals(self, run: int) -> tuple[raw.Approval, ...]:
        """What reviewers of environments answered to this run."""
        need = self._client.need("the approvals of this run", "actions: read")
        answer = self._client.read(self._client.at("actions", "runs", run, "approvals"), need)
        with parsed(need):
            return tuple(
                raw.Approval(
                    environments=tuple(each["name"] for each in approval["environments"]),
                    state=approval["state"],
                    user=from_rest(approval["user"]),
                )
                for approval in answer
            )

    def _pull(self, node: Mapping[str, Any], need: RequestPurpose) -> raw.PullRequest:
        commits = tuple(commit_of(entry["commit"]) for entry in node["commits"]["nodes"])
        reviews = self._all_nodes(node, "reviews", "PullRequest", REVIEWS, need)
        # Before it is merged, GitHub keeps a test merge there.
        merge = node["mergeCommit"] if node["merged"] else None
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
            merge_commit=merge["oid"] if merge else None,
            created_at=moment(node["createdAt"]),
            history=self._history(node, "PullRequest", None, need),
            reviews=tuple(review_of(entry) for entry in reviews),
            comments=self._comments(node, "PullRequest", node["number"], need),
            commits=commits,
            commits_complete=len(commits) < 100,
            pushers=tuple(from_graphql(event["actor"]) for event in node["timelineItems"]["nodes"]),
        )

    def _ticket(self, node: Mapping[str, Any], need: RequestPurpose) -> raw.Ticket:
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

    def _comments(
        self, node: Mapping[str, Any], kind: str, number: int, need: RequestPurpose
    ) -> tuple[raw.Comment, ...]:
        nodes = self._all_nodes(node, "comments", kind, COMMENTS, need)
        comments = tuple(self._comment(entry, need) for entry in nodes)
        return self._with_apps(comments, number, need)

    def _comment(self, node: Mapping[str, Any], need: RequestPurpose) -> raw.Comment:
        author = from_graphql(node["author"])
        own = node["viewerDidAuthor"]
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

    def _history(
        self, node: Mapping[str, Any], kind: str, us: raw.Actor | None, need: RequestPurpose
    ) -> raw.History:
        """The history of a text; `us` is the gate's identity, where the text is its own comment.

        Further pages are not read for other people's comments: their edits are never credited.
        """
        if node["lastEditedAt"] is None:
            first = _revision(node["author"], node["createdAt"], node["body"], us)
            return raw.History(revisions=(first,))
        edits = node["userContentEdits"]
        if edits is None:
            return raw.History(revisions=(), complete=False)
        nodes, complete = edits["nodes"], not edits["pageInfo"]["hasNextPage"]
        if us is not None or kind != "IssueComment":
            nodes = self._all_nodes(node, "userContentEdits", kind, EDITS, need)
            complete = True
        revisions = tuple(
            _revision(edit["editor"], edit["editedAt"], edit["diff"], us)
            for edit in reversed(nodes)
        )
        return raw.History(revisions=revisions, complete=complete)

    def _all_nodes(
        self, node: Mapping[str, Any], field: str, kind: str, selection: str, need: RequestPurpose
    ) -> Sequence[Mapping[str, Any]]:
        """The nodes of a connection, from all of its pages."""
        nodes, page = list(node[field]["nodes"]), node[field]["pageInfo"]
        text = page_query(kind, field, selection)
        while page["hasNextPage"]:
            variables = {"ids": [node["id"]], "after": page["endCursor"]}
            answer = self._client.query(text, variables, need)
            more = answer["nodes"][0][field]
            nodes += more["nodes"]
            page = more["pageInfo"]
        return nodes

    def _with_apps(
        self, comments: tuple[raw.Comment, ...], number: int, need: RequestPurpose
    ) -> tuple[raw.Comment, ...]:
        """The comments; those with commands tell whether an app made them for a user.

        Only the REST API tells that.
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
        listed = self._client.pages(path, need, {"since": since.strftime("%Y-%m-%dT%H:%M:%SZ")})
        apps = {entry["id"]: _via_app(entry) for entry in listed}
        return tuple(
            replace(comment, via_app=apps.get(comment.id)) if comment in commands else comment
            for comment in comments
        )

    def _tree(self, selection: Selection, repository: Mapping[str, Any], commit: str) -> raw.Tree:
        files = {
            path: self._file(repository[f"file{i}"], path, commit)
            for i, path in enumerate(selection.files)
        }
        for i, folder in enumerate(selection.whole):
            for entry in (repository[f"whole{i}"] or {}).get("entries") or ():
                path = f"{folder}/{entry['name']}"
                if entry["type"] == "blob":
                    files[path] = self._file(entry["object"], path, commit)
        folders = {
            path: names_in(repository[f"folder{i}"]) for i, path in enumerate(selection.folders)
        }
        return raw.Tree(commit=commit, files=files, folders=folders)

    def _file(self, blob: Mapping[str, Any] | None, path: str, commit: str) -> bytes | None:
        if not blob or "byteSize" not in blob:
            return None
        if blob["isTruncated"] or blob["text"] is None:
            data = self.file(path, commit)
            if data is None:  # the query has just shown that it is there
                raise self._client.need(path, "contents: read").not_shown()
            return data
        text: str = blob["text"]
        return text.encode()


def has_command(text: str) -> bool:
    """Whether a line could be a command. Whether one counts is decided in signoffs/."""
    return _COMMAND_LINE.search(text) is not None


def _via_app(entry: Mapping[str, Any]) -> bool:
    actor = from_rest(entry["user"])
    return entry.get("performed_via_github_app") is not None or actor is None or not actor.person


def _revision(
    editor: Mapping[str, Any] | None, at: str, text: str | None, us: raw.Actor | None
) -> raw.Revision:
    actor = from_graphql(editor)
    by_gate = actor is not None and actor == us
    return raw.Revision(editor=actor, at=moment(at), text=text, by_gate=by_gate)


def _pull_ref(pull: Mapping[str, Any]) -> raw.PullRef:
    merged = pull["merged_at"] is not None
    return raw.PullRef(
        number=pull["number"],
        head=pull["head"]["sha"],
        head_ref=pull["head"]["ref"],
        base_ref=pull["base"]["ref"],
        labels=tuple(label["name"] for label in pull["labels"]),
        merged=merged,
        merge_commit=pull["merge_commit_sha"] if merged else None,
        author=from_rest(pull["user"]),
    )
