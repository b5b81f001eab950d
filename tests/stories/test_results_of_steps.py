"""A step of the job writes a result, and the gate judges it: only where no stranger may have written it."""

from __future__ import annotations

import os
from itertools import count
from pathlib import Path

import pytest

from servers.github.state import Run

from .telling import RULES_PATH, Ran, Story

CHECKLIST = "# Deployment checklist\n- [ ] No finding of the scanner\n"
RULES = """\
version: 1
checklist: docs/deployment-checklist.md
environments:
  production: {}
items:
  No finding:
    result: { file: "$RUNNER_TEMP/scan.json", made_by: scan, at: "length(findings)", equals: 0 }
"""
WORKFLOW = """\
on: push
jobs:
  gate:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - id: scan
        run: scan --json > $RUNNER_TEMP/scan.json
      - uses: org/deploy-checklist@v1
        with: { environment: production }
"""
GATE = ".github/workflows/gate.yml"
STRANGERS = "the pull request's code may have written the files of this job"


def commit(story: Story, rules: str = RULES) -> str:
    files: dict[str, str | bytes | None] = {
        "docs/deployment-checklist.md": CHECKLIST,
        RULES_PATH: rules,
        GATE: WORKFLOW,
    }
    return story.repo.commit("main", files)


def scanned(story: Story, text: str = '{"findings": []}', *, seconds: float = 0) -> Path:
    """What the step wrote, so many seconds after it did in truth."""
    folder = story.folder / "temp"
    folder.mkdir(exist_ok=True)
    file = folder / "scan.json"
    file.write_text(text)
    at = file.stat().st_mtime + seconds
    os.utime(file, (at, at))
    return folder


def context(story: Story, sha: str, temp: Path) -> dict[str, str]:
    """What the runner tells of the job, which began a moment ago."""
    story.runs = count(77)
    own = Run(77, GATE, "push", "main", sha, story.hub.now(), [("gate", None, [])])
    story.repo.runs[77] = own
    return {
        "GITHUB_WORKFLOW_SHA": sha,
        "GITHUB_JOB": "gate",
        "GITHUB_ACTION": "__org_deploy-checklist",
        "RUNNER_NAME": "runner of gate",
        "RUNNER_TEMP": str(temp),
    }


def pushed(
    story: Story,
    text: str = '{"findings": []}',
    *,
    seconds: float = 5,
    rules: str = RULES,
    **more: str,
) -> Ran:
    sha = commit(story, rules)
    temp = scanned(story, text, seconds=seconds)
    return story.on_push(sha, **{**context(story, sha, temp), **more})


def test_a_good_result_is_green(story: Story) -> None:
    ran = pushed(story)
    assert ran.code == 0, ran.log


def test_several_rules_ask_once_when_the_job_began(story: Story) -> None:
    one = RULES.partition("result:")[2].strip()
    ran = pushed(
        story, rules=RULES.replace(f"result: {one}", f"- result: {one}\n    - result: {one}")
    )
    assert ran.code == 0, ran.log
    asked = [each for each in story.hub.requests if "/attempts/1/jobs" in each.path]
    assert len(asked) == 1


def test_another_result_holds_the_release_and_is_not_shown(story: Story) -> None:
    ran = pushed(story, '{"findings": [{"id": "CVE-0000-0000"}]}')
    assert ran.code == 1, ran.log
    assert "CVE" not in ran.log + ran.summary


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (
            {"GITHUB_WORKFLOW_SHA": "4" * 40},
            "the workflow of this run is not the one in the gated commit",
        ),
        (
            {"GITHUB_WORKFLOW_SHA": ""},
            "the workflow of this run is not the one in the gated commit",
        ),
        ({"GITHUB_JOB": ""}, "the runner does not name the job"),
        ({"GITHUB_JOB": "deploy"}, "has no job with the id deploy"),
        ({"RUNNER_NAME": "another"}, "GitHub does not say when this job began"),
        ({"RUNNER_TEMP": ""}, "this step cannot see the runner's folder RUNNER_TEMP"),
    ],
)
def test_what_the_runner_does_not_say_is_not_green(
    story: Story, more: dict[str, str], why: str
) -> None:
    ran = pushed(story, **more)
    assert ran.code == 3, ran.log
    assert why in ran.log


def test_a_result_of_yesterday_is_not_green(story: Story) -> None:
    ran = pushed(story, seconds=-86_400)
    assert ran.code == 3
    assert "$RUNNER_TEMP/scan.json is older than this job" in ran.log


def test_beside_a_pull_requests_code_it_is_not_checked(story: Story) -> None:
    """`pull_request_target` has the trusted branch's workflow, and may hold the other's files."""
    sha = commit(story)
    pull = story.repo.open_pull(labels=["release"])
    temp = scanned(story, seconds=5)
    ran = story.on_pull(pull, **context(story, sha, temp))
    assert STRANGERS in ran.log + ran.summary


@pytest.mark.parametrize("fork", [True, False])
def test_on_a_pull_request_only_its_own_repositorys_is_checked(story: Story, fork: bool) -> None:
    commit(story)
    pull = story.repo.open_pull(labels=["release"], **({"fork": True} if fork else {}))
    temp = scanned(story, seconds=5)
    merge = story.repo.commit("merge-of-1", parents=(story.repo.branches["main"], pull.head))
    payload = {"action": "synchronize", "number": pull.number, "pull_request": story.view(pull)}
    ran = story.run(
        "pull_request",
        payload,
        ref="refs/pull/1/merge",
        sha=merge,
        **context(story, merge, temp),
    )
    assert (STRANGERS in ran.log + ran.summary) is fork, ran.log
    assert ran.code == (3 if fork else 0), ran.log


def test_a_comment_starts_another_commits_workflow(story: Story) -> None:
    sha = commit(story)
    pull = story.repo.open_pull(labels=["release"])
    temp = scanned(story, seconds=5)
    ran = story.on_comment(pull, **context(story, sha, temp))
    assert "the workflow of this run is not the one in the gated commit" in ran.log + ran.summary
