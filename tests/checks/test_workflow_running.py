"""`workflow`: a command counts only where GitHub ever runs it."""

from __future__ import annotations

import json

import pytest

from checks.judging import finding_of
from deploy_checklist.outcome import Finding, Outcome
from fakes import FakeRepository, world

TEST = "npm run test:e2e"
STEPS = f"runs-on: x, steps: [ {{ run: {TEST} }} ]"


def judged(files: dict[str, str], **more: str) -> Finding:
    placed = {f".github/workflows/{name}.yml": text for name, text in files.items()}
    return finding_of(
        "workflow", {"runs": TEST, **more}, None, world(repository=FakeRepository(placed))
    )


def jobs(*written: str, on: str = "push") -> str:
    return f"on: {on}\njobs:\n" + "".join(f"  {each}\n" for each in written)


CALLED = jobs(f"e2e: {{ {STEPS} }}", on="workflow_call")


def call(name: str, more: str = "") -> str:
    return f"call: {{ uses: ./.github/workflows/{name}.yml{more} }}"


# Reusable workflows

RUNS = {
    "the caller starts": {"ci": jobs(call("e2e")), "e2e": CALLED},
    "the caller of the caller starts": {
        "ci": jobs(call("middle")),
        "middle": jobs(call("e2e"), on="workflow_call"),
        "e2e": CALLED,
    },
    "one caller of two is off": {
        "a": jobs(call("e2e", ", if: false")),
        "b": jobs(call("e2e")),
        "e2e": CALLED,
    },
    "it starts by itself too": {
        "a": jobs(call("e2e", ", if: false")),
        "e2e": jobs(f"e2e: {{ {STEPS} }}", on="[push, workflow_call]"),
    },
}


@pytest.mark.parametrize("case", RUNS)
def test_a_reusable_workflow_runs_if_one_that_starts_calls_it(case: str) -> None:
    assert judged(RUNS[case]).outcome is Outcome.PASS


RUNS_NOT = {
    "the only caller is off": {"ci": jobs(call("e2e", ", if: false")), "e2e": CALLED},
    "the only caller needs a job that is off": {
        "ci": jobs("a: { if: false, runs-on: x, steps: [] }", call("e2e", ", needs: a")),
        "e2e": CALLED,
    },
    "the only caller never starts": {"ci": jobs(call("e2e"), on="workflow_call"), "e2e": CALLED},
    "they call one another": {
        "e2e": jobs(f"e2e: {{ {STEPS} }}", call("b"), on="workflow_call"),
        "b": jobs(call("e2e"), on="workflow_call"),
    },
    "the caller of the caller is off": {
        "ci": jobs(call("middle", ", if: false")),
        "middle": jobs(call("e2e"), on="workflow_call"),
        "e2e": CALLED,
    },
    "the caller has no event": {"ci": jobs(call("e2e"), on="{}"), "e2e": CALLED},
}


@pytest.mark.parametrize("case", RUNS_NOT)
def test_a_reusable_workflow_that_nothing_starts_does_not_count(case: str) -> None:
    assert judged(RUNS_NOT[case]).outcome is Outcome.FAIL


# Events


@pytest.mark.parametrize(
    "on",
    [
        "workflow_dispatch",
        "[workflow_dispatch, schedule]",
        "{ schedule: [ { cron: '0 3 * * *' } ] }",
    ],
)
def test_a_workflow_that_no_change_starts_passes_with_a_notice(on: str) -> None:
    finding = judged({"ci": jobs(f"e2e: {{ {STEPS} }}", on=on)})
    assert finding.outcome is Outcome.PASS
    assert finding.notices == (
        "`ci.yml` runs only on a schedule or when somebody starts it, not for each change",
    )


def test_a_release_may_be_started_manually() -> None:
    release = jobs(
        f"e2e: {{ {STEPS} }}",
        "tag: { needs: e2e, runs-on: x, steps: [ { run: git tag v1 } ] }",
        on="workflow_dispatch",
    )
    assert judged({"release": release}, before="tag").notices == ()


# Jobs that need one that is off


def test_a_job_that_needs_one_that_is_off_never_runs() -> None:
    finding = judged(
        {
            "ci": jobs(
                "lint: { if: false, runs-on: x, steps: [] }", f"e2e: {{ needs: lint, {STEPS} }}"
            )
        }
    )
    assert finding.outcome is Outcome.FAIL
    assert "never runs: job `lint` has `if: false`, which job `e2e` needs" in finding.message


