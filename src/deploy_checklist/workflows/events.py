"""Which workflows start together, and which one starts after another has ended."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from . import conditions, waiting
from .expand import RunningJob
from .expressions import Value, evaluate
from .jobs import Workflow, WorkflowJob, WorkflowStep
from .waiting import Waits

_CONCLUSION = "github.event.workflow_run.conclusion"
SUCCESSFUL_RUN = f"{_CONCLUSION} == 'success'"  # what the `if:` of a job has to ask for
_AFTER_FAILED_RUN: dict[str, Value] = {_CONCLUSION: "failure"}


def follows(workflow: Workflow, others: Sequence[Workflow]) -> list[Workflow]:
    """The workflows that `workflow_run` starts when this one has ended, or one of those."""
    found = [workflow]
    for each in found:
        found += [other for other in others if _starts_after(other, each) and other not in found]
    return found[1:]


def _starts_after(other: Workflow, workflow: Workflow) -> bool:
    return _name(workflow) in _followed(other)


def waits_for_run(job: RunningJob, own: RunningJob, workflows: Iterable[Workflow]) -> Waits:
    """Whether a job of a workflow that `workflow_run` starts waits for a job of that run.

    `workflows` are all of the repository.
    """
    if not _starts_after(job.workflow, own.workflow):
        return Waits.NOT_CERTAIN  # the end of a workflow in between starts it
    if not any(_demands_success(at.workflow, at.job.id) for at in job.calls):
        perhaps = any(_asks_conclusion(at.workflow, at.job) for at in job.calls)
        return Waits.NOT_CERTAIN if perhaps else Waits.NO
    followed = _followed(job.workflow)
    if len(followed) > 1 or sum(_name(each) in followed for each in workflows) > 1:
        return Waits.NOT_CERTAIN  # the success of another workflow starts it, too
    skippable = any(waiting.is_conditional(at.workflow, at.job) for at in own.calls)
    return Waits.NOT_CERTAIN if skippable else Waits.YES


def _demands_success(workflow: Workflow, job_id: str) -> bool:
    """Whether a job, or one that it waits for, runs only if the run before was a success."""
    return any(
        conditions.demands(each.condition, _CONCLUSION, "success")
        and (each.id == job_id or waiting.waits_for(workflow, job_id, each.id) is Waits.YES)
        for each in workflow.jobs.values()
    )


def _asks_conclusion(workflow: Workflow, job: WorkflowJob) -> bool:
    """Whether a job or one that it waits for, or a step there, checks how the run before ended, and
    perhaps does nothing after a failure.
    """
    return any(
        (_perhaps_not(each.condition) or any(map(_perhaps_fails, each.steps)))
        and (each is job or waiting.waits_for(workflow, job.id, each.id) is not Waits.NO)
        for each in workflow.jobs.values()
    )


def _perhaps_fails(step: WorkflowStep) -> bool:
    """Whether a step perhaps does nothing, or fails, after a run that failed."""
    if "conclusion" in f"{step.run} {step.env} {step.inputs}".lower():
        return True
    return _perhaps_not(step.condition) or ("conclusion" in step.condition and "exit" in step.run)


def _perhaps_not(condition: str) -> bool:
    """Whether a condition perhaps does not hold after a run that failed."""
    return (
        "conclusion" in condition.lower() and evaluate(condition, _AFTER_FAILED_RUN.get) is not True
    )


def _name(workflow: Workflow) -> str:
    """The name that `workflow_run` uses for it: its name, or its path where it has none."""
    return workflow.name or workflow.path


def _followed(workflow: Workflow) -> set[str]:
    """The names of the workflows whose end starts it."""
    trigger = workflow.triggers.get("workflow_run")
    names = trigger.get("workflows") if isinstance(trigger, dict) else None
    return set(map(str, names)) if isinstance(names, list) else {str(names)} if names else set()


def shared_events(one: Workflow, other: Workflow) -> set[str]:
    """The events that start both; a push of a tag and one of a branch are two events."""
    shared = set(one.triggers) & set(other.triggers) - {"workflow_call", "workflow_run", "None"}
    if "push" in shared and not pushed_kinds(one) & pushed_kinds(other):
        shared.remove("push")
    return shared


def may_run_for(job: RunningJob, events: Iterable[str]) -> bool:
    """Whether the `if:` of a job, and of those that call it, may hold for one of these events."""
    return any(
        all(evaluate(at.job.condition, known.get) is not False for at in job.calls)
        for known in ({"github.event_name": event, _CONCLUSION: ""} for event in events)
    )


def starts_on_push_to(workflow: Workflow, branch: str) -> bool:
    """Whether a push to this branch starts it, by its filters as they are written."""
    if "push" not in workflow.triggers:
        return False
    push = workflow.triggers["push"]
    filters = push if isinstance(push, dict) else {}
    if "branches" not in filters:
        return "tags" not in filters
    branches = filters["branches"]
    listed = branches if isinstance(branches, list) else [branches]
    return any(str(each) in (branch, "*", "**") for each in listed)


def takes_input(workflow: Workflow, name: str) -> bool:
    """Whether everybody who starts a workflow manually, and every caller, can pass an input."""
    asked = {"workflow_dispatch", "workflow_call"} & set(workflow.triggers)
    filters = [workflow.triggers[event] for event in asked]
    inputs = [each.get("inputs") if isinstance(each, dict) else None for each in filters]
    return bool(inputs) and all(isinstance(each, dict) and name in each for each in inputs)


def pushed_kinds(workflow: Workflow) -> set[str]:
    """What pushes start it: "tags", "branches" or both."""
    push = workflow.triggers.get("push")
    filters = set(push) if isinstance(push, dict) else set[str]()
    tags = bool(filters & {"tags", "tags-ignore"})
    branches = bool(filters & {"branches", "branches-ignore"})
    both = {"tags", "branches"}
    if tags == branches:
        return both
    return {"tags"} if tags else {"branches"}
