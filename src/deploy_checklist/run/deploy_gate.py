"""Proof that a commit's workflows run the gate again in the deploy job. Pure.

Where they do, values that were not passed to an earlier step may be left to that job.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from ..data_formats import Malformed
from ..workflows import waiting
from ..workflows.expand import why_step_is_ineffective
from ..workflows.files import read_workflow
from ..workflows.jobs import FOLDER, Workflow, WorkflowJob, WorkflowStep
from ..workflows.made_by import is_action


class DeployGateStep(Struct, frozen=True, kw_only=True):
    """The step that has to be found in the deploy job."""

    action: str | None  # "org/deploy-checklist"; None: this repository's, `uses: ./`; "": none
    environment: str | None
    checklist: str | None  # the inputs of this run: another file would be another gate
    rules: str | None
    on_github_com: bool = True  # elsewhere, the action of that name may be another one there


class StartedJob(Struct, frozen=True, kw_only=True):
    """A job of a workflow that an event starts, or that such a one calls."""

    workflow: Workflow
    job: WorkflowJob


def is_proven(files: Mapping[str, bytes], expected: DeployGateStep) -> bool:
    """Whether a job with that environment runs this action in `phase: deploy`, and waits for its
    result.
    """
    return any(asks_again(found, expected) for found in started_jobs(files))


def started_jobs(files: Mapping[str, bytes]) -> Iterator[StartedJob]:
    """Every job that runs at all, by the workflow files among these."""
    workflows = {found.path: found for found in _readable(files)}
    for path in sorted(waiting.running_files(workflows)):
        for job in workflows[path].jobs.values():
            yield StartedJob(workflow=workflows[path], job=job)


def asks_again(found: StartedJob, expected: DeployGateStep) -> bool:
    """Whether a job has that environment, runs this action in `phase: deploy`, and waits for its
    result.
    """
    is_there = any(_is_gate(found.job, step, expected) for step in found.job.steps)
    return is_there and waiting.why_ineffective(found.workflow, found.job) is None


def unread_workflows(files: Mapping[str, bytes]) -> Iterator[str]:
    """The workflow files among these that cannot be read."""
    for path, data in files.items():
        if _is_workflow(path) and _read(path, data) is None:
            yield path


def _readable(files: Mapping[str, bytes]) -> Iterator[Workflow]:
    for path, data in files.items():
        if _is_workflow(path) and (found := _read(path, data)) is not None:
            yield found


def _is_workflow(path: str) -> bool:
    return path.startswith(f"{FOLDER}/") and path.endswith((".yml", ".yaml"))


def _read(path: str, data: bytes) -> Workflow | None:
    try:
        return read_workflow(data, path)
    except Malformed:
        return None  # GitHub does not run it either


def _is_gate(job: WorkflowJob, step: WorkflowStep, expected: DeployGateStep) -> bool:
    if job.environment is None or expected.environment not in (None, job.environment):
        return False
    inputs = {str(name).lower(): str(value) for name, value in step.inputs.items()}
    return (
        is_action(step.uses, expected.action)
        and (expected.on_github_com or not step.fetched)
        and why_step_is_ineffective(step) is None
        and inputs.get("phase") == "deploy"
        and inputs.get("environment") in (None, expected.environment)
        and inputs.get("mode", "enforce") == "enforce"
        and inputs.get("offline", "false").lower() == "false"
        and inputs.get("checklist") == expected.checklist
        and inputs.get("rules") == expected.rules
        and (not inputs.get("commit") or "${{" in inputs["commit"])  # a hash is that of an old one
    )
