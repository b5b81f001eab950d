"""CI's results of a commit, and what is the gate's own among them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from deploy_checklist.github.client import Client
from deploy_checklist.github.live import LiveGitHub, OwnRun
from deploy_checklist.outcome import Unobservable
from servers.github import FakeHub

GATE = ".github/workflows/deploy-checklist.yml"
CI = ".github/workflows/ci.yml"


def results(client: Client, commit: str, run: int | None = None) -> LiveGitHub:
    return LiveGitHub(client, None, commit=commit, own=OwnRun(id=run, workflow=GATE))


def test_check_runs_and_the_newest_status_of_each_context_are_reported(
    hub: FakeHub, client: Client
) -> None:
    repo = hub.repository()
    sha = repo.branches["main"]
    repo.check_run(sha, "lint", "neutral", app="some-app")
    repo.check_run(sha, "slow", None, app="some-app")
    repo.status(sha, "ci/circle", "pending")
    repo.status(sha, "ci/circle", "success")
    found = results(client, sha).check_results()
    assert [(result.name, result.state, result.source, result.own) for result in found] == [
        ("lint", "neutral", "check run", False),
        ("slow", "pending", "check run", False),
        ("ci/circle", "success", "status", False),
    ]
    assert len(hub.requests) == 2


def test_the_own_run_and_the_gate_s_earlier_ones_are_marked(hub: FakeHub, client: Client) -> None:
    """An earlier "blocked" of the gate must not block `ci: green` for ever."""
    repo = hub.repository()
    sha = repo.branches["main"]
    repo.run(sha, GATE, jobs=[("gate", "failure", [])])
    repo.run(sha, CI, jobs=[("test", "success", [])])
    own = repo.run(sha, GATE, jobs=[("gate", None, [])])
    repo.status(sha, "deploy-checklist/production", "pending", by=hub.bot)
    repo.status(sha, "deploy-checklist/services/api/production", "failure", by=hub.bot)
    found = results(client, sha, own.id).check_results()
    assert [(result.name, result.own) for result in found] == [
        ("gate", True),
        ("test", False),
        ("gate", True),
        ("deploy-checklist/production", True),
        ("deploy-checklist/services/api/production", True),
    ]


@pytest.mark.parametrize(
    ("event", "file"), [("push", CI), ("workflow_run", CI), ("pull_request_target", "")]
)
def test_the_file_of_a_check_is_told_where_this_commit_s_own_file_ran(
    hub: FakeHub, client: Client, event: str, file: str
) -> None:
    """A pull request's head could call a job of the base branch's file a gate, and so hide its end."""
    repo = hub.repository()
    sha = repo.branches["main"]
    repo.run(sha, CI, event=event, jobs=[("test", "failure", [])])
    repo.check_run(sha, "lint", app="some-app")
    found = results(client, sha).check_results()
    assert [(result.name, result.workflow) for result in found] == [("test", file), ("lint", "")]


def test_another_app_cannot_pass_its_check_off_as_the_own_run(hub: FakeHub, client: Client) -> None:
    repo = hub.repository()
    sha = repo.branches["main"]
    own = repo.run(sha, GATE, jobs=[("gate", None, [])])
    repo.check_run(sha, "security", "failure", app="some-app", run_id=own.id)
    found = results(client, sha, own.id).check_results()
    assert [result.own for result in found if result.name == "security"] == [False]


def test_steps_are_reported_with_workflow_event_and_branch_and_without_the_own_run(
    hub: FakeHub, client: Client
) -> None:
    repo = hub.repository()
    sha = repo.branches["main"]
    repo.run(sha, CI, jobs=[("test", "success", [("Run npm test", "success")])])
    own = repo.run(sha, GATE, jobs=[("gate", None, [("Checklist", None)])])
    steps = results(client, sha, own.id).step_results({CI, GATE})
    told = [(s.workflow, s.job, s.step, s.number, s.state, s.event, s.branch) for s in steps]
    assert told == [
        (CI, "test", "Set up job", 1, "success", "push", "main"),
        (CI, "test", "Run npm test", 2, "success", "push", "main"),
    ]


def test_runs_of_other_commits_are_not_asked_for(hub: FakeHub, client: Client) -> None:
    repo = hub.repository()
    before = repo.branches["main"]
    repo.run(before, CI, jobs=[("test", "success", [("Run npm test", "success")])])
    after = repo.commit("main", {"x": "y"})
    assert results(client, after).step_results({CI, GATE}) == []
    assert len(hub.requests) == 1


def test_more_than_a_page_of_checks_is_read(hub: FakeHub, client: Client) -> None:
    repo = hub.repository()
    sha = repo.branches["main"]
    for number in range(130):
        repo.check_run(sha, f"job {number}", app="some-app")
        repo.status(sha, f"ci/{number}", "success")
    assert len(results(client, sha).check_results()) == 260


@pytest.mark.parametrize(
    ("granted", "remedy"),
    [
        ({"statuses": "read", "actions": "read"}, "add `checks: read` to the job's `permissions:`"),
        ({"checks": "read", "actions": "read"}, "add `statuses: read` to the job's `permissions:`"),
    ],
)
def test_what_may_not_be_read_is_not_green(
    hub: FakeHub, connected: Callable[..., Client], granted: dict[str, str], remedy: str
) -> None:
    repo = hub.repository()
    hub.token("narrow", permissions=granted)
    with pytest.raises(Unobservable) as failure:
        results(connected("narrow"), repo.branches["main"]).check_results()
    assert failure.value.remedy == remedy


REFS = [
    (
        "18",
        "acme/shop/.github/workflows/gate.yml@refs/heads/main",
        OwnRun(id=18, workflow=".github/workflows/gate.yml"),
    ),
    (None, None, OwnRun(id=None, workflow=None)),
    ("", "acme/shop", OwnRun(id=None, workflow=None)),
]


@pytest.mark.parametrize(("run", "ref", "own"), REFS)
def test_the_own_run_is_read_from_the_runner_s_variables(
    run: str | None, ref: str | None, own: OwnRun
) -> None:
    assert OwnRun.of(run, ref) == own


def test_without_a_commit_there_is_nothing_to_read(client: Client) -> None:
    with pytest.raises(Unobservable, match="gates no commit"):
        LiveGitHub(client, None, commit=None, own=OwnRun(id=None, workflow=None)).check_results()


def test_dates_of_secrets_and_other_repositories_need_the_metadata_token(client: Client) -> None:
    github = LiveGitHub(client, None, commit=None, own=OwnRun(id=None, workflow=None))
    with pytest.raises(Unobservable) as failure:
        github.secret("API_KEY", "production")
    assert (
        failure.value.remedy is not None
        and "Secrets: read and Environments: read" in failure.value.remedy
    )
    with pytest.raises(Unobservable) as failure:
        github.read("acme/config", "x.json", None)
    assert (
        failure.value.remedy
        == "pass metadata-token with the permission Contents: read on acme/config"
    )


def test_with_the_metadata_token_both_are_read(
    hub: FakeHub, client: Client, connected: Callable[..., Client]
) -> None:
    repo = hub.repository()
    hub.repository("acme/config", files={"x.json": "[1]"})
    repo.secrets["API_KEY"] = hub.now()
    hub.token("meta", "octo-lead", {"secrets": "read", "environments": "read", "contents": "read"})
    meta = connected("meta", name="metadata-token")
    github = LiveGitHub(client, meta, commit=None, own=OwnRun(id=None, workflow=None))
    found = github.secret("API_KEY", None)
    assert found is not None and found.level == "repository"
    assert github.read("acme/config", "x.json", None) == b"[1]"


def test_only_the_jobs_of_the_named_workflows_are_asked_for(hub: FakeHub, client: Client) -> None:
    repo = hub.repository()
    sha = repo.branches["main"]
    for number in range(30):
        repo.run(sha, f".github/workflows/w{number}.yml", jobs=[("a", "success", [])])
    repo.run(sha, CI, jobs=[("test", "success", [("Run npm test", "success")])])
    assert {step.workflow for step in results(client, sha).step_results({CI})} == {CI}
    assert len(hub.requests) == 2
