"""What checks ask of GitHub, answered by the API: secrets' dates, how CI ended, other repositories'
files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any

from msgspec import Struct

from ..outcome import Unobservable
from ..world.ports import CheckResult, SecretDate, StepResult
from .actors import moment
from .client import Client, parsed
from .contents import contents
from .secrets import SecretMetadata

OWN_CONTEXT = "deploy-checklist/"
_ACTIONS = "github-actions"
_RUN = re.compile(r"/actions/runs/(\d+)(?:/|$)")


class OwnRun(Struct, frozen=True, kw_only=True):
    """Which run asks: its id, and the workflow file it runs (".github/workflows/gate.yml")."""

    id: int | None
    workflow: str | None

    @classmethod
    def of(cls, run_id: str | None, workflow_ref: str | None) -> OwnRun:
        """From GITHUB_RUN_ID and GITHUB_WORKFLOW_REF
        ("acme/shop/.github/workflows/gate.yml@refs/heads/main").
        """
        path = (workflow_ref or "").partition("@")[0].split("/", 2)[2:]
        return cls(
            id=int(run_id) if run_id and run_id.isdigit() else None,
            workflow=path[0] if path else None,
        )


class LiveGitHub:
    """The own repository through the job's token, and what only `metadata-token` may see.

    Implements ports.GitHub. What several checks ask is listed once.
    """

    def __init__(
        self, client: Client, metadata: Client | None, *, commit: str | None, own: OwnRun
    ) -> None:
        """`commit` is the gated one; `own` is the run that asks."""
        self._client = client
        self._metadata = metadata
        self._secrets = SecretMetadata(metadata) if metadata else None
        self._commit = commit
        self._own = own
        self._lock = Lock()
        self._listed: Sequence[Mapping[str, Any]] | None = None

    def secret(self, name: str, environment: str | None) -> SecretDate | None:
        """The metadata of a secret; None only if every level was readable and the name is at none."""
        if self._secrets is None:
            raise Unobservable(
                "github-token cannot read the dates of secrets",
                "hand over metadata-token with the permissions Secrets: read and Environments: read",
            )
        return self._secrets.dated(name, environment)

    def read(self, repository: str, path: str, ref: str | None) -> bytes | None:
        """A file of another repository, with `metadata-token`; None if it is not there."""
        if self._metadata is None:
            raise Unobservable(
                f"github-token cannot read {repository}",
                f"hand over metadata-token with the permission Contents: read on {repository}",
            )
        return contents(self._metadata, repository, path, ref)

    def check_results(self) -> Sequence[CheckResult]:
        """Check runs of the commit (the newest of each name and suite) and the newest status of
        each context.

        The own run's are marked.
        """
        return [*self._check_runs(), *self._statuses()]

    def step_results(self) -> Sequence[StepResult]:
        """Steps of every workflow run on the commit but the own workflow's, newest attempt of each."""
        return [step for run in self._runs() if not self._is_own(run) for step in self._steps(run)]

    def _check_runs(self) -> list[CheckResult]:
        need = self._client.need("the check runs of the commit", "checks: read")
        path = self._client.at("commits", self._gated(), "check-runs")
        with parsed(need):
            found = list(self._client.pages(path, need, {"filter": "latest"}, within="check_runs"))
            own = self._own_runs() if any(_run_of(check) for check in found) else frozenset()
            return [
                CheckResult(
                    name=check["name"],
                    state=(check["conclusion"] or "pending")
                    if check["status"] == "completed"
                    else "pending",
                    own=_run_of(check) in own,
                    source="check run",
                )
                for check in found
            ]

    def _statuses(self) -> list[CheckResult]:
        need = self._client.need("the statuses of the commit", "statuses: read")
        path = self._client.at("commits", self._gated(), "status")
        with parsed(need):
            return [
                CheckResult(
                    name=status["context"],
                    state=status["state"],
                    own=status["context"].startswith(OWN_CONTEXT),
                    source="status",
                )
                for status in self._client.pages(path, need, within="statuses")
            ]

    def _own_runs(self) -> frozenset[int]:
        """Ids of this run and of the gate's other runs on the commit: an earlier "blocked" must not
        block for ever.
        """
        earlier = {run["id"] for run in self._runs() if self._is_own(run)}
        return frozenset(earlier | ({self._own.id} if self._own.id is not None else set()))

    def _is_own(self, run: Mapping[str, Any]) -> bool:
        return run["id"] == self._own.id or (
            self._own.workflow is not None and _file(run) == self._own.workflow
        )

    def _runs(self) -> Sequence[Mapping[str, Any]]:
        with self._lock:
            if self._listed is None:
                need = self._client.need("the workflow runs of the commit", "actions: read")
                path = self._client.at("actions", "runs")
                found = self._client.pages(
                    path, need, {"head_sha": self._gated()}, within="workflow_runs"
                )
                self._listed = list(found)
            return self._listed

    def _gated(self) -> str:
        if self._commit is None:
            raise Unobservable(
                "this run gates no commit whose checks could be read", "run it on GitHub"
            )
        return self._commit

    def _steps(self, run: Mapping[str, Any]) -> list[StepResult]:
        need = self._client.need("the jobs of the commit's workflow runs", "actions: read")
        path = self._client.at("actions", "runs", run["id"], "jobs")
        with parsed(need):
            return [
                StepResult(
                    workflow=_file(run),
                    job=job["name"],
                    step=step["name"],
                    number=step["number"],
                    state=(step["conclusion"] or "pending")
                    if step["status"] == "completed"
                    else "pending",
                    event=run["event"],
                    branch=run["head_branch"],
                    run_started=moment(run["run_started_at"] or run["created_at"]),
                )
                for job in self._client.pages(path, need, {"filter": "latest"}, within="jobs")
                for step in job["steps"] or ()
            ]


def _run_of(check: Mapping[str, Any]) -> int | None:
    """The workflow run a check run belongs to. Only GitHub Actions' own are believed to be a job of
    a run.
    """
    if (check["app"] or {}).get("slug") != _ACTIONS:
        return None
    found = _RUN.search(check["details_url"] or "")
    return int(found[1]) if found else None


def _file(run: Mapping[str, Any]) -> str:
    """The workflow's path; GitHub may add "@ref" to it."""
    path: str = run["path"]
    return path.partition("@")[0]