@pytest.mark.parametrize("between", ["", "if: always(), "])
def test_nor_does_one_that_needs_it_through_another(between: str) -> None:
    off, middle = (
        "lint: { if: false, runs-on: x, steps: [] }",
        f"build: {{ needs: lint, {between}runs-on: x, steps: [] }}",
    )
    assert (
        judged({"ci": jobs(off, middle, f"e2e: {{ needs: build, {STEPS} }}")}).outcome
        is Outcome.FAIL
    )


def test_a_job_that_runs_in_any_case_runs_after_one_that_is_off_too() -> None:
    e2e = f"e2e: {{ needs: lint, if: always(), {STEPS} }}"
    assert (
        judged({"ci": jobs("lint: { if: false, runs-on: x, steps: [] }", e2e)}).outcome
        is Outcome.PASS
    )


# Files that GitHub refuses

REFUSED = {
    "a: { runs-on: x, needs: nobody, steps: [] }": "job `a` needs `nobody`, but the workflow has no such job",
    "a: { runs-on: x, needs: a, steps: [] }": "job `a` needs itself",
    "a: { runs-on: x, needs: b, steps: [] }, b: { runs-on: x, needs: [e2e, a], steps: [] }": "needs itself",
    "a: { steps: [] }": "job `a` has neither `runs-on` nor `uses`",
    "a: { runs-on: , steps: [] }": "job `a` has neither `runs-on` nor `uses`",
    "a:": "job `a` has neither `runs-on` nor `uses`",
    "a: { uses: ./.github/workflows/a.yml, steps: [ { run: x } ] }": "job `a` has both `uses` and `steps`",
    "a: { uses: ./.github/workflows/a.yml, runs-on: x }": "job `a` has both `uses` and `runs-on`",
    "a: { runs-on: x, steps: [ { run: x, uses: octo/x@v1 } ] }": "the step has both `run` and `uses`",
}


@pytest.mark.parametrize("other", REFUSED)
def test_a_file_that_github_refuses_runs_nothing(other: str) -> None:
    finding = judged({"ci": f"on: push\njobs: {{ e2e: {{ {STEPS} }}, {other} }}"})
    assert finding.outcome is Outcome.FAIL
    assert "no workflow step runs" in finding.message
    assert f"{REFUSED[other]}" in finding.notices[0]
    assert finding.notices[0].endswith("so GitHub refuses the file")


@pytest.mark.parametrize("on", ["never", "[push, comit]", "{ push: {}, tags: {} }"])
def test_nor_does_one_with_an_event_that_there_is_not(on: str) -> None:
    finding = judged({"ci": jobs(f"e2e: {{ {STEPS} }}", on=on)})
    assert finding.outcome is Outcome.FAIL
    assert "cannot be read: line 1: there is no event `" in finding.notices[0]


def test_every_event_of_github_starts_it() -> None:
    some = (
        "[branch_protection_rule, discussion, merge_group, pull_request_target, push, workflow_run]"
    )
    assert judged({"ci": jobs(f"e2e: {{ {STEPS} }}", on=some)}).outcome is Outcome.PASS


def test_an_id_may_be_written_in_any_case_and_needs_may_be_empty() -> None:
    lint = "lint: { runs-on: x, needs: , steps: [] }"
    assert judged({"ci": jobs(lint, f"e2e: {{ needs: Lint, {STEPS} }}")}).outcome is Outcome.PASS


def test_a_release_that_never_runs_is_not_a_release() -> None:
    lint = "lint: { if: false, runs-on: x, steps: [] }"
    e2e = f"e2e: {{ permissions: {{}}, {STEPS} }}"
    tag = "tag: { needs: [lint, e2e], runs-on: x, steps: [ { run: git tag v1 } ] }"
    deploy = "deploy: { needs: e2e, if: false, environment: production, runs-on: x, steps: [] }"
    for off in ((lint, tag), (deploy,)):
        found = judged({"ci": jobs(e2e, *off)}, before="tag")
        assert found.outcome is Outcome.UNKNOWN
        assert "no job in `ci.yml` could release" in found.message


