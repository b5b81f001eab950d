"""Which jobs run at all, and whether one runs only after another has succeeded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import IntEnum
from graphlib import TopologicalSorter

from . import conditions
from .conditions import Ended
from .expressions import evaluate
from .gathering import fails_after
from .jobs import Workflow, WorkflowJob, local_path


class Waits(IntEnum):
    """Whether a job waits for another. Of two ways the larger counts, of two links the smaller."""

    NO = 0
    NOT_CERTAIN = 1
    YES = 2


def running_files(workflows: Mapping[str, Workflow], own_name: str | None = None) -> frozenset[str]:
    """The files that an event starts, and those that they call by an effective job."""

    def called(path: str) -> list[str]:
        if (workflow := workflows.get(path)) is None:
            return []
        calls = [(local_path(job.uses, own_name), job) for job in workflow.jobs.values()]
        return [found for found, job in calls if found and why_ineffective(workflow, job) is None]

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


def succeeds_after(workflow: Workflow, needed: str) -> Mapping[str, Waits]:
    """For each job of a workflow whether its success shows the success of the needed one."""
    graph = {name: _needs(workflow, name) for name in workflow.jobs}
    shows = dict.fromkeys(workflow.jobs, Waits.NO)
    shows[needed] = Waits.YES
    for name in TopologicalSorter(graph).static_order():
        for need in graph[name] if name != needed else ():
            if shows[need] is not Waits.NO:
                link = _link(workflow, workflow.jobs[name], need)
                shows[name] = max(shows[name], min(link, shows[need]))
    return shows


def runs_after(workflow: Workflow, job: WorkflowJob, shows: Mapping[str, Waits]) -> Waits:
    """Whether a job runs only after a job has succeeded, of which `shows` tells that of others."""
    ways = [min(_runs_after(workflow, job, need), shows[need]) for need in _needs(workflow, job.id)]
    return max(ways, default=Waits.NO)


def waits_for(workflow: Workflow, job: str, needed: str) -> Waits:
    """Whether a job runs only after another job of the same workflow has succeeded."""
    return runs_after(workflow, workflow.jobs[job], succeeds_after(workflow, needed))


def _link(workflow: Workflow, job: WorkflowJob, need: str) -> Waits:
    """Whether a job succeeds only if this one of the jobs that it needs has succeeded."""
    return max(_runs_after(workflow, job, need), _fails_after(workflow, job, need))


def _needs(workflow: Workflow, name: str) -> list[str]:
    """The ids of the jobs that a job needs, in the spelling of `jobs:`."""
    by_lower = {each.lower(): each for each in workflow.jobs}
    job = workflow.jobs.get(name)
    wanted = job.needs if job is not None else ()
    return [by_lower[need.lower()] for need in wanted if need.lower() in by_lower]


def _runs_after(workflow: Workflow, job: WorkflowJob, need: str) -> Waits:
    """Whether a job runs only if this one of the jobs that it needs has succeeded."""
    if conditions.asks_no_status(job.condition):
        return Waits.YES
    outcomes = [
        (end.result, evaluate(job.condition, end.job_level))
        for end in _other_ends(workflow, job, need)
    ]
    if all(runs is False for _, runs in outcomes):
        return Waits.YES
    return Waits.NO if ("failure", True) in outcomes else Waits.NOT_CERTAIN


def _fails_after(workflow: Workflow, job: WorkflowJob, need: str) -> Waits:
    """Whether a job that gathers others cannot succeed unless this one of them has.

    Where the run is cancelled, a job without a status function in its `if:` does not start; so
    that a needed job was cancelled is not asked.
    """
    if job.tolerated:
        return Waits.NO
    ends = [end for end in _other_ends(workflow, job, need) if end.result != "cancelled"]
    found = [
        Waits.YES
        if evaluate(job.condition, end.job_level) is False
        else _WAITS[fails_after(job.steps, end)]
        for end in ends
    ]
    return min(found)


_WAITS = {True: Waits.YES, None: Waits.NOT_CERTAIN, False: Waits.NO}


def _other_ends(workflow: Workflow, job: WorkflowJob, need: str) -> Iterator[Ended]:
    """How a needed job may end but for success."""
    needs = tuple(each.lower() for each in _needs(workflow, job.id))
    end = need.lower()
    yield Ended(job=end, result="failure", needs=needs)
    yield Ended(job=end, result="cancelled", needs=needs)
    needed = workflow.jobs[need]
    if is_conditional(workflow, needed):
        yield Ended(job=end, result="skipped", needs=needs)
    before = {each.id.lower() for each in _with_needed(workflow, needed)} - {end}
    if before:
        yield Ended(
            job=end,
            result="skipped",
            needs=needs,
            after_failure=True,
            sees_failure=before <= set(needs),
        )


def _with_needed(workflow: Workflow, job: WorkflowJob) -> Iterator[WorkflowJob]:
    """The job and all jobs that it needs, also indirectly: if one is skipped, GitHub skips it."""

    def needs(name: str) -> list[str]:
        current = workflow.jobs[name]
        return _needs(workflow, name) if conditions.asks_success(current.condition) else []

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
