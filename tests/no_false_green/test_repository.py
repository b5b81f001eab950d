"""Kinds × files: what lies in the repository instead of the right file is never green."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from deploy_checklist.checks.base import Needs
from deploy_checklist.outcome import Outcome, Unobservable
from deploy_checklist.world.repository import WorkTree
from fakes import FakeRepository
from no_false_green.asking import Row, ask, hold
from no_false_green.rows.table import ROWS, called
from world.gits import commit, git, repository, write

OF_FILES = [row for row in ROWS if Needs.REPOSITORY in row.needs() and row.files]
ABSENT = [row for row in OF_FILES if row.label == "that is not there"]
THERE = [row for row in OF_FILES if row not in ABSENT and row.kind != "git"]
LFS = (
    "version https://git-lfs.github.com/spec/v1\n"
    "oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"
)
Place = Callable[[Path, str], object]  # puts a fault where the good text should be


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return repository(tmp_path / "shop", {"README.md": "x"})


def placed(root: Path, row: Row, place: Place | None = None) -> WorkTree:
    """The row's files in a repository, the first of them replaced by a fault."""
    write(root, dict(row.files))
    if place is not None:
        [first, *_] = row.files
        (root / first).unlink()
        place(root / first, row.files[first])
    return WorkTree(root)


def emptied(root: Path) -> None:
    for path in root.iterdir():
        if path.is_dir() and not path.is_symlink() and path.name != ".git":
            shutil.rmtree(path)
        elif path.name != ".git":
            path.unlink()


def in_conflict(path: Path, text: str) -> None:
    path.write_text(f"<<<<<<< HEAD\n{text}=======\nsomething else\n>>>>>>> feature\n")


def linked_outside(path: Path, text: str) -> None:
    outside = path.parent / f"../../{path.name}-outside"
    outside.resolve().parent.mkdir(exist_ok=True)
    outside.resolve().write_text(text)
    path.symlink_to(outside.resolve())


IN_ITS_PLACE: Mapping[str, Place] = {
    "nothing": lambda path, text: None,
    "a folder": lambda path, text: path.mkdir(),
    "a link to nothing": lambda path, text: path.symlink_to("nowhere"),
    "a link to itself": lambda path, text: path.symlink_to(path.name),
    "a link outside": linked_outside,
    "a link to the process": lambda path, text: path.symlink_to("/proc/self/environ"),
    "a pipe": lambda path, text: os.mkfifo(path),
    "the same name in other letters": lambda path, text: path.with_name(
        path.name.swapcase()
    ).write_text(text),
}
OTHER_TEXTS: Mapping[str, Place] = {
    "a pointer of Git LFS": lambda path, text: path.write_text(LFS),
    "a merge conflict": in_conflict,
    "an empty file": lambda path, text: path.write_bytes(b""),
    "blanks": lambda path, text: path.write_text("  \n\n"),
    "a byte order mark alone": lambda path, text: path.write_bytes(b"\xef\xbb\xbf"),
    "comments alone": lambda path, text: path.write_text("# nothing\n"),
    "an image": lambda path, text: path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(500)),
    "bytes that are no text": lambda path, text: path.write_bytes(b"\xff\xfe" + text.encode()),
    "UTF-16": lambda path, text: path.write_bytes(text.encode("utf-16")),
    "a cut text": lambda path, text: path.write_text(text[: len(text) // 2]),
    "null": lambda path, text: path.write_text("null\n"),
    "a list": lambda path, text: path.write_text("[]\n"),
    "an empty mapping": lambda path, text: path.write_text("{}\n"),
    "brackets without end": lambda path, text: path.write_text("[" * 100_000),
    "a page": lambda path, text: path.write_text("<html>404: Not Found</html>"),
    "11 MB": lambda path, text: path.write_text(text + "\n" * 11_000_000),
}


@pytest.mark.parametrize("row", THERE, ids=called)
def test_the_row_passes_in_a_real_repository(row: Row, root: Path) -> None:
    assert ask(row, repository=placed(root, row)).is_green


@pytest.mark.parametrize("row", THERE, ids=called)
def test_no_file_but_the_right_one_is_green(row: Row, root: Path) -> None:
    faults = {**IN_ITS_PLACE, **(OTHER_TEXTS if row.looks_inside else {})}
    found = {}
    for name, place in faults.items():
        found[name] = ask(row, repository=placed(root, row, place))
        emptied(root)
    hold(found)


@pytest.mark.parametrize("row", [row for row in THERE if row.wrong_texts], ids=called)
def test_no_other_text_is_green(row: Row, root: Path) -> None:
    [path, *_] = row.files
    found = {}
    for name, text in row.wrong_texts.items():
        write(root, {**row.files, path: text})
        found[name] = ask(row, repository=WorkTree(root))
    hold(found)


@pytest.mark.parametrize("row", ABSENT, ids=called)
def test_something_where_nothing_should_be_is_no_pass(row: Row, root: Path) -> None:
    found = {}
    path = root / row.written["path"]
    for name, place in IN_ITS_PLACE.items():
        if name not in ("nothing", "the same name in other letters"):
            place(path, "x")
            found[name] = ask(row, repository=WorkTree(root))
            path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
    path.write_text("")
    found["an empty file"] = ask(row, repository=WorkTree(root))
    hold(found)


@pytest.mark.parametrize("row", OF_FILES, ids=called)
def test_a_repository_that_cannot_be_looked_at_is_unknown(row: Row, root: Path) -> None:
    placed(root, row)
    elsewhere = WorkTree(root, expected="0" * 40)
    (root / "empty").mkdir()
    hold(
        {
            "another commit": ask(row, repository=elsewhere),
            "no checkout": ask(row, repository=WorkTree(root / "empty", expected="0" * 40)),
            "no permission": ask(row, repository=FakeRepository(trouble=Unobservable("refused"))),
        },
        Outcome.UNKNOWN,
    )


IGNORING = {".gitignore": ".env\n", "README.md": "x"}
GIT: Mapping[str, Callable[[Path], object]] = {
    "not ignored": lambda root: commit(root, {".gitignore": ".envrc\n"}),
    "only said to be": lambda root: commit(root, {".gitignore": "# .env\n"}),
    "taken back": lambda root: commit(root, {".gitignore": ".env\n!.env\n"}),
    "ignored on this machine": lambda root: (
        commit(root, {".gitignore": ""}),
        (root / ".git/info").mkdir(exist_ok=True),
        (root / ".git/info/exclude").write_text(".env\n"),
    ),
    "a key that is tracked": lambda root: commit(root, {"server.pem": "x"}),
    "a key in a folder": lambda root: commit(root, {"a/b/server.pem": "x"}),
    "tracked though ignored": lambda root: (
        write(root, {".env": "A=b", ".gitignore": "*.pem\n.env\n", "k.pem": "x"}),
        git(root, "add", "-f", "k.pem", ".env"),
    ),
}


@pytest.mark.parametrize("row", [row for row in ROWS if row.kind == "git"], ids=called)
def test_what_git_does_not_keep_out_fails(row: Row, tmp_path: Path) -> None:
    best = repository(tmp_path / "best", IGNORING)
    assert ask(row, repository=WorkTree(best)).is_green
    found = {}
    for number, (name, change) in enumerate(GIT.items()):
        root = repository(tmp_path / str(number), IGNORING)
        change(root)
        found[name] = ask(row, repository=WorkTree(root))
    hold(found, Outcome.FAIL)
    shutil.rmtree(best / ".git")
    hold({"no git": ask(row, repository=WorkTree(best))}, Outcome.UNKNOWN)
