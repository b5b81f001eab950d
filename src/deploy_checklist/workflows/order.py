"""Which jobs run at all, and which job waits for which."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from posixpath import normpath

from . import conditions
from .jobs import Workflow, WorkflowJob, is_local


def running_files(workflows: Mapping[str, Workflow]) -> frozenset[str]:
    """The files that an event starts, and those that they call by an effective job."""

    def called(path: str) -> list[str]:
        if (workflow := workflows.get(path)) is None:
            return []
        calls = [job for job in workflow.jobs.values() if is_local(job.uses)]
        return [normpath(job.uses) for job in calls if why_ineffective(workflow, job) is None]

    started = [path for path, workflow in workflows.items() if workflow.starts]
    return frozenset(_reachable(started, called)) & workflows.keys()


def why_ineffective(workflow: Workflow, job: WorkflowJob) -> str | None:
    """Why a job never runs, or may fail without failing the workflow; None if it is effective."""
    if (by := disabled_by(workflow, job)) is not None:
        needed = "" if by is job else f", which job `{job.id}` needs"
        return f"never runs: `if: false` stands on job `{by.id}`{needed}"
    for each in _with_needed(workflow, job):
        if conditions.only_after_failure(each.condition):
            needed = "" if each is job else f", which job `{job.id}` needs"
            return (
                "runs only where something has failed: "
                f"so says the `if:` of job `{each.id}`{needed}"
            )
    return f"may fail: `continue-on-error` stands on job `{job.id}`" if job.tolerated else None


def disabled_by(workflow: Workflow, job: WorkflowJob) -> WorkflowJob | None:
    """The job with `if: false` that keeps this one from running: itself, or one that it needs."""
    for each in _with_needed(workflow, job):
        if conditions.never(each.condition):
            return each
    return None


def is_conditional(workflow: Workflow, job: WorkflowJob) -> bool:
    """Whether the condition of a job, or of one that it needs, may keep it from running."""
    return any(not conditions.always(each.condition) for each in _with_needed(workflow, job))


def reaches(workflow: Workflow, job: str, needed: str) -> bool:
    """Whether a job runs only after another has succeeded."""

    def awaited(name: str) -> list[str]:
        if (current := workflow.jobs.get(name)) is None:
            return []
        return [need for need in current.needs if conditions.waits_for(current.condition, need)]

    return needed in _reachable(awaited(job), awaited)


def _with_needed(workflow: Workflow, job: WorkflowJob) -> Iterator[WorkflowJob]:
    """The job and all jobs that it needs, also indirectly: if one is skipped, GitHub skips it."""

    def needs(name: str) -> tuple[str, ...]:
        return workflow.jobs[name].needs if job.waits and name in workflow.jobs else ()

    for name in _reachable([job.id], needs):
        if name in workflow.jobs:
            yield workflow.jobs[name]


def _reachable(start: Iterable[str], following: Callable[[str], Iterable[str]]) -> Iterator[str]:
    """The names to start from and all that follow from them, each once."""
    seen, open_ = set[str](), list(start)
    while open_:
        name = open_.pop()
        if name not in seen:
            seen.add(name)
            yield name
            open_ += following(name)
