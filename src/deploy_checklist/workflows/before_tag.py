"""`before: tag`: every job that could release waits for the command.

Nothing here knows what releases. A job that could, by what it is allowed to do, has to wait.
"""

from __future__ import annotations

from posixpath import basename

from msgspec import Struct

from .could_release import (
    how_to_narrow,
    owns_environment,
    says_it_may_release,
    why_it_could_release,
)
from .expand import RunningJob
from .job_graph import JobGraph, does_not_wait
from .jobs import Workflow
from .order import Order, OrderFault, gravity, worst
from .own_job import own_job, own_job_fault
from .search import CommandUse
from .waiting import Waits


def order_before_tag(graph: JobGraph) -> Order:
    """The order in each workflow that runs the command."""
    verdicts = [
        min((_verdict(graph, workflow, use) for use in uses), key=_gravity)
        for workflow, uses in graph.uses()
    ]
    fault = worst(verdict.fault for verdict in verdicts)
    if fault is None and not any(verdict.releases for verdict in verdicts):
        fault = _nothing_releases(graph)
    return Order(fault=fault, notices=graph.notices())


class _Verdict(Struct, frozen=True, kw_only=True):
    """What one workflow shows; `releases`: something there could release after the command."""

    fault: OrderFault | None
    releases: bool


def _gravity(verdict: _Verdict) -> int:
    return gravity(verdict.fault)


def _verdict(graph: JobGraph, workflow: Workflow, use: CommandUse) -> _Verdict:
    """Whether all that could release in this workflow, or in what its end starts, waits."""
    own = use.step.job
    releasing, late = list[RunningJob](), list[tuple[RunningJob, Waits]]()
    for job in graph.jobs_after(workflow):
        if job.is_same(own) or why_it_could_release(job) is None:
            continue
        waits = graph.waits(job, use)
        if waits is Waits.YES:
            releasing.append(job)
        else:
            late.append((job, waits))
    proposed = ", ".join(dict.fromkeys(job.ids[0] for job in releasing))
    faults: list[OrderFault | None] = [
        _late_fault(graph, job, own, waits, proposed) for job, waits in late
    ]
    releases = bool(releasing)
    if why_it_could_release(own) is not None:
        inside = own_job(use, graph.reusable)
        releases = releases or bool(inside.after)
        apart = f"give the release its own job, with `needs: [{own.job.id}]`"
        faults.append(own_job_fault(inside, remedy=_ways_out(own, apart, proposed)))
    return _Verdict(fault=worst(faults), releases=releases)


def jobs_that_release(graph: JobGraph) -> tuple[str, ...]:
    """The ids to write into `before: { jobs: […] }`: of the jobs that wait for the command, those
    that are allowed to release; if none is, those for which this is not known.
    """
    for workflow, uses in graph.uses():
        waiting = [
            job
            for job in graph.jobs_after(workflow)
            if why_it_could_release(job) is not None and graph.waits(job, uses[0]) is Waits.YES
        ]
        told = [job for job in waiting if says_it_may_release(job)]
        if waiting:
            return tuple(dict.fromkeys(job.ids[0] for job in told or waiting))
    return ()


def _late_fault(
    graph: JobGraph, job: RunningJob, own: RunningJob, waits: Waits, proposed: str
) -> OrderFault:
    """The fault of a job that could release, if nothing shows that it waits.

    One that uses an environment deploys, and so it is wrong for certain; unless the command's own
    job needs it, as tests of a staging environment do.
    """
    is_before = graph.waits_between(own, job) is not Waits.NO
    wrong = waits is Waits.NO and owns_environment(job) and not is_before
    at = job.apart_from(own).job
    which = "it" if at is job.job else f"{job.name}, which it calls,"
    line = graph.line_to_wait(job, own, waits)
    return OrderFault(
        message=f"{does_not_wait(job, own, waits)}, and {which} {why_it_could_release(job)}",
        remedy=line if wrong else _ways_out(job, line, proposed),
        certain=wrong,
    )


def _ways_out(job: RunningJob, to_wait: str, proposed: str) -> str:
    """What to write where a job could release: if it does, if it does not, or which jobs do."""
    ways = [f"if it releases, {to_wait}"]
    if narrow := how_to_narrow(job):
        ways.append(f"if it does not, {narrow}")
    ways.append(f"or name the jobs that release: `before: {{ jobs: [{proposed or '…'}] }}`")
    return "; ".join(ways)


def _nothing_releases(graph: JobGraph) -> OrderFault:
    """The fault of a command after which nothing in its workflows could release."""
    workflow, (use, *_) = next(graph.uses())
    where = f"`{basename(workflow.path)}`"
    others = list(graph.could_release_beside(workflow))
    owners = [job for job in others if owns_environment(job)]
    if others:
        job = (owners or others)[0]
        return OrderFault(
            message=f"{job.name} does not wait for {use.step.place()}: it is in another workflow "
            f"that starts on the same event, and it {why_it_could_release(job)}",
            remedy=f"`needs:` works within one workflow only: run the command in that workflow "
            f"too, or start it by `workflow_run` after {where}",
            certain=bool(owners),
        )
    return OrderFault(
        message=f"no job in {where} could release after {use.step.place()}: the release is made "
        f"elsewhere, so whether it waits could not be checked",
        remedy="run the command in the workflow that releases, and name that job: `before: { "
        "jobs: [release] }`",
        certain=False,
    )
