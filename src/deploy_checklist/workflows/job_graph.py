"""The jobs around the steps that run a command: which of them exist, and which wait for which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from posixpath import basename

from . import conditions, waiting
from .could_release import why_it_could_release
from .events import SUCCESSFUL_RUN, follows, may_run_for, shared_events, waits_for_run
from .expand import JobAt, Reusable, RunningJob, running_jobs
from .jobs import Workflow
from .search import CommandUse, started
from .waiting import Waits

_MOST_USES = 50  # in one workflow that are checked; one that blocks the release is enough
_MOST_NAMED = 3


class JobGraph:
    """`uses` are the steps that run the command and count; there is at least one."""

    def __init__(
        self, uses: Sequence[CommandUse], workflows: Mapping[str, Workflow], reusable: Reusable
    ) -> None:
        self._workflows = workflows
        self.reusable = reusable
        self._uses: dict[str, list[CommandUse]] = {}
        for use in uses:
            self._uses.setdefault(use.step.job.workflow.path, []).append(use)

    def uses(self) -> Iterator[tuple[Workflow, list[CommandUse]]]:
        """The started workflows that run the command, with the steps that do."""
        for path, uses in self._uses.items():
            yield self._workflows[path], uses[:_MOST_USES]

    def started(self) -> Iterator[Workflow]:
        """All workflows that an event starts."""
        return started(self._workflows)

    def jobs_after(self, workflow: Workflow) -> Iterator[RunningJob]:
        """The jobs of a workflow, and of those that its end starts, but for disabled ones."""
        for each in (workflow, *follows(workflow, list(self.started()))):
            yield from self._enabled_jobs(each)

    def waits(self, job: RunningJob, use: CommandUse) -> Waits:
        """Whether a job waits for the one that runs the command."""
        own = use.step.job
        if job.workflow is own.workflow:
            return self.waits_between(job, own)
        return waits_for_run(job, own, self._workflows.values())

    def waits_between(self, job: RunningJob, needed: RunningJob) -> Waits:
        """Whether one job of a started workflow waits for another of it."""
        if job.workflow is not needed.workflow:
            return Waits.NO
        if (matrix := _shared_matrix(job, needed)) is not None:
            return Waits.NOT_CERTAIN if matrix.job.legs is None else Waits.NO
        at = job.apart_from(needed)
        return waiting.waits_for(at.workflow, at.job.id, needed.apart_from(job).job.id)

    def line_to_wait(self, job: RunningJob, own: RunningJob, waits: Waits) -> str:
        """What to write so that a job waits for the command's own."""
        late, needed = job.apart_from(own).job, own.apart_from(job).job.id
        if job.workflow is not own.workflow:
            success = f"add `if: {SUCCESSFUL_RUN}` to job `{late.id}`"
            if waits is Waits.NO:
                return success
            file = basename(own.workflow.path)
            return f"{success}, start it from `{file}` only, and remove the `if:` of job `{needed}`"
        if (matrix := _shared_matrix(job, own)) is not None:
            return f"give the release a job outside the matrix, with `needs: [{matrix.job.id}]`"
        if self.waits_between(own, job) is not Waits.NO:
            return f"run the command in a job before it: job `{needed}` itself needs it"
        lines = list[str]()
        if needed.lower() not in map(str.lower, late.needs):
            needs = ", ".join((*late.needs, needed))
            lines.append(f"add `needs: [{needs}]` to job `{late.id}`")
        if not conditions.asks_success(late.condition):
            asked = f"`needs.{needed}.result == 'success'`"
            lines.append(f"add {asked} to the `if:` of job `{late.id}`")
        return " and ".join(lines)

    def could_release_beside(self, workflow: Workflow) -> Iterator[RunningJob]:
        """The jobs that could release in other workflows, which do not run the command, and that
        one event starts together with this workflow.
        """
        for other in self.started():
            events = shared_events(workflow, other) if other.path not in self._uses else ()
            for job in self._enabled_jobs(other) if events else ():
                if why_it_could_release(job) is not None and may_run_for(job, events):
                    yield job

    def notices(self) -> tuple[str, ...]:
        """Other workflows for the same event that could release untested."""
        found = dict[str, str]()
        for workflow, _ in self.uses():
            for job in self.could_release_beside(workflow):
                path = job.workflow.path
                found.setdefault(
                    path,
                    f"`{basename(path)}` starts on the same event and does not wait; its job "
                    f"`{job.ids[0]}` could release: it {why_it_could_release(job)}",
                )
        return tuple(found.values())[:_MOST_NAMED]

    def _enabled_jobs(self, workflow: Workflow) -> Iterator[RunningJob]:
        for job in running_jobs(workflow, self.reusable):
            if not any(waiting.disabled_by(at.workflow, at.job) for at in job.calls):
                yield job


def _shared_matrix(job: RunningJob, other: RunningJob) -> JobAt | None:
    """The job with a matrix that calls both: its runs do not wait for one another."""
    for at, beside in zip(job.calls, other.calls, strict=False):
        if at.job.id != beside.job.id:
            return None
        if at.job.legs != 1:
            return at
    return None


def does_not_wait(job: RunningJob, own: RunningJob, waits: Waits) -> str:
    """The sentence about a job that does not wait for the command's own, or perhaps not."""
    awaited = f"job `{own.apart_from(job).job.id}`"
    name = job.apart_from(own).name
    if (matrix := _shared_matrix(job, own)) is not None:
        return f"{name} does not wait for {awaited} in the other runs of the matrix {matrix.name}"
    if waits is Waits.NO:
        return f"{name} does not wait for {awaited}"
    return f"{name} may run even if {awaited} has not succeeded"
