"""A step runs a command only if it fails with it."""

from __future__ import annotations

import pytest
from deploy_checklist.workflows.steps import runs, steps_running

COMMAND = "npm run test:e2e"

RUNS = [
    "npm run test:e2e",
    "npm   run  test:e2e",
    "npm run test:e2e -- --headed",
    "npm ci && npm run test:e2e",
    "npm ci; npm run test:e2e; echo done",
    "npm ci\nnpm run test:e2e\n",
    "CI=1 npm run test:e2e",
    "npm run \\\n  test:e2e",
    "npm run test:e2e # the long ones",
]
RUNS_NOT = [
    "# npm run test:e2e",
    "echo npm run test:e2e",
    "npm run test:e2e || true",
    "npm run test:e2e | tee log",
    "npm run test:e2e &",
    "npm run test:e2e-fast",
    "xnpm run test:e2e",
    "npm test # npm run test:e2e",
    "",
]


@pytest.mark.parametrize("script", RUNS)
def test_it_is_run(script: str) -> None:
    assert runs({"run": script}, COMMAND)


@pytest.mark.parametrize("script", RUNS_NOT)
def test_it_is_not_run_or_its_failure_is_swallowed(script: str) -> None:
    assert not runs({"run": script}, COMMAND)


@pytest.mark.parametrize(
    "step", [{"run": COMMAND, "continue-on-error": True}, {"uses": COMMAND}, {"run": 3}, {}]
)
def test_a_step_that_cannot_fail_by_it_does_not_run_it(step: dict[str, object]) -> None:
    assert not runs(step, COMMAND)


SHELLS = [
    ({"run": COMMAND, "shell": "sh"}, None, True),
    ({"run": f"{COMMAND} | tee log", "shell": "bash"}, None, True),
    ({"run": f"{COMMAND} | tee log"}, "bash", True),
    ({"run": f"{COMMAND} | tee log"}, None, False),
    ({"run": COMMAND, "shell": "bash {0}"}, None, False),
    ({"run": COMMAND, "shell": "python"}, None, False),
    ({"run": COMMAND}, "pwsh", False),
]


@pytest.mark.parametrize(("step", "default", "told"), SHELLS)
def test_the_shell_decides_what_a_failure_does(
    step: dict[str, object], default: object, told: bool
) -> None:
    assert runs(step, COMMAND, default) is told


@pytest.mark.parametrize("defaults", ["defaults: { run: { shell: pwsh } }", "defaults: 3"])
def test_a_job_s_own_shell_holds_for_its_steps(defaults: str) -> None:
    workflow = f"jobs: {{ test: {{ {defaults}, steps: [{{ run: {COMMAND} }}] }} }}".encode()
    assert bool(steps_running(COMMAND, {"ci.yml": workflow})) is ("pwsh" not in defaults)


NAMES = [
    ("run: npm run test:e2e", "Run npm run test:e2e"),
    ("{ name: E2E (fast), run: npm run test:e2e }", "E2E (fast)"),
    ("{ name: 'E2E on ${{ matrix.os }}', run: npm run test:e2e }", "E2E on linux"),
    ('{ run: "npm ci\\nnpm run test:e2e" }', "Run npm ci"),
]


@pytest.mark.parametrize(("step", "shown"), NAMES)
def test_a_step_is_known_by_the_name_github_lists_it_under(step: str, shown: str) -> None:
    workflow = f"jobs: {{ test: {{ steps: [{step}] }} }}".encode()
    (found,) = steps_running(COMMAND, {"ci.yml": workflow})
    assert found.step.fullmatch(shown)
    assert not found.step.fullmatch(f"after {shown}")


@pytest.mark.parametrize(
    ("job", "shown"), [("test", "test"), ("test", "test (20, linux)"), ("test", "e2e / test")]
)
def test_a_job_is_known_by_the_names_github_gives_it(job: str, shown: str) -> None:
    (found,) = steps_running(
        COMMAND, {"ci.yml": f"jobs: {{ {job}: {{ steps: [{{ run: {COMMAND} }}] }} }}".encode()}
    )
    assert found.job.fullmatch(shown)
    assert not found.job.fullmatch("tests")


@pytest.mark.parametrize(
    "text", ["", "[]", "jobs: 3", "jobs: { a: 3 }", "jobs: { a: { steps: 3 } }", "{ no", "\t"]
)
def test_a_file_that_is_no_workflow_runs_nothing(text: str) -> None:
    assert steps_running(COMMAND, {"ci.yml": text.encode()}) == ()


def test_a_file_that_is_no_text_runs_nothing() -> None:
    assert steps_running(COMMAND, {"ci.yml": b"\xff\xfe"}) == ()
