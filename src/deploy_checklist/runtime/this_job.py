"""The port for the job of this run, or why its files are not read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..outcome import Unobservable
from ..run.event import Event
from ..run.model import Run
from ..settings import RunContext
from ..world.job_port import JobPlace, ThisJob
from ..world.this_job import LiveJob

if TYPE_CHECKING:
    from .github import GitHubConnection


def this_job(
    event: Event,
    run: Run,
    context: RunContext,
    workspace: Path,
    github: GitHubConnection | None,
) -> ThisJob | None:
    """None without a token: GitHub has to say when the job began."""
    if github is None:
        return None
    return LiveJob(
        _place(event, run, context),
        started_at=github.job_started_at,
        workspace=workspace,
        temp=Path(context.runner_temp) if context.runner_temp else None,
    )


def _place(event: Event, run: Run, context: RunContext) -> JobPlace | Unobservable:
    if event.kind.beside_strangers or event.target.from_fork or run.target.from_fork:
        return Unobservable(
            "the pull request's code may have written the files of this job",
            "check it on a push, or in the deploy job with `phase: deploy` in the rule",
        )
    # The commit whose workflow file has to show which step wrote the file.
    expected = context.github_sha if event.kind.runs_merge else run.commit
    if expected is None or context.github_workflow_sha != expected:
        return Unobservable(
            "the workflow of this run is not the one in the gated commit",
            "check it on a push, or in the deploy job with `phase: deploy` in the rule",
        )
    workflow = workflow_file(context)
    if context.github_job is None or workflow is None:
        return Unobservable("the runner does not name the job", "update the runner")
    return JobPlace(
        workflow=workflow,
        job=context.github_job,
        action=context.own_action,
        step=context.github_action,
    )


def workflow_file(context: RunContext) -> str | None:
    """The path of the file that this run's workflow is in: ".github/workflows/gate.yml"."""
    parts = (context.github_workflow_ref or "").partition("@")[0].split("/", 2)
    return parts[2] if len(parts) > 2 else None
