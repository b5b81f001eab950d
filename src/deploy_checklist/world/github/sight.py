"""What is asked of GitHub before anything can be judged: records, documents, where a commit stands."""

from __future__ import annotations

from collections.abc import Sequence

from ...records import PullRef, Records, Tree
from ..files import FOLDERS
from .client import Client
from .files import contents
from .history import History
from .records import Reader, Wanted

_WORKFLOWS = ".github/workflows"


class Sight:
    """Implements situation.Hub."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._reader = Reader(client)
        self._history = History(client)

    def records(
        self, *, pull_request: int | None, ticket: int | None, base: str | None, files: Sequence[str]
    ) -> Records:
        """Everything people said, and the trusted base's files and folders: one query."""
        wanted = Wanted(pull_request=pull_request, ticket=ticket, base=base, files=tuple(files), folders=FOLDERS)
        return self._reader.records(wanted)

    def tree(self, commit: str, files: Sequence[str]) -> Tree:
        """Files of a commit, its workflows among them, and the names in the folders that may hold a checklist."""
        return self._reader.tree(commit, Wanted(files=tuple(files), folders=FOLDERS, whole=(_WORKFLOWS,)))

    def pulls_with(self, commit: str) -> Sequence[PullRef]:
        """Every pull request that GitHub associates with the commit."""
        return self._history.pulls_with(commit)

    def contained(self, commit: str, branch: str) -> bool:
        """Whether the branch holds the commit."""
        return self._history.contained(commit, branch)

    def file(self, path: str, commit: str) -> bytes | None:
        """One file of a commit."""
        return contents(self._client, self._client.repository, path, commit)
