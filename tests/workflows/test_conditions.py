"""An `if:` is evaluated as GitHub does, as far as what is known decides; in doubt it proves nothing."""

from __future__ import annotations

import time

import pytest

from deploy_checklist.workflows.conditions import (
    Ended,
    Value,
    after_failure,
    always,
    asks_no_status,
    asks_success,
    demands,
    evaluate,
    expression,
    never,
    only_after_failure,
)

KNOWN: dict[str, Value] = {
    "a.yes": True,
    "a.no": False,
    "a.text": "Main",
    "a.empty": "",
    "a.one": 1.0,
}

TRUE = [
    "true",
    "TRUE",
    "1",
    "-1",
    "0.5",
    "'x'",
    "'0'",
    "'false'",
    "!false",
    "!''",
    "!null",
    "!!true",
    "a.yes",
    "A.Yes",
    "a.text",
    "a.yes && true",
    "true && 'x'",
    "a.no || true",
    "unknown || true",
    "true || unknown",
    "true || false && false",
    "(true || false) && true",
    "a.text == 'main'",
    "a.text == 'MAIN'",
    "'it''s' == 'IT''S'",
    "a.text != 'x'",
    "a.one == 1",
    "1 == 1.0",
    "'' == null",
    "!a.no == true",
    "a.yes == true == true",
    # Operands, not their truth
    "(a.empty || 'x') == 'x'",
    "('x' && 'y') == 'y'",
    "('' && 'y') == ''",
    "('x' || 'y') == 'x'",
    "('x' || unknown) == 'x'",
    "(a.yes && 'production' || 'staging') == 'production'",
    "(a.no && 'production' || 'staging') == 'staging'",
    "!(unknown && false)",
]
FALSE = [
    "false",
    "False",
    "0",
    "-0",
    "0.0",
    "''",
    "null",
    "!true",
    "!'x'",
    "!a.yes",
    "a.no",
    "a.empty",
    "a.yes && false",
    "false && unknown",
    "unknown && false",
    "unknown && ''",
    "a.no || ''",
    "a.text == 'x'",
    "a.text != 'main'",
    "1 == 2",
    "null == 'x'",
    "('x' && 'y') == 'x'",
    "('x' || 'y') == 'y'",
    "(false || 0) && true",
    "(true)&&(!true)",
]
UNKNOWN = [
    "unknown",
    "!unknown",
    "unknown || false",
    "unknown && true",
    "unknown == 'x'",
    "unknown == unknown",
    "true == 1",
    "'1' == 1",
    "'' == 0",
    "'' == false",
    "null == 0",
    "'a' < 'b'",
    "1 < 2",
    "2 >= 1 && true",
    "(unknown && false) == false",
    "(unknown || 'x') == 'x'",
    "(unknown || 'x') != 'x'",
    "('x' || 'y') == true",
    "'\u212a' == 'k'",
    "a.text == 'ma\u0131n'",
    "contains('abc', 'b')",
    "startsWith('abc', 'a')",
    "format('{0}', 'x')",
    "fromJSON('true')",
    "a['yes']",
    "a.yes.b",
    "NaN",
    "Infinity",
    "0xff",
    "1e3",
    ".5",
    "true &",
    "true true",
    "(true",
    "true)",
    "()",
    "! ",
    "",
    "'x",
    '"x"',
    "true, true",
    "a.yes[",
    "${{ true }} && true",
    "x ${{ true }}",
    "true ~ true",
    "\u201ctrue\u201d",
]


@pytest.mark.parametrize("condition", TRUE)
def test_it_holds(condition: str) -> None:
    assert evaluate(condition, KNOWN.get) is True


@pytest.mark.parametrize("condition", FALSE)
def test_it_does_not_hold(condition: str) -> None:
    assert evaluate(condition, KNOWN.get) is False


@pytest.mark.parametrize("condition", UNKNOWN)
def test_in_doubt_neither_is_said(condition: str) -> None:
    assert evaluate(condition, KNOWN.get) is None


@pytest.mark.parametrize(
    "condition",
    ["(" * 50 + "true" + ")" * 50, " && ".join(["true"] * 2_000), "!" * 50 + "true"],
)
def test_a_long_condition_is_read(condition: str) -> None:
    assert evaluate(condition, KNOWN.get) is True


