"""What `workflow` and `ruleset` print, or docs/release-shapes.md gives, is in force once it is there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from deploy_checklist.commands.ruleset import ruleset

from .conftest import STATUS, Team

PAGE = (Path(__file__).parents[2] / "docs/release-shapes.md").read_text(encoding="utf-8")
GATE = ".github/workflows/deploy-checklist.yml"
ON_MERGE, TICKET = "Every merge to main is deployed", "A release ticket only"


def begin(team: Team, shape: str) -> dict[str, str]:
    """The workflows of a section, in place of those that are printed; no tag, no ruleset."""
    section = PAGE.partition(f"\n## {shape}\n")[2].partition("\n## ")[0]
    texts = re.findall(r"```yaml\n(.*?)```", section, re.DOTALL)
    files = {text[2 : text.index(": ")]: text for text in texts}
    assert len(files) == 2
    team.commit({".github/workflows/deploy-checklist-comments.yml": None, **files})
    team.repo.tags.clear()
    team.repo.rulesets.remove(team.ruleset)
    return files


@pytest.mark.parametrize("shape", [ON_MERGE, TICKET])
def test_a_shape_of_the_page_is_in_force_with_its_ruleset(team: Team, shape: str) -> None:
    begin(team, shape)
    branch = "main" if shape == ON_MERGE else None
    assert team.doctor()["in_force"] is False
    team.add_ruleset(json.loads(ruleset("production", app_id=15368, branch=branch)))
    found = team.doctor()
    assert found["in_force"] is True, found
    assert {each["severity"] for each in found["facts"]} == {"blocker"}


def test_the_status_of_a_merge_is_not_that_of_a_tag(team: Team) -> None:
    begin(team, ON_MERGE)
    team.add_ruleset(json.loads(ruleset("production", app_id=15368)))
    found = team.doctor()
    assert found["in_force"] is False
    assert "/review` for pull requests to main" in found["of"]["required"]["message"]


def test_without_the_event_of_pull_requests_their_status_is_never_posted(team: Team) -> None:
    files = begin(team, ON_MERGE)
    team.add_ruleset(json.loads(ruleset("production", app_id=15368, branch="main")))
    assert "pull_request_target:" in files[GATE]
    team.commit({GATE: files[GATE].replace("pull_request_target:", "push:")})
    found = team.doctor()
    assert found["in_force"] is False
    assert found["of"]["status"]["message"].startswith(
        f"nothing posts `{STATUS}/review` for main: "
    )
