"""Which jobs run at all, and which job waits for which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from posixpath import normpath

from . import conditions
from .jobs import Workflow, WorkflowJob, is_local


def running_files(workflows: Mapping[str, Workflow]) -> frozenset[str]:
    """The files that an event starts, and those that they call by an effective job."""
    found, open_ = set[str](), [path for path, each in workflows.items() if each.starts]
    while open_:
        path = open_.pop()
        each = workflows.get(path)
        if each is not None and path not in found:
            found.add(path)
            calls = (
                job
                for job in each.jobs.values()
                if is_local(job.uses) and why_ineffective(each, job) is None
            )
            open_ += [normpath(job.uses) for job in calls]
    return frozenset(found)


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
    seen, open_ = set[str](), [job]
    while open_:
        current = workflow.jobs.get(open_.pop())
        if current is None or current.id in seen:
            continue
        seen.add(current.id)
        awaited = [need for need in current.needs if conditions.waits_for(current.condition, need)]
        if needed in awaited:
            return True
        open_ += awaited
    return False


def _with_needed(workflow: Workflow, job: WorkflowJob) -> Iterator[WorkflowJob]:
    """The job and all jobs that it needs, also indirectly: if one is skipped, GitHub skips it."""
    seen, open_ = set[str](), [job.id]
    while open_:
        current = workflow.jobs.get(open_.pop())
        if current is not None and current.id not in seen:
            seen.add(current.id)
            yield current
            open_ += current.needs if job.waits else ()