@pytest.mark.measures_time
@pytest.mark.parametrize(
    "opening", ["(", "!", "a[", "a(", "a[(", "true && ", "'' ", "${{ ", "! ", "\n", "a."]
)
def test_no_condition_takes_long_or_ends_the_run(opening: str) -> None:
    started = time.process_time()
    for length in (20_000, 200_000):
        assert evaluate((opening * length)[:length], KNOWN.get) is None
        assert after_failure((opening * length)[:length]) is not True
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("written", "inner"),
    [
        ("${{ true }}", "true"),
        ("  ${{ a && b }}  ", "a && b"),
        ("true", "true"),
        ("${{ a }} && ${{ b }}", "${{ a }} && ${{ b }}"),
        ("${{ a }}\n", "${{ a }}"),
        ("!${{ a }}", "!${{ a }}"),
    ],
)
def test_only_an_expression_around_the_whole_is_taken_off(written: str, inner: str) -> None:
    assert expression(written) == inner


def test_a_text_around_an_expression_holds_for_all_that_is_known() -> None:
    """`if: ${{ false }}` with a line end after it is a text, and a text holds."""
    assert not never(expression("${{ false }}\n"))
    assert after_failure(expression("${{ success() }}\n")) is None


# What a condition says of status


@pytest.mark.parametrize("condition", ["false", "0", "''", "!true", "x && false", "(false)"])
def test_it_never_holds(condition: str) -> None:
    assert never(condition)
    assert not always(condition)


@pytest.mark.parametrize("condition", ["", "true", "x", "failure()", "cancelled()", "!success()"])
def test_it_may_hold(condition: str) -> None:
    assert not never(condition)


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("", True),
        ("success()", True),
        ("always()", True),
        ("!cancelled()", True),
        ("!failure() && !cancelled()", True),
        ("success() || x", True),
        ("x", False),
        ("success() && x", False),
        ("failure()", False),
        ("false", False),
    ],
)
def test_where_all_went_well_it_holds(condition: str, holds: bool) -> None:
    assert always(condition) is holds


@pytest.mark.parametrize(
    ("condition", "late"),
    [
        ("failure()", True),
        ("cancelled()", True),
        ("!success()", True),
        ("failure() && x", True),
        ("failure() || cancelled()", True),
        ("", False),
        ("always()", False),
        ("failure() || x", False),
        ("failure('a')", False),
        ("x", False),
    ],
)
def test_it_holds_only_after_a_failure(condition: str, late: bool) -> None:
    assert only_after_failure(condition) is late


@pytest.mark.parametrize(
    ("condition", "asks_none"),
    [
        ("", True),
        ("x", True),
        ("'success()'", True),
        ("x == 'it''s always()'", True),
        ("a.success()", True),
        ("success", True),
        ("success()", False),
        ("ALWAYS ()", False),
        ("x || failure()", False),
        ("failure('a')", False),
        ("!cancelled(\n)", False),
    ],
)
def test_github_adds_success_where_no_status_is_asked(condition: str, asks_none: bool) -> None:
    assert asks_no_status(condition) is asks_none


@pytest.mark.parametrize(
    ("condition", "asks"),
    [
        ("", True),
        ("x", True),
        ("success()", True),
        ("x && success()", True),
        ("success() && x || success() && y", True),
        ("success() || x", False),
        ("always()", False),
        ("!failure()", False),
        ("!success()", False),
    ],
)
def test_a_job_asks_for_the_success_of_all_before(condition: str, asks: bool) -> None:
    assert asks_success(condition) is asks


@pytest.mark.parametrize(
    ("condition", "runs"),
    [
        ("", False),
        ("success()", False),
        ("x", False),
        ("!failure()", False),
        ("x && success()", False),
        ("always()", True),
        ("!cancelled()", True),
        ("failure()", True),
        ("!success()", True),
        ("success() != true", True),
        ("success() || x", None),
        ("always() && steps.x.outcome == 'success'", None),
        ("success('a')", None),
    ],
)
def test_a_step_runs_after_one_that_failed(condition: str, runs: bool | None) -> None:
    assert after_failure(condition) is runs


