"""A `when:` holds, does not hold, or cannot be known; what cannot be known is never taken for a no."""

from __future__ import annotations

from itertools import product

import pytest

from deploy_checklist.rules.conditions import evaluate, yes_or_no
from deploy_checklist.rules.model import Condition
from rules.written import TWO, clauses, rules

YES, NO, UNKNOWN = True, False, "P was not handed over"


def when(written: str) -> Condition:
    facts = "facts: {a: {env: A}, b: {env: B}}\n"
    [clause] = clauses(rules(f"{TWO}{facts}items: {{KEY: {{when: {written}}}}}", "staging"), "KEY")
    assert clause.when is not None
    return clause.when


@pytest.mark.parametrize(
    ("written", "a", "b", "holds"),
    [
        ("a", YES, NO, True),
        ("a", NO, YES, False),
        ("a", UNKNOWN, YES, UNKNOWN),
        ("not a", YES, NO, False),
        ("not a", NO, NO, True),
        ("not a", UNKNOWN, NO, UNKNOWN),
        ("[a, b]", YES, YES, True),
        ("[a, b]", YES, NO, False),
        ("[a, b]", UNKNOWN, NO, False),
        ("[a, b]", YES, UNKNOWN, UNKNOWN),
        ("[a, not b]", YES, NO, True),
        ("{any_of: [a, b]}", NO, YES, True),
        ("{any_of: [a, b]}", NO, NO, False),
        ("{any_of: [a, b]}", UNKNOWN, YES, True),
        ("{any_of: [a, b]}", UNKNOWN, NO, UNKNOWN),
        ("[{any_of: [a, b]}, staging]", YES, NO, True),
        ("{any_of: [[a, b], production]}", YES, NO, False),
        ("staging", NO, NO, True),
        ("not staging", NO, NO, False),
        ("production", NO, NO, False),
    ],
)
def test_what_a_condition_comes_to(
    written: str, a: bool | str, b: bool | str, holds: bool | str
) -> None:
    assert evaluate(when(written), {"a": a, "b": b}, "staging") == holds


@pytest.mark.parametrize(
    "written", ["[a, b]", "{any_of: [a, b]}", "[a, not b]", "{any_of: [not a, b]}"]
)
def test_an_answer_given_without_knowing_everything_is_right_however_the_rest_turns_out(
    written: str,
) -> None:
    condition = when(written)
    for a, b in product((YES, NO, UNKNOWN), repeat=2):
        answer = evaluate(condition, {"a": a, "b": b}, "staging")
        possible = {
            evaluate(condition, {"a": x, "b": y}, "staging")
            for x, y in product((YES, NO), repeat=2)
            if a in (x, UNKNOWN) and b in (y, UNKNOWN)
        }
        assert possible == {answer} if isinstance(answer, bool) else possible == {True, False}


def test_a_fact_that_was_not_checked_is_unknown() -> None:
    assert evaluate(when("a"), {}, "staging") == "a was not checked"


def test_where_no_environment_is_named_a_condition_on_one_is_unknown() -> None:
    assert evaluate(when("not staging"), {}, None) == "no environment was named"


@pytest.mark.parametrize(
    ("text", "answer"),
    [(text, True) for text in ("true", "1", "yes", "on", "TRUE", "On")]
    + [(text, False) for text in ("false", "0", "no", "off", "FALSE")]
    + [(text, None) for text in ("", " true", "2", "y", "enabled", "nope")],
)
def test_yes_and_no_have_four_words_each(text: str, answer: bool | None) -> None:
    assert yes_or_no(text) is answer
