"""Real checklists of other teams: every command ends in words, and every item has an outcome."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import cmarkgfm
import msgspec
import pytest

from deploy_checklist.cli import run
from deploy_checklist.commands import explain_formats, lint_formats
from deploy_checklist.commands.explain_result import Explanation
from deploy_checklist.commands.init import RULES
from deploy_checklist.commands.lint_findings import LintResult
from deploy_checklist.rules.load import load

FOLDER = os.environ.get("CORPUS_DIR")
DOCUMENTS = sorted(Path(FOLDER, "documents").glob("*.md")) if FOLDER else []


def test_the_corpus_is_there() -> None:
    if not DOCUMENTS and not os.environ.get("REQUIRE_CORPUS"):
        pytest.skip("CORPUS_DIR names no folder with documents/*.md")
    assert len(DOCUMENTS) >= 64


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_every_item_is_accounted_for_by_every_command(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if 'type="checkbox"' not in cmarkgfm.github_flavored_markdown_to_html(path.read_text()):
        for command in ("check", "lint", "explain"):
            assert "has no items" in refused(command, str(path))
        return
    explained = json.loads(typed(0, "explain", str(path), "--format", "json"))
    checked = json.loads(
        typed(
            None,
            "check",
            str(path),
            "--offline",
            "--format",
            "json",
            "--now",
            "2026-11-22T21:14:00Z",
        )
    )
    assert [item["line"] for item in checked["items"]] == [item["line"] for item in explained]
    assert len({item["id"] for item in checked["items"]}) == len(checked["items"])
    assert checked["totals"]["fail"] == checked["totals"]["unknown"] == 0
    assert "agree" in typed(0, "lint", str(path)) or "no rules file" in typed(0, "lint", str(path))
    for form in ("text", "markdown", "junit", "sarif", "github"):
        typed(None, "check", str(path), "--offline", "--format", form)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_the_json_of_every_command_has_all_that_its_text_says(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The text can be made from it alone, with the rules file that `init` writes and without."""
    monkeypatch.chdir(tmp_path)
    if 'type="checkbox"' not in cmarkgfm.github_flavored_markdown_to_html(path.read_text()):
        return
    for _ in range(2):
        found = typed(0, "lint", str(path), "--format", "json")
        linted = msgspec.json.decode(found, type=LintResult)
        assert lint_formats.as_text(linted) == typed(0, "lint", str(path))
        found = typed(0, "explain", str(path), *environment(), "--format", "json")
        explained = msgspec.json.decode(found, type=list[Explanation])
        assert explain_formats.as_text(explained) == typed(0, "explain", str(path), *environment())
        if not Path(RULES).exists():
            initiated = json.loads(typed(0, "init", str(path), "--format", "json"))
            assert initiated["item_count"] == sum(initiated["automation"].values())
            assert (initiated["change"], initiated["errors"]) == ("created", [])


def environment() -> list[str]:
    """The first one that the rules file declares."""
    if not Path(RULES).exists():
        return []
    declared = load(Path(RULES).read_text(), RULES).environments
    return [word for name in list(declared)[:1] for word in ("-e", name)]


def typed(code: int | None, *arguments: str) -> str:
    out, err = io.StringIO(), io.StringIO()
    ended = run(arguments, {}, out, err)
    assert err.getvalue() == ""
    assert ended in ((code,) if code is not None else (0, 1, 3))
    return out.getvalue()


def refused(*arguments: str) -> str:
    out, err = io.StringIO(), io.StringIO()
    assert run(arguments, {}, out, err) == 2
    assert out.getvalue() == ""
    return err.getvalue()
