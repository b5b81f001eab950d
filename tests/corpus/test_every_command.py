"""Real checklists of other teams: every command ends in words, and every item has an outcome."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import cmarkgfm
import pytest

from deploy_checklist.cli import run

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
