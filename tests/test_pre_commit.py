"""The hook for pre-commit, run as its file says: it fails where checklist and rules have drifted apart."""

from __future__ import annotations

import os
import re
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


def test_the_page_for_a_laptop_shows_the_hook_as_it_is_called() -> None:
    page = (ROOT / "docs/laptop.md").read_text(encoding="utf-8")
    shown = page.partition("```yaml\n")[2].partition("```")[0]
    (repo,) = yaml.safe_load(shown)["repos"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert repo["repo"] == project["urls"]["Repository"]
    assert re.fullmatch(r"v\d+\.\d+\.\d+", repo["rev"]), "pre-commit takes no branch"
    assert repo["hooks"] == [{"id": HOOK["id"]}]


# --- as a team has it: the real pre-commit, our file in a repository of its own, and `git commit`

# The action's own installation stands for the environment that pre-commit would download.
CONFIG = """\
repos:
  - repo: {hooks}
    rev: {rev}
    hooks:
      - id: deploy-checklist
        language: system
"""
SETTINGS = "[user]\nname = octo\nemail = octo@acme.example\n[init]\ndefaultBranch = main\n"


class Team:
    """A repository with the hook installed, and how its people commit."""

    def __init__(self, folder: Path, repository: Path) -> None:
        self.repository = repository
        (folder / "bin").mkdir()
        program = folder / "bin" / HOOK["entry"].split()[0]
        program.write_text(f'#!/bin/sh\nexec {sys.executable} -m deploy_checklist "$@"\n')
        program.chmod(0o755)
        (folder / "gitconfig").write_text(SETTINGS)
        self.environ = {
            "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT / "src"),
            "HOME": str(folder),
            "PRE_COMMIT_HOME": str(folder / "pre-commit"),
            "GIT_CONFIG_GLOBAL": str(folder / "gitconfig"),
            "GIT_CONFIG_NOSYSTEM": "1",
        }
        hooks = folder / "hooks"
        hooks.mkdir()
        (hooks / ".pre-commit-hooks.yaml").write_bytes(
            (ROOT / ".pre-commit-hooks.yaml").read_bytes()
        )
        for line in ("git init -q", "git add .", "git commit -qm hooks"):
            self.done(line, hooks)
        config = CONFIG.format(hooks=hooks, rev=self.done("git rev-parse HEAD", hooks).strip())
        (repository / ".pre-commit-config.yaml").write_text(config)
        self.done("git init -q", repository)
        self.done(f"{sys.executable} -m pre_commit install", repository)

    def run(self, line: str, folder: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            shlex.split(line),
            cwd=folder,
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def done(self, line: str, folder: Path) -> str:
        ran = self.run(line, folder)
        assert ran.returncode == 0, ran.stdout
        return ran.stdout

    def commit(self) -> tuple[int, str]:
        """Everything that is there: git's exit code, and what the person reads."""
        self.done("git add .", self.repository)
        ran = self.run("git commit -m change", self.repository)
        return ran.returncode, ran.stdout


@pytest.fixture
def team(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Team:
    return Team(tmp_path_factory.mktemp("team"), repository)


def test_pre_commit_lets_a_commit_through_and_refuses_one_with_drift(team: Team) -> None:
    code, screen = team.commit()
    assert (code, "deploy-checklist lint" in screen, "Passed" in screen) == (0, True, True)
    (team.repository / "ops/going-live.md").write_text("- [ ] `PAYMENT_GATEWAY` is set\n")
    code, screen = team.commit()
    assert (code, "Failed" in screen, "exit code: 1" in screen) == (1, True, True)
    assert "\ndeploy-checklist.yml:4: " in screen
    assert team.done("git rev-list --count HEAD", team.repository) == "1\n"
    (team.repository / "deploy-checklist.yml").write_text("version: 2\n")
    code, screen = team.commit()
    assert (code, "exit code: 2" in screen) == (1, True)
    assert "deploy-checklist.yml:1:10: unknown version of the rules file" in screen


def test_arguments_of_the_team_are_added_to_those_of_the_hook(team: Team) -> None:
    """Such as a rules file that lies elsewhere: `--strict` stays."""
    moved = team.repository / "ops/rules.yml"
    (team.repository / "deploy-checklist.yml").rename(moved)
    config = team.repository / ".pre-commit-config.yaml"
    config.write_text(config.read_text() + "        args: [--rules, ops/rules.yml]\n")
    assert team.commit()[0] == 0
    moved.write_text(moved.read_text().replace("PROVIDER", "GATEWAY"))
    code, screen = team.commit()
    assert (code, "\nops/rules.yml:4: " in screen) == (1, True)
