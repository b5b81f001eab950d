"""`before: { jobs: […] }`: the named jobs, and what they call, wait for the command."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from posixpath import basename

from .expand import RunningJob
from .job_graph import JobGraph, does_not_wait
from .order import Order, OrderFault, gravity, worst
from .own_job import named_own_job_fault, own_job
from .search import CommandUse
from .waiting import Waits


def order_before_jobs(graph: JobGraph, names: Sequence[str]) -> Order:
    """A name is a job's id, or that with the file: "ship", "release.yml:ship"."""
    fault = worst([_name_fault(graph, name) for name in names])
    return Order(fault=fault, notices=graph.notices())


def _name_fault(graph: JobGraph, name: str) -> OrderFault | None:
    """The job has to wait in every workflow that runs the command and has a job of this name."""
    file, _, job_id = name.rpartition(":")
    faults = list[OrderFault | None]()
    for workflow, uses in graph.uses():
        named = [job for job in graph.jobs_after(workflow) if _is_named(job, file, job_id)]
        if named:
            faults.append(min((_fault(graph, named, use) for use in uses), key=gravity))
    return worst(faults) if faults else _unknown_job(graph, file, job_id)


def _fault(graph: JobGraph, named: Sequence[RunningJob], use: CommandUse) -> OrderFault | None:
    """The worst fault of the jobs with one name."""
    own, found = use.step.job, list[OrderFault | None]()
    for job in named:
        if job.is_same(own):
            alone = len(named) == 1
            found.append(named_own_job_fault(own_job(use, graph.reusable), alone=alone))
            continue
        waits = graph.waits(job, use)
        if waits is not Waits.YES:
            found.append(
                OrderFault(
                    message=does_not_wait(job, own, waits),
                    remedy=graph.line_to_wait(job, own, waits),
                    certain=waits is Waits.NO,
                )
            )
    return worst(found)


def _is_named(job: RunningJob, file: str, job_id: str) -> bool:
    """Whether the name is that of the job, or of a job that calls it."""
    return any(
        at.job.id == job_id and file in ("", basename(at.workflow.path), at.workflow.path)
        for at in job.calls
    )


def _unknown_job(graph: JobGraph, file: str, job_id: str) -> OrderFault:
    """No job around the command has this name."""
    first, (use, *_) = next(graph.uses())
    for workflow in graph.started():
        if file in (basename(workflow.path), workflow.path) and job_id in workflow.jobs:
            return OrderFault(
                message=f"job `{job_id}` of `{basename(workflow.path)}` does not wait for "
                f"{use.step.place()}, because that is in another workflow",
                remedy="`needs:` works within one workflow only: run the command in that "
                "workflow too",
                certain=True,
            )
    around = [
        f"{basename(job.workflow.path)}:{each}" if file else each
        for workflow, _ in graph.uses()
        for job in graph.jobs_after(workflow)
        for each in job.ids
    ]
    elsewhere = [
        f"{basename(workflow.path)}:{each}"
        for workflow in graph.started()
        for each in workflow.jobs
    ]
    written = f"{file}:{job_id}" if file else job_id
    same_id = [each for each in elsewhere if each.endswith(f":{job_id}")]
    close = difflib.get_close_matches(written, around, 1) or same_id
    hint = f"did you mean `{close[0]}`? " if close else ""
    there = ", ".join(f"`{each}`" for each in dict.fromkeys(around))
    return OrderFault(
        message=f"there is no job `{job_id}` in `{file or basename(first.path)}`",
        remedy=f"{hint}its jobs are {there}; for a job in another file, write `release.yml:ship`",
        certain=True,
    )
