"""`absent`: passes only where it was seen that no value is there."""

from __future__ import annotations

import pytest

from checks.judging import finding_of
from deploy_checklist.outcome import Outcome
from fakes import shell, world


def test_a_value_fails_and_is_not_shown() -> None:
    finding = finding_of("absent", True, around=world({"NAME": "debug-please"}))
    assert (finding.outcome, finding.message) == (Outcome.FAIL, "is set, but must not be")
    assert finding.remedy == "gh variable delete NAME --env production"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("None", "a word for a missing value"),
        ("null", "a word for a missing value"),
        ("-", "no letter and no digit"),
        ("changeme", "a placeholder word"),
        (" ", "blank"),
        ("$DEBUG", "not expanded"),
    ],
)
def test_what_is_not_a_value_for_people_may_be_one_for_a_program(value: str, said: str) -> None:
    finding = finding_of("absent", True, around=world({"NAME": value}))
    assert finding.outcome is Outcome.FAIL
    assert finding.message.startswith("is set, but must not be (it ")
    assert said in finding.message
    assert finding.message.endswith(", but a program may still use it)")


@pytest.mark.parametrize("value", ["0", "false", "off"])
def test_a_value_that_turns_something_off_is_not_absent(value: str) -> None:
    finding = finding_of("absent", True, around=world({"NAME": value}))
    assert (finding.outcome, finding.message) == (Outcome.FAIL, "is set, but must not be")


def test_a_variable_that_is_passed_but_empty_passes() -> None:
    finding = finding_of("absent", True, around=world({"NAME": ""}))
    assert (finding.outcome, finding.message) == (Outcome.PASS, "not set in this job")


def test_not_passed_is_unknown_in_the_action() -> None:
    assert finding_of("absent", True).outcome is Outcome.UNKNOWN


def test_not_set_passes_on_a_laptop() -> None:
    finding = finding_of("absent", True, around=world(variables=shell()))
    assert (finding.outcome, finding.message) == (Outcome.PASS, "not set in this shell")


@pytest.mark.parametrize("name", ["CI", "GITHUB_TOKEN"])
def test_the_runners_own_names_are_unknown(name: str) -> None:
    assert finding_of("absent", True, subject=name).outcome is Outcome.UNKNOWN
