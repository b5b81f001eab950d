"""Which job posts the status: judged by what starts it, not by whether it runs the gate."""

from __future__ import annotations

import re

import pytest

from .conftest import STATUS, Team

GATE = ".github/workflows/deploy-checklist.yml"
COMMENTS = ".github/workflows/deploy-checklist-comments.yml"
JOB = """\
permissions: { statuses: write, pull-requests: write, issues: write }
jobs:
  gate:
    runs-on: ubuntu-latest
    steps: [{ uses: org/deploy-checklist@v1, with: { environment: production } }]
"""
CALL = """\
jobs:
  call:
    uses: ./.github/workflows/gate.yml
    permissions: { statuses: write, pull-requests: write, issues: write }
"""


def test_the_job_that_comments_start_posts_no_status_by_itself(team: Team) -> None:
    team.commit({GATE: None})
    found = team.doctor()
    assert found["in_force"] is False
    told = found["of"]["status"]["message"]
    assert told.startswith(f"nothing posts `{STATUS}` for main: job `gate` ({COMMENTS}:")
    assert told.endswith(
        "is started by `issue_comment`, `pull_request_review`; none of these posts it there"
    )


def test_each_job_of_the_gate_is_named_with_the_events_that_start_it(team: Team) -> None:
    """As when the clone was asked before it knew that the default branch is `main`."""
    team.commit({GATE: re.sub(r"\bmain\b", "master", team.gate)})
    told = team.doctor()["of"]["status"]["message"]
    of_comments, of_gate = told.split("; ")[:2]
    assert COMMENTS in of_comments
    assert "`push`" not in of_comments
    assert GATE in of_gate
    assert "`push`" in of_gate


def test_without_the_workflow_for_comments_the_status_is_posted(team: Team) -> None:
    team.commit({COMMENTS: None})
    assert team.doctor()["in_force"] is True


STARTED_BY = {
    "push": True,
    "{ push: { branches: [main] } }": True,
    "{ push: { tags: ['v*'] } }": False,  # the tag is there already
    "workflow_dispatch": True,
    "{ workflow_run: { workflows: [CI], types: [completed] } }": True,
    "pull_request_target": False,
    "{ pull_request_target: { types: [closed] } }": True,
    "{ pull_request: { types: closed } }": True,
    "merge_group": False,
    "release": False,
    "[create, deployment]": False,
    "[pull_request, pull_request_review, issue_comment]": False,
}


@pytest.mark.parametrize("on", STARTED_BY)
def test_before_a_tag_an_event_of_a_branch_has_to_start_it(team: Team, on: str) -> None:
    team.commit({COMMENTS: None, GATE: f"on: {on}\n{JOB}"})
    assert team.doctor()["in_force"] is STARTED_BY[on]


@pytest.mark.parametrize("at", ["job", "step"])
def test_an_if_that_keeps_the_event_out_counts(team: Team, at: str) -> None:
    condition = "if: github.event_name == 'issue_comment'"
    old, new = {
        "job": ("    runs-on", f"    {condition}\n    runs-on"),
        "step": ("{ uses", f"{{ {condition}, uses"),
    }[at]
    team.commit({COMMENTS: None, GATE: f"on: [push, issue_comment]\n{JOB.replace(old, new)}"})
    assert team.doctor()["in_force"] is False


def test_a_called_workflow_is_started_by_what_starts_its_caller(team: Team) -> None:
    called = {COMMENTS: None, ".github/workflows/gate.yml": f"on: workflow_call\n{JOB}"}
    team.commit({**called, GATE: f"on: issue_comment\n{CALL}"})
    assert team.doctor()["in_force"] is False
    team.commit({GATE: f"on: push\n{CALL}"})
    assert team.doctor()["in_force"] is True


def test_a_caller_narrows_the_token_of_the_called_job(team: Team) -> None:
    team.commit({COMMENTS: None, ".github/workflows/gate.yml": f"on: workflow_call\n{JOB}"})
    for new, told in (
        ("{ statuses: read }", f"job `call` ({GATE}:3) may not write the status"),
        ("", "the repository's settings decide"),
    ):
        old = "{ statuses: write, pull-requests: write, issues: write }"
        call = CALL.replace(old, new) if new else CALL.replace(f"    permissions: {old}\n", "")
        team.commit({GATE: f"on: push\n{call}"})
        found = team.doctor()
        assert found["in_force"] is not True
        assert told in found["of"]["status"]["message"]


def test_workflows_that_call_one_another_end(team: Team) -> None:
    paths = [f".github/workflows/w{number}.yml" for number in range(30)]
    calls = "".join(f"  c{number}: {{ uses: ./{path} }}\n" for number, path in enumerate(paths))
    gate = f"on: workflow_call\n{JOB}"
    team.commit(dict.fromkeys(paths, f"on: workflow_call\njobs:\n{calls}"))
    team.commit({COMMENTS: None, paths[0]: gate + calls, GATE: f"on: push\njobs:\n{calls}"})
    assert team.doctor()["in_force"] is None


BRANCHES = {
    "{ push: { branches: [main] } }": True,
    "{ push: { branches: ['m*', '!main'] } }": False,
    "{ push: { branches: ['!main', '**'] } }": True,
    "{ push: { branches: trunk } }": False,
    "{ push: { branches-ignore: [main] } }": False,
    "{ push: { branches-ignore: ['release/**'] } }": True,
    "{ workflow_run: { workflows: [CI], branches: [trunk] } }": False,
    "{ pull_request_target: { types: [closed], branches: [trunk] } }": False,
}


@pytest.mark.parametrize("on", BRANCHES)
def test_the_default_branch_has_to_be_among_those_that_start_it(team: Team, on: str) -> None:
    team.commit({COMMENTS: None, GATE: f"on: {on}\n{JOB}"})
    assert team.doctor()["in_force"] is BRANCHES[on]
    trusting = JOB.replace(
        "environment: production", "environment: production, trusted-branches: x"
    )
    team.commit({GATE: f"on: {on}\n{trusting}"})
    assert team.doctor()["in_force"] is True, "the releases may come from another branch"


def test_a_gate_of_the_branch_that_was_the_default_one_posts_nothing(team: Team) -> None:
    """As `workflow` printed it for `master`: nobody wrote the new name into it."""
    team.commit({GATE: team.gate.replace("main", "master")})
    found = team.doctor()
    assert found["in_force"] is False
    assert "for main: " in found["of"]["status"]["message"]
