"""Whether a job runs only after another has succeeded: exact where it can be, and in doubt not certain."""

from __future__ import annotations

import json
import time

import pytest

from deploy_checklist.workflows.files import read_workflow
from deploy_checklist.workflows.jobs import Workflow
from deploy_checklist.workflows.waiting import (
    Waits,
    disabled_by,
    is_conditional,
    waits_for,
    why_ineffective,
)


def workflow(**jobs: dict[str, object]) -> Workflow:
    """Jobs without steps, unless they have some."""
    written = {name: {"runs-on": "x", "steps": [], **fields} for name, fields in jobs.items()}
    return read_workflow(json.dumps({"on": "push", "jobs": written}).encode(), "ci.yml")


def waits(**jobs: dict[str, object]) -> Waits:
    """Whether the job `ship` waits for the job `test`; this one has no fields unless some are told."""
    return waits_for(workflow(**{"test": {}, **jobs}), "ship", "test")


def after(*needs: str, **fields: object) -> dict[str, object]:
    return {"needs": list(needs), **{name.rstrip("_"): each for name, each in fields.items()}}


def test_a_job_waits_for_what_it_needs_and_what_that_needs() -> None:
    assert waits(ship=after("test")) is Waits.YES
    assert waits(build=after("test"), ship=after("build")) is Waits.YES
    assert waits(a=after("test"), b=after("a"), lint={}, ship=after("lint", "b")) is Waits.YES
    assert waits(ship=after("TEST")) is Waits.YES
    assert waits(ship={}) is Waits.NO
    assert waits(build={}, ship=after("build")) is Waits.NO
    assert waits(test=after("ship"), ship={}) is Waits.NO


def test_a_job_does_not_wait_for_itself_nor_for_one_that_there_is_not() -> None:
    found = workflow(test={}, ship=after("test"))
    assert waits_for(found, "ship", "ship") is Waits.NO
    assert waits_for(found, "ship", "other") is Waits.NO


ALWAYS = [
    ("always()", Waits.NO),
    ("!cancelled()", Waits.NO),
    ("failure()", Waits.NO),
    ("success() || failure()", Waits.NO),
    ("always() && needs.test.result != 'skipped'", Waits.NO),
    ("always() && needs.test.result == 'failure'", Waits.NO),
    ("!cancelled() && needs.test.outputs.x", Waits.NOT_CERTAIN),
    ("success() || inputs.force", Waits.NOT_CERTAIN),
    ("always() && needs.test.result != 'failure'", Waits.NOT_CERTAIN),  # and if it is cancelled
    ("always() && !contains(needs.*.result, 'failure')", Waits.NOT_CERTAIN),
    ("always() && needs['test'].result == 'success'", Waits.NOT_CERTAIN),
    ("always() && contains(needs.test.result, 'success')", Waits.NOT_CERTAIN),
    ("always() && needs.test.result == 'success' || inputs.force", Waits.NOT_CERTAIN),
    ("", Waits.YES),
    ("github.ref_name == 'main'", Waits.YES),
    ("success() && inputs.x", Waits.YES),
    ("always() && needs.test.result == 'success'", Waits.YES),
    ("${{ !cancelled() && needs.Test.result == 'success' }}", Waits.YES),
    ("always() && contains(needs.*.result, 'success')", Waits.YES),
    ("always() && needs.test.result != 'failure' && needs.test.result != 'cancelled'", Waits.YES),
    ("!cancelled() && !failure()", Waits.YES),
    ("!failure() && !cancelled() && inputs.x", Waits.YES),
    ("!(failure() || cancelled())", Waits.YES),
    ("!cancelled() && !contains(needs.*.result, 'failure')", Waits.YES),
    (
        "always() && !contains(needs.*.result, 'failure') "
        "&& !contains(needs.*.result, 'cancelled')",
        Waits.YES,
    ),
]


@pytest.mark.parametrize(("condition", "expected"), ALWAYS)
def test_the_condition_of_a_job_decides(condition: str, expected: Waits) -> None:
    assert waits(ship=after("test", if_=condition)) is expected


# Of the same conditions, where the job that it needs may be skipped
SKIPPABLE = [
    ("!cancelled() && !failure()", Waits.NOT_CERTAIN),
    ("!cancelled() && !contains(needs.*.result, 'failure')", Waits.NOT_CERTAIN),
    (
        "always() && needs.test.result != 'failure' && needs.test.result != 'cancelled'",
        Waits.NOT_CERTAIN,
    ),
    ("always() && needs.test.result == 'success'", Waits.YES),
    ("", Waits.YES),
    ("success()", Waits.YES),
]


