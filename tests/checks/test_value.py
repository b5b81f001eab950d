"""The comparators: each says what was expected and in what small thing a value differs, never what it is."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from checks.judging import finding_of, said
from deploy_checklist.checks.value import KEYS, Params, compare, judge_value
from deploy_checklist.outcome import Outcome
from fakes import world

HOLDS = [
    ("equals", "eu-west-1", "eu-west-1"),
    ("equals", 3000, "3000"),
    ("equals", 1.1, "1.10"),
    ("equals", True, "true"),
    ("equals", True, True),
    ("equals", 5, 5.0),
    ("equals", None, None),
    ("one_of", ["stripe", "paynow"], "paynow"),
    ("one_of", "stripe", "stripe"),
    ("not_one_of", ["debug", "trace"], "info"),
    ("not_one_of", ["8080", "1"], 8081),
    ("not_one_of", ["1", 1], True),
    ("not_one_of", ["7"], "007"),
    ("matches", "(sk|rk)_live_.+", "rk_live_x"),
    ("matches", r"\*\d{2,5}(\*\d{1,6})*#", "*123*4#"),
    ("matches", "(?i)yes|no", "NO"),
    ("matches", "[0-9]+", 42),
    ("contains", "needle", "hay needle hay"),
    ("contains", ["a", "b"], "b, c\na"),
    ("contains", ["a", 1], '["a", 1]'),
    ("contains", ["a"], ["a", "b"]),
    ("contains", "a", {"a": 1}),
    ("above", 0, "0.01"),
    ("at_least", 4, 4),
    ("below", 10, "-3"),
    ("at_most", 2, "2.0"),
    ("min_length", 3, "abc"),
    ("min_length", 2, [1, 2]),
    ("exists", True, ""),
    ("exists", False, None),
    ("empty", True, []),
    ("empty", True, None),
    ("empty", False, "x"),
    ("each", {"above": 0}, [1, 2.5]),
    ("each", {"one_of": ["x", "y"]}, {"a": "x", "b": "y"}),
]
DIFFERS = [
    (
        "equals",
        "Production",
        "production",
        "differs from `Production` only in upper and lower case",
    ),
    (
        "equals",
        "https://a.example",
        "https://a.example/",
        "differs from `https://a.example` only in a trailing slash",
    ),
    ("equals", "abc", "abc ", "differs from `abc` only in white space at its start or end"),
    ("equals", "abc", "'abc'", "differs from `abc` only in the quotes around it"),
    (
        "equals",
        "abc",
        "ABC/",
        "differs from `abc` only in a trailing slash and upper and lower case",
    ),
    ("equals", "abc", "xyz", "is not `abc`"),
    ("equals", True, "True", "is not `true`"),
    ("equals", True, 1, "is not `true`"),
    ("equals", 1, True, "is not `1`"),
    ("equals", "5", 5, "is not `5`"),
    ("equals", "https://user:pw@a.example", "b", "is not `…`"),
    ("one_of", ["a", "sk_live_51HqR2x9Kq"], "b", "is not one of a, …"),
    ("equals", "abc", None, "is missing"),
    (
        "one_of",
        ["stripe", "paynow"],
        "Stripe",
        "is not one of stripe, paynow (it differs from one only in upper and lower case)",
    ),
    ("one_of", ["stripe", "paynow"], "adyen", "is not one of stripe, paynow"),
    ("not_one_of", ["debug", "trace"], "debug", "has a value that the rule forbids"),
    ("not_one_of", ["debug"], None, "is missing"),
    ("not_one_of", ["8080"], 8080, "has a value that the rule forbids"),
    ("not_one_of", ["8080"], 8080.0, "has a value that the rule forbids"),
    ("not_one_of", [8080], "8080.0", "has a value that the rule forbids"),
    ("not_one_of", ["true"], True, "has a value that the rule forbids"),
    ("not_one_of", [False], "false", "has a value that the rule forbids"),
    ("matches", "sk_.+", "xsk_1", "does not match `sk_.+`"),
    ("matches", "a", "a\n", "does not match `a`"),
    ("matches", "a", ["a"], "is not a text or a number"),
    ("contains", "needle", "hay", "does not contain `needle`"),
    ("contains", ["a", "d"], "a,b,c", "lacks d"),
    ("contains", ["a"], 5, "is not a list"),
    ("above", 0, "0", "is not above 0"),
    ("above", 0, "free", "is not a number"),
    ("above", 0, True, "is not a number"),
    ("above", 0, "1_0", "is not a number"),
    ("above", 0, "١", "is not a number"),
    ("above", 0, "NaN", "is not a number"),
    ("at_least", 4.5, 4, "is not at least 4.5"),
    ("below", 1, "1", "is not below 1"),
    ("at_most", 1, "1.5", "is not at most 1"),
    ("min_length", 9, "abc", "has fewer than 9 characters"),
    ("min_length", 2, [1], "has fewer than 2 entries"),
    ("exists", True, None, "is missing"),
    ("exists", False, 0, "exists, but must not"),
    ("empty", True, "x", "is not empty"),
    ("empty", False, [], "is empty"),
    ("each", {"above": 0}, [], "is empty, so there is no entry to check"),
    ("each", {"above": 0}, "5", "is not a list"),
    ("each", {"above": 0}, [1, 0, "x"], "entry 2 is not above 0; entry 3 is not a number"),
    (
        "each",
        {"above": 0},
        [0] * 5,
        "entry 1 is not above 0; entry 2 is not above 0; entry 3 is not above 0; 2 more",
    ),
]


@pytest.mark.parametrize(("key", "expected", "value"), HOLDS)
def test_a_value_that_is_as_the_rule_says_passes(key: str, expected: object, value: object) -> None:
    assert compare(Params(**{key: expected}), value) == ()


@pytest.mark.parametrize(("key", "expected", "value", "phrase"), DIFFERS)
def test_a_value_that_is_not_says_how_it_differs(
    key: str, expected: object, value: object, phrase: str
) -> None:
    assert compare(Params(**{key: expected}), value) == (phrase,)


def test_every_comparator_is_in_both_tables() -> None:
    by_variable = {"equals_env", "differs_from"}
    assert (
        {key for key, *_ in HOLDS} | by_variable
        == set(KEYS)
        == {key for key, *_ in DIFFERS} | by_variable
    )


def test_all_comparators_must_hold_and_each_difference_is_reported_once() -> None:
    params = Params(above=0, at_most=10, matches="[0-9]+")
    assert judge_value(params, "5").message == "matches the rule's pattern, above 0, at most 10"
    assert judge_value(params, "x").message == "does not match `[0-9]+`; is not a number"


def test_one_comparator_of_a_rule_is_judged_under_its_own_name() -> None:
    finding = finding_of("one_of", ["stripe", "paynow"], around=world({"NAME": "adyen"}))
    assert (finding.outcome, finding.message) == (Outcome.FAIL, "is not one of stripe, paynow")
    assert finding.remedy == "gh variable set NAME --env production"
    assert (
        finding_of("one_of", ["stripe", "paynow"], around=world({"NAME": "stripe"})).message
        == "one of stripe, paynow"
    )


def test_an_empty_variable_is_missing_and_one_not_passed_is_unknown() -> None:
    assert finding_of("exists", True, around=world({"NAME": ""})).outcome is Outcome.FAIL
    assert finding_of("exists", False, around=world({"NAME": ""})).outcome is Outcome.PASS
    assert finding_of("exists", False).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("key", "own", "other", "outcome", "message"),
    [
        ("equals_env", "same", "same", Outcome.PASS, "equals OTHER"),
        ("equals_env", "one", "two", Outcome.FAIL, "differs from OTHER"),
        ("equals_env", "one", "", Outcome.FAIL, "cannot be compared: OTHER is empty"),
        ("differs_from", "one", "two", Outcome.PASS, "differs from OTHER"),
        ("differs_from", "same", "same", Outcome.FAIL, "is the same as OTHER"),
        (
            "differs_from",
            "one",
            "",
            Outcome.FAIL,
            "cannot be compared: OTHER is empty",
        ),
        ("equals_env", "\udcff", "\udcfe", Outcome.FAIL, "differs from OTHER"),
        ("equals_env", "one", "$X", Outcome.FAIL, "differs from OTHER"),
        (
            "differs_from",
            "one",
            "$X",
            Outcome.FAIL,
            "cannot be compared: OTHER is a variable or a command that was not expanded",
        ),
    ],
)
def test_two_variables_are_compared_and_neither_is_shown(
    key: str, own: str, other: str, outcome: Outcome, message: str
) -> None:
    finding = finding_of(key, "OTHER", around=world({"NAME": own, "OTHER": other}), secret=True)
    if outcome is Outcome.PASS:
        message = "satisfies the rule"
    assert (finding.outcome, finding.message) == (outcome, message)


def test_a_comparison_with_a_variable_that_was_not_passed_is_unknown() -> None:
    finding = finding_of("differs_from", "OTHER", around=world({"NAME": "x"}))
    assert (finding.outcome, finding.message) == (
        Outcome.UNKNOWN,
        "OTHER was not passed to this step",
    )


def test_the_message_does_not_show_even_a_small_difference_of_a_secret() -> None:
    finding = finding_of("equals", "Abcdefgh", around=world({"NAME": "abcdefgh"}), secret=True)
    assert finding.message == "is not `Abcdefgh`"


def test_the_value_of_a_repository_file_is_shown_on_request() -> None:
    assert judge_value(Params(above=0), 0, show=True).message == "is not above 0: it is `0`"


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ({"matches": "(?=a)b"}, "look-around"),
        ({"matches": "(?<!a)b"}, "look-around"),
        ({"matches": r"(a)\1"}, "back-reference"),
        ({"matches": "("}, "Rust"),
        ({"matches": "a)|(b"}, "Rust"),
        ({"matches": "(?x)a # b"}, "Rust"),
        ({"matches": "(a{1000}){1000}"}, "too large"),
        ({}, "at least one comparator"),
        ({"each": {}}, "at least one comparator"),
        ({"one_of": []}, "at least 1"),
        ({"equals_env": None}, "string"),
        ({"equals_env": "two words"}, "pattern"),
        ({"above": "x"}, "number"),
        ({"above": float("nan")}, "finite"),
        ({"equal": "x"}, "not permitted"),
        ({"min_length": 0}, "greater"),
    ],
)
def test_a_comparator_that_makes_no_sense_is_a_fault_at_load(
    written: dict[str, Any], why: str
) -> None:
    with pytest.raises(ValidationError, match=why):
        Params(**written)


def test_the_engines_own_words_are_not_in_the_fault() -> None:
    with pytest.raises(ValidationError) as caught:
        Params(matches="needle(")
    assert "needle" not in str(caught.value)
    assert "SchemaError" not in str(caught.value)


@pytest.mark.measures_time
def test_an_expression_that_explodes_elsewhere_takes_no_time() -> None:
    started = time.process_time()
    assert compare(Params(matches="(a+)+$"), "a" * 1_048_576 + "b") == ("does not match `(a+)+$`",)
    assert time.process_time() - started < 0.5


def test_a_list_that_is_a_million_brackets_deep_is_text() -> None:
    assert compare(Params(contains=["x"]), "[" * 1_048_576) == ("lacks x",)


_PLAIN = st.text(alphabet=st.characters(exclude_characters="§"), max_size=20)
_HELD = st.text(min_size=1).map(
    lambda text: f"§{text}§"
)  # shares no character with a rule by chance
_SCALAR = st.one_of(
    _PLAIN, st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False)
)
_WRITTEN = st.one_of(
    st.fixed_dictionaries({"equals": _SCALAR}),
    st.fixed_dictionaries({"one_of": st.lists(_SCALAR, min_size=1, max_size=3)}),
    st.fixed_dictionaries({"not_one_of": st.lists(_SCALAR, min_size=1, max_size=3)}),
    st.fixed_dictionaries({"contains": st.lists(_PLAIN.filter(bool), min_size=1, max_size=3)}),
    st.fixed_dictionaries({"above": st.integers(), "min_length": st.integers(1, 99)}),
    st.fixed_dictionaries({"matches": st.sampled_from(["[0-9]+", ".*", "(a|b)*", "sk_.+"])}),
    st.fixed_dictionaries({"equals_env": st.just("OTHER"), "differs_from": st.just("OTHER")}),
)


@settings(max_examples=300)
@given(written=_WRITTEN, value=_HELD, other=_HELD, secret=st.booleans())
def test_no_value_is_shown(written: dict[str, Any], value: str, other: str, secret: bool) -> None:
    around = world({"NAME": value, "OTHER": other})
    shown = "\n".join(
        said(finding_of(key, arg, around=around, secret=secret)) for key, arg in written.items()
    )
    assert value not in shown
    assert other not in shown


@pytest.mark.parametrize("key", ["equals", "one_of", "not_one_of", "contains"])
@given(value=_HELD, secret=st.booleans())
def test_not_even_one_that_the_rule_itself_holds(key: str, value: str, secret: bool) -> None:
    assert value not in said(finding_of(key, value, around=world({"NAME": value}), secret=secret))


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_what_is_not_a_finite_number_is_above_and_below_nothing(number: float) -> None:
    """JSON and TOML can spell them."""
    for key in ("above", "below", "at_least", "at_most"):
        assert compare(Params.model_validate({key: 0}), number) == ("is not a number",)
    assert compare(Params(equals=0), number) == ("is not `0`",)


def test_a_number_of_hundreds_of_digits_is_compared_as_a_number() -> None:
    assert compare(Params(above=0), 10**400) == ()
    assert compare(Params(below=0), 10**400) == ("is not below 0",)
    assert compare(Params(equals=0), 10**400) == ("is not `0`",)


def test_a_list_is_not_none_of_those_it_must_not_be() -> None:
    """Whatever were in it would pass."""
    assert compare(Params(not_one_of=("test",)), ["test"]) == ("is not a single value",)


@pytest.mark.parametrize(
    ("own", "other", "phrases"),
    [
        (8080, "8080", ("is the same as OTHER",)),
        (8080.0, "8080", ("is the same as OTHER",)),
        (8080, "8080.0", ("is the same as OTHER",)),
        (True, "true", ("is the same as OTHER",)),
        ("8080", "8080", ("is the same as OTHER",)),
        (8081, "8080", ()),
        ("007", "7", ()),  # two texts are the same or not
        (True, "1", ()),
        (["8080"], "8080", ("is not a single value",)),
        ({"port": "8080"}, "8080", ("is not a single value",)),
    ],
)
def test_a_document_s_number_differs_from_no_other_spelling_of_it(
    own: object, other: str, phrases: object
) -> None:
    """What must not be the same is asked of what is meant: a variable has but text for a number."""
    assert compare(Params(differs_from="OTHER"), own, {"OTHER": other}) == phrases
