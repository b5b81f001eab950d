"""The hook for pre-commit, run as its file says: it fails where checklist and rules have drifted apart."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
(HOOK,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository whose rules name a checklist that nobody would find by its name."""
    (tmp_path / "ops").mkdir()
    (tmp_path / "ops/going-live.md").write_text("- [ ] `PAYMENT_PROVIDER` is set\n")
    rules = "version: 1\nchecklist: ops/going-live.md\nitems:\n  PAYMENT_PROVIDER: present\n"
    (tmp_path / "deploy-checklist.yml").write_text(rules)
    return tmp_path


def run_hook(repository: Path) -> subprocess.CompletedProcess[str]:
    """What pre-commit runs: the entry and its arguments, no file names."""
    program, *words = [*shlex.split(HOOK["entry"]), *HOOK.get("args", [])]
    assert program in tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    line = [sys.executable, "-m", "deploy_checklist", *words]
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src")}
    return subprocess.run(
        line, cwd=repository, env=environ, capture_output=True, text=True, check=False
    )


def test_without_drift_it_passes(repository: Path) -> None:
    done = run_hook(repository)
    assert (done.returncode, done.stderr) == (0, "")


def test_on_drift_it_fails_and_says_where(repository: Path) -> None:
    (repository / "ops/going-live.md").write_text("- [ ] `PAYMENT_GATEWAY` is set\n")
    done = run_hook(repository)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("deploy-checklist.yml:4: ")


def test_a_mistake_in_the_rules_fails(repository: Path) -> None:
    with (repository / "deploy-checklist.yml").open("a") as file:
        file.write("  OTHER: presnt\n")
    assert run_hook(repository).returncode == 2


def test_it_is_asked_of_every_commit_whatever_the_checklist_is_called() -> None:
    assert HOOK["always_run"] is True
    assert HOOK["pass_filenames"] is False
    assert "files" not in HOOK
    assert HOOK["language"] == "python"