@pytest.mark.parametrize(("condition", "expected"), SKIPPABLE)
def test_a_job_that_is_skipped_has_not_succeeded(condition: str, expected: Waits) -> None:
    ship = after("test", if_=condition)
    assert waits(test={"if": "inputs.x"}, ship=ship) is expected
    changes = {"if": "inputs.x"}
    assert waits(changes=changes, test=after("changes"), ship=ship) is expected
    between = after("changes", if_="always()")
    assert waits(changes=changes, a=between, test=after("a"), ship=ship) is expected
    assert waits(changes=changes, test=after("changes", if_="always()"), ship=ship) is (
        dict(ALWAYS).get(condition, Waits.YES)
    )


def test_a_job_that_is_skipped_since_one_before_it_failed_has_not_succeeded() -> None:
    def found(condition: str, *needs: str) -> Waits:
        return waits(build={}, test=after("build"), ship=after(*needs, if_=condition))

    fails = "!cancelled() && !contains(needs.*.result, 'failure')"
    assert found("!cancelled() && !failure()", "test") is Waits.YES  # of all before it
    assert found(fails, "test") is Waits.NOT_CERTAIN  # only of those that it needs itself
    assert found(fails, "test", "build") is Waits.YES
    assert found("always() && needs.test.result != 'failure'", "test") is Waits.NOT_CERTAIN


def test_a_chain_through_a_job_that_runs_in_any_case_is_not_certain() -> None:
    """GitHub skips all that follows in a chain, but by its documentation only behind a failure."""
    build = after("test", if_="always()")
    assert waits(build=build, ship=after("build")) is Waits.NOT_CERTAIN
    assert waits(build=build, a=after("build"), ship=after("a")) is Waits.NOT_CERTAIN
    assert waits(build=build, ship=after("build", if_="!failure()")) is Waits.NOT_CERTAIN
    assert waits(build=build, ship=after("build", if_="always()")) is Waits.NO
    assert waits(build=build, ship=after("build", "test")) is Waits.YES
    succeeded = "always() && needs.build.result == 'success'"
    assert waits(build=build, ship=after("build", if_=succeeded)) is Waits.NO


# Jobs that gather the results of others


def gathered(*steps: object, **fields: object) -> Waits:
    """Whether `ship` waits for `test` through a job that runs in any case, with these steps."""
    gate = after("test", "lint", **{"if_": "always()", "steps": list(steps), **fields})
    return waits(lint={}, gate=gate, ship=after("gate"))


def run(script: str, **fields: object) -> dict[str, object]:
    return {"run": script, **{name.rstrip("_"): each for name, each in fields.items()}}


NEEDS = "${{ toJSON(needs) }}"
FAILED = "contains(needs.*.result, 'failure')"
ALLS_GREEN = {"uses": "re-actors/alls-green@release/v1"}
JQ = "jq -e 'all(.[]; .result == \"success\")'"
HOLDS = {
    "alls-green": {**ALLS_GREEN, "with": {"jobs": NEEDS}},
    "alls-green in any case": {**ALLS_GREEN, "if": "always()", "with": {"jobs": NEEDS}},
    "contains in an if": run("exit 1", if_=FAILED),
    "with a message": run("echo 'not all is well'\necho so it ends && exit 1", if_=FAILED),
    "with a message on the same line": run("echo 'not all is well'; exit 1", if_=FAILED),
    "false": run("false", if_=FAILED),
    "of a joined text": run("exit 1", if_="${{ contains(join(needs.*.result, ' '), 'failure') }}"),
    "one result in an if": run("exit 1", if_="needs.test.result != 'success'"),
    "one result in a script": run("test '${{ needs.test.result }}' = success"),
    "or else an exit": run("[ '${{ needs.test.result }}' = 'success' ] || exit 1"),
    "in brackets": run('[[ "${{ needs.test.result }}" == "success" ]]'),
    "in an if of the shell": run(
        'if [ "${{ needs.test.result }}" != "success" ]; then\n  echo no\n  exit 1\nfi'
    ),
    "jq": run(f"echo '{NEEDS}' | {JQ}"),
    "jq of a here-string": run(f"{JQ} <<< '{NEEDS}'"),
    "jq of a variable": run(f'echo "$NEEDS" | {JQ}', env={"NEEDS": NEEDS}),
    "jq with other words": run(
        f"echo '{NEEDS}' | jq --exit-status 'to_entries | all(.value.result == \"success\")'"
    ),
    "jq with a map": run(f"echo '{NEEDS}' | jq -re '[.[] | .result == \"success\"] | all'"),
    "jq under pipefail": run(f"echo '{NEEDS}' | {JQ}", shell="bash"),
    "github-script": {
        "uses": "actions/github-script@v8",
        "if": FAILED,
        "with": {"script": "core.setFailed('not all jobs (see above) succeeded')"},
    },
}


