"""`workflow` with `before`: what releases waits for the command, whatever its `if:` says in its favour."""

from __future__ import annotations

import json

import pytest

from checks.judging import finding_of
from deploy_checklist.outcome import Finding, Outcome
from fakes import FakeRepository, world

TEST = "npm run test:e2e"


def judged(workflow: str, before: object = "tag", **others: str) -> Finding:
    files = {"release": workflow, **others}
    placed = {
        name if "/" in name else f".github/workflows/{name}.yml": text
        for name, text in files.items()
    }
    return finding_of(
        "workflow", {"runs": TEST, "before": before}, None, world(repository=FakeRepository(placed))
    )


def tag_job(condition: str, before: object = "tag") -> Finding:
    """A job that tags needs the one that tests, with a condition of its own."""
    return judged(
        f"""
        on: push
        jobs:
          e2e: {{ runs-on: ubuntu-latest, steps: [ {{ run: {TEST} }} ] }}
          tag: {{ needs: e2e, runs-on: ubuntu-latest, steps: [ {{ run: git tag v1 }} ], if: {json.dumps(condition)} }}
        """,
        before,
    )


def tag_step(condition: str, before: object = "tag") -> Finding:
    """A step that tags follows the one that tests, with a condition of its own."""
    return judged(
        f"""
        on: push
        jobs:
          all: {{ runs-on: ubuntu-latest, steps: [ {{ run: {TEST} }}, {{ run: git tag v1, if: {json.dumps(condition)} }} ] }}
        """,
        before,
    )


WAITS = [
    "github.ref == 'refs/heads/main'",
    "${{ github.ref_type == 'tag' }}",
    "success()",
    "SUCCESS ( )",
    "${{ success() && github.ref == 'refs/heads/main' }}",
    "(github.event_name == 'push' && (success()))",
    "(success() && inputs.a) || (inputs.b && success())",
    "inputs.a || inputs.b",
    "${{ inputs.a }} && inputs.b",
    "github.event_name == 'always()'",
    "github.event_name == 'it''s || always()' && success()",
]


@pytest.mark.parametrize("condition", WAITS)
def test_a_condition_that_asks_for_success_waits(condition: str) -> None:
    for before in ("tag", {"jobs": ["tag"]}):
        assert tag_job(condition, before).outcome is Outcome.PASS
    for before in ("tag", {"jobs": ["all"]}):
        assert tag_step(condition, before).outcome is Outcome.PASS


WAITS_FOR_IT = [
    "${{ !cancelled() && needs.e2e.result == 'success' }}",
    "always() && needs.e2e.result == 'success'",
    "always() && (needs.E2E.result=='Success') && inputs.a",
    "always() && (needs.e2e.result == 'success' && inputs.a || needs.e2e.result == 'success')",
]


@pytest.mark.parametrize("condition", WAITS_FOR_IT)
def test_a_condition_that_asks_for_the_success_of_that_job_waits_for_it(condition: str) -> None:
    assert tag_job(condition).outcome is Outcome.PASS


def test_it_waits_for_what_that_job_waits_for_too() -> None:
    def outcome(condition: str) -> Outcome:
        return judged(
            f"""
            on: push
            jobs:
              e2e: {{ runs-on: ubuntu-latest, steps: [ {{ run: {TEST} }} ] }}
              build: {{ needs: e2e, runs-on: ubuntu-latest, steps: [] }}
              lint: {{ permissions: {{}}, runs-on: ubuntu-latest, steps: [] }}
              tag:
                runs-on: ubuntu-latest
                needs: [build, lint]
                if: always() && {condition}
                steps: [ {{ run: git tag v1 }} ]
            """
        ).outcome

    assert outcome("needs.build.result == 'success'") is Outcome.PASS
    assert outcome("needs.lint.result == 'success'") is Outcome.UNKNOWN


# Conditions that hold after a failure, whatever is not known here.
RUNS_AFTER_FAILURE = [
    "always() && needs.e2e.result != 'success'",
    "always() && needs.e2e.result == 'failure'",
    "always()",
    "Always ()",
    "failure()",
    "!cancelled()",
    "success() || failure()",
    "SUCCESS() || true",
    "success() == false",
    "!success()",
    "!(success() && inputs.a)",
    "always() && contains(join(needs.*.result, ','), 'fail')",
    "always() && ('a' || 'b') == 'a'",
    "'&& success() &&' && always()",
]
WAITS_NOT = [
    *RUNS_AFTER_FAILURE,
    "always() && needs.e2e.result == 'success' == inputs.a",
    "always() && (needs.e2e.result == 'success' || inputs.a)",
    "always() && needs.other.result == 'success'",
    "always() && github.needs.e2e.result == 'success'",
    "always() && needs.e2e.result != 's\u212aipped'",
    "always() && ('a' || 'b') != true",
    "${{ always() }} && needs.e2e.result == 'success'",
    "success() || inputs.force",
    "inputs.force || success()",
    "(success() || inputs.force) && inputs.a",
    "inputs.a && (inputs.b || (success() || inputs.c))",
    "(success() && inputs.a) || inputs.b",
    "(success() && inputs.a) == (inputs.b && inputs.c)",
    "inputs[success() && 'a'] || success() == inputs.b",
    "${{ success() }} && ${{ inputs.a }}",
    "${{ success() }}\n",
    f"{'(' * 60}success(){')' * 60}",
]


