"""`secret`: present, and not certainly unfit; GitHub's metadata stands in for a value that was not handed over."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from checks.judging import OLD, finding_of, said
from deploy_checklist.outcome import Outcome, Unobservable
from deploy_checklist.world.ports import SecretDate
from fakes import NOW, FakeGitHub, job, world


def jwt(claims: object) -> str:
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"eyJhbGciOiJIUzI1NiJ9.{payload}.c2lnbmF0dXJl"


UNFIT = [
    ("abc", "is too short to be a secret"),
    ("1234567", "is too short to be a secret"),
    ("password", "is a word, not a secret"),
    ("Secret", "is a word, not a secret"),
    ("none", "is a word for a missing value, not a value"),
    ("my-super-secret-key", "only describes a secret: it is an example"),
    ("aaaaaaaaaaaa", "is one character repeated"),
    ("00000000-0000-0000-0000-000000000000", "is a sequence of consecutive characters"),
    ("0123456789abcdef0123456789abcdef", "is a sequence of consecutive characters"),
    ("00112233445566778899aabbccddeeff", "is a sequence of consecutive characters"),
    ("12345678", "is a sequence of consecutive characters"),
    ("hgfedcba", "is a sequence of consecutive characters"),
    ("pk_live_51Habcdefgh", "is a publishable key, not a secret key"),
    (jwt({"exp": NOW.timestamp() - 1}), "is a token (JWT) that has expired"),
    ("changeme", "is a placeholder word, not a value"),
    ("a good one really\n", "ends with a newline"),
    ("", "is empty"),
]
FIT = [
    "s3cr3t-enough",
    "sk_live_51Habcdefgh",
    jwt({"exp": NOW.timestamp() + 60}),
    jwt({}),
    jwt([]),
    "eyJhbGci.!.x",
    f"eyJhbGci.{base64.urlsafe_b64encode(b'[' * 30_000).decode()}.x",
]


@pytest.mark.parametrize(("value", "message"), UNFIT)
def test_what_certainly_is_not_a_secret_fails(value: str, message: str) -> None:
    finding = finding_of("secret", True, around=world({"NAME": value}), secret=True)
    assert (finding.outcome, finding.message) == (Outcome.FAIL, message)
    assert finding.remedy == "gh secret set NAME --env production"


@pytest.mark.parametrize("value", FIT)
def test_anything_else_may_be_one(value: str) -> None:
    finding = finding_of("secret", True, around=world({"NAME": value}), secret=True)
    assert (finding.outcome, finding.message) == (Outcome.PASS, "present in this job")


def listed(level: str) -> FakeGitHub:
    return FakeGitHub(secrets={"NAME": SecretDate(name="NAME", level=level, updated_at=NOW)})


def test_its_name_among_the_environments_secrets_will_do() -> None:
    finding = finding_of("secret", True, around=world(github=listed("environment")))
    assert (finding.outcome, finding.notices) == (Outcome.PASS, ())
    assert finding.message == "set in environment production; its value was not checked"


@pytest.mark.parametrize("level", ["repository", "organization"])
def test_a_wider_secret_passes_with_a_notice(level: str) -> None:
    finding = finding_of("secret", True, around=world(github=listed(level)))
    assert finding.outcome is Outcome.PASS
    assert finding.notices == (f"is a secret of the whole {level}, not of environment production",)


def test_a_name_that_github_does_not_list_fails() -> None:
    finding = finding_of("secret", True, around=world(github=FakeGitHub()), secret=True)
    assert finding.outcome is Outcome.FAIL
    assert (
        finding.message
        == "was not passed to the step, and environment production has no secret of that name"
    )


def test_github_is_asked_only_for_what_was_not_passed() -> None:
    github = listed("environment")
    finding_of("secret", True, around=world({"NAME": "s3cr3t-enough"}, github=github))
    finding_of("secret", True, around=world({"NAME": ""}, github=github))
    assert github.asked == []
    finding_of("secret", True, around=world(github=github))
    assert github.asked == [("NAME", "production")]


def test_empty_is_not_excused_by_the_metadata() -> None:
    assert (
        finding_of("secret", True, around=world({"NAME": ""}, github=listed("environment"))).outcome
        is Outcome.FAIL
    )


def test_unreadable_metadata_is_unknown_and_names_both() -> None:
    github = FakeGitHub(
        trouble=Unobservable("the token may not read secrets", "give `metadata-token`")
    )
    finding = finding_of("secret", True, around=world(github=github))
    assert finding.outcome is Outcome.UNKNOWN
    assert finding.message == "NAME was not passed to this step, and the token may not read secrets"
    assert finding.remedy == (
        "give `metadata-token`; or add this line to the step's `env:` block: "
        "`NAME: ${{ secrets.NAME }}`"
    )


def test_without_github_it_is_unknown() -> None:
    assert finding_of("secret", True).outcome is Outcome.UNKNOWN


def test_a_withheld_secret_may_be_vouched_for_by_the_metadata() -> None:
    around = world(variables=job(withheld=True), github=listed("environment"))
    assert finding_of("secret", True, around=around).outcome is Outcome.PASS


@pytest.mark.parametrize("value", ["s3cr3t-enough", "password", ""])
def test_in_a_rerun_a_notice_says_that_the_value_may_be_old(value: str) -> None:
    """And nothing else: the outcome is that of the value."""
    first = finding_of("secret", True, around=world(variables=job({"NAME": value})))
    again = finding_of(
        "secret", True, around=world(variables=job({"NAME": value}, may_be_old=True))
    )
    assert first.notices == ()
    assert again == replace(first, notices=(OLD,))


def test_in_a_rerun_github_tells_the_present_date() -> None:
    around = world(variables=job(may_be_old=True), github=listed("environment"))
    assert finding_of("secret", True, around=around).notices == ()


def test_the_runners_own_names_are_never_looked_up() -> None:
    github = listed("environment")
    finding = finding_of(
        "secret", True, subject="GITHUB_TOKEN", around=world({"GITHUB_TOKEN": "x"}, github=github)
    )
    assert (finding.outcome, github.asked) == (Outcome.UNKNOWN, [])


@given(st.text(min_size=4))
def test_neither_the_secret_nor_its_length_is_shown(value: str) -> None:
    shown = said(finding_of("secret", True, around=world({"NAME": value}), secret=True))
    words = {"change", "changeme", "secret", "token", "todo", "null"}
    words |= {"placeholder", "prod", "short"}  # parts of what is said of them
    assert value not in shown or value in "present in this job" or value.casefold() in words
    assert not any(char.isdigit() for char in shown)
