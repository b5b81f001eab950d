"""Proof that a commit's workflows ask again in the deploy job: what was not handed over may be left
to that. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from posixpath import normpath

from msgspec import Struct

from ..data_formats import Malformed
from ..workflows import order
from ..workflows.files import workflow
from ..workflows.flatten import step_flaw
from ..workflows.jobs import FOLDER, Workflow, WorkflowJob, WorkflowStep, is_local


class DeployGateStep(Struct, frozen=True, kw_only=True):
    """The step that would ask again."""

    action: str | None  # "org/deploy-checklist"; None: this very repository's, `uses: ./`
    environment: str | None
    checklist: str | None  # the inputs of this run: another file would be another gate
    rules: str | None


def is_proven(files: Mapping[str, bytes], wanted: DeployGateStep) -> bool:
    """Whether a job with that environment runs this action in `phase: deploy`, come what may of the
    step.
    """
    workflows = {found.path: found for found in _readable(files)}
    return any(
        order.flaw(workflows[path], job) is None and _asks(job, step, wanted)
        for path in order.running(workflows)
        for job in workflows[path].jobs.values()
        for step in job.steps
    )


def _readable(files: Mapping[str, bytes]) -> Iterable[Workflow]:
    for path, data in files.items():
        if path.startswith(f"{FOLDER}/") and path.endswith((".yml", ".yaml")):
            try:
                yield workflow(data, path)
            except Malformed:
                continue  # GitHub does not run it either


def _asks(job: WorkflowJob, step: WorkflowStep, wanted: DeployGateStep) -> bool:
    if job.environment is None or (
        wanted.environment is not None and job.environment != wanted.environment
    ):
        return False
    said = {str(name).lower(): str(value) for name, value in step.inputs.items()}
    return (
        _is_ours(step.uses, wanted.action)
        and step_flaw(step) is None
        and said.get("phase") == "deploy"
        and said.get("environment") in (None, wanted.environment)
        and said.get("mode", "enforce") == "enforce"
        and said.get("offline", "false").lower() == "false"
        and said.get("checklist") == wanted.checklist
        and said.get("rules") == wanted.rules
    )


def _is_ours(uses: str, action: str | None) -> bool:
    if not action:
        return is_local(uses) and normpath(uses) == "."
    return uses.lower().partition("@")[0] == action.lower()
