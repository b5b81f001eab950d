"""What `workflow` prints, in a repository: its events run the gate, from the pull request to the deployment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from servers.github.state import Pull
from workflow_command.made import FOLDER, found, ours, pasted
from workflow_command.started import inputs_of_run

from .telling import GREEN, LEAD_BOX, RULES, RULES_PATH, SECTION_BOX, Ran, Story

DEPLOY = """\
on: { push: { tags: ["v*"] } }
jobs:
  ship:
    runs-on: ubuntu-latest
    environment: production
    steps:
      - uses: actions/checkout@v4
      - run: ./deploy.sh
"""


class Team:
    """A story whose runs are those that the printed files start."""

    def __init__(self, story: Story, rules: str = RULES) -> None:
        printed = found({"ship.yml": DEPLOY})
        self.story = story
        self.own = {each.path: each.text for each in printed.files}
        self.deploy = pasted(printed)["ship.yml"]
        files = {**self.own, f"{FOLDER}/ship.yml": self.deploy, RULES_PATH: rules}
        story.repo.commit("main", files)

    def happens(self, event: str, payload: Mapping[str, Any], *, sha: str = "") -> Ran:
        """The one run that the event starts."""
        sha = sha or self.story.repo.branches["main"]
        given = {path: inputs_of_run(text, event, payload) for path, text in self.own.items()}
        ((path, inputs),) = ((path, each) for path, each in given.items() if each is not None)
        name = self.story.repo.full_name
        return self.story.run(
            event,
            payload,
            ref="refs/heads/main",
            sha=sha,
            inputs=inputs,
            values={},  # none is in reach of the gate's own workflows
            GITHUB_WORKFLOW_REF=f"{name}/{path}@refs/heads/main",
        )

    def opened(self, pull: Pull) -> Ran:
        view = self.story.view(pull)
        payload = {"action": "opened", "number": pull.number, "pull_request": view}
        return self.happens("pull_request_target", payload)

    def ticked(self, pull: Pull, by: str, box: str) -> Ran:
        comment = self.story.comment(pull.number)
        before = comment.body
        self.story.hub.tick(by, comment, box)
        payload = {
            "action": "edited",
            "issue": {"number": pull.number, "pull_request": {"url": "x"}},
            "comment": {"body": comment.body, "user": {"login": "github-actions[bot]"}},
            "changes": {"body": {"from": before}},
            "sender": {"type": "User"},
        }
        return self.happens("issue_comment", payload)

    def pushed(self, sha: str) -> Ran:
        return self.happens("push", {"after": sha, "head_commit": {"committer": {}}}, sha=sha)


def test_from_the_pull_request_to_the_deployment(story: Story) -> None:
    team = Team(story)
    pull = story.repo.open_pull()
    opened = team.opened(pull)
    assert "⏳ 2 later" in story.comment(pull.number).body, opened.log
    team.ticked(pull, "octo-lead", LEAD_BOX)
    assert team.ticked(pull, "octo-dev", SECTION_BOX).code == 0
    merged = story.repo.merge(pull)
    assert team.pushed(merged).code == 0
    assert story.status(merged, "production")[0] == "success"
    story.repo.tag("v1.4.0", merged)
    before, after = ours(team.deploy, "ship")
    deployed = story.on_tag("v1.4.0", inputs=before["with"])
    assert deployed.code == 0, deployed.log
    assert story.on_tag("v1.4.0", inputs=after["with"]).code == 0


def test_the_job_of_a_tick_is_no_check_of_ci(story: Story) -> None:
    """It ran, and failed, on the commit that `main` was at: `ci: green` would wait for it for ever."""
    team = Team(story, GREEN)
    tip = story.repo.branches["main"]
    for name in ("deploy-checklist.yml", "deploy-checklist-comments.yml"):
        story.repo.run(tip, f"{FOLDER}/{name}", jobs=[("Deployment checklist", "failure", [])])
    story.repo.run(tip, jobs=[("test", "success", [])])
    assert "1 check succeeded" in team.pushed(tip).log


def test_the_gate_that_waited_before_the_tag_is_no_check_of_ci_for_the_deploy_job(
    story: Story,
) -> None:
    """Its job failed on the merged commit, and stays so after the last signature."""
    team = Team(story, GREEN)
    pull = story.repo.open_pull()
    team.opened(pull)
    merged = story.repo.merge(pull)
    gate = ("Deployment checklist", "failure", [])
    story.repo.run(merged, f"{FOLDER}/deploy-checklist.yml", jobs=[gate])
    story.repo.run(merged, jobs=[("test", "success", [])])
    assert team.pushed(merged).code == 1
    team.ticked(pull, "octo-lead", LEAD_BOX)
    assert story.status(merged, "production")[0] == "success"
    story.repo.tag("v1.4.0", merged)
    before, _ = ours(team.deploy, "ship")
    ship = f"{story.repo.full_name}/{FOLDER}/ship.yml@refs/tags/v1.4.0"
    deployed = story.on_tag("v1.4.0", inputs=before["with"], GITHUB_WORKFLOW_REF=ship)
    assert "1 check succeeded" in deployed.log
    assert deployed.code == 0, deployed.log
    story.repo.run(merged, jobs=[("lint", "failure", [])])
    again = story.on_tag("v1.4.0", inputs=before["with"], GITHUB_WORKFLOW_REF=ship)
    assert "did not succeed: lint (failure)" in again.log
