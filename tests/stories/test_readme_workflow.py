"""The workflow that the README has to paste gives a fresh repository its first comment, with the permissions that it asks for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from servers.github import FakeHub

from .telling import CHECKLIST_PATH, TOKEN, Story

ROOT = Path(__file__).parents[2]
CHECKLIST = (ROOT / "examples" / "first-run" / "deployment-checklist.md").read_text(
    encoding="utf-8"
)
PATH = ".github/workflows/deploy-checklist.yml"


def workflow() -> str:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    found: str = readme.partition(f"```yaml\n# {PATH}\n")[2].partition("```")[0]
    return found


@pytest.fixture
def fresh(hub: FakeHub, tmp_path: Path) -> Story:
    """A repository with a checklist and nothing of the gate's; the token may what the workflow asks for."""
    permissions = yaml.safe_load(workflow())["permissions"]
    hub.token(TOKEN, permissions={key.replace("-", "_"): may for key, may in permissions.items()})
    repo = hub.repository(files={CHECKLIST_PATH: CHECKLIST})
    repo.roles["octo-dev"] = "write"
    return Story(hub, repo, tmp_path, inputs={}, values={})


def test_a_fresh_repository_gets_its_first_comment(fresh: Story) -> None:
    """On the pull request that brings the workflow. Nothing is checked out, blocked or posted as a status."""
    found: Any = yaml.safe_load(workflow())
    (step,) = found["jobs"]["gate"]["steps"]
    pull = fresh.repo.open_pull(head="feature/gate", title="Add the gate", files={PATH: workflow()})
    ran = fresh.on_pull(pull, event=found[True], inputs=step["with"])  # YAML 1.1 reads `on` so
    assert ran.code == 0, ran.log
    body = fresh.comment(pull.number).body
    assert body.startswith("## ⚪ production would ")
    assert ": 5 to sign, 3 variables" in body.partition("\n")[0]
    assert "there is no rules file yet" in body
    assert "deploy-checklist init" in body
    assert fresh.states(pull.head) == []
