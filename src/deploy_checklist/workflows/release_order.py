"""Whether what releases waits for the step that runs a command.

Nothing here knows what releases: either the rule names the jobs, or every job that could release
has to wait.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from posixpath import basename

from msgspec import Struct

from . import waiting
from .could_release import owns_environment, why_it_could_release
from .events import share_an_event, starts_after, waits_for_run
from .expand import Reusable, RunningJob, running_jobs
from .jobs import Workflow
from .own_job import own_job
from .search import CommandUse, started
from .waiting import Waits

_MOST_NAMED = 3
_MOST_USES = 50  # places in one workflow that are looked at; one that holds the release is enough


class OrderFault(Struct, frozen=True, kw_only=True):
    """Why the order is not shown; `certain` where it is wrong for certain."""

    message: str
    remedy: str
    certain: bool


class Order(Struct, frozen=True, kw_only=True):
    """What the workflows show of the order."""

    fault: OrderFault | None
    notices: tuple[str, ...] = ()


class ReleaseOrder:
    """Looks at the workflows in which a command runs.

    `uses` are the steps that run it and count; there is at least one.
    """

    def __init__(
        self, uses: Sequence[CommandUse], workflows: Mapping[str, Workflow], reusable: Reusable
    ) -> None:
        self._uses = uses
        self._workflows = workflows
        self._reusable = reusable

    def of_tag(self) -> Order:
        """Every job that could release waits, in each workflow that runs the command."""
        faults = list[OrderFault]()
        releases_somewhere = False
        for workflow, uses in self._by_workflow():
            verdicts = [self._all_wait(workflow, use) for use in uses]
            best = min(verdicts, key=_gravity)
            releases_somewhere = releases_somewhere or best.releases
            if best.fault is not None:
                faults.append(best.fault)
        notices = tuple(self._others_notices())
        if faults:
            return Order(fault=min(faults, key=lambda fault: not fault.certain))
        if releases_somewhere:
            return Order(fault=None, notices=notices)
        return Order(fault=self._elsewhere())

    def of_jobs(self, names: Sequence[str]) -> Order:
        """Each of the named jobs waits, with all that it calls."""
        faults = [fault for name in names if (fault := self._named_fault(name)) is not None]
        if faults:
            return Order(fault=min(faults, key=lambda fault: not fault.certain))
        return Order(fault=None, notices=tuple(self._others_notices()))

    def _by_workflow(self) -> Iterator[tuple[Workflow, list[CommandUse]]]:
        by_path: dict[str, list[CommandUse]] = {}
        for use in self._uses:
            by_path.setdefault(use.step.job.workflow.path, []).append(use)
        for path, uses in by_path.items():
            yield self._workflows[path], uses[:_MOST_USES]

    # before: tag

    def _all_wait(self, workflow: Workflow, use: CommandUse) -> _Verdict:
        """Whether all that could release in this workflow, or in what it starts, waits."""
        own = use.step.job
        releases, faults = False, list[OrderFault]()
        proposed = self._proposed(workflow, use)
        for job in self._jobs_after(workflow):
            why = why_it_could_release(job)
            if why is None or (job.ids == own.ids and job.workflow is own.workflow):
                continue
            waits = self._waits(job, use)
            if waits is Waits.YES:
                releases = True
                continue
            wrong = (
                waits is Waits.NO
                and owns_environment(job)
                and self._waits_between(own, job) is Waits.NO
            )
            text = f"{_does_not_wait(job, own, waits)}, and {_which(job, own)} {why}"
            faults.append(
                OrderFault(
                    message=text,
                    remedy=_needs_line(job, use) if wrong else _ways_out(job, proposed),
                    certain=wrong,
                )
            )
        if why_it_could_release(own) is not None:
            inside = self._own_fault(use, named=False)
            if inside is not None:
                faults.append(inside)
            releases = releases or bool(own_job(use, self._reusable).after)
        worst = min(faults, key=lambda fault: not fault.certain, default=None)
        return _Verdict(fault=worst, releases=releases)

    def _proposed(self, workflow: Workflow, use: CommandUse) -> str:
        """The job to name in `before: { jobs: […] }`, as far as one can be proposed."""
        waiting_jobs = [
            job.ids[0]
            for job in self._jobs_after(workflow)
            if why_it_could_release(job) is not None
            and job.ids != use.step.job.ids
            and self._waits(job, use) is Waits.YES
        ]
        return ", ".join(dict.fromkeys(waiting_jobs)) or "the jobs that release"

    def _elsewhere(self) -> OrderFault:
        """The fault of a command in whose workflows nothing could release."""
        use = self._uses[0]
        where = f"`{basename(use.step.job.workflow.path)}`"
        others = [
            job
            for workflow in self._same_event(use.step.job.workflow)
            for job in self._could(workflow)
        ]
        owners = [job for job in others if owns_environment(job)]
        if others:
            job = (owners or others)[0]
            return OrderFault(
                message=f"{job.name} does not wait for {use.step.place()}: it stands in another "
                f"workflow that starts for the same event, and it {why_it_could_release(job)}",
                remedy="`needs:` works within one workflow: run the command in that one, too, "
                f"or start it by `workflow_run` after {where}",
                certain=bool(owners),
            )
        return OrderFault(
            message=f"no job of {where} could release after {use.step.place()}, "
            "so the order of the two could not be looked at",
            remedy="run the command in the workflow that releases, "
            "and name its job: `before: { jobs: [release] }`",
            certain=False,
        )

    # before: { jobs: […] }

    def _named_fault(self, name: str) -> OrderFault | None:
        file, _, job_id = name.rpartition(":")
        faults = list[OrderFault | None]()
        for workflow, uses in self._by_workflow():
            named = [job for job in self._jobs_after(workflow) if _is_named(job, file, job_id)]
            if named:
                verdicts = [self._jobs_fault(named, use) for use in uses]
                faults.append(min(verdicts, key=_fault_gravity))
        if not faults:
            return self._unknown_job(name, file, job_id)
        return max(faults, key=_fault_gravity)

    def _jobs_fault(self, named: Sequence[RunningJob], use: CommandUse) -> OrderFault | None:
        """The worst that is to be said of the jobs behind one name."""
        own = use.step.job
        found = list[OrderFault | None]()
        for job in named:
            if job.ids == own.ids and job.workflow is own.workflow:
                found.append(self._own_fault(use, named=len(named) == 1))
                continue
            waits = self._waits(job, use)
            if waits is not Waits.YES:
                found.append(
                    OrderFault(
                        message=_does_not_wait(job, own, waits),
                        remedy=_needs_line(job, use),
                        certain=waits is Waits.NO,
                    )
                )
        return max(found, key=_fault_gravity, default=None)

    def _unknown_job(self, name: str, file: str, job_id: str) -> OrderFault:
        use = self._uses[0]
        for workflow in started(self._workflows):
            if file in (basename(workflow.path), workflow.path) and job_id in workflow.jobs:
                return OrderFault(
                    message=f"job `{job_id}` of `{basename(workflow.path)}` does not wait for "
                    f"{use.step.place()}, which stands in another workflow",
                    remedy="`needs:` works within one workflow: run the command in that one, too",
                    certain=True,
                )
        ids = [job_id for _, uses in self._by_workflow() for job_id in self._ids(uses[0])]
        close = difflib.get_close_matches(job_id, ids, 1)
        hint = f"did you mean `{close[0]}`? " if close else ""
        there = ", ".join(f"`{each}`" for each in dict.fromkeys(ids))
        where = f"`{file}`" if file else f"`{basename(use.step.job.workflow.path)}`"
        return OrderFault(
            message=f"there is no job `{job_id}` in {where}",
            remedy=f"{hint}its jobs are {there}; name one of another file as `release.yml:ship`",
            certain=True,
        )

    def _ids(self, use: CommandUse) -> list[str]:
        jobs = self._jobs_after(use.step.job.workflow)
        return [job_id for job in jobs for job_id in job.ids]

    # the command's own job

    def _own_fault(self, use: CommandUse, *, named: bool) -> OrderFault | None:
        """What is wrong with the order within the job that runs the command.

        `named`: the rule says that this job releases.
        """
        job, own = use.step.job, own_job(use, self._reusable)
        apart = f"give the release a job of its own, with `needs: [{job.job.id}]`"
        if own.before:
            releases = "is to wait for it" if named else "could release"
            return OrderFault(
                message=f"{own.before[0].place()} does more than to set up before the command "
                f"runs, and {job.name} {releases}",
                remedy=apart,
                certain=False,
            )
        if named and not own.after:
            return OrderFault(
                message=f"{job.name} runs the command and nothing after it that could release",
                remedy="name the job that releases: `before: { jobs: […] }`",
                certain=False,
            )
        if own.after and own.legs != 1:
            return OrderFault(
                message=f"{job.name} has a matrix, and its runs do not wait for one another: "
                "one can release while the command still fails in another",
                remedy=apart,
                certain=named and own.legs is not None,
            )
        if own.careless is not None:
            runs = "runs" if own.careless.after_failure else "may run"
            return OrderFault(
                message=f"{own.careless.place()} {runs} even where the command has failed, and "
                f"{job.name} could release",
                remedy=f"take `always()` off the `if:` of that step, or {apart}",
                certain=named and own.careless.after_failure is True,
            )
        return None

    # which job waits for which

    def _waits(self, job: RunningJob, use: CommandUse) -> Waits:
        own = use.step.job
        if job.workflow is own.workflow:
            return self._waits_between(job, own)
        return waits_for_run(job, own, self._workflows.values())

    def _waits_between(self, job: RunningJob, needed: RunningJob) -> Waits:
        """Whether one job of a started workflow waits for another of it."""
        if job.workflow is not needed.workflow:
            return Waits.NO
        for at, other in zip(job.calls, needed.calls, strict=False):
            if at.job.id != other.job.id:
                return waiting.waits_for(at.workflow, at.job.id, other.job.id)
            if at.job.legs != 1:  # the runs of a matrix do not wait for one another
                return Waits.NOT_CERTAIN if at.job.legs is None else Waits.NO
        return Waits.NO

    def _jobs_after(self, workflow: Workflow) -> Iterator[RunningJob]:
        """The jobs of a workflow, and of those that its end starts, but for disabled ones."""
        for each in (workflow, *self._started_after(workflow)):
            for job in running_jobs(each, self._reusable):
                if not any(waiting.disabled_by(at.workflow, at.job) for at in job.calls):
                    yield job

    def _started_after(self, workflow: Workflow) -> Iterator[Workflow]:
        for other in started(self._workflows):
            if starts_after(other, workflow):
                yield other

    def _could(self, workflow: Workflow) -> Iterator[RunningJob]:
        for job in running_jobs(workflow, self._reusable):
            off = any(waiting.disabled_by(at.workflow, at.job) for at in job.calls)
            if not off and why_it_could_release(job) is not None:
                yield job

    def _same_event(self, workflow: Workflow) -> Iterator[Workflow]:
        """Other workflows that an event starts together with this one, without the command."""
        with_command = {each.path for each, _ in self._by_workflow()}
        for other in started(self._workflows):
            if other.path not in with_command and share_an_event(workflow, other):
                yield other

    def _others_notices(self) -> Iterator[str]:
        """Other workflows for the same event that could release, untested."""
        seen = set[str]()
        for workflow, _ in self._by_workflow():
            for other in self._same_event(workflow):
                job = next(self._could(other), None)
                if job is not None and other.path not in seen and len(seen) < _MOST_NAMED:
                    seen.add(other.path)
                    yield (
                        f"`{basename(other.path)}` starts for the same event and does not wait; "
                        f"its job `{job.ids[0]}` could release: it {why_it_could_release(job)}"
                    )


class _Verdict(Struct, frozen=True, kw_only=True):
    """What was found in one workflow; `releases`: something there could release after it."""

    fault: OrderFault | None
    releases: bool


def _gravity(verdict: _Verdict) -> int:
    return _fault_gravity(verdict.fault)


def _fault_gravity(fault: OrderFault | None) -> int:
    if fault is None:
        return 0
    return 2 if fault.certain else 1


def _is_named(job: RunningJob, file: str, job_id: str) -> bool:
    """Whether the name is that of the job, or of one that calls it."""
    return any(
        at.job.id == job_id and file in ("", basename(at.workflow.path), at.workflow.path)
        for at in job.calls
    )


def _does_not_wait(job: RunningJob, own: RunningJob, waits: Waits) -> str:
    awaited = f"job `{own.apart_from(job).job.id}`"
    name = job.apart_from(own).name
    if waits is Waits.NO:
        return f"{name} does not wait for {awaited}"
    return f"{name} may run although {awaited} has not succeeded"


def _which(job: RunningJob, own: RunningJob) -> str:
    """ "it", or the job that it calls."""
    return "it" if job.apart_from(own).job is job.job else f"{job.name}, which it calls,"


def _needs_line(job: RunningJob, use: CommandUse) -> str:
    own, late = use.step.job, job.apart_from(use.step.job).job.id
    if job.workflow is not own.workflow:
        success = "`if: github.event.workflow_run.conclusion == 'success'`"
        return f"give job `{late}` the line {success}"
    needed = own.apart_from(job).job.id
    return f"add `needs: [{needed}]` to job `{late}`, without `always()` in its `if:`"


def _ways_out(job: RunningJob, proposed: str) -> str:
    return (
        f"if it does not release, give job `{job.job.id}` the line "
        "`permissions: { contents: read }` and no secrets; or name what does: "
        f"`before: {{ jobs: [{proposed}] }}`"
    )
