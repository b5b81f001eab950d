"""`lint` and CODEOWNERS: who must approve a change of the gate itself, by GitHub's own rules for the file."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from deploy_checklist.cli import run
from deploy_checklist.commands.owners import covers

# The examples of GitHub's page "About code owners", and what it says of each.
COVERED = {
    "*": ["a", "docs/x/y.md", ".github/CODEOWNERS"],
    "*.js": ["a.js", "deep/er/a.js"],
    "/build/logs/": ["build/logs/x", "build/logs/x/y"],
    "docs/*": ["docs/getting-started.md"],
    "apps/": ["apps/x", "deep/apps/x/y"],
    "/docs/": ["docs/x", "docs/a/b"],
    "**/logs": ["build/logs/x", "scripts/logs/x", "deeply/nested/logs/x", "logs/x"],
    "/apps/github": ["apps/github", "apps/github/x"],
    "/docs/**": ["docs/x", "docs/a/b"],
    "/a/**/z": ["a/z", "a/b/c/z", "a/b/z/x"],
    ".github": [".github/workflows/gate.yml"],
    "/deploy-checklist.yml": ["deploy-checklist.yml"],
    "ca?e.md": ["cafe.md", "x/case.md"],
    "[ab].md": ["[ab].md"],
}
NOT_COVERED = {
    "*.js": ["a.json", "a.js.map"],
    "/build/logs/": ["x/build/logs/y", "build/logs"],
    "docs/*": ["docs/build-app/troubleshooting.md", "x/docs/y"],
    "/*": ["docs/x"],
    "apps/": ["apps"],
    "/docs/": ["x/docs/y"],
    "docs/api": ["x/docs/api"],
    "/a/**/z": ["b/a/z", "a"],
    "Docs/": ["docs/x"],
    "[ab].md": ["a.md"],
    "!docs/": ["docs/x", "x"],
}


@pytest.mark.parametrize(
    ("pattern", "path"), [(pattern, path) for pattern in COVERED for path in COVERED[pattern]]
)
def test_a_pattern_covers_what_github_says(pattern: str, path: str) -> None:
    assert covers(pattern, path)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [(pattern, path) for pattern in NOT_COVERED for path in NOT_COVERED[pattern]],
)
def test_a_pattern_covers_nothing_else(pattern: str, path: str) -> None:
    assert not covers(pattern, path)


def test_a_pattern_of_many_stars_is_answered_at_once() -> None:
    assert not covers("/".join(["**", "a"] * 200) + "/b", "a/" * 200 + "c")
    assert not covers("*a" * 60 + "b", "a" * 200)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()
    (tmp_path / ".github/workflows").mkdir(parents=True)
    (tmp_path / "docs/deploy-checklist.md").write_text("- [ ] Looked at\n")
    (tmp_path / "deploy-checklist.yml").write_text("version: 1\nitems:\n  Looked at: sign\n")
    (tmp_path / ".github/workflows/gate.yml").write_text("on: push\n")
    return tmp_path


def linted(*more: str) -> tuple[int, list[str]]:
    out, err = io.StringIO(), io.StringIO()
    code = run(["lint", *more], {}, out, err)
    assert err.getvalue() == ""
    return code, out.getvalue().splitlines()


def owned(folder: Path, text: str, place: str = ".github/CODEOWNERS") -> None:
    (folder / place).write_text(text)


def test_a_gate_that_is_owned_whole_is_silent(folder: Path) -> None:
    owned(
        folder,
        "# ours\n/.github/ @acme/release  # the gate\n/docs/ @acme/release\n/deploy-checklist.yml @lead\n",
    )
    assert linted("--strict") == (0, ["the checklist and the rules agree"])


def test_each_file_of_the_gate_that_nobody_owns_is_named_with_the_line_that_would(
    folder: Path,
) -> None:
    owned(folder, "* @acme/release\n\n/.github/workflows/\n")
    code, lines = linted("--strict")
    assert code == 1
    assert lines == [
        ".github/CODEOWNERS:3: unowned: `.github/workflows/gate.yml` has no owner: anyone who can merge can change "
        "what the gate checks. Add a line: /.github/workflows/gate.yml @your-team",
        "1 finding",
        "--strict: 1 to fix first, so the exit code is 1",
    ]
    owned(folder, "*.py @acme/backend\n")
    named = [line.split("`")[1] for line in linted()[1][:-1]]
    assert named == [
        "docs/deploy-checklist.md",
        "deploy-checklist.yml",
        ".github/CODEOWNERS",
        ".github/workflows/gate.yml",
    ]
    assert linted()[0] == 0


def test_only_the_first_of_githubs_places_counts(folder: Path) -> None:
    owned(folder, "* @acme/release\n", "CODEOWNERS")
    owned(folder, "", "docs/CODEOWNERS")
    assert linted("--strict")[0] == 0
    owned(folder, "", ".github/CODEOWNERS")
    assert linted("--strict")[0] == 1


def test_a_repository_without_the_file_is_told_so_and_nothing_is_held(folder: Path) -> None:
    assert linted() == (0, ["the checklist and the rules agree"])  # no repository
    (folder / ".git").mkdir()
    code, lines = linted("--strict")
    assert code == 0
    assert lines[1].startswith(
        "notice: no CODEOWNERS file: anyone who can merge can change the checklist"
    )


def test_a_checklist_that_lies_outside_is_nobodys_to_own_here(folder: Path) -> None:
    owned(folder, "* @acme/release\n/x.md\n")
    (folder.parent / "x.md").write_text("- [ ] Looked at\n")
    assert linted("../x.md", "--strict") == (0, ["the checklist and the rules agree"])
