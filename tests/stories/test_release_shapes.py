"""The three shapes of docs/release-shapes.md, with the workflows and the inputs that the page gives."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy_checklist.commands.ruleset import ruleset
from deploy_checklist.settings import Inputs
from servers.github.state import Issue, Pull

from .telling import CHECKLIST, LEAD_BOX, SECTION_BOX, Ran, Story, documents
from .test_order import InOneProcess

PAGE = (Path(__file__).parents[2] / "docs/release-shapes.md").read_text(encoding="utf-8")
ON_MERGE, TICKET = "Every merge to main is deployed", "A release ticket only"
WEB_FLOW = {"head_commit": {"committer": {"username": "web-flow"}}}
LOG = "\n## Deployment log\n| Date | Environment | Signed by |\n| --- | --- | --- |\n| | | |\n"


def workflows(shape: str) -> dict[str, str]:
    """The workflows of a section, by the path that their first line names."""
    section = PAGE.partition(f"\n## {shape}\n")[2].partition("\n## ")[0]
    texts = re.findall(r"```yaml\n(.*?)```", section, re.DOTALL)
    return {text[2 : text.index(": ")]: text for text in texts}


def with_of(shape: str, name: str, phase: str) -> dict[str, str]:
    """What the step of a phase is given; an input of the workflow that is not there is empty."""
    job = next(iter(yaml.safe_load(workflows(shape)[f".github/workflows/{name}"])["jobs"].values()))
    steps = (step["with"] for step in job["steps"] if "deploy-checklist@" in step.get("uses", ""))
    (found,) = (each for each in steps if each["phase"] == phase)
    return {key: "" if value.startswith("${{ inputs.") else value for key, value in found.items()}


@pytest.fixture
def story(story: Story) -> Story:
    return InOneProcess(story.hub, story.repo, story.folder, values={})


def begin(story: Story, shape: str) -> None:
    story.repo.commit("main", {**documents(CHECKLIST + LOG), **workflows(shape)})


@pytest.mark.parametrize("shape", [ON_MERGE, TICKET])
def test_the_workflows_are_githubs_and_zizmor_finds_nothing(shape: str, tmp_path: Path) -> None:
    for path, text in workflows(shape).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    files = [str(tmp_path / path) for path in workflows(shape)]
    for line in (
        ["check-jsonschema", "--builtin-schema", "vendor.github-workflows", *files],
        ["zizmor", "--offline", "--no-progress", "."],
    ):
        tool = [str(Path(sys.executable).with_name(line[0])), *line[1:]]
        found = subprocess.run(tool, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert found.returncode == 0, found.stdout + found.stderr
    known = {name.replace("_", "-") for name in Inputs.model_fields}
    for name, phases in {
        "deploy-checklist.yml": ["before"],
        "deploy.yml": ["deploy", "after"],
    }.items():
        for phase in phases:
            assert with_of(shape, name, phase).keys() <= known


# Every merge to main is deployed


def on_pull(story: Story, pull: Pull) -> Ran:
    return story.on_pull(pull, inputs=with_of(ON_MERGE, "deploy-checklist.yml", "before"))


def on_comment(story: Story, issue: Issue, shape: str = ON_MERGE) -> Ran:
    return story.on_comment(issue, inputs=with_of(shape, "deploy-checklist.yml", "before"))


def deploy(story: Story, sha: str, actor: str = "octo-lead", **more: Any) -> Ran:
    """The job that the push of a merge starts, with the values of its environment."""
    inputs = {**with_of(ON_MERGE, "deploy.yml", "deploy"), **more.pop("inputs", {})}
    values = InOneProcess(story.hub, story.repo, story.folder).values | more.pop("values", {})
    payload = {"after": sha, **WEB_FLOW}
    ref = "refs/heads/main"
    return story.run(
        "push", payload, ref=ref, sha=sha, inputs=inputs, values=values, actor=actor, **more
    )


def sign(story: Story, about: Issue) -> None:
    """Everybody who is asked ticks, in the gate's comment and not in the row of a log."""
    (comment,) = (each for each in story.comments(about.number) if each.body.startswith("## "))
    story.hub.tick("octo-lead", comment, LEAD_BOX)
    story.hub.tick("octo-dev", comment, SECTION_BOX)


