"""The ports of a run without network or GitHub: every method raises NotInThisRun.

Each error says what to do on a laptop or in a job of GitHub Actions, whichever the run is.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import datetime
from typing import NoReturn

from .dns_port import ResolvedName
from .gate_port import PostedVerdict
from .job_port import JobPlace, WrittenFile
from .ports import (
    Certificate,
    CommitCheckResult,
    HttpAnswer,
    NotInThisRun,
    RedisAnswer,
    ReleaseState,
    SecretDate,
    WorkflowStepResult,
)


class OfflineProbes:
    """Opens no connection. Implements ports.Http, ports.Tls, ports.Redis and ports.Dns."""

    def __init__(self, *, laptop: bool) -> None:
        self._laptop = laptop

    def send(self, *_: object, **__: object) -> HttpAnswer:
        self._no_connections()

    def certificates(self, *_: object, **__: object) -> Sequence[Certificate]:
        self._no_connections()

    def ping(self, *_: object, **__: object) -> RedisAnswer:
        self._no_connections()

    def resolve(self, *_: object, **__: object) -> ResolvedName:
        self._no_connections()

    def _no_connections(self) -> NoReturn:
        remedy = "run it without `--offline`" if self._laptop else _ONLINE
        raise NotInThisRun("this run opens no connections", remedy)


class OfflineGitHub:
    """Asks GitHub nothing. Implements ports.GitHub."""

    def __init__(self, *, laptop: bool, offline: bool) -> None:
        """`offline`: the user asked for it; otherwise the run has no token."""
        self._in_job = None if laptop else _in_job(offline)

    def secret(self, name: str, environment: str | None) -> SecretDate | None:
        self._not_read("GitHub's date of the secret", _ASK_GITHUB)

    def check_results(self) -> Sequence[CommitCheckResult]:
        self._not_read("GitHub's checks of the commit")

    def step_results(self, workflows: Container[str]) -> Sequence[WorkflowStepResult]:
        self._not_read("GitHub's checks of the commit")

    def posted_verdict(self, environment: str) -> PostedVerdict | None:
        self._not_read("the statuses of the commit")

    def has_tag(self, tag: str) -> bool:
        self._not_read("GitHub's releases")

    def release(self, tag: str) -> ReleaseState | None:
        self._not_read("GitHub's releases")

    def read(self, repository: str, path: str, ref: str | None) -> bytes | None:
        self._not_read("the file on GitHub", _ASK_GITHUB)

    def _not_read(self, what: str, on_laptop: str = "run the gate on GitHub") -> NoReturn:
        raise NotInThisRun(f"{what} cannot be read in this run", self._in_job or on_laptop)


class OfflineJob:
    """No job of GitHub Actions, or one that asks GitHub nothing. Implements ports.ThisJob."""

    def __init__(self, *, laptop: bool, offline: bool) -> None:
        self._remedy = "run the gate on GitHub" if laptop else _in_job(offline)

    def place(self) -> JobPlace:
        self._no_job()

    def started_at(self) -> datetime:
        self._no_job()

    def read(self, path: str, limit: int) -> WrittenFile | None:
        self._no_job()

    def _no_job(self) -> NoReturn:
        raise NotInThisRun("this run is not a job whose start GitHub can report", self._remedy)


_ONLINE = "remove the input `offline`"
_ASK_GITHUB = "set GH_TOKEN, and run it without `--offline`"


def _in_job(offline: bool) -> str:
    """What lets a run of GitHub Actions ask GitHub."""
    return _ONLINE if offline else "set the input `github-token`"
