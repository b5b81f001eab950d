"""Which jobs run at all, and whether one runs only after another has succeeded."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from enum import IntEnum
from functools import lru_cache
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
        return f"never runs: job `{by.id}` has `if: false`{needed}"
    if (by := _needs_of(workflow).late[job.id]) is not None:
        needed = "" if by is job else f", which job `{job.id}` needs"
        return f"runs only after a failure: see the `if:` of job `{by.id}`{needed}"
    return (
        f"may fail without failing the run: job `{job.id}` has `continue-on-error`"
        if job.tolerated
        else None
    )


def disabled_by(workflow: Workflow, job: WorkflowJob) -> WorkflowJob | None:
    """The job with `if: false` that keeps this one from running: itself, or one that it needs."""
    return _needs_of(workflow).disabled[job.id]


def is_conditional(workflow: Workflow, job: WorkflowJob) -> bool:
    """Whether the condition of a job, or of one that it needs, may keep it from running."""
    return _needs_of(workflow).conditional[job.id] is not None


def waits_for(workflow: Workflow, job: str, needed: str) -> Waits:
    """Whether a job runs only after another job of the same workflow has succeeded."""
    found = _waits(workflow, job, needed, cancelled=False)
    if found is Waits.NO or conditions.when_cancelled(workflow.jobs[job].condition) is False:
        return found
    cancelled = _waits(workflow, job, needed, cancelled=True)
    return min(found, max(cancelled, Waits.NOT_CERTAIN))


def _waits(workflow: Workflow, job: str, needed: str, *, cancelled: bool) -> Waits:
    """The same in a run that nobody cancels, or in one that somebody may have cancelled before."""
    shows = _shows(workflow, needed, cancelled)
    ways = [
        min(_runs_after(workflow, workflow.jobs[job], need, cancelled), shows[need])
        for need in _needs_of(workflow).direct[job]
        if need in shows
    ]
    if not ways:
        return Waits.NO
    return max(*ways, _by_chain(workflow.jobs[job]))


_MOST_BEFORE = 200


class _Needs:
    """What the jobs of a workflow need, and which of them keep others from running.

    GitHub skips a job if one that it needs is skipped, also indirectly, and even where a job
    between the two runs in any case; but not where its own `if:` lets it run in any case.
    """

    def __init__(self, workflow: Workflow) -> None:
        jobs = workflow.jobs
        by_lower = {name.lower(): name for name in jobs}
        # The ids of the jobs that each job needs, in the spelling of `jobs:`.
        self.direct = {
            name: [by_lower[need.lower()] for need in job.needs if need.lower() in by_lower]
            for name, job in jobs.items()
        }
        self.order = tuple(TopologicalSorter(self.direct).static_order())
        skips, may_skip = conditions.asks_success, _may_skip_too
        self.disabled = self._first(jobs, conditions.never, skips)
        self.late = self._first(jobs, conditions.only_after_failure, skips)
        self.conditional = self._first(jobs, lambda if_: not conditions.always(if_), may_skip)

    def _first(
        self,
        jobs: Mapping[str, WorkflowJob],
        asked: Callable[[str], bool],
        skips_too: Callable[[str], bool],
    ) -> dict[str, WorkflowJob | None]:
        """Of each job and those whose skip skips it, one of whose condition this is so."""
        own: dict[str, WorkflowJob | None] = {}
        with_needed: dict[str, WorkflowJob | None] = {}
        for name in self.order:
            job = jobs[name]
            needed = next((by for need in self.direct[name] if (by := with_needed[need])), None)
            found = job if asked(job.condition) else None
            own[name] = found or (needed if skips_too(job.condition) else None)
            with_needed[name] = found or needed
        return own

    def needs_all_before(self, name: str, needs: Collection[str]) -> bool:
        """Whether all jobs that this job needs, also indirectly, are among these; False, too,
        where they are too many to look at.
        """
        seen, open_ = set[str](), [*self.direct[name]]
        while open_:
            each = open_.pop()
            if each not in needs or len(open_) > _MOST_BEFORE:
                return False
            if each not in seen:
                seen.add(each)
                open_ += self.direct[each]
        return True


# A workflow is known by its identity.
@lru_cache(maxsize=200)
def _needs_of(workflow: Workflow) -> _Needs:
    return _Needs(workflow)


@lru_cache(maxsize=200)
def _shows(workflow: Workflow, needed: str, cancelled: bool) -> Mapping[str, Waits]:
    """Whether the success of a job shows the success of the needed one; for this one and those
    that need it, also indirectly.
    """
    needs = _needs_of(workflow)
    shows = {needed: Waits.YES}
    for name in needs.order:
        ways = [need for need in needs.direct[name] if need in shows]
        if name == needed or not ways:
            continue
        job = workflow.jobs[name]
        shows[name] = max(
            _by_chain(job),
            *(min(_succeeds_after(workflow, job, way, cancelled), shows[way]) for way in ways),
        )
    return shows


def _may_skip_too(condition: str) -> bool:
    """Whether a job may be skipped where one that it needs is skipped."""
    return conditions.after_skip(condition) is not True


def _by_chain(job: WorkflowJob) -> Waits:
    """Whether a job waits for those that it needs only through jobs which run in any case.

    By its documentation GitHub skips all jobs of a chain behind one that fails; that it does so
    behind a job that runs in any case is not said.
    """
    skipped = conditions.after_failure(job.condition) is False
    return Waits.NOT_CERTAIN if skipped else Waits.NO


def _succeeds_after(workflow: Workflow, job: WorkflowJob, need: str, cancelled: bool) -> Waits:
    """Whether a job succeeds only if this one of the jobs that it needs has succeeded."""
    runs = _runs_after(workflow, job, need, cancelled)
    return runs if runs is Waits.YES else max(runs, _fails_after(workflow, job, need, cancelled))


def _runs_after(workflow: Workflow, job: WorkflowJob, need: str, cancelled: bool) -> Waits:
    """Whether a job runs only if this one of the jobs that it needs has succeeded."""
    if conditions.asks_no_status(job.condition):
        return Waits.YES
    outcomes = [
        (end.result, evaluate(job.condition, end.job_level))
        for end in _other_ends(workflow, job, need, cancelled)
    ]
    if all(runs is False for _, runs in outcomes):
        return Waits.YES
    return Waits.NO if ("failure", True) in outcomes else Waits.NOT_CERTAIN


def _fails_after(workflow: Workflow, job: WorkflowJob, need: str, cancelled: bool) -> Waits:
    """Whether a job that gathers others cannot succeed unless this one of them has."""
    if job.tolerated:
        return Waits.NO
    return min(
        Waits.YES
        if evaluate(job.condition, end.job_level) is False
        else _WAITS[fails_after(job.steps, end)]
        for end in _other_ends(workflow, job, need, cancelled)
    )


_WAITS = {True: Waits.YES, None: Waits.NOT_CERTAIN, False: Waits.NO}


def _other_ends(
    workflow: Workflow, job: WorkflowJob, need: str, cancelled: bool
) -> Iterator[Ended]:
    """How a needed job may end but for success; also by a cancelled run if that is asked."""
    before = _needs_of(workflow)
    needs = before.direct[job.id]
    if_ = workflow.jobs[need].condition

    def end(
        result: str, *, cancelled: bool, failed: bool | None = None, seen: bool = False
    ) -> Ended:
        return Ended(
            job=need.lower(),
            result=result,
            alone=len(needs) == 1,
            cancelled=cancelled,
            failed=failed,
            sees_failure=seen,
        )

    for run_cancelled in (False, True) if cancelled else (False,):
        # What `failure()` is in a cancelled run is not said.
        failed = None if run_cancelled else True
        yield end("failure", failed=failed, cancelled=run_cancelled)
        if before.conditional[need] is not None:
            yield end("skipped", cancelled=run_cancelled)
        if before.direct[need] and conditions.after_failure(if_) is not True:
            seen = before.needs_all_before(need, needs)
            yield end("skipped", failed=failed, cancelled=run_cancelled, seen=seen)
    if cancelled:
        yield end("cancelled", cancelled=True)
        if before.direct[need] and conditions.when_cancelled(if_) is not True:
            yield end("skipped", cancelled=True)


def _reachable(start: Iterable[str], following: Callable[[str], Iterable[str]]) -> Iterator[str]:
    """The names to start from and all that follow from them, each once."""
    seen, open_ = set[str](), list(start)
    while open_:
        name = open_.pop()
        if name not in seen:
            seen.add(name)
            yield name
            open_ += following(name)
