"""The newest status of this gate for another environment, and whose it is: one request for all."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from deploy_checklist.github.client import Client
from deploy_checklist.github.live import LiveGitHub, OwnRun
from deploy_checklist.github.verdicts import CommitVerdicts
from deploy_checklist.outcome import Unobservable
from deploy_checklist.publish.status_name import context
from servers.github import FakeHub
from servers.github.repository import Repository

STAGING, READY = "deploy-checklist/staging", "7 passed, 6 signed"


def verdicts(client: Client, repo: Repository, gate: str | None = None) -> CommitVerdicts:
    name_of = partial(context, phase="before", review=False, gate=gate)
    return CommitVerdicts(client, repo.branches["main"], name_of)


@pytest.fixture
def repo(hub: FakeHub) -> Repository:
    return hub.repository()


def posted(repo: Repository, state: str, by: object, name: str = STAGING) -> None:
    repo.status(repo.branches["main"], name, state, by=by, description=READY)  # type: ignore[arg-type]


def told(found: CommitVerdicts, environment: str = "staging") -> tuple[str, bool] | None:
    verdict = found.posted_verdict(environment)
    return (verdict.state, verdict.own) if verdict else None


def test_the_newest_status_counts_whatever_lies_below_it(
    hub: FakeHub, repo: Repository, client: Client
) -> None:
    posted(repo, "success", hub.bot)
    assert told(verdicts(client, repo)) == ("success", True)
    posted(repo, "failure", hub.bot)
    assert told(verdicts(client, repo)) == ("failure", True)


def test_a_status_of_any_other_account_is_not_the_gates(
    hub: FakeHub, repo: Repository, client: Client
) -> None:
    """A person's, another App's, one with the gate's name, and that of a deleted account."""
    posted(repo, "success", hub.bot)
    for other in ("octo-cat", "github-actions-too[bot]", hub.user("github-actions2"), None):
        posted(repo, "success", other)
        assert told(verdicts(client, repo)) == ("success", False)


def test_with_a_status_token_only_its_app_is_the_gate(
    hub: FakeHub, repo: Repository, connected: Callable[..., Client]
) -> None:
    """Any workflow of the repository may post a status with the token of GitHub Actions."""
    hub.token("app", "release-gate[bot]", {"statuses": "write", "contents": "read"})
    posted(repo, "success", hub.bot)
    assert told(verdicts(connected("app"), repo)) == ("success", False)
    posted(repo, "success", "release-gate[bot]")
    assert told(verdicts(connected("app"), repo)) == ("success", True)


def test_another_gates_status_is_not_this_one_s(
    hub: FakeHub, repo: Repository, client: Client
) -> None:
    posted(repo, "success", hub.bot)
    assert told(verdicts(client, repo, "services/api")) is None
    posted(repo, "success", hub.bot, "deploy-checklist/services/api/staging")
    posted(repo, "failure", hub.bot, "deploy-checklist/services/worker/staging")
    assert told(verdicts(client, repo, "services/api")) == ("success", True)


def test_the_status_of_a_pull_request_or_of_the_phase_after_is_no_verdict_on_the_commit(
    hub: FakeHub, repo: Repository, client: Client
) -> None:
    for name in (f"{STAGING}/review", f"{STAGING}/after", f"{STAGING}2", "deploy-checklist"):
        posted(repo, "success", hub.bot, name)
    assert told(verdicts(client, repo)) is None


def test_it_is_found_among_many_and_asked_for_once(
    hub: FakeHub, repo: Repository, client: Client
) -> None:
    """More than a page of REST's list lies in front of it, and GitHub tells no case from another."""
    posted(repo, "success", hub.bot, "Deploy-Checklist/Staging")
    for number in range(150):
        posted(repo, "failure", hub.bot, f"ci/{number}")
    found = verdicts(client, repo)
    assert (told(found), told(found, "qa")) == (("success", True), None)
    assert len(hub.requests) == 1


def test_a_commit_without_any_status_has_no_verdict(repo: Repository, client: Client) -> None:
    assert told(verdicts(client, repo)) is None


def test_what_the_token_may_not_read_is_not_observable(
    hub: FakeHub, repo: Repository, connected: Callable[..., Client]
) -> None:
    hub.token("blind", permissions={"contents": "read"})
    with pytest.raises(Unobservable) as refused:
        told(verdicts(connected("blind"), repo))
    assert "statuses: read" in f"{refused.value.reason} {refused.value.remedy}"


def test_without_knowing_its_own_account_it_believes_no_status(
    hub: FakeHub, repo: Repository, client: Client
) -> None:
    posted(repo, "success", hub.bot)
    hub.viewer_is_known = False
    with pytest.raises(Unobservable, match="which account"):
        told(verdicts(client, repo))


def test_on_a_laptop_nobody_knows_the_gates_account(
    hub: FakeHub, repo: Repository, client: Client
) -> None:
    own = OwnRun(id=None, workflow=None)
    laptop = LiveGitHub(client, client, commit=repo.branches["main"], own=own)
    with pytest.raises(Unobservable, match="only known in a run on GitHub"):
        laptop.posted_verdict("staging")
    assert not hub.requests
