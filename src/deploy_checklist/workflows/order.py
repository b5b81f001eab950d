"""Which jobs run at all, and who waits for whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from posixpath import normpath

from . import conditions
from .jobs import Workflow, WorkflowJob, is_local


def running_files(workflows: Mapping[str, Workflow]) -> frozenset[str]:
    """The files that an event starts, and those that they call in turn: no call that never runs or
    may fail unseen.
    """
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
    """Why a job never runs, or may fail unseen."""
    if (by := disabled_by(workflow, job)) is not None:
        return f"never runs: `if: false` stands on job `{by.id}`{'' if by is job else f', which job `{job.id}` needs'}"
    late = next(
        (each for each in _chain(workflow, job) if conditions.only_after_failure(each.condition)),
        None,
    )
    if late is not None:
        by_another = "" if late is job else f", which job `{job.id}` needs"
        return f"runs only where something has failed: so says the `if:` of job `{late.id}`{by_another}"
    return f"may fail: `continue-on-error` stands on job `{job.id}`" if job.tolerated else None


def disabled_by(workflow: Workflow, job: WorkflowJob) -> WorkflowJob | None:
    """The job that is switched off and so keeps this one from running, perhaps this one itself."""
    return next((each for each in _chain(workflow, job) if conditions.never(each.condition)), None)


def is_conditional(workflow: Workflow, job: WorkflowJob) -> bool:
    """Whether a condition may keep a job from running: its own, or that of one that it needs."""
    return any(not conditions.always(each.condition) for each in _chain(workflow, job))


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


def _chain(workflow: Workflow, job: WorkflowJob) -> Iterator[WorkflowJob]:
    """The job and all that it needs, near or far: GitHub skips a job that waits if any of these was
    skipped.
    """
    seen, open_ = set[str](), [job.id]
    while open_:
        current = workflow.jobs.get(open_.pop())
        if current is not None and current.id not in seen:
            seen.add(current.id)
            yield current
            open_ += current.needs if job.waits else ()
