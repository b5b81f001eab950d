"""What checks ask of GitHub: the dates of secrets, how CI ended, files of other repositories."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from functools import partial

from msgspec import Struct

from ..outcome import Unobservable
from ..side_by_side import answers_to
from ..world.gate_port import PostedVerdict
from ..world.ports import (
    CommitCheckResult,
    NotInThisRun,
    ReleaseState,
    SecretDate,
    WorkflowStepResult,
)
from .answers import Answers
from .client import Client
from .contents import contents
from .releases import Releases
from .rest_shapes import (
    RestCheckRun,
    RestCheckRuns,
    RestContexts,
    RestJobs,
    RestRun,
    RestRuns,
    RestStep,
)
from .secrets import SecretMetadata
from .verdicts import CommitVerdicts

# Of every gate of the repository, not of this one alone: two that counted each other's statuses as
# CI would wait for each other forever. Each status blocks a release on its own.
OWN_CONTEXT = "deploy-checklist/"
_ACTIONS = "github-actions"
_RUN = re.compile(r"/actions/runs/(\d+)(?:/|$)")
# Events whose runs GitHub lists under the exact commit that their workflow file was taken from. A
# pull request's head is not: others run there from the base branch's file, or from that of a merge.
_FILE_OF_COMMIT = frozenset(
    ("push", "workflow_dispatch", "workflow_run", "issue_comment", "schedule", "merge_group")
)


class OwnRun(Struct, frozen=True, kw_only=True):
    """This run: its id and its workflow's file (".github/workflows/gate.yml")."""

    id: int | None
    workflow: str | None

    @classmethod
    def of(cls, run_id: str | None, workflow_ref: str | None) -> OwnRun:
        """From GITHUB_RUN_ID and GITHUB_WORKFLOW_REF, which is
        "acme/shop/.github/workflows/gate.yml@refs/heads/main".
        """
        known_id = int(run_id) if run_id and run_id.isdigit() else None
        parts = (workflow_ref or "").partition("@")[0].split("/", 2)
        return cls(id=known_id, workflow=parts[2] if len(parts) > 2 else None)


