"""The port for the job of GitHub Actions that this run is a step of."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from msgspec import Struct

from ..opaque import OpaqueStruct


class JobPlace(Struct, frozen=True, kw_only=True):
    """Which step of which job this is, by what the runner says."""

    workflow: str  # path of the file that the event started
    job: str  # its id
    action: str | None  # "org/deploy-checklist"; None: this repository's, `uses: ./`; "": none
    step: str | None  # the id of this action's step, or a name that the runner gave it


class WrittenFile(OpaqueStruct, frozen=True, kw_only=True):
    """A file that a step wrote."""

    data: bytes
    written: datetime  # the last time


class ThisJob(Protocol):
    """The job of this run. Every method raises Unobservable if this run has no such job, or other
    people's code may have written its files.
    """

    def place(self) -> JobPlace:
        """The position of this step in the gated commit's workflow."""

    def started_at(self) -> datetime:
        """When the job began, by GitHub; Unobservable if it does not tell."""

    def read(self, path: str, limit: int) -> WrittenFile | None:
        """A plain file of the workspace, or below `$RUNNER_TEMP/`; None if nothing is there.

        Unobservable if it is larger than `limit`, a link, or of another repository.
        """