@pytest.mark.parametrize("case", HOLDS)
def test_a_job_that_fails_unless_all_have_succeeded_stands_for_them(case: str) -> None:
    assert gathered(HOLDS[case]) is Waits.YES
    assert gathered(run("echo hello"), HOLDS[case], run("echo bye")) is Waits.YES


HOLDS_NOT = {
    "no step": {},
    "another step": run("echo done"),
    "a step that is never run": run("exit 1", if_="false"),
    "a step of another status": run("exit 1", if_="failure()"),
    "an exit behind `&&` in a comment": run("echo so # && exit 1", if_=FAILED),
    "an exit in a line of comment": run("# so; exit 1", if_=FAILED),
    "or else no failure": run("[ '${{ needs.test.result }}' = 'success' ] || exit 0"),
    "a tolerated step": run("exit 1", if_=FAILED, **{"continue-on-error": True}),
    "another result": run("exit 1", if_="needs.lint.result != 'success'"),
    "another result in a script": run("test '${{ needs.lint.result }}' = success"),
    "the other way round": run("exit 1", if_="needs.test.result == 'success'"),
    "no failure": run("echo failed", if_=FAILED),
    "alls-green, tolerated": {
        **ALLS_GREEN,
        "with": {"jobs": NEEDS},
        "continue-on-error": "${{ inputs.x }}",
    },
    "alls-green that allows failures": {
        **ALLS_GREEN,
        "with": {"jobs": NEEDS, "allowed-failures": "test"},
    },
    "alls-green that allows skips": {
        **ALLS_GREEN,
        "with": {"jobs": NEEDS, "allowed-skips": "test"},
    },
    "alls-green of something else": {**ALLS_GREEN, "with": {"jobs": "${{ inputs.needs }}"}},
    "an exit that means success": run("exit 0", if_=FAILED),
    "an exit in a comment": run("echo no # exit 1", if_=FAILED),
    "an exit in the words of an echo": run("echo no \\\nexit 1", if_=FAILED),
    "an exit in a here-document": run("echo <<EOF\nexit 1", if_=FAILED),
    "an exit in a function": run("f() {\nexit 1", if_=FAILED),
    "an exit after another": run("exit 0\nexit 1", if_=FAILED),
    "an exit in another shell": run("exit 1", if_=FAILED, shell="python"),
    "an exit after what may end in success": run("./report || exit 1", if_=FAILED),
    "an if of the shell that only prints": run(
        'if [ "${{ needs.test.result }}" != "success" ]; then echo no; fi'
    ),
    "an if of the shell that goes on": run(
        'if [ "${{ needs.test.result }}" != "success" ]; then\n  echo no \\\n  exit 1\nfi'
    ),
    "jq without -e": run(f"echo '{NEEDS}' | jq 'all(.[]; .result == \"success\")'"),
    "jq whose failure is lost": run(f"echo '{NEEDS}' | {JQ} || true"),
    "jq in front of a pipe": run(f"echo '{NEEDS}' | {JQ} | cat"),
    "jq of other data": run(f"echo '{NEEDS}' > needs; echo '{{}}' | {JQ}"),
    "jq of a file": run(f"echo '{NEEDS}' | {JQ} needs.json"),
    "jq with another last word": run(
        f"echo '{NEEDS}' | jq -e 'all(.[]; .result == \"success\"), true'"
    ),
    "jq with an exception": run(
        f"echo '{NEEDS}' | jq -e 'all(.[]; .result == \"success\" or .result == \"skipped\")'"
    ),
    "jq of any": run(f"echo '{NEEDS}' | jq -e 'any(.[]; .result == \"success\")'"),
    "github-script that goes on": {
        "uses": "actions/github-script@v8",
        "if": FAILED,
        "with": {"script": "core.setFailed('no') || process.exit(0)"},
    },
    "github-script that warns": {
        "uses": "actions/github-script@v8",
        "if": FAILED,
        "with": {"script": "core.warning('no')"},
    },
}