class LiveGitHub:
    """Reads this repository with the job's token, and the rest with `metadata-token`.

    Implements ports.GitHub. What several checks need is asked for once.
    """

    def __init__(
        self,
        client: Client,
        metadata: Client | None,
        *,
        commit: str | None,
        own: OwnRun,
        verdicts: CommitVerdicts | None = None,
    ) -> None:
        """`commit` is the gated one; `own` is this run; `verdicts`: None where no gate is run."""
        self._client = client
        self._metadata = metadata
        self._secrets = SecretMetadata(metadata) if metadata else None
        self._commit = commit
        self._own = own
        self._verdicts = verdicts
        self._listed_runs = Answers[Sequence[RestRun]]()

    def secret(self, name: str, environment: str | None) -> SecretDate | None:
        """The date of a secret; None only if every level was readable and none has the name."""
        if self._secrets is None:
            raise NotInThisRun(
                "github-token cannot read the dates of secrets",
                "pass metadata-token with the permissions Secrets: read and Environments: read",
            )
        return self._secrets.dated(name, environment)

    def read(self, repository: str, path: str, ref: str | None) -> bytes | None:
        """A file of another repository, with `metadata-token`; None if it is not there."""
        if self._metadata is None:
            raise Unobservable(
                f"github-token cannot read {repository}",
                f"pass metadata-token with the permission Contents: read on {repository}",
            )
        return contents(self._metadata, repository, path, ref)

    def has_tag(self, tag: str) -> bool:
        """Whether this repository has the tag."""
        return Releases(self._client).has_tag(tag)

    def release(self, tag: str) -> ReleaseState | None:
        """The release of a tag; None if GitHub lists none. A draft is listed only for a token that
        may write.
        """
        return Releases(self._client).release(tag)

    def posted_verdict(self, environment: str) -> PostedVerdict | None:
        """The newest status of this gate for an environment on the commit; None: it has none."""
        if self._verdicts is None:
            raise Unobservable(
                "which account posts the gate's statuses is only known in a run on GitHub",
                "run the gate on GitHub",
            )
        return self._verdicts.posted_verdict(environment)

    def check_results(self) -> Sequence[CommitCheckResult]:
        """Check runs of the commit, the newest of each name and suite, and the newest status of
        each context. Those of the gate's own runs are marked.
        """
        runs, statuses = answers_to([self._check_runs, self._statuses])
        return [*runs, *statuses]

    def step_results(self, workflows: Container[str]) -> Sequence[WorkflowStepResult]:
        """Steps of the commit's runs of these workflow files, in their newest attempt; not of the
        gate's own.
        """
        runs = [each for each in self._runs() if _file(each) in workflows]
        steps = answers_to([partial(self._steps, run) for run in runs if not self._is_own(run)])
        return [step for of_run in steps for step in of_run]

    def _check_runs(self) -> list[CommitCheckResult]:
        need = self._client.need("the check runs of the commit", "checks: read")
        path = self._client.at("commits", self._gated(), "check-runs")
        found = list(self._client.pages(path, need, RestCheckRuns, {"filter": "latest"}))
        runs = self._runs() if any(_run_of(check) for check in found) else ()
        files = {run.id: _file(run) for run in runs if run.event in _FILE_OF_COMMIT}
        own = self._own_runs(runs)
        return [
            CommitCheckResult(
                name=check.name,
                state=_state(check),
                own=_run_of(check) in own,
                source="check run",
                workflow=files.get(_run_of(check) or 0, ""),
            )
            for check in found
        ]

    def _statuses(self) -> list[CommitCheckResult]:
        need = self._client.need("the statuses of the commit", "statuses: read")
        path = self._client.at("commits", self._gated(), "status")
        return [
            CommitCheckResult(
                name=status.context,
                state=status.state,
                own=status.context.startswith(OWN_CONTEXT),
                source="status",
            )
            for status in self._client.pages(path, need, RestContexts)
        ]

    def _own_runs(self, runs: Sequence[RestRun]) -> frozenset[int]:
        """Ids of this run and of the gate's other runs on the commit.

        A check run of the gate that blocked earlier must not block this run.
        """
        found = {run.id for run in runs if self._is_own(run)}
        if self._own.id is not None:
            found.add(self._own.id)
        return frozenset(found)

    def _is_own(self, run: RestRun) -> bool:
        return run.id == self._own.id or (
            self._own.workflow is not None and _gate(_file(run)) == _gate(self._own.workflow)
        )

    def _runs(self) -> Sequence[RestRun]:
        """The workflow runs of the commit."""

        def listed() -> Sequence[RestRun]:
            need = self._client.need("the workflow runs of the commit", "actions: read")
            path = self._client.at("actions", "runs")
            params = {"head_sha": self._gated()}
            return list(self._client.pages(path, need, RestRuns, params))

        return self._listed_runs.get(None, listed)

    def _gated(self) -> str:
        if self._commit is None:
            raise Unobservable(
                "this run gates no commit, so there are no checks to read", "run the gate on GitHub"
            )
        return self._commit

    def _steps(self, run: RestRun) -> list[WorkflowStepResult]:
        need = self._client.need("the jobs of the commit's workflow runs", "actions: read")
        path = self._client.at("actions", "runs", run.id, "jobs")
        return [
            WorkflowStepResult(
                workflow=_file(run),
                job=job.name,
                step=step.name,
                number=step.number,
                state=_state(step),
                event=run.event,
                branch=run.head_branch,
                run_started=run.run_started_at,
            )
            for job in self._client.pages(path, need, RestJobs, {"filter": "latest"})
            for step in job.steps
        ]


def _run_of(check: RestCheckRun) -> int | None:
    """The workflow run that a check run belongs to; None if GitHub Actions did not make it."""
    if check.app is None or check.app.slug != _ACTIONS:
        return None
    found = _RUN.search(check.details_url or "")
    return int(found[1]) if found else None


def _state(entry: RestCheckRun | RestStep) -> str:
    """How a check run or a step ended, or "pending"."""
    return (entry.conclusion if entry.status == "completed" else None) or "pending"


def _gate(workflow: str) -> str:
    """A gate's workflow, also of its second file, which comments start. `workflow` prints both."""
    return re.sub(r"-comments(?=\.ya?ml\Z)", "", workflow)


def _file(run: RestRun) -> str:
    """The workflow's path, to which GitHub may add "@ref"."""
    return run.path.partition("@")[0]
