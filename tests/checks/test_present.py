"""`present`: every way in which a value is not really there is told apart, and none is shown."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.judging import finding_of, said
from deploy_checklist.checks.present import fault_of
from deploy_checklist.outcome import Outcome
from fakes import job, shell, world

NOT_PRESENT = [
    ("", "is empty"),
    ("  \t", "is blank: it contains only white space"),
    ("\n", "is blank: it contains only white space"),
    ("\u200b", "is blank: it contains only white space"),
    *(
        (blank, "is blank: it contains only white space")
        for blank in ("\u3164", "\u2800", "\u180e", "\u115f \u1160")
    ),
    *(
        (blank, "is blank: it contains only white space")
        for blank in (
            "\ufe0f",
            "\U000e0020",
            "\u202e",
            "\x00\x07",
            "\u061c \ufe00",
            "\U000e0100",
            "\u200b \u200b",
        )
    ),
    *(
        (f"{sign}value", "begins with an invisible character")
        for sign in ("\ufe0f", "\U000e0041", "\u200e", "\x1b")
    ),
    *(
        (f"value{sign}", "ends with an invisible character")
        for sign in ("\ufe0f", "\U000e007f", "\u202c", "\x7f")
    ),
    ("value\u200b ", "ends with white space"),
    (" value", "begins with white space"),
    ("value ", "ends with white space"),
    ("value\n", "ends with a newline"),
    ("value\r\n", "ends with a newline"),
    ("\nvalue", "begins with a newline"),
    ("\ufeffvalue", "begins with an invisible character"),
    ("value\u200b", "ends with an invisible character"),
    ('"value"', "is in quotes, which are part of the value here"),
    ("'value'", "is in quotes, which are part of the value here"),
    ("changeme", "is a placeholder word, not a value"),
    ("CHANGE_ME", "is a placeholder word, not a value"),
    ("change-me!", "is a placeholder word, not a value"),
    ("TODO", "is a placeholder word, not a value"),
    ("tbd", "is a placeholder word, not a value"),
    ("null", "is a word for a missing value, not a value"),
    ("undefined", "is a word for a missing value, not a value"),
    ("none", "is a word for a missing value, not a value"),
    ("your-api-key", "is a placeholder: it begins with your-"),
    ("YOUR_KEY_HERE", "is a placeholder: it begins with your-"),
    ("<api key>", "is a placeholder in angle brackets"),
    ("xxxx", "is a placeholder: a row of x"),
    ("***", "is only asterisks: a masked value, copied from a log"),
    (
        "${{ secrets.KEY }}",
        "contains an expression that was not expanded (a dollar sign and braces)",
    ),
    (
        "https://${{ vars.HOST }}/x",
        "contains an expression that was not expanded (a dollar sign and braces)",
    ),
    ("${HOST}", "contains an expression that was not expanded (a dollar sign and braces)"),
    (
        "https://${HOST:-acme}/x",
        "contains an expression that was not expanded (a dollar sign and braces)",
    ),
    *(
        (text, "contains an expression that was not expanded (a dollar sign and braces)")
        for text in (
            "${secrets.STRIPE}",
            "sk_${env.STRIPE_LIVE-x}",
            "${STRIPE_LIVE_KEY[0]}",
            "${KEYS[@]}",
            "${KEYS[0]:-a}",
            "${#KEY}",
            "${!KEY}",
            "${KEY#pre}",
            "${KEY%/*}",
            "${KEY/a/b}",
            "${KEY^^}",
            "${KEY,,}",
            "${KEY:0:4}",
        )
    ),
    ("{{ key }}", "is a template that was not filled in"),
    ("NAME", "is its own name, not a value"),
    (
        "NAME=value",
        "is a whole line of an env file: it begins with its own name and an equals sign",
    ),
]
PRESENT = [
    "0",
    "no",
    "false",
    "a",
    "stripe",
    "xx",
    "yours",
    "nullable",
    "p@$$w{o}rd",
    "pa${}ss",
    "pa${1}ss",
    "pa${a b}ss",
    "shop ❤️",  # its last sign chooses the heart's drawing
    "$5",
    "a<b>",
    "x" + "é",
    "NAMED",
]


@pytest.mark.parametrize(("value", "message"), NOT_PRESENT)
def test_a_value_that_is_not_really_there_fails_and_says_why(value: str, message: str) -> None:
    finding = finding_of("present", True, around=world({"NAME": value}), secret=True)
    assert (finding.outcome, finding.message) == (Outcome.FAIL, message)
    assert finding.remedy == "gh secret set NAME --env production"


@pytest.mark.parametrize("value", PRESENT)
def test_any_other_value_is_present(value: str) -> None:
    finding = finding_of("present", True, around=world({"NAME": value}))
    assert (finding.outcome, finding.message) == (Outcome.PASS, "present in this job")


def test_a_variable_is_set_with_gh_variable() -> None:
    finding = finding_of("present", True, around=world({"NAME": ""}), environment=None)
    assert finding.remedy == "gh variable set NAME"


def test_not_passed_is_unknown_and_shows_the_line_to_paste() -> None:
    finding = finding_of("present", True, subject="PAYMENT_API_KEY")
    assert finding.outcome is Outcome.UNKNOWN
    assert finding.message == "PAYMENT_API_KEY was not passed to this step"
    assert finding.remedy == (
        "add this line to the step's `env:` block: `PAYMENT_API_KEY: ${{ secrets.PAYMENT_API_KEY }}`"
    )


def test_a_plain_variable_is_passed_from_vars() -> None:
    assert "`PAYMENT_PROVIDER: ${{ vars.PAYMENT_PROVIDER }}`" in (
        finding_of("present", True, subject="PAYMENT_PROVIDER").remedy or ""
    )


def test_withheld_is_unknown_whatever_is_there() -> None:
    finding = finding_of(
        "present", True, around=world(variables=job({"NAME": "old"}, withheld=True))
    )
    assert finding.outcome is Outcome.UNKNOWN
    assert finding.message == "GitHub withholds NAME from this run (a fork, or Dependabot)"


def test_on_a_laptop_not_set_is_judged_like_empty() -> None:
    finding = finding_of("present", True, around=world(variables=shell()))
    assert (finding.outcome, finding.message) == (Outcome.FAIL, "is not set")


@pytest.mark.parametrize(
    "name", ["PATH", "HOME", "CI", "GITHUB_SHA", "RUNNER_OS", "INPUT_X", "PYTHON_VERSION"]
)
def test_what_the_runner_sets_itself_is_not_evidence(name: str) -> None:
    finding = finding_of("present", True, subject=name, around=world({name: "x"}))
    assert finding.outcome is Outcome.UNKNOWN
    assert finding.message == f"the runner sets {name} itself, so your team's value is not known"


@pytest.mark.parametrize(
    "piece",
    [
        "${a:",
        "${a.",
        "${a[",
        "${a[0].",
        "${a",
        "\ufe0f",
        "\U000e0020",
        " \x00",
        "${{",
        "<%",
        "{{",
        "your-",
        " \u200b",
        "x",
        "'",
    ],
)
def test_a_megabyte_is_judged_at_once(piece: str) -> None:
    fault_of("a" + piece * (1_048_576 // len(piece)), "NAME")


@given(st.text(min_size=8))
def test_no_value_is_shown(value: str) -> None:
    shown = said(finding_of("present", True, around=world({"NAME": value})))
    assert value not in shown or value.casefold() in {
        "changeme",
        "undefined",
        "replaceme",
        "placeholder",
    }


@pytest.mark.parametrize("name", ["a; rm -rf .", "Production EU", "$(id)", "x\n::error::y", "***"])
def test_an_environments_name_is_one_word_of_the_command(name: str) -> None:
    """The command is typed as it stands, and GitHub's names of environments may have blanks."""
    remedy = finding_of("present", True, around=world({"NAME": ""}), environment=name).remedy
    assert shlex.split(remedy or "") == ["gh", "variable", "set", "NAME", "--env", name]
