"""`ci`: what did not end in success is not success, and the gate never waits for itself."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta

import pytest

from checks.judging import finding_of
from deploy_checklist.outcome import Finding, Outcome, Unobservable
from deploy_checklist.world.ports import CommitCheckResult, WorkflowStepResult
from fakes import NOW, FakeGitHub, FakeRepository, world

CI = """
on: [push, workflow_call]
jobs:
  test:
    runs-on: ubuntu-latest
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


def written(step: str, more: str = "") -> str:
    """A workflow with this one step."""
    return f"on: push\njobs: {{ test: {{ runs-on: x, {more}steps: [ {{ {step} }} ] }} }}"


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
    assert found.message == "1 check succeeded"


def test_checks_and_statuses_count_alike() -> None:
    found = of_checks(True, check("test"), check("lint"), check("ci/circle", source="status"))
    assert found.message == "2 checks and 1 status succeeded"


def test_what_is_wrong_is_named_before_what_still_runs() -> None:
    found = of_checks(True, check("a", "pending"), check("b", "failure"), check("c", "skipped"))
    assert found.message == "did not succeed: `b` (failure), `c` (skipped)"


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
    found = of_steps(step(), files={PATH: written("run: npm test")})
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
        ".github/workflows/e2e.yml": CI.replace("push, ", ""),
        ".github/workflows/release.yml": "on: push\njobs: { e2e: { uses: ./.github/workflows/e2e.yml } }",
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


COMMAND = "npm run test:e2e"
RUNS = [
    "npm run test:e2e",
    "npm   run  test:e2e",
    "npm ci && npm run test:e2e",
    "npm ci\nnpm run test:e2e\necho done",
    "CI=1 npm run test:e2e",
    "npm run \\\n  test:e2e",
    "npm run test:e2e # the long ones",
]
RUNS_NOT = [
    "# npm run test:e2e",
    "echo npm run test:e2e",
    "npm run test:e2e -- --headed",
    "npm run test:e2e-fast",
    "xnpm run test:e2e",
    "npm test # npm run test:e2e",
    "npm test",
]
UNCLEAR = [
    "npm run test:e2e || true",
    "npm run test:e2e | tee log",
    "npm run test:e2e &",
    "npm ci; npm run test:e2e; echo done",
    "if true; then npm run test:e2e; fi",
    "timeout 600 npm run test:e2e",
]


def of_script(script: str, more: str = "") -> Finding:
    files = {PATH: written(f"name: e2e, run: {json.dumps(script)}{more}")}
    return of_steps(step(job="test", name="e2e"), files=files)


@pytest.mark.parametrize("script", RUNS)
def test_a_command_that_stands_plainly_is_asked_for(script: str) -> None:
    assert of_script(script).outcome is Outcome.PASS


@pytest.mark.parametrize("script", RUNS_NOT)
def test_a_script_without_the_command_does_not_run_it(script: str) -> None:
    found = of_script(script)
    assert found.outcome is Outcome.FAIL
    assert "no workflow step runs `npm run test:e2e`" in found.message


@pytest.mark.parametrize("script", UNCLEAR)
def test_a_step_whose_success_proves_nothing_of_the_command_is_not_checked(
    script: str,
) -> None:
    found = of_script(script)
    assert found.outcome is Outcome.UNKNOWN
    assert "`ci.yml` step 1 (line 2) " in found.message


@pytest.mark.parametrize(
    ("more", "outcome"),
    [
        (", continue-on-error: true", Outcome.FAIL),
        (", if: false", Outcome.FAIL),
        (", if: github.ref_name", Outcome.FAIL),
        (", shell: sh", Outcome.PASS),
        (", shell: python", Outcome.UNKNOWN),
        (", shell: pwsh", Outcome.UNKNOWN),
    ],
)
def test_how_the_step_is_run_decides_too(more: str, outcome: Outcome) -> None:
    assert of_script(COMMAND, more).outcome is outcome


@pytest.mark.parametrize("shell", ["pwsh", "cmd"])
def test_a_job_s_own_shell_holds_for_its_steps(shell: str) -> None:
    files = {PATH: written(f"run: {COMMAND}", f"defaults: {{ run: {{ shell: {shell} }} }}, ")}
    assert of_steps(step(job="test"), files=files).outcome is Outcome.UNKNOWN


NAMES = [
    ("run: npm run test:e2e", "Run npm run test:e2e"),
    ("name: E2E (fast), run: npm run test:e2e", "E2E (fast)"),
    ("name: 'E2E on ${{ matrix.os }}', run: npm run test:e2e", "E2E on linux"),
    ('run: "npm ci\\nnpm run test:e2e"', "Run npm ci"),
    ("uses: nick-fields/retry@v3, with: { command: npm run test:e2e }", "Run nick-fields/retry@v3"),
]


@pytest.mark.parametrize(("written_step", "shown"), NAMES)
def test_a_step_is_known_by_the_name_github_lists_it_under(written_step: str, shown: str) -> None:
    files = {PATH: written(written_step)}
    assert of_steps(step(job="test", name=shown), files=files).outcome is Outcome.PASS
    assert of_steps(step(job="test", name=f"after {shown}"), files=files).outcome is Outcome.PENDING


def test_a_job_is_known_by_the_names_github_gives_it() -> None:
    def outcome(job: str, more: str = "") -> Outcome:
        files = {PATH: written(f"run: {COMMAND}", more)}
        return of_steps(step(job=job), files=files).outcome

    assert outcome("test") is Outcome.PASS
    assert outcome("test (20, linux)") is Outcome.PASS
    assert outcome("tests") is Outcome.PENDING
    assert outcome("e2e / test") is Outcome.PENDING
    assert outcome("E2E", "name: E2E, ") is Outcome.PASS
    assert outcome("test", "name: E2E, ") is Outcome.PENDING


def test_a_composite_action_is_looked_for_in_the_step_that_uses_it() -> None:
    action = "runs: { using: composite, steps: [ { run: npm run test:e2e, shell: bash } ] }"
    files = {PATH: written("uses: ./e2e"), "e2e/action.yml": action}
    assert of_steps(step(job="test", name="Run ./e2e"), files=files).outcome is Outcome.PASS


@pytest.mark.parametrize(
    "text", ["", "[]", "jobs: 3", "jobs: { a: 3 }", "jobs: { a: { steps: 3 } }", "{ no", "\t"]
)
def test_a_file_that_is_not_a_workflow_runs_nothing(text: str) -> None:
    assert of_steps(step(), files={PATH: text}).outcome is Outcome.FAIL


def test_a_file_that_could_not_be_read_may_run_it() -> None:
    assert of_steps(step(), files={PATH: "on: !x push"}).outcome is Outcome.UNKNOWN