@pytest.mark.parametrize("case", HOLDS_NOT)
def test_a_job_that_may_end_in_success_stands_for_nothing(case: str) -> None:
    step = HOLDS_NOT[case]
    assert gathered(*([step] if step else [])) is not Waits.YES


def test_a_job_that_gathers_is_tolerated_or_not_asked() -> None:
    holds = HOLDS["alls-green"]
    assert gathered(holds, **{"continue-on-error": True}) is not Waits.YES
    assert gathered(holds, if_="always() && inputs.x") is Waits.YES  # else it is skipped
    assert gathered(holds, if_="failure()") is not Waits.NO
    gate = after("test", if_="always()", steps=[holds])
    careless = after("gate", if_="always()")
    assert waits(gate=gate, ship=careless) is Waits.NO
    asked = after("gate", if_="always() && needs.gate.result == 'success'")
    assert waits(gate=gate, ship=asked) is Waits.YES


def test_a_skipped_job_is_no_failure_to_a_step_that_asks_for_one() -> None:
    def found(step: object, test: dict[str, object]) -> Waits:
        gate = after("test", if_="always()", steps=[step])
        return waits(test=test, gate=gate, ship=after("gate"))

    skippable = {"if": "inputs.x"}
    assert found(run("exit 1", if_=FAILED), {}) is Waits.YES
    assert found(run("exit 1", if_=FAILED), skippable) is not Waits.YES
    assert found(run("exit 1", if_="needs.test.result != 'success'"), skippable) is Waits.YES
    assert found(HOLDS["alls-green"], skippable) is Waits.YES


def test_gathering_jobs_may_stand_behind_one_another() -> None:
    first = after("test", if_="always()", steps=[HOLDS["alls-green"]])
    second = after("a", if_="always()", steps=[HOLDS["jq"]])
    assert waits(a=first, b=second, ship=after("b")) is Waits.YES
    loose = after("a", if_="always()")
    assert waits(a=first, b=loose, ship=after("b", if_="!failure()")) is not Waits.YES


# Which jobs run at all


def test_a_job_that_is_off_keeps_others_from_running() -> None:
    off = {"if": "false"}
    found = workflow(
        off=off,
        a=after("off"),
        b=after("a"),
        any=after("off", if_="always()"),
        c=after("any"),
        free={},
    )

    def by(job: str) -> str | None:
        disabling = disabled_by(found, found.jobs[job])
        return disabling.id if disabling else None

    assert [by(job) for job in ("off", "a", "b", "any", "c", "free")] == [
        "off",
        "off",
        "off",
        None,
        "off",  # GitHub skips it, although the job that it needs runs
        None,
    ]
    assert why_ineffective(found, found.jobs["b"]) == (
        "never runs: job `off` has `if: false`, which job `b` needs"
    )


def test_a_job_behind_a_condition_is_conditional() -> None:
    found = workflow(
        a={"if": "inputs.x"}, b=after("a"), c=after("a", if_="!cancelled()"), d={"if": "success()"}
    )
    assert [is_conditional(found, job) for job in found.jobs.values()] == [True, True, False, False]


def test_why_a_job_blocks_nothing() -> None:
    found = workflow(a={"if": "failure()"}, b=after("a"), c={"continue-on-error": "${{ x }}"}, d={})
    said = [why_ineffective(found, job) for job in found.jobs.values()]
    assert said == [
        "runs only after a failure: see the `if:` of job `a`",
        "runs only after a failure: see the `if:` of job `a`, which job `b` needs",
        "may fail without failing the run: job `c` has `continue-on-error`",
        None,
    ]


@pytest.mark.measures_time
@pytest.mark.parametrize(
    "condition",
    ["", "success()", "always() && needs.j{}.result == 'success'", "!cancelled() && !failure()"],
)
def test_two_thousand_jobs_in_a_chain_are_followed_fast_and_without_recursion(
    condition: str,
) -> None:
    jobs: dict[str, dict[str, object]] = {"j0": {}}
    for at in range(1, 2_000):
        jobs[f"j{at}"] = after(f"j{at - 1}", if_=condition.format(at - 1))
    found = workflow(**jobs)
    started = time.process_time()
    assert waits_for(found, "j1999", "j0") is Waits.YES
    assert all(why_ineffective(found, job) is None for job in found.jobs.values())
    assert all(waits_for(found, f"j{at}", "j0") is Waits.YES for at in range(1, 2_000))
    assert time.process_time() - started < 4
