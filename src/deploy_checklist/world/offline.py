"""The ports of a run without network or GitHub: they raise NotInThisRun, whatever is asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NoReturn

from .dns_port import ResolvedName
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

    def send(self, *_: object, **__: object) -> HttpAnswer:
        _no_connections()

    def certificates(self, *_: object, **__: object) -> Sequence[Certificate]:
        _no_connections()

    def ping(self, *_: object, **__: object) -> RedisAnswer:
        _no_connections()

    def resolve(self, *_: object, **__: object) -> ResolvedName:
        _no_connections()


def _no_connections() -> NoReturn:
    raise NotInThisRun("this run opens no connections", "run it without `--offline`")


class OfflineGitHub:
    """Asks GitHub nothing. Implements ports.GitHub."""

    def secret(self, name: str, environment: str | None) -> SecretDate | None:
        raise NotInThisRun(
            "GitHub's date of the secret cannot be read in this run", "give `metadata-token`"
        )

    def check_results(self) -> Sequence[CommitCheckResult]:
        _no_checks()

    def step_results(self) -> Sequence[WorkflowStepResult]:
        _no_checks()

    def has_tag(self, tag: str) -> bool:
        _no_releases()

    def release(self, tag: str) -> ReleaseState | None:
        _no_releases()

    def read(self, repository: str, path: str, ref: str | None) -> bytes | None:
        raise NotInThisRun(
            "GitHub cannot be asked in this run", "give `metadata-token` (on a laptop: GH_TOKEN)"
        )


class OfflineJob:
    """No job of GitHub Actions, or one that asks GitHub nothing. Implements ports.ThisJob."""

    def place(self) -> JobPlace:
        _no_job()

    def started_at(self) -> datetime:
        _no_job()

    def read(self, path: str, limit: int) -> WrittenFile | None:
        _no_job()


def _no_job() -> NoReturn:
    raise NotInThisRun("this run is no job that GitHub can tell the start of", "run it on GitHub")


def _no_checks() -> NoReturn:
    raise NotInThisRun(
        "GitHub's checks of the commit cannot be read in this run", "run it on GitHub"
    )


def _no_releases() -> NoReturn:
    raise NotInThisRun("GitHub's releases cannot be read in this run", "run it on GitHub")
