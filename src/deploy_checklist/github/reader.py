"""What is read from GitHub before anything is judged: what people said, documents, commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from ..world.files import FOLDERS
from . import graphql_shapes as nodes
from . import model as raw
from .actors import from_rest
from .client import Client
from .contents import contents
from .conversations import ConversationReader
from .decode import decoded
from .failures import Cause, RequestFailure
from .query import (
    Selection,
    comments_query,
    records_query,
    records_variables,
    tree_query,
)
from .records import (
    as_commit,
    as_pull_ref,
    folder_names,
    status_addresses,
)
from .rest_shapes import RestApproval, RestComparison, RestPull

_WORKFLOWS = ".github/workflows"


class GitHubReader:
    """Reads records and documents with one query, and further pages only where there are more."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._conversations = ConversationReader(client)

    def records(
        self,
        *,
        pull_request: int | None = None,
        ticket: int | None = None,
        base: str | None = None,
        files: Sequence[str] = (),
        more: Sequence[str] = (),
        folders: Sequence[str] = FOLDERS,
    ) -> raw.Records:
        """Everything people said, and files and folders of the trusted branch.

        `base` is that branch; None is the default one. `more`: files as for `texts`. A pull request
        or ticket that GitHub does not show is Unobservable, never an empty record.
        """
        more = [path for path in more if path not in files]
        selection = Selection(
            pull_request=pull_request,
            ticket=ticket,
            base=base,
            files=(*files, *more),
            folders=tuple(folders),
        )
        need = self._client.need(selection.subject, selection.permissions)
        variables = records_variables(selection, self._client.repository)
        data = self._client.query(records_query(selection), variables, need)
        answer = decoded(data, _answer_shape(nodes.RepositoryNode, selection), need)
        repository: nodes.RepositoryNode | None = answer.repository
        if (
            repository is None
            or (pull_request is not None and repository.pull_request is None)
            or (ticket is not None and repository.issue is None)
        ):
            raise need.not_shown()
        default, pull, issue = repository.default_branch, repository.pull_request, repository.issue
        tip = repository.trusted if base else default
        return raw.Records(
            repository_id=repository.database_id,
            default_branch=default.name,
            pull_request=self._conversations.pull(pull, need) if pull else None,
            ticket=self._conversations.ticket(issue, need) if issue else None,
            trusted=self._tree(selection, repository, tip.target.oid, more) if tip else None,
        )

    def tree(
        self,
        commit: str,
        files: Sequence[str],
        *,
        statuses: bool = False,
        more: Sequence[str] = (),
    ) -> raw.Tree:
        """A commit's people, files and workflows, and the names in folders that may hold a
        checklist; `statuses`: also whose its statuses are, if the token may read that; `more`:
        files as for `texts`.

        A commit that GitHub does not show is Unobservable.
        """
        more = [path for path in more if path not in files]
        selection = Selection(files=(*files, *more), folders=FOLDERS, whole=(_WORKFLOWS,))
        need = self._client.need(f"the files of commit {commit[:7]}", "contents: read")
        owner, _, name = self._client.repository.partition("/")
        variables = {"owner": owner, "name": name}
        try:
            data = self._client.graphql(tree_query(selection, commit, statuses), variables)
        except RequestFailure as failure:
            if statuses and failure.cause is Cause.FORBIDDEN:  # the rest may be allowed
                return self.tree(commit, files, more=more)
            raise need.unobservable(failure) from None
        answer = decoded(data, _answer_shape(nodes.CommitRepositoryNode, selection), need)
        repository: nodes.CommitRepositoryNode | None = answer.repository
        if repository is None or repository.commit is None:
            raise need.not_shown()
        tree = self._tree(selection, repository, commit, more)
        addresses = status_addresses(repository.commit) if statuses else None
        return replace(tree, tip=as_commit(repository.commit), addresses=addresses)

    def texts(self, commit: str, paths: Sequence[str]) -> Mapping[str, bytes]:
        """Those of the files that one query gives whole. Others may exist: ask `file`."""
        selection = Selection(files=tuple(paths))
        need = self._client.need(f"the files of commit {commit[:7]}", "contents: read")
        owner, _, name = self._client.repository.partition("/")
        text = tree_query(selection, commit, statuses=False)
        data = self._client.query(text, {"owner": owner, "name": name}, need)
        answer = decoded(data, _answer_shape(nodes.CommitRepositoryNode, selection), need)
        if answer.repository is None or answer.repository.commit is None:
            raise need.not_shown()
        return _texts(selection, answer.repository, paths)

    def file(self, path: str, commit: str) -> bytes | None:
        """One file of a commit; None if it is not there."""
        return contents(self._client, self._client.repository, path, commit)

    def pulls_with(self, commit: str) -> tuple[raw.PullRef, ...]:
        """The commit's pull requests, merged ones too. Right after a push there may be none."""
        need = self._client.need(f"the pull requests of commit {commit[:7]}", "pull-requests: read")
        path = self._client.at("commits", commit, "pulls")
        return tuple(as_pull_ref(pull) for pull in self._client.pages(path, need, list[RestPull]))

    def pull(self, number: int) -> raw.PullRef:
        """A pull request by itself, without what people said on it."""
        need = self._client.need(f"PR #{number}", "pull-requests: read")
        answer = self._client.read(self._client.at("pulls", number), need)
        return as_pull_ref(decoded(answer, RestPull, need))

    def comments(self, number: int, *, on_pull_request: bool) -> tuple[raw.Comment, ...]:
        """The comments of a pull request or issue, as they are now; `via_app` is not asked for."""
        kind = "PullRequest" if on_pull_request else "Issue"
        need = self._client.need(f"the comments on #{number}", "pull-requests: read")
        text, variables = comments_query(kind, number, self._client.repository)
        answer = decoded(self._client.query(text, variables, need), nodes.CommentsAnswer, need)
        if answer.repository is None or answer.repository.place is None:
            raise need.not_shown()
        return self._conversations.comments(answer.repository.place, kind, need)

    def contained(self, commit: str, branch: str) -> bool:
        """Whether a branch contains the commit; Unobservable if GitHub does not show either."""
        need = self._client.need(f"whether {branch} contains {commit[:7]}", "contents: read")
        path = f"{self._client.at('compare', branch)}...{commit}"
        answer = self._client.read(path, need, {"per_page": 1})
        return decoded(answer, RestComparison, need).status in ("identical", "behind")

    def approvals(self, run: int) -> tuple[raw.Approval, ...]:
        """What reviewers of environments answered to this run."""
        need = self._client.need("the approvals of this run", "actions: read")
        answer = self._client.read(self._client.at("actions", "runs", run, "approvals"), need)
        return tuple(
            raw.Approval(
                environments=tuple(each.name for each in approval.environments),
                state=approval.state,
                user=from_rest(approval.user),
            )
            for approval in decoded(answer, list[RestApproval], need)
        )

    def _tree(
        self,
        selection: Selection,
        repository: nodes.RepositoryNode | nodes.CommitRepositoryNode,
        commit: str,
        more: Sequence[str] = (),
    ) -> raw.Tree:
        files = {
            path: self._file(getattr(repository, name), path, commit)
            for name, path in selection.file_names.items()
            if path not in more
        }
        files |= _texts(selection, repository, more)
        for name, folder in selection.whole_names.items():
            found = getattr(repository, name)
            for entry in found.entries if isinstance(found, nodes.FilesNode) else ():
                path = f"{folder}/{entry.name}"
                if entry.type == "blob":
                    files[path] = self._file(entry.object, path, commit)
        folders = {
            path: folder_names(getattr(repository, name))
            for name, path in selection.folder_names.items()
        }
        return raw.Tree(commit=commit, files=files, folders=folders)

    def _file(self, blob: nodes.FileObject | None, path: str, commit: str) -> bytes | None:
        if not isinstance(blob, nodes.BlobNode):
            return None
        if blob.is_truncated or blob.text is None:
            data = self.file(path, commit)
            if data is None:  # the query has just shown that it is there
                raise self._client.need(path, "contents: read").not_shown()
            return data
        return blob.text.encode()


def _texts(
    selection: Selection,
    repository: nodes.RepositoryNode | nodes.CommitRepositoryNode,
    paths: Sequence[str],
) -> dict[str, bytes]:
    """The files that are given whole. A link's text is its target, in one line: a text without a
    line end is left out.
    """
    found: dict[str, bytes] = {}
    for name, path in selection.file_names.items():
        blob = getattr(repository, name)
        if path in paths and isinstance(blob, nodes.BlobNode) and not blob.is_truncated:
            text = blob.text or ""
            if "\n" in text:
                found[path] = text.encode()
    return found


def _answer_shape(repository: type[Any], selection: Selection) -> type[Any]:
    objects: dict[str, Any] = dict.fromkeys(selection.file_names, nodes.FileObject)
    objects |= dict.fromkeys(selection.folder_names, nodes.FolderObject)
    objects |= dict.fromkeys(selection.whole_names, nodes.FilesObject)
    return nodes.answer_shape(repository, objects)
