"""A program brings a release forward by the report's `next` alone, and leaves the rest to people."""

from __future__ import annotations

import io
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from deploy_checklist.cli import run

ROOT = Path(__file__).parent.parent
CALLS = 3  # docs/agents.md


def values_of(env_file: Path) -> dict[str, str]:
    lines = (line.partition("=") for line in env_file.read_text().splitlines())
    return {name: value for name, is_set, value in lines if is_set and not name.startswith("#")}


class Agent:
    """Runs the gate, and does what `next` says as long as it is a command to store a value.

    It knows where the values are, as a person with a password manager does, and nothing else.
    """

    def __init__(self, env_file: Path, known: dict[str, str]) -> None:
        self.env_file = env_file
        self.known = known
        self.calls = 0
        self.missing: dict[str, tuple[str, tuple[str, ...]]] = {}

    def run(self) -> str:
        """The last verdict."""
        while True:
            report = self._checked()
            if not [step for step in report["next"] if self._done(step)]:
                self.missing = {
                    step["item"]: (step["who"], tuple(step["people"]))
                    for step in report["next"]
                    if step["do"] == "sign"
                }
                assert len(self.missing) == len(report["next"])
                return str(report["verdict"])

    def _checked(self) -> dict[str, Any]:
        self.calls += 1
        rules, out, err = "examples/deploy-checklist.yml", io.StringIO(), io.StringIO()
        now = "2026-11-22T21:14:00Z"
        arguments = ["check", "--rules", rules, "-e", "production", "--format", "json"]
        run([*arguments, "--env-file", str(self.env_file), "--now", now], {}, out, err)
        report: dict[str, Any] = json.loads(out.getvalue())
        return report

    def _done(self, step: dict[str, Any]) -> bool:
        """Whether it could do the step."""
        if step["do"] == "sign" or not step["command"]:
            return False
        names = re.findall(r"gh (?:secret|variable) set (\w+)", step["command"])
        assert names, step
        lines = values_of(self.env_file) | {name: self.known[name] for name in names}
        self.env_file.write_text("".join(f"{name}={value}\n" for name, value in lines.items()))
        return True


def test_next_alone_leads_from_blocked_to_people_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    shutil.copytree(ROOT / ".github", tmp_path / ".github")
    monkeypatch.chdir(tmp_path)
    env_file = tmp_path / ".env.production"
    failing = values_of(tmp_path / "examples" / "failing.env")
    del failing["REALTIME_CLUSTERING"]  # its Redis can be asked by a real run only
    env_file.write_text("".join(f"{name}={value}\n" for name, value in failing.items()))
    agent = Agent(env_file, values_of(tmp_path / "examples" / "ready.env"))

    assert agent.run() == "waiting"
    assert agent.calls == CALLS
    assert agent.missing == {
        "PAYMENT_USSD_SHORTCODE": ("partnerships", ("octo-partner",)),
        "REALTIME_SERVICE_KEY": ("backend-lead", ("octo-lead",)),
        "tls": ("on-call", ()),
        "load": ("on-call", ()),
        "alert": ("on-call", ()),
        "checklist": ("backend-lead", ("octo-lead",)),
        "linked": ("anyone with write access", ()),
    }
