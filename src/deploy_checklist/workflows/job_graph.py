"""The jobs around the steps that run a command: which of them exist, and which wait for which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from posixpath import basename

from . import waiting
from .could_release import why_it_could_release
from .events import follows, share_an_event, waits_for_run
from .expand import Reusable, RunningJob, running_jobs
from .jobs import Workflow
from .search import CommandUse, started
from .waiting import Waits

_MOST_USES = 50  # in one workflow that are looked at; one that holds the release is enough
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
        for at, other in zip(job.calls, needed.calls, strict=False):
            if at.job.id != other.job.id:
                return waiting.waits_for(at.workflow, at.job.id, other.job.id)
            if at.job.legs != 1:  # the runs of a matrix do not wait for one another
                return Waits.NOT_CERTAIN if at.job.legs is None else Waits.NO
        return Waits.NO

    def could_release(self, workflow: Workflow) -> Iterator[RunningJob]:
        """The jobs of a workflow that could release."""
        for job in self._enabled_jobs(workflow):
            if why_it_could_release(job) is not None:
                yield job

    def same_event(self, workflow: Workflow) -> Iterator[Workflow]:
        """Other workflows that an event starts together with this one, without the command."""
        for other in self.started():
            if other.path not in self._uses and share_an_event(workflow, other):
                yield other

    def notices(self) -> tuple[str, ...]:
        """Other workflows for the same event that could release untested."""
        found = dict[str, str]()
        for workflow, _ in self.uses():
            for other in self.same_event(workflow):
                job = next(self.could_release(other), None)
                if job is not None:
                    found[other.path] = (
                        f"`{basename(other.path)}` starts for the same event and does not wait; "
                        f"its job `{job.ids[0]}` could release: it {why_it_could_release(job)}"
                    )
        return tuple(found.values())[:_MOST_NAMED]

    def _enabled_jobs(self, workflow: Workflow) -> Iterator[RunningJob]:
        for job in running_jobs(workflow, self.reusable):
            if not any(waiting.disabled_by(at.workflow, at.job) for at in job.calls):
                yield job


def does_not_wait(job: RunningJob, own: RunningJob, waits: Waits) -> str:
    """The sentence about a job that does not wait for the command's own, or perhaps not."""
    awaited = f"job `{own.apart_from(job).job.id}`"
    name = job.apart_from(own).name
    if waits is Waits.NO:
        return f"{name} does not wait for {awaited}"
    return f"{name} may run although {awaited} has not succeeded"


def line_to_wait(job: RunningJob, own: RunningJob) -> str:
    """The line that makes a job wait."""
    late = job.apart_from(own).job.id
    if job.workflow is not own.workflow:
        success = "`if: github.event.workflow_run.conclusion == 'success'`"
        return f"give job `{late}` the line {success}"
    needed = own.apart_from(job).job.id
    return f"add `needs: [{needed}]` to job `{late}`, without `always()` in its `if:`"
