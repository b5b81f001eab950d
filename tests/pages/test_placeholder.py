"""Whatever shows `org/deploy-checklist` says, once, that `org/` is a placeholder."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from deploy_checklist.cli import run
from pages.blocks import PAGES, ROOT
from world.gits import repository

SHOWN = re.compile(r"\borg/deploy-checklist\b")
SAID = re.compile(r"\borg/?`?(?: in these examples)? is a placeholder\b")
# A copy's own address is written over in the same places.
FILES = (
    *PAGES,
    ROOT / "pyproject.toml",
    *sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml")),
)
SHOWING = [path for path in FILES if SHOWN.search(path.read_text(encoding="utf-8"))]
DEPLOYS = """\
on: push
jobs:
  ship:
    runs-on: ubuntu-latest
    environment: production
    steps:
      - run: ./deploy.sh
"""
DOCUMENTS = {
    "deployment-checklist.md": "- [ ] `API_KEY` is set\n",
    "deploy-checklist.yml": "version: 1\nenvironments: { production: {} }\nitems: { API_KEY: secret }\n",
}


def said(text: str) -> int:
    return len(SAID.findall(" ".join(text.split())))


@pytest.mark.parametrize("path", SHOWING, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_page_that_shows_it_says_once_that_it_is_a_placeholder(path: Path) -> None:
    assert said(path.read_text(encoding="utf-8")) == 1


def test_pages_show_it() -> None:
    assert {ROOT / "README.md", ROOT / "docs" / "workflows.md"} <= set(SHOWING)


def printed(*arguments: str) -> str:
    out, err = io.StringIO(), io.StringIO()
    run(arguments, {}, out, err)
    return out.getvalue() + err.getvalue()


@pytest.mark.parametrize("deploys", [False, True], ids=["new", "own job"])
@pytest.mark.parametrize(
    "arguments",
    ["workflow", "workflow --write", "ruleset", "init --add", "lint", "explain", "check"],
)
def test_an_output_that_shows_it_says_so_in_one_line_of_comment(
    arguments: str, deploys: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = {".github/workflows/ship.yml": DEPLOYS} if deploys else {}
    repository(tmp_path, {**DOCUMENTS, **own})
    monkeypatch.chdir(tmp_path)
    text = printed(*arguments.split())
    assert said(text) == int(bool(SHOWN.search(text)))
    assert all(line.startswith("# ") for line in text.splitlines() if SAID.search(line))
    shows = arguments == "workflow" or (deploys and arguments == "workflow --write")
    assert bool(SHOWN.search(text)) is shows
    for file in tmp_path.glob(".github/workflows/deploy*.yml"):
        assert said(file.read_text(encoding="utf-8")) == 1


def test_a_file_with_the_owner_put_in_is_not_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the line about the placeholder was deleted, as it says, or forgotten."""
    repository(tmp_path, DOCUMENTS)
    monkeypatch.chdir(tmp_path)
    printed("workflow", "--write")
    files = sorted((tmp_path / ".github" / "workflows").glob("deploy-checklist*.yml"))
    for file, kept in zip(files, (True, False), strict=True):
        text = file.read_text(encoding="utf-8").replace("org/deploy", "acme/deploy")
        file.write_text(text if kept else re.sub(r"# org/ .*\n", "", text), encoding="utf-8")
    again = printed("workflow", "--write")
    assert again.count("already exists with this content") == 2
    assert "differs" not in again
    assert said(printed("workflow")) == 0
