"""What version 1.0.0 wrote on GitHub and in rules files is read by this version (the files were made by a1233ff)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .telling import LEAD_BOX, RULES, SECTION_BOX, Pull, Story, documents

WRITTEN = Path(__file__).parents[1] / "fixtures" / "written_by_1_0_0"
SENTENCES = frozenset({"message", "remedy", "hint", "log_row"})  # for people; they may be reworded
WAIVER = """\
waivers:
  - { item: PAYMENT_CALLBACK_URL, reason: "moves next week, OPS-412", approved_by: "@octo-ops", expires: 2099-12-31 }
"""
SIGNED = """\
signed:
  - { item: status, by: "@octo-dev", on: 2026-11-29, environment: production, words: d2c2b2a6 }
"""


def with_its_comment(story: Story) -> Pull:
    """A release PR on which version 1.0.0 has already commented."""
    pull = story.repo.open_pull()
    body = (WRITTEN / "comment.md").read_text()
    names = {"{HEAD}": pull.head, "{REPOSITORY}": str(story.repo.id), "{NUMBER}": str(pull.number)}
    for name, value in names.items():
        body = body.replace(name, value)
    story.repo.comment(pull.number, story.hub.bot, body)
    return pull


def test_ticks_in_a_comment_of_1_0_0_count(story: Story) -> None:
    pull = with_its_comment(story)
    story.hub.tick("octo-lead", story.comment(pull.number), LEAD_BOX)
    story.hub.tick("octo-dev", story.comment(pull.number), SECTION_BOX)
    ran = story.on_comment(pull)
    assert ran.code == 0, ran.log
    assert story.status(pull.head)[0] == "success"
    assert story.comment(pull.number).body.startswith("## 🟢 production is ready")


def test_commands_name_the_ids_that_a_comment_of_1_0_0_shows(story: Story) -> None:
    pull = with_its_comment(story)
    story.repo.comment(pull.number, "octo-lead", "/checklist sign checklist")
    story.repo.comment(pull.number, "octo-dev", "/checklist sign status")
    ran = story.on_comment(pull)
    assert ran.code == 0, ran.log


def test_a_waiver_and_a_signed_line_of_1_0_0_hold(story: Story) -> None:
    """The words hash in the line is the one that 1.0.0 printed."""
    story.repo.commit("main", documents(rules=RULES + WAIVER + SIGNED))
    pull = story.repo.open_pull()
    story.on_pull(
        pull,
        values={"PAYMENT_PROVIDER": "stripe", "PAYMENT_CALLBACK_URL": "https://elsewhere.example/"},
    )
    body = story.comment(pull.number).body.replace("<!-- -->", "")
    assert "signed by @octo-dev" in body
    assert "moves next week, OPS-412" in body
    assert story.status(pull.head) == ("pending", "1 to sign: backend-lead")


def test_a_waiver_that_is_taken_away_leaves_the_failure(story: Story) -> None:
    """The case above has teeth: without waiver and line the same release is blocked."""
    pull = story.repo.open_pull()
    story.on_pull(
        pull,
        values={"PAYMENT_PROVIDER": "stripe", "PAYMENT_CALLBACK_URL": "https://elsewhere.example/"},
    )
    assert story.status(pull.head) == ("failure", "1 failed, 2 to sign")


def test_the_report_keeps_every_key_and_value_of_1_0_0(tmp_path: Path) -> None:
    """Later versions may add keys to the JSON report and reword its sentences; all else that 1.0.0 said stays."""
    environ = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    flags = [
        "--rules",
        "examples/deploy-checklist.yml",
        "-e",
        "production",
        "--env-file",
        "examples/failing.env",
    ]
    always = ["--now", "2026-11-22T21:14:00Z", "--offline", "--format", "json"]
    copied = tmp_path / "x" / "examples"
    copied.mkdir(parents=True)
    for each in (WRITTEN / "examples").iterdir():
        (copied / each.name).write_bytes(each.read_bytes())
    command = [sys.executable, "-m", "deploy_checklist", "check", *flags, *always]
    done = subprocess.run(
        command, cwd=copied.parent, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    written = json.loads((WRITTEN / "report.json").read_text())
    report = json.loads(done.stdout)
    assert kept(written, report) == written


def kept(written: Any, report: Any) -> Any:
    """The report, with only the keys that were written then, and with the sentences of then."""
    if isinstance(written, dict) and isinstance(report, dict):
        shared = {key: kept(written[key], report[key]) for key in written if key in report}
        return shared | {key: written[key] for key in SENTENCES & shared.keys()}
    if isinstance(written, list) and isinstance(report, list) and len(written) == len(report):
        return [kept(*pair) for pair in zip(written, report, strict=True)]
    return report


@pytest.mark.parametrize("key", ["verdict", "totals", "items"])
def test_a_key_that_is_gone_is_seen(key: str) -> None:
    written = json.loads((WRITTEN / "report.json").read_text())
    assert kept(written, {name: value for name, value in written.items() if name != key}) != written
