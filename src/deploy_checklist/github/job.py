"""When the job of this run began."""

from __future__ import annotations

from datetime import datetime

from ..outcome import Unobservable
from .client import Client
from .rest_shapes import RestAttemptJobs

_CALLED = " / "  # between the calling job's name and its own


def job_started_at(
    client: Client, *, run: int | None, attempt: int, runner: str | None
) -> datetime:
    """The start of the one job of this attempt that runs on this runner, since GitHub lists no ids
    of jobs. Unobservable if the token may not read it, or there is not exactly one, or if it may be
    a job of a called workflow: that one may have the same id, and steps of the same ids.
    """
    if run is None or runner is None:
        raise _not_found()
    need = client.need("the jobs of this run", "actions: read")
    path = client.at("actions", "runs", run, "attempts", attempt, "jobs")
    found = [
        job
        for job in client.pages(path, need, RestAttemptJobs)
        if job.status == "in_progress" and job.runner_name == runner
    ]
    if len(found) != 1:
        raise _not_found()
    if _CALLED in found[0].name:
        raise Unobservable(
            f"the `{_CALLED.strip()}` in its name means that this job may belong to a called "
            f"workflow",
            "run the gate in a job of the workflow itself, and remove that sign from the "
            "job's name",
        )
    return found[0].started_at


def _not_found() -> Unobservable:
    return Unobservable(
        "GitHub does not say when this job began", "check that each runner has its own name"
    )