def may_merge(story: Story, pull: Pull) -> bool:
    """Whether the head has the status that the printed ruleset of main requires."""
    found = json.loads(ruleset("production", app_id=None, branch="main"))
    rule = found["rules"][-1]["parameters"]["required_status_checks"]
    newest = {each.context: each.state for each in story.repo.statuses.get(pull.head, [])}
    return all(newest.get(check["context"]) == "success" for check in rule)


@pytest.mark.parametrize("head", ["dependabot/npm/left-pad-1.3.0", "x"])
def test_a_feature_is_signed_before_its_merge_and_deployed_by_it(story: Story, head: str) -> None:
    """The values are in the deploy job alone; whoever merges may have signed."""
    begin(story, ON_MERGE)
    pull = story.repo.open_pull(head=head, title="Search")
    assert not may_merge(story, pull)
    assert on_pull(story, pull).code == 1
    assert not may_merge(story, pull)
    sign(story, pull)
    ran = on_comment(story, pull)
    assert ran.code == 0, ran.log
    assert may_merge(story, pull)
    sha = story.repo.merge(pull, by="octo-lead")
    ran = deploy(story, sha)
    assert ran.code == 0, ran.log
    assert "nobody was asked" not in ran.summary


@pytest.mark.parametrize("method", ["squash", "merge"])
def test_github_may_take_a_while_to_know_of_which_pull_request_it_made_the_commit(
    story: Story, method: str
) -> None:
    begin(story, ON_MERGE)
    pull = story.repo.open_pull(head="feature/search")
    on_pull(story, pull)
    sign(story, pull)
    on_comment(story, pull)
    sha = story.repo.merge(pull, method)
    story.repo.pulls_lag = 1
    assert deploy(story, sha).code == 0


def test_a_wrong_value_is_found_by_the_deploy_job_and_not_deployed(story: Story) -> None:
    begin(story, ON_MERGE)
    pull = story.repo.open_pull(head="feature/search")
    on_pull(story, pull)
    sign(story, pull)
    on_comment(story, pull)
    ran = deploy(story, story.repo.merge(pull), values={"PAYMENT_PROVIDER": "paypal"})
    assert ran.code == 1
    assert "PAYMENT_PROVIDER" in ran.summary


def test_a_new_commit_after_the_last_signature_closes_the_merge_again(story: Story) -> None:
    begin(story, ON_MERGE)
    pull = story.repo.open_pull(head="feature/search")
    on_pull(story, pull)
    sign(story, pull)
    on_comment(story, pull)
    story.repo.commit("feature/search", {"CHANGES.md": "more"})
    assert not may_merge(story, pull)
    assert on_pull(story, pull).code == 1
    assert not may_merge(story, pull)


def test_a_merge_queues_commit_gets_the_status_that_its_merge_needs(story: Story) -> None:
    begin(story, ON_MERGE)
    pull = story.repo.open_pull(head="feature/search")
    on_pull(story, pull)
    sign(story, pull)
    on_comment(story, pull)
    sha, ran = story.on_queue(pull, inputs=with_of(ON_MERGE, "deploy-checklist.yml", "before"))
    assert ran.code == 0, ran.log
    assert story.status(sha)[0] == "success"


def test_where_nobody_was_asked_the_deploy_job_says_so_and_what_to_do(story: Story) -> None:
    """The page's way out: the gate asks on the merged pull request, and the job is run again."""
    begin(story, ON_MERGE)
    pull = story.repo.open_pull(head="feature/search")
    linted = story.on_pull(pull, inputs={"phase": "before"})
    assert (linted.code, story.comments(pull.number)) == (0, [])
    sha = story.repo.merge(pull)
    for attempt in (1, 2):
        ran = deploy(story, sha, inputs={"release-pr": "release/**"}, attempt=attempt)
        assert ran.code == 1
        assert f"nobody was asked to sign on #{pull.number}" in ran.summary.replace("<!-- -->", "")
        assert 'release-pr: "**"' in ran.summary
    gate = with_of(ON_MERGE, "deploy-checklist.yml", "before") | {"commit": sha}
    story.run("workflow_dispatch", {}, ref="refs/heads/main", sha=sha, inputs=gate)
    ran = deploy(story, sha, inputs={"release-pr": "release/**"})
    assert (ran.code, "nobody was asked" in ran.summary) == (1, False)
    sign(story, pull)
    assert on_comment(story, pull).code == 0
    assert deploy(story, sha, inputs={"release-pr": "release/**"}, attempt=2).code == 0
