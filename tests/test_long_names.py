"""A variable's long name is whole in every command's text, on each screen that has room, and in a pipe."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest

from deploy_checklist.cli import run

NAME = "PAYMENT_PROVIDER_WEBHOOK_ENDPOINT_SIGNING_SECRET_OF_REGION_EU"
OTHER = f"{NAME}_2"
CHECKLIST = f"# Live\n- [ ] `{NAME}` is rotated\n- [ ] `{OTHER}` is set\n- [ ] `KEY` is set\n"
RULES = f"""\
version: 1
items:
  {NAME}: {{ secret: true, rotated_within: 30d }}
  {OTHER}: secret
"""
NOW = ("--now", "2026-11-29T12:00:00Z")
COMMANDS = {
    "check": ["check", "--env-file", "a.env", *NOW],
    "check -v": ["check", "--env-file", "a.env", "-v", *NOW],
    "forecast": ["forecast", "--env-file", "a.env", *NOW],
    "lint": ["lint"],
    "explain": ["explain"],
    "compare": ["compare", "a", "b", "--env-file", "a.env", "b.env"],
    "fleet": ["fleet", "report.json", *NOW],
}


def typed(columns: str, *arguments: str) -> str:
    out, err = io.StringIO(), io.StringIO()
    run(arguments, {"COLUMNS": columns} if columns else {}, out, err)
    assert err.getvalue() == ""
    return out.getvalue()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / "deployment-checklist.md").write_text(CHECKLIST)
    (tmp_path / "deploy-checklist.yml").write_text(RULES)
    (tmp_path / "a.env").write_text(f"{NAME}=sk_live_38fh3Kq\n{NAME}_ROTATED_AT=2026-11-20\n")
    (tmp_path / "b.env").write_text(f"{OTHER}=sk_live_9Lm4tZq\n")
    report = json.loads(typed("", *COMMANDS["check"], "--format", "json"))
    assert report["items"][1]["names"] == [OTHER]
    (tmp_path / "report.json").write_text(json.dumps(report))


@pytest.mark.parametrize("columns", ["", "80", "120", "200"])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_long_name_is_whole(command: str, columns: str) -> None:
    if command == "lint":
        Path("deploy-checklist.yml").write_text(RULES.replace(f"  {OTHER}: secret\n", ""))
    shown = typed(columns, *COMMANDS[command]).replace("\\", "")  # Markdown escapes `_`
    assert NAME in shown
    assert not re.search(r"[A-Z_]…", shown)
