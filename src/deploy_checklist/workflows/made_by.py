"""Whether a step of a job has certainly run before another one, and brings in no other run's
files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .conditions import when_cancelled
from .expand import Reusable, RunningStep, running_jobs, running_steps
from .jobs import Workflow, WorkflowStep, local_path

# Actions that bring in files from other runs, and the commands that do.
_CARRIER = re.compile(r"(?i)cache|download-?artifact|artifact-?download")
_CARRYING_COMMAND = re.compile(r"(?i)/actions/artifacts\b|\bdownloadArtifact")
_GH = re.compile(r"(?i)\bgh(?:\.exe)?\b")
_DOWNLOADS = re.compile(r"(?i)\bdownload\b")


def is_action(uses: str, action: str | None) -> bool:
    """Whether a step uses this action; None: the one of this repository, `uses: ./`; "": none."""
    if action is None:
        return local_path(uses) == "."
    return uses.lower().partition("@")[0] == action.lower()


def why_not_made(
    workflow: Workflow,
    reusable: Reusable,
    *,
    made_by: str,
    job_id: str,
    action: str | None,
    own_step: str | None,
) -> str | None:
    """Why it is not certain that the step with the id `made_by` ran before this action's step in a
    job. None if it is certain. `own_step`: the id of this action's step, if it has one.
    """
    jobs = [job for job in running_jobs(workflow, reusable) if job.job.id == job_id]
    if len(jobs) != 1:
        times = "no job" if not jobs else "several jobs"
        return f"`{workflow.path}` has {times} with the id `{job_id}`"
    job = jobs[0]
    steps = list(running_steps(job, reusable))
    made = next((step for step in job.job.steps if step.id == made_by), None)
    if made is None:
        return f"{job.name} has no step with the id `{made_by}`"
    if made.condition:
        return f"step `{made_by}` of {job.name} has an `if:`, so it may not have run"
    own = _own_steps(steps, action, own_step)
    if not own:
        return f"{job.name} has no step whose `uses:` is this action"
    if min(own) <= made.number:
        return f"step `{made_by}` of {job.name} does not come before this action's step"
    if late := next(
        (step for step in steps if step.listed.number in own and _runs_late(step)), None
    ):
        return f"{late.place()} may run although step `{made_by}` was skipped"
    carrier = next(_carriers(steps, made, max(own)), None)
    if carrier is not None:
        return f"{carrier.place()} may bring in files from another run"
    return None


def _own_steps(steps: list[RunningStep], action: str | None, own_step: str | None) -> set[int]:
    """The numbers of the steps that may be this one: several, if the job runs the gate twice and
    the steps have no ids.
    """
    own = {
        step.listed.number: step.listed.id for step in steps if is_action(step.step.uses, action)
    }
    named = {number for number, step_id in own.items() if step_id and step_id == own_step}
    return named or set(own)


def _runs_late(step: RunningStep) -> bool:
    return step.after_failure is not False or when_cancelled(step.step.condition) is not False


def _carriers(steps: list[RunningStep], made: WorkflowStep, last: int) -> Iterator[RunningStep]:
    for step in steps:
        if made.number <= step.listed.number < last and (
            _CARRIER.search(step.step.uses) or _carries(step.step)
        ):
            yield step


def _carries(step: WorkflowStep) -> bool:
    """Whether its script may download files, such as `gh run --repo acme/shop download 7`."""
    script = f"{step.run}\n{step.inputs.get('script', '')}"  # actions/github-script
    by_gh = _GH.search(script) and _DOWNLOADS.search(script)
    return bool(by_gh or _CARRYING_COMMAND.search(script))
