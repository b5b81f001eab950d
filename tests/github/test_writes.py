"""Writes: each takes effect once, whatever happens on the way, and an older run never overwrites a newer one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from deploy_checklist.github.client import Client
from deploy_checklist.github.writer import Writer
from deploy_checklist.publish.status import GateStatus, OvertakenBy
from deploy_checklist.world.ports import NotPublished
from reports import blocked, ready
from servers.github import FakeHub

GATE = "deploy-checklist/production"
BEGAN = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
UNCERTAIN = ["down", "down-after", "reset", "reset-after", "truncated", "html"]


@pytest.mark.parametrize("kind", UNCERTAIN)
@pytest.mark.parametrize("times", [1, 2])
def test_a_comment_is_never_there_twice(
    hub: FakeHub, client: Client, kind: str, times: int
) -> None:
    pull = hub.repository().open_pull()
    hub.fault(kind, "POST", "comments", times=times)
    posted = Writer(client).create_comment(pull.number, "the gate's comment")
    assert [(comment.id, comment.body) for comment in pull.comments] == [
        (posted.id, "the gate's comment")
    ]


@pytest.mark.parametrize("kind", UNCERTAIN)
def test_a_comment_is_updated_through_a_failure(hub: FakeHub, client: Client, kind: str) -> None:
    repo = hub.repository()
    comment = repo.comment(repo.open_pull().number, hub.bot, "old")
    hub.fault(kind, "PATCH")
    Writer(client).update_comment(comment.id, "new")
    assert comment.body == "new"


REFUSED = [
    (
        "forbidden",
        "github-token may not write a comment on #1 (403)",
        "add `pull-requests: write` to the job's `permissions:`",
    ),
    ("hidden", "a comment on #1 could not be found, or github-token may not write it (404)", None),
    (
        "gone",
        "GitHub no longer has a comment on #1: it was deleted, or switched off in the settings (410)",
        None,
    ),
    ("422", "GitHub does not accept the request to write a comment on #1 (422)", None),
    ("401", "GitHub does not accept github-token (401)", None),
]


@pytest.mark.parametrize(("kind", "reason", "remedy"), REFUSED)
def test_a_write_that_is_refused_says_what_it_takes(
    hub: FakeHub, client: Client, kind: str, reason: str, remedy: str | None
) -> None:
    pull = hub.repository().open_pull()
    hub.fault(kind, "POST")
    with pytest.raises(NotPublished) as failure:
        Writer(client).create_comment(pull.number, "x")
    assert failure.value.reason == reason
    assert remedy is None or failure.value.remedy == remedy
    assert hub.counted("POST") == 1


def test_a_fork_s_token_may_not_comment(hub: FakeHub, connected: Callable[..., Client]) -> None:
    pull = hub.repository().open_pull(fork=True)
    hub.token("fork", permissions={"contents": "read", "pull_requests": "read", "issues": "read"})
    with pytest.raises(NotPublished, match="may not write a comment on #1"):
        Writer(connected("fork")).create_comment(pull.number, "x")


def test_a_comment_that_was_deleted_meanwhile_is_not_there(hub: FakeHub, client: Client) -> None:
    repo = hub.repository()
    comment = repo.comment(repo.open_pull().number, hub.bot, "ours")
    writer = Writer(client)
    assert writer.comment_text(comment.id) == "ours"
    repo.delete_comment(comment)
    assert writer.comment_text(comment.id) is None


def test_a_duplicate_is_folded_away(hub: FakeHub, client: Client) -> None:
    repo = hub.repository()
    comment = repo.comment(repo.open_pull().number, hub.bot, "older")
    Writer(client).minimize(comment.node)
    assert comment.minimized


def run_of(writer: Writer, sha: str, number: int = 1, began: datetime = BEGAN) -> GateStatus:
    """The status of a run that has begun."""
    url = f"https://acme.example/runs/{number}"
    status = GateStatus(writer, sha, GATE, url, began=began, now=lambda: BEGAN)
    status.begin()
    return status


def test_the_final_status_takes_the_place_of_our_pending(hub: FakeHub, client: Client) -> None:
    repo = hub.repository()
    sha = repo.branches["main"]
    run = run_of(Writer(client), sha)
    run.conclude(ready())
    assert run.problem is None
    assert [(status.state, status.target_url) for status in repo.statuses[sha]] == [
        ("pending", "https://acme.example/runs/1"),
        ("success", "https://acme.example/runs/1"),
    ]
    assert len(hub.requests) == 4  # each of them, and a look before and after the final one


def test_an_older_run_never_overwrites_a_newer_one(hub: FakeHub, client: Client) -> None:
    repo = hub.repository()
    sha, writer = repo.branches["main"], Writer(client)
    old, new = run_of(writer, sha, 1), run_of(writer, sha, 2)
    new.conclude(blocked())
    old.conclude(ready())
    assert (new.problem, old.overtaken_by) == (None, OvertakenBy.LATER_RUN)
    assert repo.statuses[sha][-1].state == "failure"


def test_a_forged_status_before_our_final_one_is_not_covered_up(
    hub: FakeHub, client: Client
) -> None:
    repo = hub.repository()
    sha = repo.branches["main"]
    run = run_of(Writer(client), sha)
    repo.status(sha, GATE, "success", by="mallory")
    run.conclude(blocked())
    assert run.overtaken_by is OvertakenBy.LATER_RUN
    assert [status.state for status in repo.statuses[sha]] == ["pending", "success"]


def test_a_final_status_is_not_posted_blindly(hub: FakeHub, client: Client) -> None:
    repo = hub.repository()
    sha = repo.branches["main"]
    run = run_of(Writer(client), sha)
    hub.fault("forbidden", "GET", "statuses")
    run.conclude(ready())
    assert run.error is not None
    assert run.error.remedy == "add `statuses: write` to the job's `permissions:`"
    assert [status.state for status in repo.statuses[sha]] == ["pending"]


def test_a_final_status_that_cannot_be_checked_again_becomes_an_error(
    hub: FakeHub, client: Client
) -> None:
    """Whether another run ended in the meantime is not known then."""
    repo = hub.repository()
    sha = repo.branches["main"]
    run = run_of(Writer(client), sha)
    hub.fault("slow", "GET", "statuses")  # lets the first one through
    hub.fault("forbidden", "GET", "statuses")
    run.conclude(ready())
    assert run.error is not None
    assert [status.state for status in repo.statuses[sha]] == ["pending", "success", "error"]


def test_a_list_that_lacks_what_was_just_written_is_asked_for_again(
    hub: FakeHub, client: Client
) -> None:
    repo = hub.repository()
    sha = repo.branches["main"]
    run = run_of(Writer(client), sha)
    mine, after = repo.statuses[sha][:], client._sleep
    repo.statuses[sha].clear()
    client._sleep = lambda seconds: (repo.statuses[sha].extend(mine[:]), mine.clear())[0]
    run.conclude(ready())
    client._sleep = after
    assert run.problem is None
    assert [status.state for status in repo.statuses[sha]] == ["pending", "success"]


def test_a_list_that_never_shows_what_was_written_could_not_be_checked(
    hub: FakeHub, client: Client
) -> None:
    repo = hub.repository()
    sha = repo.branches["main"]
    run = run_of(Writer(client), sha)
    repo.statuses[sha].clear()
    run.conclude(ready())
    assert run.error is not None
    assert repo.statuses[sha] == []


@pytest.mark.parametrize("others", [0, 97, 98, 99, 100])
def test_a_run_that_ended_meanwhile_is_found_behind_the_statuses_of_many_gates(
    hub: FakeHub, client: Client, others: int
) -> None:
    """GitHub lists a hundred at once; our first one may be the last of these."""
    repo = hub.repository()
    sha, writer = repo.branches["main"], Writer(client)
    newer = run_of(writer, sha, 2)
    newer.conclude(blocked())
    older = run_of(writer, sha, 1, began=BEGAN - timedelta(seconds=1))
    for number in range(others):
        repo.status(sha, f"deploy-checklist/{number}/production", "success")
    older.conclude(ready())
    assert older.overtaken_by is OvertakenBy.ENDED_RUN
    assert repo.statuses[sha][-1].state == "error"


def test_statuses_of_other_contexts_do_not_matter(hub: FakeHub, client: Client) -> None:
    repo = hub.repository()
    sha = repo.branches["main"]
    run = run_of(Writer(client), sha)
    for number in range(150):
        repo.status(sha, f"ci/{number}", "success", by="octo-lead")
    run.conclude(ready())
    assert run.problem is None


@pytest.mark.parametrize("kind", UNCERTAIN)
def test_a_status_is_never_posted_twice(hub: FakeHub, client: Client, kind: str) -> None:
    repo = hub.repository()
    sha = repo.branches["main"]
    hub.fault(kind, "POST", "statuses")
    run = run_of(Writer(client), sha)
    hub.fault(kind, "POST", "statuses")
    run.conclude(ready())
    assert run.problem is None
    assert [status.state for status in repo.statuses[sha]] == ["pending", "success"]


def test_another_run_that_begins_during_our_failure_wins(hub: FakeHub, client: Client) -> None:
    repo = hub.repository()
    sha = repo.branches["main"]
    run = run_of(Writer(client), sha)
    hub.fault("down", "POST", "statuses")
    between = client._sleep
    client._sleep = lambda seconds: (
        repo.status(sha, GATE, "pending", by="octo-lead"),
        between(seconds),
    )[1]
    run.conclude(ready())
    assert run.overtaken_by is OvertakenBy.LATER_RUN
    assert repo.statuses[sha][-1].state == "pending"


def test_the_thousandth_status_asks_for_a_new_commit(hub: FakeHub, client: Client) -> None:
    repo = hub.repository()
    sha = repo.branches["main"]
    for _ in range(1000):
        repo.status(sha, GATE, "pending")
    with pytest.raises(NotPublished) as failure:
        Writer(client).post_status(sha, GATE, "pending", "looking", None)
    assert failure.value.reason == f"GitHub accepts at most 1,000 statuses {GATE} for one commit"
    assert failure.value.remedy == "make a new commit"


def test_a_commit_that_is_not_there_is_not_told_as_too_many_statuses(
    hub: FakeHub, client: Client
) -> None:
    hub.repository()
    with pytest.raises(NotPublished) as failure:
        Writer(client).post_status("d" * 40, GATE, "pending", "looking", None)
    told = f"GitHub could not write the status {GATE}: it has no such commit (422)"
    assert failure.value.reason == told
    assert failure.value.remedy == "push the commit to this repository, or gate one that it has"


@pytest.mark.parametrize("kind", UNCERTAIN)
def test_a_follow_up_issue_is_opened_once_and_closed(
    hub: FakeHub, client: Client, kind: str
) -> None:
    hub.repository()
    writer = Writer(client)
    hub.fault(kind, "POST", "issues")
    number = writer.create_issue("METRICS is waived", "until 2026-12-15", "deploy-checklist")
    assert [found.number for found in writer.issues("deploy-checklist")] == [number]
    writer.close_issue(number)
    assert [found.open for found in writer.issues("deploy-checklist")] == [False]


def test_whose_an_issue_is_is_reported_by_github(hub: FakeHub, client: Client) -> None:
    repo = hub.repository()
    for author in ("octo-cat", "dependabot[bot]", None, hub.bot):
        repo.open_issue(author, "METRICS is waived", labels=["deploy-checklist", "other"])
    repo.open_issue(hub.bot, "of another label", labels=["other"])
    owned = [issue.own for issue in Writer(client).issues("deploy-checklist")]
    assert owned == [True, False, False, False]


def test_issues_on_a_second_page_are_known(hub: FakeHub, client: Client) -> None:
    repo = hub.repository()
    for number in range(101):
        repo.open_issue(hub.bot, f"{number}", labels=["deploy-checklist"])
    assert len(Writer(client).issues("deploy-checklist")) == 101


@pytest.mark.parametrize("fault", ["forbidden", "down", "hidden", "graphql-down"])
def test_issues_that_are_not_shown_are_not_published_to(
    hub: FakeHub, client: Client, fault: str
) -> None:
    hub.repository()
    hub.fault(fault, "POST", "/graphql", times=9)
    with pytest.raises(NotPublished):
        Writer(client).issues("deploy-checklist")


def test_pull_requests_are_no_follow_ups(hub: FakeHub, client: Client) -> None:
    hub.repository().open_pull(labels=["deploy-checklist"])
    assert Writer(client).issues("deploy-checklist") == ()


def test_switched_off_issues_are_reported(hub: FakeHub, client: Client) -> None:
    hub.repository().issues_enabled = False
    with pytest.raises(NotPublished, match="GitHub no longer has a follow-up issue"):
        Writer(client).create_issue("x", "y", "deploy-checklist")
