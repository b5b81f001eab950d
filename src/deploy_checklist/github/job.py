"""When the job of this run began."""

from __future__ import annotations

from datetime import datetime

from ..outcome import Unobservable
from .client import Client
from .rest_shapes import RestAttemptJobs


def job_started_at(
    client: Client, *, run: int | None, attempt: int, runner: str | None
) -> datetime:
    """The start of the one job of this attempt that runs on this runner, since GitHub lists no ids
    of jobs. Unobservable if the token may not read it, or there is not exactly one.
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
    return found[0].started_at


def _not_found() -> Unobservable:
    return Unobservable(
        "GitHub does not tell when this job began", "does each runner have a name of its own?"
    )
