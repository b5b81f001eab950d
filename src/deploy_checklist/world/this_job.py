"""The job of GitHub Actions that this run is a step of, and the files that its steps write."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from ..outcome import Unobservable
from .folder import Folder
from .job_port import JobPlace, WrittenFile

TEMP = "$RUNNER_TEMP/"


class LiveJob:
    """The port `ThisJob` over the runner's folders."""

    def __init__(
        self,
        place: JobPlace | Unobservable,
        *,
        started_at: Callable[[], datetime],
        workspace: Path,
        temp: Path | None,
    ) -> None:
        """`place`: or why the files of this job are not read."""
        self._place = place
        self._started_at = started_at
        self._workspace = workspace.resolve()
        self._temp = temp

    def place(self) -> JobPlace:
        if isinstance(self._place, Unobservable):
            raise self._place
        return self._place

    def started_at(self) -> datetime:
        self.place()
        return self._started_at()

    def read(self, path: str, limit: int) -> WrittenFile | None:
        self.place()
        if not path.startswith(TEMP):
            return _read(self._workspace, path, limit)
        if self._temp is None or not self._temp.is_dir():
            raise Unobservable(
                "this step cannot see the runner's folder RUNNER_TEMP",
                "update the runner, or write the file into the workspace",
            )
        below = path.removeprefix(TEMP)
        if (self._temp.resolve() / below).is_relative_to(self._workspace):
            raise Unobservable(
                f"`{path}` is in the workspace", "write its path relative to the workspace"
            )
        return _read(self._temp, below, limit)


def _read(root: Path, path: str, limit: int) -> WrittenFile | None:
    _refuse_other_repositories(root, path)
    found = Folder(root).read_dated(path, limit)
    return None if found is None else WrittenFile(data=found[0], written=found[1])


def _refuse_other_repositories(folder: Path, path: str) -> None:
    """Files of a submodule, a worktree or another checkout do not count as untracked files here."""
    for part in Path(path).parts[:-1]:
        folder /= part
        if os.path.lexists(folder / ".git"):
            raise Unobservable(
                f"`{path}` is in another repository",
                "make the step write it somewhere else: `$RUNNER_TEMP/…`",
            )
