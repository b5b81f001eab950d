"""When this run's job began: the one job in progress on this runner, in this attempt."""

from __future__ import annotations

import pytest

from deploy_checklist.github.client import Client
from deploy_checklist.github.job import job_started_at
from deploy_checklist.outcome import Unobservable
from servers.github import FakeHub
from servers.github.state import Run

RUNNER = "runner of gate"


def running(hub: FakeHub, *more: tuple[str, str | None]) -> Run:
    repo = hub.repository()
    jobs = [("gate", None), *more]
    return repo.run(repo.branches["main"], jobs=[(name, ended, []) for name, ended in jobs])


def test_the_job_on_this_runner_is_reported(hub: FakeHub, client: Client) -> None:
    run = running(hub, ("test", None), ("build", "success"))
    began = job_started_at(client, run=run.id, attempt=1, runner=RUNNER)
    assert began == run.at.replace(microsecond=0)
    assert len(hub.requests) == 1


@pytest.mark.parametrize("more", [("gate", None), ("other", None)])
def test_not_exactly_one_was_not_checked(
    hub: FakeHub, client: Client, more: tuple[str, str | None]
) -> None:
    """Two of one name on a runner, or none on the runner that this run names."""
    run = running(hub, more)
    runner = RUNNER if more[0] == "gate" else "elsewhere"
    with pytest.raises(Unobservable, match="GitHub does not say when this job began"):
        job_started_at(client, run=run.id, attempt=1, runner=runner)


def test_a_job_that_ended_or_waits_is_not_this_one(hub: FakeHub, client: Client) -> None:
    run = running(hub, ("ended", "success"))
    run.waiting = ("gate",)
    for runner in (RUNNER, "runner of ended"):
        with pytest.raises(Unobservable):
            job_started_at(client, run=run.id, attempt=1, runner=runner)


@pytest.mark.parametrize(("run", "runner"), [(None, RUNNER), (7, None)])
def test_a_runner_that_does_not_say_where_it_is_not_checked(
    hub: FakeHub, client: Client, run: int | None, runner: str | None
) -> None:
    with pytest.raises(Unobservable):
        job_started_at(client, run=run, attempt=1, runner=runner)
    assert hub.requests == []


def test_a_missing_permission_and_another_attempt_are_named(hub: FakeHub, client: Client) -> None:
    run = running(hub)
    with pytest.raises(Unobservable) as trouble:
        job_started_at(client, run=run.id, attempt=2, runner=RUNNER)
    assert "the jobs of this run" in trouble.value.reason
    assert "actions: read" in f"{trouble.value.reason} {trouble.value.remedy}"


def test_a_job_of_a_called_workflow_was_not_checked(hub: FakeHub, client: Client) -> None:
    """`GITHUB_JOB` is the called job's id, which a job of this very workflow may have, too."""
    run = running(hub, ("deploy / gate", None))
    with pytest.raises(Unobservable, match="may belong to a called workflow"):
        job_started_at(client, run=run.id, attempt=1, runner="runner of deploy / gate")
