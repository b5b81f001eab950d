"""History: containment, the pull request a commit came from, and who approved a run."""

from __future__ import annotations

import pytest

from deploy_checklist.github.client import Client
from deploy_checklist.github.reader import GitHubReader
from deploy_checklist.outcome import Unobservable
from servers.github import FakeHub


@pytest.fixture
def reader(client: Client) -> GitHubReader:
    return GitHubReader(client)


def test_a_commit_is_contained_in_a_branch_that_holds_it(
    hub: FakeHub, reader: GitHubReader
) -> None:
    repo = hub.repository()
    first = repo.branches["main"]
    pull = repo.open_pull()
    second = repo.commit("main", {"x": "y"})
    assert reader.contained(first, "main")
    assert reader.contained(second, "main")
    assert not reader.contained(pull.head, "main")


def test_a_commit_github_does_not_know_is_not_simply_outside(
    hub: FakeHub, reader: GitHubReader
) -> None:
    hub.repository()
    with pytest.raises(Unobservable, match="whether main contains 0000000"):
        reader.contained("0" * 40, "main")


@pytest.mark.parametrize("method", ["squash", "merge"])
def test_a_merge_is_traced_to_its_pull_request(
    hub: FakeHub, reader: GitHubReader, method: str
) -> None:
    repo = hub.repository()
    pull = repo.open_pull(labels=["release"])
    commit = repo.merge(pull, method)
    found = reader.pulls_with(commit)
    assert [(p.number, p.merged, p.merge_commit, p.base_ref, p.labels) for p in found] == [
        (pull.number, True, commit, "main", ("release",))
    ]


def test_an_open_pull_request_has_no_merge_commit_although_github_shows_a_test_merge(
    hub: FakeHub, reader: GitHubReader
) -> None:
    pull = hub.repository().open_pull()
    assert [(p.merged, p.merge_commit) for p in reader.pulls_with(pull.head)] == [(False, None)]


def test_right_after_a_push_there_may_be_none_yet(hub: FakeHub, reader: GitHubReader) -> None:
    repo = hub.repository()
    commit = repo.merge(repo.open_pull())
    repo.pulls_lag = 1
    assert reader.pulls_with(commit) == ()
    assert len(reader.pulls_with(commit)) == 1


def test_a_fork_that_was_deleted_is_no_trouble(hub: FakeHub, reader: GitHubReader) -> None:
    pull = hub.repository().open_pull(fork=True)
    pull.head_repository_deleted = True
    assert [p.head for p in reader.pulls_with(pull.head)] == [pull.head]


def test_approvals_of_the_run_are_reported(hub: FakeHub, reader: GitHubReader) -> None:
    repo = hub.repository()
    run = repo.run(repo.branches["main"])
    run.approvals.append((["production"], "approved", hub.user("octo-lead")))
    found = reader.approvals(run.id)
    assert [(a.environments, a.state, a.user and a.user.login) for a in found] == [
        (("production",), "approved", "octo-lead")
    ]
