"""`ci`: what did not end in success is not success, and the gate never waits for itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from checks.judging import finding_of
from deploy_checklist.outcome import Finding, Outcome, Unobservable
from deploy_checklist.world.ports import CommitCheckResult, WorkflowStepResult
from fakes import NOW, FakeGitHub, FakeRepository, world

CI = """
on: push
jobs:
  test:
    strategy: { matrix: { node: [20, 22] } }
    steps:
      - uses: actions/checkout@v5
      - run: npm ci
      - run: npm run test:e2e
"""
PATH = ".github/workflows/ci.yml"
E2E = {"runs": "npm run test:e2e"}


def check(
    name: str, state: str = "success", *, own: bool = False, source: str = "check run"
) -> CommitCheckResult:
    return CommitCheckResult(name=name, state=state, own=own, source=source)


def step(
    state: str = "success",
    *,
    workflow: str = PATH,
    job: str = "test (20)",
    name: str = "Run npm run test:e2e",
    event: str = "push",
    branch: str = "main",
    age: int = 0,
) -> WorkflowStepResult:
    started = NOW - timedelta(minutes=age)
    return WorkflowStepResult(
        workflow=workflow,
        job=job,
        step=name,
        number=4,
        state=state,
        event=event,
        branch=branch,
        run_started=started,
    )


def of_checks(written: object, *results: CommitCheckResult) -> Finding:
    return finding_of("ci", written, subject=None, around=world(github=FakeGitHub(results=results)))


def of_steps(
    *steps: WorkflowStepResult, files: dict[str, str] | None = None, written: object = E2E
) -> Finding:
    around = world(github=FakeGitHub(steps=steps), repository=FakeRepository(files or {PATH: CI}))
    return finding_of("ci", written, subject=None, around=around)


STATES = [
    ("success", Outcome.PASS),
    ("failure", Outcome.FAIL),
    ("error", Outcome.FAIL),
    ("skipped", Outcome.FAIL),
    ("neutral", Outcome.FAIL),
    ("cancelled", Outcome.FAIL),
    ("timed_out", Outcome.FAIL),
    ("action_required", Outcome.FAIL),
    ("stale", Outcome.FAIL),
    ("pending", Outcome.PENDING),
]


@pytest.mark.parametrize(("state", "outcome"), STATES)
@pytest.mark.parametrize(
    "written", [{"green": True}, True, {"checks": "test"}, {"checks": ["test", "lint"]}]
)
def test_only_success_is_success(written: object, state: str, outcome: Outcome) -> None:
    assert of_checks(written, check("test", state), check("lint")).outcome is outcome


@pytest.mark.parametrize(("state", "outcome"), STATES)
def test_only_a_step_that_succeeded_counts(state: str, outcome: Outcome) -> None:
    assert of_steps(step(state)).outcome is outcome


def test_green_needs_at_least_one_other_check() -> None:
    found = of_checks({"green": True}, check("gate", own=True))
    assert found.outcome is Outcome.PENDING
    assert found.message == "no other check or status has reported on this commit yet"


def test_the_own_run_is_not_waited_for() -> None:
    own = check("deploy-checklist/production", "pending", own=True, source="status")
    found = of_checks({"green": True}, own, check("gate", "failure", own=True), check("test"))
    assert found.outcome is Outcome.PASS
    assert found.message == "1 check ended in success"


def test_checks_and_statuses_count_alike() -> None:
    found = of_checks(True, check("test"), check("lint"), check("ci/circle", source="status"))
    assert found.message == "2 checks and 1 status ended in success"


def test_what_is_wrong_is_named_before_what_still_runs() -> None:
    found = of_checks(True, check("a", "pending"), check("b", "failure"), check("c", "skipped"))
    assert found.message == "did not end in success: `b` (failure), `c` (skipped)"


def test_a_named_check_that_has_not_reported_is_waited_for() -> None:
    found = of_checks({"checks": ["test", "lint"]}, check("test"))
    assert (found.outcome, found.message) == (
        Outcome.PENDING,
        "still running or not reported yet: `lint`",
    )


def test_every_check_of_a_name_counts() -> None:
    assert (
        of_checks({"checks": "test"}, check("test"), check("test", "failure")).outcome
        is Outcome.FAIL
    )


def test_the_own_run_cannot_stand_in_for_a_named_check() -> None:
    assert of_checks({"checks": "test"}, check("test", own=True)).outcome is Outcome.PENDING


def test_a_command_that_no_workflow_runs_is_wrong() -> None:
    found = of_steps(step(), files={PATH: "jobs: { test: { steps: [{ run: npm test }] } }"})
    assert (found.outcome, found.message) == (
        Outcome.FAIL,
        "no workflow step runs `npm run test:e2e`",
    )


NOT_YET: list[Sequence[WorkflowStepResult]] = [
    [],
    [step(name="Run npm ci")],
    [step(job="other")],
    [step(workflow=".github/workflows/forged.yml")],
    [step(event="workflow_run")],
    [step(event="pull_request_target")],
]


@pytest.mark.parametrize("steps", NOT_YET)
def test_another_step_is_not_the_step(steps: Sequence[WorkflowStepResult]) -> None:
    assert of_steps(*steps).outcome is Outcome.PENDING


def test_every_job_of_a_matrix_counts() -> None:
    assert of_steps(step(), step("failure", job="test (22)")).outcome is Outcome.FAIL


def test_the_newest_run_of_a_series_decides() -> None:
    assert of_steps(step("failure", age=9), step()).outcome is Outcome.PASS
    assert of_steps(step("success", age=9), step("failure")).outcome is Outcome.FAIL


def test_a_newer_run_that_has_not_come_to_the_step_is_waited_for() -> None:
    assert of_steps(step(age=9), step("pending", name="Set up job")).outcome is Outcome.PENDING


def test_a_run_of_another_event_does_not_outdo_a_failed_one() -> None:
    assert of_steps(step("failure", age=9), step(event="workflow_dispatch")).outcome is Outcome.FAIL


def test_a_reusable_workflow_is_looked_for_in_its_callers_runs() -> None:
    files = {
        ".github/workflows/e2e.yml": CI,
        ".github/workflows/release.yml": "jobs: { e2e: { uses: ./.github/workflows/e2e.yml } }",
    }
    found = of_steps(
        step(workflow=".github/workflows/release.yml", job="e2e / test (20)"), files=files
    )
    assert found.outcome is Outcome.PASS


def test_without_github_it_could_not_look() -> None:
    assert finding_of("ci", True, subject=None).outcome is Outcome.UNKNOWN
    trouble = FakeGitHub(
        trouble=Unobservable("github-token may not read the check runs of the commit (403)")
    )
    assert (
        finding_of("ci", True, subject=None, around=world(github=trouble)).outcome
        is Outcome.UNKNOWN
    )
