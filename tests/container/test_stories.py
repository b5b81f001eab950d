"""Stories through act and the image: release PR, tick and merge, on the way a runner takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from container.test_workflow_runs import repository
from container.workflow import JobRan, act
from servers.github import FakeHub
from servers.github.repository import Repository
from servers.github.rest_talk import pull_view
from servers.github.state import Comment, Pull
from stories.telling import LEAD_BOX, SECTION_BOX, TOKEN, VALUES, documents

pytestmark = pytest.mark.timeout(600)
WORKFLOW: Mapping[str, Any] = {
    "on": ["pull_request_target", "issue_comment"],
    "jobs": {
        "gate": {
            "runs-on": "ubuntu-latest",
            "steps": [
                {
                    "uses": "org/deploy-checklist@v1",
                    "with": {"environment": "production", "github-token": TOKEN},
                    "env": dict(VALUES),
                }
            ],
        }
    },
}


@dataclass(frozen=True)
class Team:
    """A repository on the fake, and a folder from which act runs its workflow."""

    hub: FakeHub
    repo: Repository
    folder: Path
    action: Path

    def run(self, event: str, payload: Mapping[str, Any]) -> JobRan:
        """One run of the gate's workflow."""
        (ran,) = act(self.folder, self.hub, self.action, event=event, payload=payload).values()
        return ran

    def on_pull(self, pull: Pull) -> JobRan:
        payload = {"action": "opened", "number": pull.number, "pull_request": pull_view(self.repo, pull)}
        return self.run("pull_request_target", payload)

    def comment(self, pull: Pull) -> Comment:
        (found,) = [each for each in pull.comments if each.author is self.hub.bot]
        return found

    def states(self, sha: str) -> list[str]:
        return [f"{each.context.split('/', 1)[1]} {each.state}" for each in self.repo.statuses.get(sha, [])]


@pytest.fixture
def team(hub: FakeHub, released: Path, tmp_path: Path) -> Team:
    hub.token(TOKEN)
    repo = hub.repository(files=documents())
    for login, role in {"octo-lead": "maintain", "octo-dev": "write"}.items():
        hub.user(login)
        repo.roles[login] = role
    return Team(hub, repo, repository(tmp_path / "shop", WORKFLOW, {"README.md": "shop\n"}), released)


def test_a_release_pr_gets_its_comment_and_its_status(team: Team) -> None:
    pull = team.repo.open_pull()
    ran = team.on_pull(pull)
    assert team.comment(pull).body.startswith("## 🔵 production waits for people: 2 to sign"), ran.said
    assert team.states(pull.head) == ["production/review pending", "production/review pending"]
    assert ran.outputs["verdict"] == "waiting"


def test_the_leads_tick_is_credited(team: Team) -> None:
    pull = team.repo.open_pull()
    team.on_pull(pull)
    team.hub.tick("octo-lead", team.comment(pull), LEAD_BOX)
    about = {"number": pull.number, "pull_request": {"url": "x"}}
    ran = team.run("issue_comment", {"action": "edited", "issue": about})
    assert "signed by @octo-lead" in team.comment(pull).body.replace("<!-- -->", ""), ran.said


def test_the_merge_turns_mains_commit_green(team: Team) -> None:
    pull = team.repo.open_pull()
    team.on_pull(pull)
    for who, box in (("octo-lead", LEAD_BOX), ("octo-dev", SECTION_BOX)):
        team.hub.tick(who, team.comment(pull), box)
    merged = team.repo.merge(pull)
    ran = team.on_pull(pull)  # closed: the event knows the merge
    assert ran.result == "success", ran.said
    assert team.states(merged) == ["production pending", "production success"]
