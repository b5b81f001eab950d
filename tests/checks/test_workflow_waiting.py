"""`workflow` with `before: tag`: what releases waits for the command, whatever its `if:` says in its favour."""

from __future__ import annotations

import json

import pytest

from checks.judging import finding_of
from deploy_checklist.outcome import Finding, Outcome
from fakes import FakeRepository, world

TEST = "npm run test:e2e"


def judged(workflow: str, **others: str) -> Finding:
    files = {"release": workflow, **others}
    placed = {
        name if "/" in name else f".github/workflows/{name}.yml": text
        for name, text in files.items()
    }
    return finding_of(
        "workflow", {"runs": TEST, "before": "tag"}, None, world(repository=FakeRepository(placed))
    )


def tag_job(condition: str) -> Finding:
    """A job that tags needs the one that tests, with a condition of its own."""
    return judged(
        f"""
        on: push
        jobs:
          e2e: {{ runs-on: x, steps: [ {{ run: {TEST} }} ] }}
          tag: {{ needs: e2e, runs-on: x, steps: [ {{ run: git tag v1 }} ], if: {json.dumps(condition)} }}
        """
    )


def tag_step(condition: str) -> Finding:
    """A step that tags follows the one that tests, with a condition of its own."""
    return judged(
        f"""
        on: push
        jobs:
          all: {{ runs-on: x, steps: [ {{ run: {TEST} }}, {{ run: git tag v1, if: {json.dumps(condition)} }} ] }}
        """
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
    assert tag_job(condition).outcome is Outcome.PASS
    assert tag_step(condition).outcome is Outcome.PASS


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
              e2e: {{ runs-on: x, steps: [ {{ run: {TEST} }} ] }}
              build: {{ needs: e2e, runs-on: x, steps: [] }}
              lint: {{ runs-on: x, steps: [] }}
              tag:
                runs-on: x
                needs: [build, lint]
                if: always() && {condition}
                steps: [ {{ run: git tag v1 }} ]
            """
        ).outcome

    assert outcome("needs.build.result == 'success'") is Outcome.PASS
    assert outcome("needs.lint.result == 'success'") is Outcome.FAIL


WAITS_NOT = [
    "always() && needs.e2e.result != 'success'",
    "always() && !needs.e2e.result == 'success'",
    "always() && needs.e2e.result == 'success' == inputs.a",
    "always() && needs.e2e.result == 'success''s'",
    "always() && needs.e2e.result == 'skipped'",
    "always() && (needs.e2e.result == 'success' || inputs.a)",
    "always() && needs.other.result == 'success'",
    "always() && 'needs.e2e.result == ''success'''",
    "always() && github.needs.e2e.result == 'success'",
    "${{ always() }} && needs.e2e.result == 'success'",
    "always()",
    "Always ()",
    "failure()",
    "cancelled()",
    "!cancelled()",
    "${{ !failure() && !cancelled() }}",
    "success() || failure()",
    "success() || inputs.force",
    "inputs.force || success()",
    "SUCCESS() || true",
    "(success() || inputs.force) && inputs.a",
    "inputs.a && (inputs.b || (success() || inputs.c))",
    "(success() && inputs.a) || inputs.b",
    "success() == false",
    "!success()",
    "!(success() && inputs.a)",
    "(success() && inputs.a) == (inputs.b && inputs.c)",
    "inputs[success() && 'a'] || success() == inputs.b",
    "'&& success() &&' && always()",
    "${{ success() }} && ${{ inputs.a }}",
    "${{ success() }}\n",
    f"{'(' * 60}success(){')' * 60}",
]


@pytest.mark.parametrize("condition", WAITS_NOT)
def test_a_condition_that_may_hold_without_success_does_not_wait(condition: str) -> None:
    early = "tags or releases without needing job `e2e`"
    assert early in tag_job(condition).message
    assert "tags or releases without waiting for" in tag_step(condition).message


def test_a_condition_of_any_length_is_read() -> None:
    assert tag_job("(" * 5_000 + "success()" + ")" * 5_000).outcome is Outcome.FAIL
    assert tag_job(" || ".join(["success()"] * 1_000)).outcome is Outcome.PASS


COMPOSITE = "runs: { using: composite, steps: [ { run: git tag v1, shell: bash%s } ] }"


@pytest.mark.parametrize(("outer", "inner"), [(", if: always()", ""), ("", ", if: always()")])
def test_an_action_that_tags_waits_only_if_its_step_and_the_one_in_it_do(
    outer: str, inner: str
) -> None:
    def outcome(outer: str, inner: str) -> Outcome:
        workflow = f"on: push\njobs: {{ all: {{ runs-on: x, steps: [ {{ run: {TEST} }}, {{ uses: ./tag{outer} }} ] }} }}"
        return judged(workflow, **{"tag/action.yml": COMPOSITE % inner}).outcome

    assert outcome("", "") is Outcome.PASS
    assert outcome(outer, inner) is Outcome.FAIL


CALL = """
on: push
jobs:
  test: { uses: ./.github/workflows/test.yml }
  tag: { needs: test, runs-on: x, steps: [ { run: git tag v1 } ] }
"""


def test_a_call_in_which_the_job_is_skipped_holds_nothing() -> None:
    def outcome(e2e: str = "", changes: str = "") -> Outcome:
        tested = f"e2e: {{ {e2e}needs: changes, runs-on: x, steps: [ {{ run: {TEST} }} ] }}"
        jobs = f"changes: {{ {changes}runs-on: x, steps: [] }}, {tested}"
        return judged(CALL, test=f"on: workflow_call\njobs: {{ {jobs} }}").outcome

    assert outcome() is Outcome.PASS
    assert outcome(e2e="if: always(), ") is Outcome.PASS
    assert outcome(e2e="if: inputs.e2e, ") is Outcome.FAIL
    assert outcome(changes="if: inputs.e2e, ") is Outcome.FAIL


# What deploys a tag in a workflow that tags start, too


def deploy_job(on: str, condition: str = "", needs: str = "") -> Finding:
    """A job with an environment beside one that tests and one that tags after it."""
    return judged(
        f"""
        on: {on}
        jobs:
          e2e: {{ runs-on: x, steps: [ {{ run: {TEST} }} ] }}
          tag: {{ needs: e2e, runs-on: x, steps: [ {{ run: git tag v1 }} ] }}
          deploy: {{ {needs}environment: production, if: {json.dumps(condition)}, runs-on: x, steps: [ {{ run: x }} ] }}
        """
    )


TAGS_TOO = [
    "push",
    "[push, pull_request]",
    "{ push: { paths: [src/**] } }",
    "{ push: { tags-ignore: [beta*] } }",
    "{ push: { branches: [main], tags-ignore: [beta*] } }",
    "create",
]
OF_TAGS = [
    "startsWith(github.ref, 'refs/tags/')",
    "${{ github.ref_type == 'tag' }}",
    "startsWith(github.ref_name, 'v')",
    "github.event_name == 'push' && contains(github.ref, 'refs/tags')",
    "github.ref == 'refs/heads/main' || startsWith(github.ref, 'refs/tags/v')",
    "github.event_name == 'push'",
    "github.ref != 'refs/heads/main'",
    "!(github.ref_name == 'main')",
    "startsWith(github.ref, 'refs/heads/') == false",
    "!startsWith(github.ref, 'refs/heads/')",
    "github.ref == 'refs/heads/main' || inputs.really",
]
OF_BRANCHES = [
    "github.ref == 'refs/heads/main'",
    "github.ref_name == 'main'",
    "!startsWith(github.ref, 'refs/tags/')",
    "github.ref_type != 'tag'",
    "github.event_name == 'pull_request'",
    "${{ startsWith(github.ref, 'refs/heads/') }}",
    "(github.event_name == 'push' || inputs.really) && github.ref == 'refs/heads/main'",
    "github.event_name != 'pull_request' && github.ref == 'refs/heads/main'",
    "github.ref == 'refs/heads/main' || github.event_name == 'workflow_dispatch'",
]


@pytest.mark.parametrize("on", TAGS_TOO)
@pytest.mark.parametrize("condition", ["", "inputs.really", *OF_TAGS])
def test_a_job_that_deploys_where_a_tag_starts_it_waits(on: str, condition: str) -> None:
    assert "job `deploy` of `release.yml` tags or releases without needing job `e2e`" in (
        deploy_job(on, condition).message
    )
    assert deploy_job(on, condition, "needs: e2e, ").outcome is Outcome.PASS


@pytest.mark.parametrize("condition", OF_BRANCHES)
def test_a_job_that_is_held_to_branches_deploys_no_tag(condition: str) -> None:
    assert deploy_job("push", condition).outcome is Outcome.PASS


@pytest.mark.parametrize(
    "on", ["{ push: { branches: [main] } }", "{ push: { branches-ignore: [x] } }", "pull_request"]
)
def test_nor_does_one_that_no_tag_starts(on: str) -> None:
    assert deploy_job(on).outcome is Outcome.PASS


def test_what_deploys_branches_and_perhaps_tags_is_not_what_comes_after_the_tag() -> None:
    def outcome(condition: str) -> Finding:
        deploy = f"deploy: {{ needs: e2e, environment: production, if: {json.dumps(condition)}, runs-on: x, steps: [] }}"
        return judged(
            f"on: push\njobs: {{ e2e: {{ runs-on: x, steps: [ {{ run: {TEST} }} ] }}, {deploy} }}"
        )

    assert outcome("startsWith(github.ref, 'refs/tags/')").outcome is Outcome.PASS
    assert "no job of `release.yml` tags, releases or deploys a tag" in outcome("").message
