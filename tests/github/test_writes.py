"""Writes: each takes effect once, whatever happens on the way, and an older run never overwrites a newer one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from deploy_checklist.github.client import Client
from deploy_checklist.github.writer import Writer
from deploy_checklist.world.ports import NotPublished
from servers.github import FakeHub

GATE = "deploy-checklist/production"
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
        "GitHub no longer has a comment on #1: deleted, or switched off in the settings (410)",
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


def test_the_final_status_takes_the_place_of_our_pending(hub: FakeHub, client: Client) -> None:
    repo = hub.repository()
    sha, writer = repo.branches["main"], Writer(client)
    mine = writer.post_status(sha, GATE, "pending", "looking", "https://acme.example/runs/1")
    final = writer.conclude(sha, mine, "success", "7 verified")
    assert final is not None
    assert [(status.state, status.target_url) for status in repo.statuses[sha]] == [
        ("pending", "https://acme.example/runs/1"),
        ("success", "https://acme.example/runs/1"),
    ]
    assert len(hub.requests) == 3


def test_an_older_run_never_overwrites_a_newer_one(hub: FakeHub, client: Client) -> None:
    repo = hub.repository()
    sha, writer = repo.branches["main"], Writer(client)
    old = writer.post_status(sha, GATE, "pending", "looking", "https://acme.example/runs/1")
    new = writer.post_status(sha, GATE, "pending", "looking", "https://acme.example/runs/2")
    assert writer.conclude(sha, new, "failure", "3 to fix") is not None
    assert writer.conclude(sha, old, "success", "7 verified") is None
    assert repo.statuses[sha][-1].state == "failure"


def test_a_forged_status_before_our_final_one_is_not_covered_up(
    hub: FakeHub, client: Client
) -> None:
    repo = hub.repository()
    sha, writer = repo.branches["main"], Writer(client)
    mine = writer.post_status(sha, GATE, "pending", "looking", None)
    repo.status(sha, GATE, "success", by="mallory")
    assert writer.conclude(sha, mine, "failure", "3 to fix") is None


def test_a_final_status_is_not_posted_blindly(hub: FakeHub, client: Client) -> None:
    repo = hub.repository()
    sha, writer = repo.branches["main"], Writer(client)
    mine = writer.post_status(sha, GATE, "pending", "looking", None)
    hub.fault("forbidden", "GET", "statuses")
    with pytest.raises(NotPublished) as failure:
        writer.conclude(sha, mine, "success", "done")
    assert failure.value.remedy == "add `statuses: write` to the job's `permissions:`"
    assert [status.state for status in repo.statuses[sha]] == ["pending"]


def test_statuses_of_other_contexts_do_not_matter(hub: FakeHub, client: Client) -> None:
    repo = hub.repository()
    sha, writer = repo.branches["main"], Writer(client)
    mine = writer.post_status(sha, GATE, "pending", "looking", None)
    for number in range(150):
        repo.status(sha, f"ci/{number}", "success", by="octo-lead")
    assert writer.conclude(sha, mine, "success", "done") is not None


@pytest.mark.parametrize("kind", UNCERTAIN)
def test_a_status_is_never_posted_twice(hub: FakeHub, client: Client, kind: str) -> None:
    repo = hub.repository()
    sha, writer = repo.branches["main"], Writer(client)
    hub.fault(kind, "POST", "statuses")
    mine = writer.post_status(sha, GATE, "pending", "looking", None)
    hub.fault(kind, "POST", "statuses")
    assert writer.conclude(sha, mine, "success", "done") is not None
    assert [status.state for status in repo.statuses[sha]] == ["pending", "success"]


def test_another_run_that_begins_during_our_failure_wins(hub: FakeHub, client: Client) -> None:
    repo = hub.repository()
    sha, writer = repo.branches["main"], Writer(client)
    mine = writer.post_status(sha, GATE, "pending", "looking", None)
    hub.fault("down", "POST", "statuses")
    between = client._sleep
    client._sleep = lambda seconds: (
        repo.status(sha, GATE, "pending", by="octo-lead"),
        between(seconds),
    )[1]
    assert writer.conclude(sha, mine, "success", "done") is None
    assert repo.statuses[sha][-1].state == "pending"


def test_the_thousandth_status_asks_for_a_new_commit(hub: FakeHub, client: Client) -> None:
    repo = hub.repository()
    sha = repo.branches["main"]
    for _ in range(1000):
        repo.status(sha, GATE, "pending")
    with pytest.raises(NotPublished) as failure:
        Writer(client).post_status(sha, GATE, "pending", "looking", None)
    assert (
        failure.value.reason
        == f"GitHub takes no more statuses {GATE} for this commit (1,000 at the most)"
    )
    assert failure.value.remedy == "make a new commit"


@pytest.mark.parametrize("kind", UNCERTAIN)
def test_a_follow_up_issue_is_opened_once_and_closed(
    hub: FakeHub, client: Client, kind: str
) -> None:
    hub.repository()
    writer = Writer(client)
    hub.fault(kind, "POST", "issues")
    issue = writer.create_issue("METRICS is waived", "until 2026-12-15", "deploy-checklist")
    assert [found.number for found in writer.issues("deploy-checklist")] == [issue.number]
    writer.close_issue(issue.number)
    assert [found.open for found in writer.issues("deploy-checklist")] == [False]


def test_pull_requests_are_no_follow_ups(hub: FakeHub, client: Client) -> None:
    hub.repository().open_pull(labels=["deploy-checklist"])
    assert Writer(client).issues("deploy-checklist") == ()


def test_switched_off_issues_are_told(hub: FakeHub, client: Client) -> None:
    hub.repository().issues_enabled = False
    with pytest.raises(NotPublished, match="GitHub no longer has a follow-up issue"):
        Writer(client).create_issue("x", "y", "deploy-checklist")
