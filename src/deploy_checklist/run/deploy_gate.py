"""Proof that a commit's workflows run the gate again in the deploy job. Pure.

Where they do, values that were not handed over before may be left to that job.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from ..data_formats import Malformed
from ..workflows import waiting
from ..workflows.expand import why_step_is_ineffective
from ..workflows.files import read_workflow
from ..workflows.jobs import FOLDER, Workflow, WorkflowJob, WorkflowStep
from ..workflows.made_by import is_action


class DeployGateStep(Struct, frozen=True, kw_only=True):
    """The step that has to be found in the deploy job."""

    action: str | None  # "org/deploy-checklist"; None: this very repository's, `uses: ./`
    environment: str | None
    checklist: str | None  # the inputs of this run: another file would be another gate
    rules: str | None


def is_proven(files: Mapping[str, bytes], expected: DeployGateStep) -> bool:
    """Whether a job with that environment runs this action in `phase: deploy`, and heeds it."""
    workflows = {found.path: found for found in _readable(files)}
    for path in waiting.running_files(workflows):
        for job in workflows[path].jobs.values():
            found = any(_is_gate(job, step, expected) for step in job.steps)
            if found and waiting.why_ineffective(workflows[path], job) is None:
                return True
    return False


def _readable(files: Mapping[str, bytes]) -> Iterable[Workflow]:
    for path, data in files.items():
        if path.startswith(f"{FOLDER}/") and path.endswith((".yml", ".yaml")):
            try:
                yield read_workflow(data, path)
            except Malformed:
                continue  # GitHub does not run it either


def _is_gate(job: WorkflowJob, step: WorkflowStep, expected: DeployGateStep) -> bool:
    if job.environment is None or expected.environment not in (None, job.environment):
        return False
    inputs = {str(name).lower(): str(value) for name, value in step.inputs.items()}
    return (
        is_action(step.uses, expected.action)
        and why_step_is_ineffective(step) is None
        and inputs.get("phase") == "deploy"
        and inputs.get("environment") in (None, expected.environment)
        and inputs.get("mode", "enforce") == "enforce"
        and inputs.get("offline", "false").lower() == "false"
        and inputs.get("checklist") == expected.checklist
        and inputs.get("rules") == expected.rules
    )
