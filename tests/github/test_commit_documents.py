"""What is asked before anything is judged: one query brings a commit's documents and its workflows."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from deploy_checklist.github.client import Client
from deploy_checklist.github.reader import GitHubReader
from deploy_checklist.outcome import Unobservable
from servers.github import FakeHub

FILES = {
    "docs/checklist.md": "- [ ] x\n",
    ".github/workflows/ci.yml": "on: push\n",
    ".github/workflows/b.yml": "on: x\n",
}


def test_one_query_brings_files_folders_and_workflows(hub: FakeHub, client: Client) -> None:
    repo = hub.repository(files=dict(FILES))
    tree = GitHubReader(client).tree(
        repo.branches["main"], ["docs/checklist.md", "deploy-checklist.yml"]
    )
    assert hub.counted() == 1
    assert tree.files["docs/checklist.md"] == b"- [ ] x\n"
    assert tree.files["deploy-checklist.yml"] is None
    assert tree.files[".github/workflows/ci.yml"] == b"on: push\n"
    assert tree.folders["docs"] == ("checklist.md",)


def test_a_commit_is_not_its_branch(hub: FakeHub, client: Client) -> None:
    repo = hub.repository(files=dict(FILES))
    old = repo.branches["main"]
    repo.commit("main", {"docs/checklist.md": "- [ ] y\n"})
    assert (
        GitHubReader(client).tree(old, ["docs/checklist.md"]).files["docs/checklist.md"]
        == b"- [ ] x\n"
    )


def test_a_commit_that_is_not_shown_is_no_empty_tree(hub: FakeHub, client: Client) -> None:
    hub.repository()
    with pytest.raises(Unobservable, match="the files of commit fffffff could not be found"):
        GitHubReader(client).tree("f" * 40, ["docs/checklist.md"])


def test_a_file_that_the_query_had_to_cut_and_that_is_then_not_shown_is_not_missing(
    hub: FakeHub, client: Client
) -> None:
    repo = hub.repository(files={"docs/checklist.md": "- [ ] x\n" * 70_000})
    hub.fault("hidden", "GET", "/contents/docs/checklist.md")
    with pytest.raises(Unobservable, match=r"docs/checklist\.md could not be found"):
        GitHubReader(client).tree(repo.branches["main"], ["docs/checklist.md"])


def test_without_the_permission_nothing_is_believed_missing(
    hub: FakeHub, connected: Callable[..., Client]
) -> None:
    repo = hub.repository(files=dict(FILES))
    blind = connected(hub.token("blind", permissions={}))
    with pytest.raises(Unobservable, match="may not read"):
        GitHubReader(blind).tree(repo.branches["main"], ["docs/checklist.md"])


def test_the_same_query_tells_whose_the_newest_statuses_are(hub: FakeHub, client: Client) -> None:
    repo = hub.repository()
    sha = repo.branches["main"]
    reader = GitHubReader(client)
    assert reader.tree(sha, []).addresses is None
    assert reader.tree(sha, [], statuses=True).addresses == {}
    for run in ("7", "8"):
        repo.status(sha, "gate", "success", target_url=f"https://x/{run}")
    repo.status(sha, "ci", "success")
    before = len(hub.requests)
    assert reader.tree(sha, [], statuses=True).addresses == {"gate": "https://x/8", "ci": None}
    assert len(hub.requests) == before + 1


def test_a_token_that_may_not_read_statuses_reads_the_rest(
    hub: FakeHub, connected: Callable[..., Client]
) -> None:
    repo = hub.repository(files={"docs/checklist.md": "# List"})
    name = hub.token("few", permissions={"contents": "read"})
    tree = GitHubReader(connected(name)).tree(
        repo.branches["main"], ["docs/checklist.md"], statuses=True
    )
    assert tree.addresses is None
    assert tree.files["docs/checklist.md"] == b"# List"


def test_more_files_are_given_only_where_the_query_has_them_whole(
    hub: FakeHub, client: Client
) -> None:
    """A link's text is one line: whether it is a link, only the file itself tells."""
    files = {"a.md": "one\ntwo\n", "link.md": "../elsewhere.md", "image.png": b"\xff\n\x00"}
    sha = hub.repository(files=dict(files)).branches["main"]
    reader = GitHubReader(client)
    paths = [*files, "gone.md"]
    assert reader.texts(sha, paths) == {"a.md": b"one\ntwo\n"}
    assert reader.tree(sha, ["gone.md"], more=paths).files == {
        "gone.md": None,
        "a.md": b"one\ntwo\n",
    }
    assert len(hub.requests) == 2
