"""A commit's tree through the API answers as a checkout of it would."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from deploy_checklist.github.client import Client
from deploy_checklist.github.tree import CommitTree
from deploy_checklist.outcome import Unobservable
from servers.github import FakeHub

FILES: dict[str, str | bytes | None] = {
    "README.md": "shop\n",
    "infra/lb.tf": "lb",
    "infra/eu/dns.tf": "dns",
    "infra/eu/notes.md": "notes",
    "config/.env": "A=1",
    "logo.png": b"\x89PNG\xff",
}


@pytest.fixture
def tree(hub: FakeHub, client: Client) -> CommitTree:
    return CommitTree(client, hub.repository(files=FILES).branches["main"])


def test_files_are_read_byte_for_byte(tree: CommitTree) -> None:
    assert tree.read("infra/lb.tf") == b"lb"
    assert tree.read("./infra//lb.tf") == b"lb"
    assert tree.read("logo.png") == b"\x89PNG\xff"
    assert tree.read("infra/gone.tf") is None


def test_what_lies_there_is_reported(tree: CommitTree) -> None:
    assert [tree.kind(path) for path in ("README.md", "infra", "infra/eu", "gone")] == [
        "file",
        "folder",
        "folder",
        None,
    ]


def test_files_below_a_folder_are_listed(tree: CommitTree) -> None:
    assert tree.files("infra") == ["infra/eu/dns.tf", "infra/eu/notes.md", "infra/lb.tf"]
    assert sorted(tree.files()) == sorted(FILES)


def test_the_tree_is_listed_once(hub: FakeHub, tree: CommitTree) -> None:
    tree.files()
    tree.kind("README.md")
    tree.tracked(["**/*.tf"])
    assert len(hub.requests) == 1


GLOBS = [
    ("infra/*.tf", ["infra/lb.tf"]),
    ("infra/**/*.tf", ["infra/eu/dns.tf", "infra/lb.tf"]),
    ("**/*.tf", ["infra/eu/dns.tf", "infra/lb.tf"]),
    ("infra/**", ["infra/eu/dns.tf", "infra/eu/notes.md", "infra/lb.tf"]),
    ("**/.env", ["config/.env"]),
    ("*.md", ["README.md"]),
    ("infra/l?.tf", ["infra/lb.tf"]),
    ("infra/[kl]b.tf", ["infra/lb.tf"]),
    ("infra/[!l]b.tf", []),
    ("infra/l\\b.tf", ["infra/lb.tf"]),
    ("infra/lb.t", []),
    ("infra/lb+tf", []),
]


@pytest.mark.parametrize(("glob", "found"), GLOBS)
def test_globs_are_git_s(tree: CommitTree, glob: str, found: list[str]) -> None:
    assert tree.tracked([glob]) == found


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", ".git/config", "infra/../../x", ""])
def test_a_path_that_leads_elsewhere_is_refused(hub: FakeHub, tree: CommitTree, path: str) -> None:
    with pytest.raises(Unobservable):
        tree.read(path)
    assert hub.requests == []


def test_a_symbolic_link_is_not_followed(hub: FakeHub, client: Client) -> None:
    repo = hub.repository()
    sha = repo.commit(
        "main", {"link": "README.md", "folder": "infra"}, links=frozenset({"link", "folder"})
    )
    for path in ("link", "folder/lb.tf"):
        with pytest.raises(Unobservable, match="symbolic link"):
            CommitTree(client, sha).read(path)


def test_a_file_above_the_limit_is_not_read(hub: FakeHub, tree: CommitTree) -> None:
    with pytest.raises(Unobservable, match="larger than 1 bytes"):
        tree.read("README.md", limit=1)
    assert hub.counted("GET", "blobs") == 0


def test_a_tree_github_does_not_list_whole_is_not_taken_for_whole(
    hub: FakeHub, tree: CommitTree
) -> None:
    hub.tree_limit = 3
    with pytest.raises(Unobservable) as failure:
        tree.kind("README.md")
    assert failure.value.remedy is not None and failure.value.remedy.startswith("add `ref: ")


@pytest.mark.parametrize("glob", ["[[:digit:]]*", "**/*[^a[:alpha:]].tf"])
def test_a_class_with_a_name_needs_a_checkout(tree: CommitTree, glob: str) -> None:
    """Taken for other signs it would match nothing, and a rule that forbids files would pass."""
    for look in (tree.tracked, tree.changed):
        with pytest.raises(Unobservable, match="has a named class"):
            look([glob])


def test_what_git_ignores_needs_a_checkout(tree: CommitTree) -> None:
    assert tree.ignored([]) == {}
    with pytest.raises(Unobservable, match="can only be seen in a checkout"):
        tree.ignored(["dist"])


def test_changes_are_reported_since_the_newest_version_the_commit_contains(
    hub: FakeHub, client: Client
) -> None:
    repo = hub.repository(files=FILES)
    repo.tag("v1.9.0", repo.branches["main"])
    repo.commit("main", {"infra/lb.tf": "old"})
    repo.tag("v1.10.0", repo.branches["main"])
    side = repo.commit("next", {"infra/lb.tf": "side"})
    repo.tag("v2.0.0", side)
    head = repo.commit("main", {"infra/eu/dns.tf": "new", "README.md": "new"})
    repo.tag("v1.11.0", head)
    repo.tag("vendor-1", repo.branches["main"])
    assert CommitTree(client, head).changed(["infra/**/*.tf"]) == ("v1.10.0", ["infra/eu/dns.tf"])


def test_without_a_version_before_it_everything_is_new(tree: CommitTree) -> None:
    assert tree.changed(["infra/*.tf"]) == (None, ["infra/lb.tf"])


def test_a_glob_without_a_slash_is_looked_for_in_every_folder(tree: CommitTree) -> None:
    assert "infra/lb.tf" in tree.changed(["*.tf"])[1]
    assert tree.changed(["infra"]) == tree.changed(["infra/"]) == tree.changed(["infra/**"])
    assert "infra/lb.tf" in tree.changed(["infra"])[1]


def test_a_list_of_changes_that_github_cuts_is_not_taken_for_whole(
    hub: FakeHub, client: Client
) -> None:
    repo = hub.repository()
    repo.tag("v1.0.0", repo.branches["main"])
    head = repo.commit("main", {f"f{n}": "x" for n in range(301)})
    with pytest.raises(Unobservable, match=r"too many files changed since v1\.0\.0"):
        CommitTree(client, head).changed(["infra/*.tf"])


def test_a_token_that_may_not_read_contents_finds_nothing_missing(
    hub: FakeHub, connected: Callable[..., Client]
) -> None:
    repo = hub.repository()
    hub.token("narrow", permissions={})
    with pytest.raises(Unobservable) as failure:
        CommitTree(connected("narrow"), repo.branches["main"]).read("gone")
    assert failure.value.remedy == "add `contents: read` to the job's `permissions:`"


def test_what_is_known_is_not_fetched_again(hub: FakeHub, client: Client) -> None:
    sha = hub.repository(files=FILES).branches["main"]
    known = {path: data.encode() for path, data in FILES.items() if isinstance(data, str)}
    path = next(iter(known))
    assert CommitTree(client, sha, known).read(path) == known[path]
    assert hub.counted("GET", "blobs") == 0


def test_a_text_of_another_length_is_not_the_file(hub: FakeHub, client: Client) -> None:
    """GraphQL tells texts, and a file in another encoding has other bytes."""
    sha = hub.repository(files={"a.txt": "café\n".encode("latin-1")}).branches["main"]
    tree = CommitTree(client, sha, {"a.txt": "café\n".encode(), "gone": b"x\n"})
    assert tree.read("a.txt") == "café\n".encode("latin-1")
    assert tree.read("gone") is None


def test_a_known_link_is_refused(hub: FakeHub, client: Client) -> None:
    sha = hub.repository().commit("main", {"link.md": "a\nb\n"}, links=frozenset({"link.md"}))
    with pytest.raises(Unobservable, match="symbolic link"):
        CommitTree(client, sha, {"link.md": b"a\nb\n"}).read("link.md")


def test_a_file_is_fetched_once(hub: FakeHub, client: Client) -> None:
    tree = CommitTree(client, hub.repository(files={"a": "b"}).branches["main"])
    assert (tree.read("a"), tree.read("a")) == (b"b", b"b")
    assert hub.counted("GET", "blobs") == 1