OFF = [
    "false",
    "False",
    "0",
    "''",
    "${{ false }}",
    "(false)",
    "!true",
    "false && github.ref_name",
    "false || (0)",
]


@pytest.mark.parametrize("condition", OFF)
def test_a_condition_that_never_holds_switches_a_step_and_a_job_off(condition: str) -> None:
    written = json.dumps(condition)
    step = jobs(f"e2e: {{ runs-on: x, steps: [ {{ run: {TEST}, if: {written} }} ] }}")
    job = jobs(f"e2e: {{ if: {written}, {STEPS} }}")
    for workflow in (step, job):
        assert "never runs" in judged({"ci": workflow}).message


LATE = [
    "failure()",
    "${{ failure() }}",
    "cancelled()",
    "!always()",
    "! success()",
    "!(success() || always())",
    "failure() || cancelled()",
    "always() && (failure() || cancelled())",
    "failure() && github.ref == 'refs/heads/main'",
]


@pytest.mark.parametrize("condition", LATE)
def test_a_job_that_runs_only_after_a_failure_holds_nothing(condition: str) -> None:
    written = json.dumps(condition)
    assert "`npm run test:e2e` runs only after a failure: see the `if:` of job `e2e`" in (
        judged({"ci": jobs(f"e2e: {{ if: {written}, {STEPS} }}")}).message
    )
    first = f"a: {{ if: {written}, runs-on: x, steps: [] }}"
    assert (
        "of job `a`, which job `e2e` needs"
        in judged({"ci": jobs(first, f"e2e: {{ needs: a, {STEPS} }}")}).message
    )
    assert (
        judged({"ci": jobs(call("e2e", f", if: {written}")), "e2e": CALLED}).outcome is Outcome.FAIL
    )


@pytest.mark.parametrize(
    "condition",
    [
        "always()",
        "!failure()",
        "!cancelled()",
        "success() || failure()",
        "!(failure())",
        "failure() || inputs.a",
        "!a",
    ],
)
def test_a_job_that_runs_after_a_failure_too_holds(condition: str) -> None:
    assert (
        judged({"ci": jobs(f"e2e: {{ if: {json.dumps(condition)}, {STEPS} }}")}).outcome
        is Outcome.PASS
    )


# Windows


def on_systems(systems: str, script: str = TEST, shell: str = "") -> Finding:
    matrix = f"strategy: {{ matrix: {{ {systems} }} }}"
    steps = f"steps: [ {{ run: {json.dumps(script)}{shell} }} ]"
    return judged({"ci": jobs(f"e2e: {{ runs-on: '${{{{ matrix.os }}}}', {matrix}, {steps} }}")})


BOTH = "os: [windows-latest, ubuntu-latest]"


def test_a_leg_on_another_system_than_windows_reads_the_script_as_bash() -> None:
    assert on_systems("os: [ubuntu-latest, macos-latest]").outcome is Outcome.PASS
    assert on_systems(BOTH).outcome is Outcome.PASS
    assert on_systems(BOTH).notices == ()
    assert (
        on_systems("include: [ { os: windows-2025 }, { os: ubuntu-latest } ]").outcome
        is Outcome.PASS
    )
    assert on_systems("os: '${{ fromJSON(inputs.systems) }}'").outcome is Outcome.PASS


def test_several_lines_on_windows_too_hold_nothing_without_bash() -> None:
    lines = f"{TEST}\nnpm run report"
    finding = on_systems(BOTH, lines)
    assert finding.outcome is Outcome.FAIL
    assert (
        "also runs on Windows, where the script goes on after a failed line: add `shell: bash`"
        in (finding.message)
    )
    assert on_systems(BOTH, lines, ", shell: bash").outcome is Outcome.PASS
    # PowerShell ends with the exit code of the last line.
    assert on_systems(BOTH, f"npm ci\n{TEST}").outcome is Outcome.PASS


@pytest.mark.parametrize(
    "systems", ["os: [windows-2022, windows-2025]", "include: [ { os: windows-latest } ]"]
)
def test_legs_that_are_all_on_windows_are_not_read_as_bash(systems: str) -> None:
    finding = on_systems(systems)
    assert finding.outcome is Outcome.UNKNOWN
    assert "runs by `shell: pwsh`, which cannot be read" in finding.message
    assert on_systems(systems, TEST, ", shell: bash").outcome is Outcome.PASS
