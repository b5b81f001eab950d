"""The repository: what lies in the folder, nothing outside it, and in CI only the gated commit's tree."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deploy_checklist.outcome import Unobservable
from deploy_checklist.world.files import root_of
from deploy_checklist.world.ports import Repository
from deploy_checklist.world.repository import WorkTree, repository_name
from world.gits import commit, git, repository, write

ANY = "0" * 40


def reason(look: Callable[[], object]) -> str:
    with pytest.raises(Unobservable) as caught:
        look()
    return caught.value.reason


# Files


def test_a_file_is_read_and_a_missing_one_is_none(tmp_path: Path) -> None:
    write(tmp_path, {"infra/lb.tf": "x"})
    tree = WorkTree(tmp_path)
    assert tree.read("infra/lb.tf") == tree.read("./infra//lb.tf") == b"x"
    for absent in ("infra/no.tf", "no/lb.tf", "infra/lb.tf/deeper"):
        assert tree.read(absent) is None
        assert tree.kind(absent) is None
    assert (tree.kind("infra"), tree.kind("infra/"), tree.kind("infra/lb.tf")) == (
        "folder",
        "folder",
        "file",
    )


REFUSED = {
    "../secret": "leads out of its folder (`..`)",
    "infra/../../secret": "leads out of its folder (`..`)",
    "infra/..": "leads out of its folder (`..`)",
    "/etc/passwd": "is absolute",
    "/proc/self/environ": "is absolute",
    "//x": "is absolute",
    ".git/config": "is in git's own folder",
    "sub/.git/config": "is in git's own folder",
    ".GIT/config": "is in git's own folder",
    ".git./config": "is in git's own folder",
    ".git /config": "is in git's own folder",
    "git~1/config": "is in git's own folder",
    ".g\u200cit/config": "is in git's own folder",
    ".git::$INDEX_ALLOCATION/config": "is in git's own folder",
    "a\x00b": "contains a control character",
    "a\nb": "contains a control character",
    "\ud800": "contains a control character",
    "": "is not a path",
    "x" * 300: "is too long for a path",
}


@pytest.mark.parametrize("path", REFUSED)
def test_a_path_that_leads_elsewhere_is_refused_by_its_name(tmp_path: Path, path: str) -> None:
    tree = WorkTree(repository(tmp_path / "repo", {"infra/x": "x"}))
    expected = f"`{path}` {REFUSED[path]}"
    assert reason(lambda: tree.read(path)) == reason(lambda: tree.kind(path)) == expected
    assert reason(lambda: tree.ignored([path])) == expected
    if path and len(path) < 300:
        assert reason(lambda: tree.files(path)) == reason(lambda: tree.tracked([path])) == expected
        assert reason(lambda: tree.changed([path])) == expected


@pytest.mark.parametrize("path", ["link", "folder/x", "deep/link/x", "dangling", "self"])
def test_links_are_never_followed(tmp_path: Path, path: str) -> None:
    outside = tmp_path / "outside"
    write(outside, {"x": "SECRET"})
    root = tmp_path / "repo"
    write(root, {"deep/y": "y"})
    (root / "link").symlink_to(outside / "x")
    (root / "folder").symlink_to(outside)
    (root / "deep/link").symlink_to("../deep")
    (root / "dangling").symlink_to(tmp_path / "nowhere")
    (root / "self").symlink_to("self")
    tree = WorkTree(root)
    said = f"`{path}` is a symbolic link or has one on its way, and links are not followed"
    assert reason(lambda: tree.read(path)) == reason(lambda: tree.kind(path)) == said
    assert tree.files() == ["deep/y"]


def test_a_link_planted_after_the_look_is_not_followed_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"repo/x": "x", "secret": "SECRET"})
    tree, opened = WorkTree(tmp_path / "repo"), os.open

    def swapping(path: str, flags: int, **how: int) -> int:
        if path == "x":
            (tmp_path / "repo/x").unlink()
            (tmp_path / "repo/x").symlink_to(tmp_path / "secret")
        return opened(path, flags, **how)

    monkeypatch.setattr(os, "open", swapping)
    assert "symbolic link" in reason(lambda: tree.read("x"))


def test_pipes_sockets_and_folders_are_not_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    tree = WorkTree(tmp_path)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket"))
        assert reason(lambda: tree.read("pipe")) == "`pipe` is neither a file nor a folder"
        assert reason(lambda: tree.kind("socket")) == "`socket` is neither a file nor a folder"
    assert reason(lambda: tree.read("folder")) == "`folder` is a folder, not a file"


def test_the_kernels_files_are_not_read_wherever_the_root_is() -> None:
    assert "of the kernel" in reason(lambda: WorkTree(Path("/")).read("proc/self/environ"))
    assert "of the kernel" in reason(lambda: WorkTree(Path("/proc/self")).read("environ"))


def test_a_file_over_the_limit_is_not_read(tmp_path: Path) -> None:
    write(tmp_path, {"x": "1234"})
    assert WorkTree(tmp_path).read("x", limit=4) == b"1234"
    assert "is larger than" in reason(lambda: WorkTree(tmp_path).read("x", limit=3))


components = st.sampled_from(
    ["..", ".", "", "a", "b", "link", "up", ".git", ".GiT", "x", "proc", "…", "a b"]
)


@given(st.lists(components, max_size=5).map("/".join) | st.text(max_size=12))
@settings(
    max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_no_path_reaches_what_lies_outside(tmp_path: Path, path: str) -> None:
    root = tmp_path / "repo"
    if not root.exists():
        write(
            tmp_path,
            {
                "repo/a/x": "inside",
                "repo/a/b/x": "inside",
                "x": "OUTSIDE",
                "repo/.git/x": "OUTSIDE",
            },
        )
        (root / "link").symlink_to(tmp_path)
        (root / "a/up").symlink_to("../..")
    try:
        found = WorkTree(root).read(path)
    except Unobservable as refused:
        assert refused.reason.startswith(f"`{path}` ")
    else:
        assert found in (None, b"inside")


# With git


def test_without_git_files_are_what_is_there_and_git_questions_cannot_be_answered(
    tmp_path: Path,
) -> None:
    write(tmp_path, {"b": "", "a/c": "", "a/d": ""})
    tree = WorkTree(tmp_path)
    assert (tree.files(), tree.files("a"), tree.files("no")) == (
        ["a/c", "a/d", "b"],
        ["a/c", "a/d"],
        [],
    )
    assert tree.place() == f"the folder {tmp_path.name}"
    assert (tree.commit(), tree.head_tag(), tree.remote_name(), tree.uncommitted()) == (
        None,
        None,
        None,
        False,
    )
    for look in (
        lambda: tree.ignored(["a"]),
        lambda: tree.tracked(["a"]),
        lambda: tree.changed(["a"]),
    ):
        assert reason(look) == "this folder is not a git repository"


def test_on_a_laptop_the_folder_counts_as_it_is(tmp_path: Path) -> None:
    root = repository(tmp_path / "repo", {"a/x": "", ".gitignore": "*.log\n"})
    write(root, {"a/new": "", "a/y.log": ""})
    assert WorkTree(root).files("a") == ["a/new", "a/x"]
    assert WorkTree(root, expected=git(root, "rev-parse", "HEAD")).files("a") == ["a/x"]


def test_the_place_names_the_commit_and_what_is_not_committed(tmp_path: Path) -> None:
    root = repository(tmp_path / "repo", {"x": ""})
    head = git(root, "rev-parse", "HEAD")
    assert WorkTree(root).place() == f"this checkout at {head[:7]}"
    write(root, {"x": "changed"})
    tree = WorkTree(root)
    assert tree.place() == f"this checkout at {head[:7]} + uncommitted changes"
    assert (tree.commit(), tree.uncommitted()) == (head, True)


def test_a_repository_without_a_commit_has_none(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    tree = WorkTree(tmp_path)
    assert (tree.commit(), tree.head_tag(), tree.place()) == (
        None,
        None,
        f"the folder {tmp_path.name}",
    )
    assert tree.changed(["**"]) == (None, [])


def test_git_is_not_started_before_it_is_needed(tmp_path: Path) -> None:
    root = repository(tmp_path / "repo", {"x": "x"})
    tree = WorkTree(root, search="/nonexistent")
    assert (tree.read("x"), tree.kind("x")) == (b"x", "file")
    assert reason(tree.files) == "git is not installed on this machine"
    assert tree.place() == "the folder repo"


def test_git_is_never_found_in_the_folder_that_is_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = repository(tmp_path / "repo", {"git": "#!/bin/sh\ntouch ran\n"})
    (root / "git").chmod(0o755)
    monkeypatch.chdir(root)
    assert (
        reason(lambda: WorkTree(root, search=".::").files())
        == "git is not installed on this machine"
    )
    assert not (root / "ran").exists()


def test_nothing_a_repository_is_set_to_run_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = repository(
        tmp_path / "repo", {"x": "", ".gitattributes": "*.tf diff=evil filter=evil\n", "a.tf": "1"}
    )
    git(root, "tag", "v1.0.0")
    evil = tmp_path / "evil"
    evil.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    evil.chmod(0o755)
    filters = ("filter.evil.clean", "filter.evil.process")
    for setting in (
        "core.fsmonitor",
        "diff.external",
        "core.pager",
        "diff.evil.textconv",
        "diff.evil.command",
        *filters,
    ):
        git(root, "config", setting, str(evil))
    for hook in ("post-index-change", "fsmonitor-watchman"):
        (root / ".git/hooks" / hook).symlink_to(evil)
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", str(evil))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    write(root, {"a.tf": "2"})
    tree = WorkTree(root)
    tree.place()
    tree.files()
    tree.ignored(["x"])
    tree.head_tag()
    assert tree.changed(["*.tf"]) == (None, ["a.tf"])  # v1.0.0 is on HEAD itself
    assert not (tmp_path / "ran").exists()


def test_a_broken_repository_is_not_taken_for_the_one_around_it(tmp_path: Path) -> None:
    repository(tmp_path, {"inner/x": ""})
    (tmp_path / "inner/.git").mkdir()
    tree = WorkTree(tmp_path / "inner")
    assert tree.commit() is None
    assert reason(lambda: tree.tracked(["*"])) == "git failed in this folder (`git ls-files`)"


def test_a_path_is_ignored_only_by_what_everyone_has(tmp_path: Path) -> None:
    root = repository(
        tmp_path / "repo", {".gitignore": "*.env\n!keep.env\nbuild/\n", "a/.gitignore": "z\n"}
    )
    write(root, {"tracked.env": "", ".git/info/exclude": "mine\n"})
    git(root, "add", "-f", "tracked.env")
    asked = [
        "x.env",
        "keep.env",
        "build/",
        "build/out",
        "a/z",
        "mine",
        "tracked.env",
        "plain",
        ":(glob)*",
    ]
    told = WorkTree(root).ignored(asked)
    assert [path for path in asked if told[path]] == ["x.env", "build/", "build/out", "a/z"]
    assert WorkTree(root).ignored([]) == {}


def test_globs_stay_in_a_folder_unless_they_say_otherwise(tmp_path: Path) -> None:
    root = repository(tmp_path / "repo", {"a.tf": "", "infra/b.tf": "", "infra/deep/c.tf": ""})
    tree = WorkTree(root)
    assert tree.tracked(["*.tf"]) == ["a.tf"]
    assert tree.tracked(["infra/**/*.tf"]) == ["infra/b.tf", "infra/deep/c.tf"]
    assert tree.tracked(["**/*.tf"]) == ["a.tf", "infra/b.tf", "infra/deep/c.tf"]
    assert tree.tracked([]) == []


def test_strange_names_do_not_break_anything(tmp_path: Path) -> None:
    root = repository(tmp_path / "repo", {'a "b"\n.tf': "", "ü.tf": ""})
    Path(os.fsdecode(bytes(root) + b"/\xff.tf")).write_text("")
    assert WorkTree(root).files() == ['a "b"\n.tf', "ü.tf", "�.tf"]


# Changed


def test_changed_is_since_the_newest_version_before_this_commit(tmp_path: Path) -> None:
    root = repository(tmp_path / "repo", {"infra/a.tf": "1"})
    commit(root, {"infra/b.tf": "1"}, "v2.9.0")
    commit(root, {"infra/c.tf": "1"}, "v2.10.0")
    git(root, "tag", "vendor-import")
    git(root, "checkout", "-q", "-b", "other")
    commit(root, {}, "v9.0.0")
    git(root, "checkout", "-q", "main")
    git(root, "mv", "infra/a.tf", "infra/moved.tf")
    head = commit(root, {"docs/x": "1"})
    git(root, "tag", "-a", "v2.11.0", "-m", "x")
    assert WorkTree(root).head_tag() == "v2.11.0"
    for tree in (WorkTree(root), WorkTree(root, expected=head)):
        assert tree.changed(["infra/**/*.tf"]) == ("v2.10.0", ["infra/a.tf", "infra/moved.tf"])
        assert tree.changed(["src/**"]) == ("v2.10.0", [])


def test_a_glob_without_a_slash_is_looked_for_in_every_folder(tmp_path: Path) -> None:
    """As `git: { untracked }` takes it: one glob must not mean two things in one rules file."""
    tree = WorkTree(
        repository(tmp_path / "repo", {"a.tf": "", "infra/deep/b.tf": "", "docs/c.md": ""})
    )
    assert tree.changed(["*.tf"]) == (None, ["a.tf", "infra/deep/b.tf"])
    for folder in ("infra", "infra/", "infra/**", "deep"):
        assert tree.changed([folder]) == (None, ["infra/deep/b.tf"])
    assert tree.changed(["infra/*.tf"]) == (None, [])


def test_a_release_is_newer_than_its_candidates(tmp_path: Path) -> None:
    root = repository(tmp_path / "repo")
    commit(root, {"a": "1"}, "v2.0.0")
    git(root, "tag", "v2.0.0-rc.1", "HEAD~1")
    commit(root, {"b": "1"})
    assert WorkTree(root).changed(["**"]) == ("v2.0.0", ["b"])


def test_on_a_laptop_what_is_not_committed_has_changed_too(tmp_path: Path) -> None:
    root = repository(tmp_path / "repo", {"a.tf": "1", "b.tf": "1"})
    git(root, "tag", "v1.0.0")
    commit(root)
    write(root, {"a.tf": "2", "new.tf": "1"})
    assert WorkTree(root).changed(["*.tf"]) == ("v1.0.0", ["a.tf", "new.tf"])


def test_without_a_release_every_matching_file_has_changed(tmp_path: Path) -> None:
    root = repository(tmp_path / "repo", {"a.tf": "1", "b": "1"})
    assert WorkTree(root).changed(["*.tf"]) == (None, ["a.tf"])


def test_a_shallow_checkout_cannot_tell_what_changed(tmp_path: Path) -> None:
    root = repository(tmp_path / "repo", {"a.tf": "1"})
    commit(root)
    git(tmp_path, "clone", "-q", "--depth", "1", root.as_uri(), "shallow")
    tree = WorkTree(tmp_path / "shallow")
    with pytest.raises(Unobservable) as caught:
        tree.changed(["*.tf"])
    assert "shallow" in caught.value.reason
    assert caught.value.remedy == "run `git fetch --unshallow --tags`"


def test_in_a_run_of_the_action_every_way_out_is_a_line_of_the_workflow(tmp_path: Path) -> None:
    """Nobody types a command there."""
    root = repository(tmp_path / "repo", {"a.tf": "1"})
    head = commit(root)
    git(tmp_path, "clone", "-q", "--depth", "1", root.as_uri(), "shallow")
    (tmp_path / "broken/.git").mkdir(parents=True)
    (tmp_path / "none").mkdir()
    ways: dict[str, str] = {}
    for name in ("shallow", "broken", "none"):
        with pytest.raises(Unobservable) as caught:
            WorkTree(tmp_path / name, expected=head).changed(["*.tf"])
        ways[name] = caught.value.remedy or ""
    assert ways["shallow"] == "add to actions/checkout, before this step, `fetch-depth: 0`"
    assert all("actions/checkout" in way and "git " not in way for way in ways.values()), ways


class _Elsewhere:
    """Someone who has the history, or cannot tell either."""

    def __init__(self, *told: str, trouble: str | None = None) -> None:
        self._told, self._trouble = told, trouble
        self.asked: list[str] = []

    def of(self, commit: str) -> Repository:
        self.asked.append(commit)
        return cast(Repository, self)

    def changed(self, globs: Sequence[str]) -> tuple[str | None, Sequence[str]]:
        assert globs == ["*.tf"]
        if self._trouble:
            raise Unobservable(self._trouble, "x")
        return "v1.0.0", self._told


def shallow(tmp_path: Path) -> tuple[Path, str]:
    root = repository(tmp_path / "repo", {"a.tf": "1", "b.tf": "1", "c": "1"})
    head = commit(root)
    git(tmp_path, "clone", "-q", "--depth", "1", root.as_uri(), "shallow")
    return tmp_path / "shallow", head


def test_what_a_shallow_checkout_cannot_tell_is_asked_elsewhere(tmp_path: Path) -> None:
    folder, head = shallow(tmp_path)
    elsewhere = _Elsewhere("b.tf")
    assert WorkTree(folder, expected=head, elsewhere=elsewhere.of).changed(["*.tf"]) == (
        "v1.0.0",
        ["b.tf"],
    )
    assert elsewhere.asked == [head]


def test_on_a_laptop_what_only_this_folder_has_is_added(tmp_path: Path) -> None:
    folder, _ = shallow(tmp_path)
    write(folder, {"a.tf": "2", "new.tf": "1", "c": "2"})
    changed = WorkTree(folder, elsewhere=_Elsewhere("b.tf").of).changed(["*.tf"])
    assert changed == ("v1.0.0", ["a.tf", "b.tf", "new.tf"])


def test_if_nobody_can_tell_it_is_unknown_what_changed(tmp_path: Path) -> None:
    folder, head = shallow(tmp_path)
    elsewhere = _Elsewhere(trouble="GitHub does not answer")
    tree = WorkTree(folder, expected=head, elsewhere=elsewhere.of)
    assert reason(lambda: tree.changed(["*.tf"])).endswith(
        "no history to compare with, and GitHub does not answer"
    )


def test_a_whole_history_is_not_asked_for_elsewhere(tmp_path: Path) -> None:
    root = repository(tmp_path / "repo", {"a.tf": "1"})
    elsewhere = _Elsewhere("b.tf")
    assert WorkTree(root, elsewhere=elsewhere.of).changed(["*.tf"]) == (None, ["a.tf"])
    assert elsewhere.asked == []


# In CI


def test_a_commit_other_than_the_gated_one_is_not_read(tmp_path: Path) -> None:
    root = repository(tmp_path / "repo", {"x": "x"})
    tree = WorkTree(root, expected=ANY, or_its_merge=True)
    looks: list[Callable[[], object]] = [
        tree.place,
        lambda: tree.read("x"),
        lambda: tree.kind("x"),
        tree.files,
        lambda: tree.ignored(["x"]),
        lambda: tree.tracked(["x"]),
        lambda: tree.changed(["x"]),
    ]
    for look in looks:
        with pytest.raises(Unobservable) as caught:
            look()
        assert f"`ref: {ANY}`" in (caught.value.remedy or "")
        assert caught.value.reason.startswith("this checkout is at ")


def test_no_checkout_is_reported(tmp_path: Path) -> None:
    assert (
        reason(lambda: WorkTree(tmp_path, expected=ANY).read("x"))
        == "the repository is not checked out"
    )


def test_githubs_merge_of_the_commit_counts_only_if_it_is_allowed(tmp_path: Path) -> None:
    root = repository(tmp_path / "repo", {"x": "x"})
    base = git(root, "rev-parse", "HEAD")
    git(root, "checkout", "-q", "-b", "topic")
    head = commit(root, {"y": "y"})
    git(root, "checkout", "-q", "main")
    git(root, "merge", "-q", "--no-ff", "-m", "Merge", "topic")
    git(tmp_path, "clone", "-q", "--depth", "1", root.as_uri(), "shallow")
    for folder in (root, tmp_path / "shallow"):
        assert WorkTree(folder, expected=head, or_its_merge=True).read("y") == b"y"
        assert "GitHub's merge of" in WorkTree(folder, expected=head, or_its_merge=True).place()
        assert "this checkout is at" in reason(
            lambda folder=folder: WorkTree(folder, expected=head).read("y")
        )
        # The base is a parent too, but this is not its merge.
        assert reason(
            lambda folder=folder: WorkTree(folder, expected=base, or_its_merge=True).read("y")
        )


# Names


def test_the_root_is_where_git_is_or_the_folder_itself(tmp_path: Path) -> None:
    root = repository(tmp_path / "repo", {"a/b/x": ""})
    assert root_of(root / "a/b") == root_of(root) == root.resolve()
    plain = tmp_path / "plain"
    plain.mkdir()
    assert root_of(plain) == plain.resolve()


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://github.com/acme/shop.git", "acme/shop"),
        ("https://user:ghp_secret@github.com/acme/shop", "acme/shop"),
        ("git@github.com:acme/shop.git", "acme/shop"),
        ("ssh://git@github.com:22/acme/shop.js.git", "acme/shop.js"),
        ("https://gitlab.com/acme/shop.git", None),
        ("https://evilgithub.com/acme/shop.git", None),
        ("https://github.com.evil.example/acme/shop", None),
        ("/srv/git/shop.git", None),
        ("https://github.com/acme", None),
    ],
)
def test_the_name_of_the_repository_is_all_that_is_taken_from_its_address(
    url: str, name: str | None
) -> None:
    assert repository_name(url, "github.com") == name


def test_the_remotes_name_is_read(tmp_path: Path) -> None:
    root = repository(tmp_path / "repo")
    assert (WorkTree(root).has_origin(), WorkTree(root).remote_name()) == (False, None)
    git(root, "remote", "add", "origin", "git@github.com:acme/shop.git")
    assert WorkTree(root).remote_name() == "acme/shop"
    git(root, "remote", "set-url", "origin", "git@gitlab.example:acme/shop.git")
    assert (WorkTree(root).has_origin(), WorkTree(root).remote_name()) == (True, None)