@pytest.mark.parametrize("condition", WAITS_NOT)
def test_a_condition_that_may_hold_without_success_does_not_wait(condition: str) -> None:
    for found in (tag_job(condition), tag_job(condition, {"jobs": ["tag"]})):
        assert found.outcome is not Outcome.PASS
        assert "job `tag` of `release.yml` " in found.message


@pytest.mark.parametrize("condition", RUNS_AFTER_FAILURE)
def test_a_named_job_whose_condition_holds_after_a_failure_fails(condition: str) -> None:
    assert tag_job(condition, {"jobs": ["tag"]}).outcome is Outcome.FAIL
    assert tag_job(condition).outcome is Outcome.UNKNOWN


STEP_CONDITIONS = [each for each in WAITS_NOT if "needs." not in each and "!=" not in each]


@pytest.mark.parametrize("condition", STEP_CONDITIONS)
def test_nor_does_a_step(condition: str) -> None:
    certain = condition in RUNS_AFTER_FAILURE
    said = f"{'runs' if certain else 'may run'} even if the command has failed"
    named = tag_step(condition, {"jobs": ["all"]})
    assert tag_step(condition).outcome is Outcome.UNKNOWN
    assert named.outcome is (Outcome.FAIL if certain else Outcome.UNKNOWN)
    for found in (tag_step(condition), named):
        assert said in found.message


@pytest.mark.parametrize(
    "condition",
    [
        "cancelled()",
        "always() && needs.e2e.result == 'success''s'",
        "always() && needs.e2e.result == 'skipped'",
        "always() && !needs.e2e.result == 'success'",
    ],
)
def test_a_condition_that_holds_neither_after_success_nor_after_failure_does_no_harm(
    condition: str,
) -> None:
    assert tag_job(condition).outcome is not Outcome.FAIL


def test_a_condition_of_any_length_is_read() -> None:
    assert tag_job("(" * 5_000 + "success()" + ")" * 5_000).outcome is Outcome.UNKNOWN
    assert tag_job(" || ".join(["success()"] * 1_000)).outcome is Outcome.PASS


COMPOSITE = "runs: { using: composite, steps: [ { run: git tag v1, shell: bash%s } ] }"


@pytest.mark.parametrize(
    ("outer", "inner", "named"),
    [(", if: always()", "", Outcome.FAIL), ("", ", if: always()", Outcome.UNKNOWN)],
)
def test_an_action_that_tags_waits_only_if_its_step_and_the_one_in_it_do(
    outer: str, inner: str, named: Outcome
) -> None:
    def outcome(outer: str, inner: str, before: object) -> Outcome:
        workflow = f"on: push\njobs: {{ all: {{ runs-on: ubuntu-latest, steps: [ {{ run: {TEST} }}, {{ uses: ./tag{outer} }} ] }} }}"
        return judged(workflow, before, **{"tag/action.yml": COMPOSITE % inner}).outcome

    assert outcome("", "", "tag") is Outcome.PASS
    assert outcome(outer, inner, "tag") is Outcome.UNKNOWN
    assert outcome(outer, inner, {"jobs": ["all"]}) is named


CALL = """
on: push
jobs:
  test: { uses: ./.github/workflows/test.yml }
  tag: { needs: test, runs-on: ubuntu-latest, steps: [ { run: git tag v1 } ] }
"""


def test_a_call_in_which_the_job_is_skipped_holds_nothing() -> None:
    def outcome(e2e: str = "", changes: str = "") -> Outcome:
        tested = (
            f"e2e: {{ {e2e}needs: changes, runs-on: ubuntu-latest, steps: [ {{ run: {TEST} }} ] }}"
        )
        jobs = f"changes: {{ {changes}permissions: {{}}, runs-on: ubuntu-latest, steps: [] }}, {tested}"
        return judged(CALL, test=f"on: workflow_call\njobs: {{ {jobs} }}").outcome

    assert outcome() is Outcome.PASS
    assert outcome(e2e="if: always(), ") is Outcome.PASS
    assert outcome(e2e="if: inputs.e2e, ") is Outcome.FAIL
    assert outcome(changes="if: inputs.e2e, ") is Outcome.FAIL
