"""Globs match what git and GitHub match, in linear time whatever they are."""

from __future__ import annotations

import random
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest

from deploy_checklist.values.glob_matching import Glob, branch_glob, path_glob
from deploy_checklist.values.globs import glob_fault

GLOBS = (
    "*", "**", "a", "*a", "a*", "*/b", "**/b", "a/**", "a/*", "a/**/b", "**/a/**", "**/*b*",
    "a*b/*", "[ab]", "[!a]*", "[^a]/b", "[a-c]b", "?", "a?b", "**/**/b", "a/**/**", "*/*/*",
    "a/b**", "**a", "[-a]", "[a-]b", "[]a]", "[a", "a]", "[b-a]", "[!]", "[!]]", "[^]b]", "é*", "**/.b", "**/a/*/b",
)  # fmt: skip


def test_a_path_matches_as_git_says(tmp_path: Path) -> None:
    """Every path of up to three names is put to every glob, here and in git."""
    names = ("a", "b", "ab", ".b", "-", "]", "éa", "b]")
    paths = {*names, *(f"x{one}/{two}" for one in names for two in names)}
    paths |= {f"{one}/{two}/{three}" for one in "cd" for two in names for three in names}
    paths |= {f"{one}x/a/b/{two}" for one in names for two in names}
    for path in paths:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    for glob in GLOBS:
        listed = git(tmp_path, "ls-files", "-z", f":(glob){glob}").split("\0")
        ours = {path for path in paths if path_glob(glob).matches(path)}
        assert ours == {*listed} - {""}, glob


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=True)
    return done.stdout.decode()


@pytest.mark.parametrize("make", [branch_glob, path_glob])
def test_it_matches_as_a_regular_expression_would(make: Callable[[str], Glob]) -> None:
    chance = random.Random(7)
    for _ in range(2_000):
        signs = [chance.choice(("a", "/", "*", "?", "b")) for _ in range(chance.randrange(7))]
        glob = re.sub(r"\*+", "*", "".join(signs))
        expected = re.compile(re.escape(glob).replace(r"\*", "[^/]*").replace(r"\?", "[^/]"))
        for _ in range(20):
            text = "".join(chance.choice("ab/") for _ in range(chance.randrange(8)))
            matches = make(glob).matches(text)
            assert matches is (expected.fullmatch(text) is not None), (glob, text)


@pytest.mark.measures_time
@pytest.mark.parametrize(
    ("make", "glob", "unit"),
    [
        (path_glob, "*a" * 49 + "b", "a"),
        (path_glob, "**/a*" * 20 + "b", "a/"),
        (path_glob, "**/" * 40 + "b", "a/"),
        (path_glob, "[!b]*" * 40 + "b", "a"),
        (branch_glob, "*a" * 49 + "b", "a"),
        (branch_glob, "**a" * 49 + "b", "a/"),
    ],
)
def test_many_stars_take_time_in_proportion_to_the_text(
    make: Callable[[str], Glob], glob: str, unit: str
) -> None:
    def seconds(times: int) -> float:
        # Each time another character, so that no move is known from the text before.
        text = unit * times + chr(0x100 + times)
        begin = process_time()
        assert not make(glob).matches(text)
        return process_time() - begin

    seconds(10)
    for _ in range(4):
        took = [seconds(1_000 << doubled) for doubled in range(4)]
        if all(later <= 2.5 * max(earlier, 0.01) for earlier, later in zip(took, took[1:])):  # noqa: RUF007, B905
            return
    pytest.fail(f"{took}")


def test_what_a_glob_remembers_is_bounded() -> None:
    glob = path_glob("*a*b*c*")
    text = "".join(map(chr, range(0x4E00, 0x4E00 + 20_000)))
    assert not glob.matches(text)
    assert len(glob._moves) <= 10_000
    assert glob.matches("xaxbxcx")


def test_a_class_without_a_sign_in_it_is_not_closed() -> None:
    assert (
        glob_fault("[!]")
        == "has a `[` without a closing `]`: for the character itself, write `[[]`"
    )
    assert glob_fault("[!]]") is None
