"""The one query: everything people said, with its edit history, and the files of the trusted base."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from deploy_checklist.github.client import Client
from deploy_checklist.github.reader import GitHubReader
from deploy_checklist.outcome import Unobservable
from servers.github import FakeHub

BOXES = "- [ ] first\n- [ ] second"


def test_one_request_brings_pull_request_comments_reviews_and_files(
    hub: FakeHub, client: Client
) -> None:
    repo = hub.repository(
        files={
            ".github/deploy-checklist.yml": "version: 1\n",
            "docs/deployment-checklist.md": "# D\n",
        }
    )
    pull = repo.open_pull("octo-dev", labels=["release"], title="Release 1.4", body="- [ ] a box")
    repo.comment(pull.number, hub.bot, BOXES)
    repo.review(pull, "octo-lead")
    found = GitHubReader(client).records(
        pull_request=pull.number,
        files=(
            ".github/deploy-checklist.yml",
            "deploy-checklist.yml",
            "docs/deployment-checklist.md",
        ),
        folders=("", "docs", ".github", "nowhere"),
    )
    assert len(hub.requests) == 1
    assert found.repository_id == repo.id
    assert found.trusted is not None
    assert found.trusted.commit == repo.branches["main"]
    assert found.trusted.files == {
        ".github/deploy-checklist.yml": b"version: 1\n",
        "deploy-checklist.yml": None,
        "docs/deployment-checklist.md": b"# D\n",
    }
    assert found.trusted.folders == {
        "": (".github/", "docs/"), "docs": ("deployment-checklist.md",), ".github": ("deploy-checklist.yml",), "nowhere": (),
    }  # fmt: skip
    brought = found.pull_request
    assert brought is not None
    assert (brought.head, brought.base_ref, brought.labels) == (pull.head, "main", ("release",))
    assert (
        brought.author is not None and brought.author.login == "octo-dev" and brought.author.person
    )
    assert [(review.state, review.commit) for review in brought.reviews] == [
        ("APPROVED", pull.head)
    ]
    assert [commit.sha for commit in brought.commits] == [pull.head]
    assert brought.comments[0].own
    assert (
        brought.comments[0].author is not None
        and brought.comments[0].author.login == "github-actions[bot]"
    )


def test_a_history_is_reported_oldest_first_with_our_own_revisions_marked(
    hub: FakeHub, client: Client
) -> None:
    repo = hub.repository()
    pull = repo.open_pull()
    ours = repo.comment(pull.number, hub.bot, BOXES)
    hub.advance(minutes=1)
    hub.tick("octo-lead", ours, "first")
    hub.advance(minutes=1)
    hub.edit(hub.bot, ours, BOXES + "\nrewritten")
    history = (
        GitHubReader(client).records(pull_request=pull.number).pull_request.comments[0].history
    )
    assert [(r.editor.login if r.editor else None, r.by_gate) for r in history.revisions] == [
        ("github-actions[bot]", True),
        ("octo-lead", False),
        ("github-actions[bot]", True),
    ]
    assert [r.text for r in history.revisions] == [
        BOXES,
        "- [x] first\n- [ ] second",
        BOXES + "\nrewritten",
    ]
    assert history.complete


def test_a_blanked_revision_keeps_its_editor_and_loses_its_text(
    hub: FakeHub, client: Client
) -> None:
    repo = hub.repository()
    pull = repo.open_pull()
    ours = repo.comment(pull.number, hub.bot, BOXES)
    hub.tick("octo-lead", ours, "first")
    hub.blank("octo-lead", ours, 1)
    history = (
        GitHubReader(client).records(pull_request=pull.number).pull_request.comments[0].history
    )
    assert [(r.editor.login if r.editor else None, r.text) for r in history.revisions] == [
        ("github-actions[bot]", BOXES),
        ("octo-lead", None),
    ]


def test_a_long_history_of_our_comment_is_read_to_its_beginning(
    hub: FakeHub, client: Client
) -> None:
    repo = hub.repository()
    pull = repo.open_pull()
    ours = repo.comment(pull.number, hub.bot, BOXES)
    for number in range(150):
        hub.edit("octo-lead", ours, f"{BOXES}\n{number}")
    history = (
        GitHubReader(client).records(pull_request=pull.number).pull_request.comments[0].history
    )
    assert len(history.revisions) == 151
    assert history.revisions[0].by_gate
    assert history.complete
    assert len(hub.requests) == 3


def test_a_long_history_of_somebody_else_s_comment_is_not_read_and_says_so(
    hub: FakeHub, client: Client
) -> None:
    repo = hub.repository()
    pull = repo.open_pull()
    theirs = repo.comment(pull.number, "octocat", "hello")
    for number in range(50):
        hub.edit("octocat", theirs, f"hello {number}")
    history = (
        GitHubReader(client).records(pull_request=pull.number).pull_request.comments[0].history
    )
    assert not history.complete
    assert len(hub.requests) == 1


def test_every_one_of_150_comments_is_read(hub: FakeHub, client: Client) -> None:
    repo = hub.repository()
    pull = repo.open_pull()
    for number in range(150):
        repo.comment(pull.number, "octocat", f"{number}")
    found = GitHubReader(client).records(pull_request=pull.number).pull_request
    assert found is not None
    assert [comment.text for comment in found.comments] == [str(number) for number in range(150)]
    assert len(hub.requests) == 2


def test_a_command_written_by_an_app_for_a_user_is_marked(hub: FakeHub, client: Client) -> None:
    repo = hub.repository()
    pull = repo.open_pull()
    repo.comment(pull.number, "octocat", "looks good")
    repo.comment(pull.number, "octo-lead", "I looked.\n/checklist sign tls")
    repo.comment(pull.number, "octo-lead", "/checklist sign tls", via_app=True)
    found = GitHubReader(client).records(pull_request=pull.number).pull_request
    assert found is not None
    assert [comment.via_app for comment in found.comments] == [None, False, True]
    assert len(hub.requests) == 2


def test_a_deleted_account_is_nobody(hub: FakeHub, client: Client) -> None:
    repo = hub.repository()
    pull = repo.open_pull(None)
    repo.comment(pull.number, None, "/checklist sign tls")
    repo.review(pull, None)
    found = GitHubReader(client).records(pull_request=pull.number).pull_request
    assert found is not None
    assert (found.author, found.comments[0].author, found.reviews[0].author) == (None, None, None)


def test_a_merge_commit_is_only_told_of_a_merged_pull_request(hub: FakeHub, client: Client) -> None:
    repo = hub.repository()
    pull = repo.open_pull()
    reader = GitHubReader(client)
    before = reader.records(pull_request=pull.number).pull_request
    merged = repo.merge(pull)
    after = reader.records(pull_request=pull.number).pull_request
    assert before is not None and after is not None
    assert (before.merged, before.merge_commit) == (False, None)
    assert (after.merged, after.merge_commit, after.head) == (True, merged, pull.head)


def test_the_ticket_comes_with_the_same_request(hub: FakeHub, client: Client) -> None:
    repo = hub.repository()
    ticket = repo.open_issue("octo-lead", "Release 1.4", BOXES)
    pull = repo.open_pull()
    hub.tick("octo-dev", ticket, "second")
    repo.comment(ticket.number, "octo-lead", "going well")
    found = GitHubReader(client).records(pull_request=pull.number, ticket=ticket.number).ticket
    assert found is not None
    assert [r.editor.login for r in found.history.revisions if r.editor] == [
        "octo-lead",
        "octo-dev",
    ]
    assert [comment.text for comment in found.comments] == ["going well"]
    assert len(hub.requests) == 1


def test_who_force_pushed_is_reported(hub: FakeHub, client: Client) -> None:
    repo = hub.repository()
    pull = repo.open_pull()
    head = repo.force_push("release/1.4", "octo-lead", {"a": "b"})
    found = GitHubReader(client).records(pull_request=pull.number).pull_request
    assert found is not None
    assert found.head == head
    assert [pusher.login for pusher in found.pushers if pusher] == ["octo-lead"]


def test_the_tip_of_the_named_base_is_read_not_the_stale_base_of_the_pull_request(
    hub: FakeHub, client: Client
) -> None:
    repo = hub.repository(files={"rules.yml": "old"})
    repo.branches["stable"] = repo.branches["main"]
    pull = repo.open_pull(base="stable")
    repo.commit("stable", {"rules.yml": "new"})
    found = (
        GitHubReader(client)
        .records(pull_request=pull.number, base="stable", files=("rules.yml",))
        .trusted
    )
    assert found is not None
    assert (found.commit, found.files) == (repo.branches["stable"], {"rules.yml": b"new"})


def test_a_branch_that_is_not_there_is_no_trusted_tree(hub: FakeHub, client: Client) -> None:
    hub.repository()
    assert GitHubReader(client).records(base="gone", files=("rules.yml",)).trusted is None


@pytest.mark.parametrize("data", [b"\xff\xfe", b"x" * 600_000], ids=["binary", "large"])
def test_a_file_that_graphql_cuts_or_cannot_show_is_read_whole(
    hub: FakeHub, client: Client, data: bytes
) -> None:
    hub.repository(files={"docs/c.md": data})
    found = GitHubReader(client).records(files=("docs/c.md",)).trusted
    assert found is not None
    assert found.files == {"docs/c.md": data}


def test_a_path_with_quotes_stays_a_path(hub: FakeHub, client: Client) -> None:
    hub.repository(files={'a"b\\c.md': "x"})
    found = GitHubReader(client).records(files=('a"b\\c.md',)).trusted
    assert found is not None
    assert found.files == {'a"b\\c.md': b"x"}


@pytest.mark.parametrize("wanted", [{"pull_request": 99}, {"ticket": 99}])
def test_a_number_that_github_does_not_show_is_no_empty_record(
    hub: FakeHub, client: Client, wanted: dict[str, int]
) -> None:
    hub.repository()
    with pytest.raises(
        Unobservable, match="#99 could not be found, or github-token may not read it"
    ):
        GitHubReader(client).records(**wanted)


def test_a_token_that_may_not_read_pull_requests_is_told_what_it_takes(
    hub: FakeHub, connected: Callable[..., Client]
) -> None:
    pull = hub.repository().open_pull()
    hub.token("narrow", permissions={"contents": "read"})
    with pytest.raises(Unobservable) as failure:
        GitHubReader(connected("narrow")).records(pull_request=pull.number)
    assert (
        failure.value.remedy
        == "add `contents: read, pull-requests: read` to the job's `permissions:`"
    )