CONCLUSION = "github.event.workflow_run.conclusion"


@pytest.mark.parametrize(
    ("condition", "demanded"),
    [
        (f"{CONCLUSION} == 'success'", True),
        (f"{CONCLUSION} == 'SUCCESS'", True),
        (f"'success' == {CONCLUSION}", True),
        (f"{CONCLUSION} == 'success' && x", True),
        (f"!({CONCLUSION} != 'success')", True),
        (f"always() && {CONCLUSION} == 'success'", True),
        (f"(x || y) && {CONCLUSION} == 'success'", True),
        ("", False),
        ("x", False),
        (CONCLUSION, False),
        (f"{CONCLUSION} != 'failure'", False),
        (f"{CONCLUSION} == 'failure'", False),
        (f"{CONCLUSION} == 'success' || x", False),
        (f"{CONCLUSION} == 'success' || {CONCLUSION} == 'failure'", False),
        (f"{CONCLUSION} == 'success' || {CONCLUSION} == 'Skipped'", False),
        (f"{CONCLUSION} == 'success' || {CONCLUSION} == ''", False),
        (f"{CONCLUSION} == 'success' || {CONCLUSION} == null", False),
        (f"{CONCLUSION} == 'success' || !{CONCLUSION}", False),
        (f"{CONCLUSION} != 'failure' && {CONCLUSION} != 'cancelled'", False),
        (f"contains('success failure', {CONCLUSION})", False),
    ],
)
def test_a_condition_demands_a_value_only_if_no_other_will_do(
    condition: str, demanded: bool
) -> None:
    assert demands(condition, CONCLUSION, "success") is demanded


# What a job sees of one that it needs


def ended(result: str, *others: str, after: bool = False, sees: bool = False) -> Ended:
    return Ended(
        job="a",
        result=result,
        alone=not others,
        failed=True if after or result == "failure" else None,
        cancelled=result == "cancelled",
        sees_failure=sees,
    )


SEEN = [
    ("needs.a.result == 'failure'", ended("failure"), True),
    ("needs.A.result == 'success'", ended("failure"), False),
    ("needs.b.result == 'success'", ended("failure", "b"), None),
    ("needs.a.outputs.x", ended("failure"), None),
    ("failure()", ended("failure"), True),
    ("failure()", ended("skipped"), None),  # another job may have failed
    ("failure()", ended("skipped", after=True), True),
    ("cancelled()", ended("cancelled"), True),
    ("success()", ended("skipped"), False),
    ("contains(needs.*.result, 'failure')", ended("failure", "b"), True),
    ("contains( needs.*.result , 'FAILURE' )", ended("failure"), True),
    ("contains(join(needs.*.result, ','), 'failure')", ended("failure", "b"), True),
    ("contains(toJSON(needs.*.result), 'failure')", ended("failure", "b"), True),
    ("contains(needs.*.result, 'failure')", ended("skipped"), False),
    ("contains(needs.*.result, 'failure')", ended("skipped", "b"), None),
    ("contains(needs.*.result, 'failure')", ended("skipped", "b", after=True, sees=True), True),
    ("contains(needs.*.result, 'success')", ended("failure"), False),
    ("contains(needs.*.result, 'success')", ended("failure", "b"), None),
    ("contains(needs.*.result, 'fail')", ended("failure"), False),
    ("contains(join(needs.*.result), 'fail')", ended("failure"), True),
    ("contains(needs.a.result, 'failure')", ended("failure"), None),
]


@pytest.mark.parametrize(("condition", "end", "holds"), SEEN)
def test_a_job_sees_how_one_that_it_needs_has_ended(
    condition: str, end: Ended, holds: bool | None
) -> None:
    assert evaluate(condition, end.job_level) is holds


def test_the_status_that_a_step_sees_is_that_of_its_own_job() -> None:
    assert evaluate("success()", ended("failure").step_level) is True
    assert evaluate("failure()", ended("failure").step_level) is False
    assert evaluate("needs.a.result == 'failure'", ended("failure").step_level) is True
