"""`rotated_within`: the age by the secret's store, its date shown because it is no part of the secret."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from pydantic import ValidationError

from checks.judging import OLD, finding_of
from deploy_checklist.checks import rotated_within
from deploy_checklist.checks.base import Needs
from deploy_checklist.checks.rotated_within import Params
from deploy_checklist.outcome import Finding, Outcome, Unobservable
from deploy_checklist.world.ports import SecretDate
from fakes import NOW, FakeGitHub, job, shell, world


def dated(date: str, written: object = "90d") -> Finding:
    return finding_of(
        "rotated_within", written, around=world({"NAME_ROTATED_AT": date}), secret=True
    )


def store(days: float, level: str = "environment") -> FakeGitHub:
    at = NOW - timedelta(days=days)
    return FakeGitHub(secrets={"NAME": SecretDate(name="NAME", level=level, updated_at=at)})


def test_too_old_says_how_old_when_and_the_limit() -> None:
    finding = dated("2026-07-27")
    assert finding.outcome is Outcome.FAIL
    assert finding.message == "was rotated 118 days ago, on 2026-07-27; the limit is 90"
    assert finding.remedy == (
        "gh secret set NAME --env production, then gh variable set NAME_ROTATED_AT --env production"
    ), "a new value alone would leave the old date"


@pytest.mark.parametrize(
    ("date", "written", "message"),
    [
        ("2026-11-10", "90d", "rotated 12 days ago, on 2026-11-10; the limit is 90"),
        ("2026-08-24", "90d", "rotated 90 days ago, on 2026-08-24; the limit is 90"),
        ("2026-11-21", "2w", "rotated 1 day ago, on 2026-11-21; the limit is 14"),
        ("2026-11-22", "1d", "rotated today, on 2026-11-22; the limit is 1"),
        ("2026-11-22T20:00:00Z", "12h", "rotated today, on 2026-11-22; the limit is 12h"),
        ("2026-11-22T23:00+02:00", "12h", "rotated today, on 2026-11-22; the limit is 12h"),
    ],
)
def test_young_enough_passes(date: str, written: str, message: str) -> None:
    assert (dated(date, written).outcome, dated(date, written).message) == (Outcome.PASS, message)


@pytest.mark.parametrize("date", ["2026-11-10", "2026-07-27", "yesterday"])
@pytest.mark.parametrize("written", ["90d", {"within": "90d", "source": "env"}])
def test_in_a_rerun_a_notice_says_that_the_date_may_be_old(date: str, written: object) -> None:
    """And nothing else: the outcome is that of the date."""
    given = {"NAME": "x", "NAME_ROTATED_AT": date}
    first, again = (
        finding_of("rotated_within", written, around=world(variables=job(given, may_be_old=old)))
        for old in (False, True)
    )
    assert first.notices == ()
    assert again == replace(first, notices=(OLD,))


def test_in_a_rerun_githubs_own_date_is_the_present_one() -> None:
    around = world(variables=job({"NAME": "x"}, may_be_old=True), github=store(1))
    assert finding_of("rotated_within", "90d", around=around).notices == ()


@pytest.mark.parametrize(
    ("date", "written"), [("2026-08-23", "90d"), ("2026-11-22", "12h"), ("0001-01-01", "90d")]
)
def test_just_over_the_limit_fails(date: str, written: str) -> None:
    assert dated(date, written).outcome is Outcome.FAIL


@pytest.mark.parametrize("date", ["2026-11-23", "2026-11-22T21:20:00Z", "9999-12-31"])
def test_a_date_in_the_future_fails(date: str) -> None:
    finding = dated(date)
    assert finding.outcome is Outcome.FAIL
    assert finding.message == f"has a rotation date in the future: {date[:10]}"


def test_a_clock_that_is_a_minute_ahead_makes_no_future() -> None:
    """Whoever rotates a secret and releases at once meets two clocks that differ by seconds."""
    assert dated("2026-11-22T21:15:00Z").message == "rotated today, on 2026-11-22; the limit is 90"


@pytest.mark.parametrize(
    "date",
    [
        "yesterday",
        "2026-13-01",
        "27.07.2026",
        "20260727",
        "2026-W01-1",
        "9999-12-31T23:59-23:59",
        " ",
    ],
)
def test_what_is_not_a_date_fails_without_being_shown(date: str) -> None:
    finding = dated(date)
    assert finding.outcome is Outcome.FAIL
    assert finding.message == "NAME_ROTATED_AT is not a date (expected YYYY-MM-DD)"
    assert finding.remedy == "set NAME_ROTATED_AT to the day of the rotation, such as 2026-07-27"


def test_githubs_date_comes_before_a_declared_one() -> None:
    around = world({"NAME_ROTATED_AT": "2020-01-01"}, github=store(3))
    finding = finding_of("rotated_within", "90d", around=around)
    assert (finding.outcome, finding.message) == (
        Outcome.PASS,
        "rotated 3 days ago, on 2026-11-19; the limit is 90",
    )


def test_the_date_of_a_wider_secret_is_a_notice() -> None:
    finding = finding_of("rotated_within", "90d", around=world(github=store(3, "repository")))
    assert finding.notices == ("the date is of the repository's secret, not of production's",)


@pytest.mark.parametrize(
    "github", [FakeGitHub(), FakeGitHub(trouble=Unobservable("it may not")), None]
)
def test_where_github_has_no_date_the_declared_one_counts(github: FakeGitHub | None) -> None:
    around = world({"NAME_ROTATED_AT": "2026-11-01"}, github=github)
    assert finding_of("rotated_within", "90d", around=around).outcome is Outcome.PASS


def test_offline_github_is_not_asked() -> None:
    github = store(3)
    assert (
        finding_of("rotated_within", "90d", around=world(github=github, offline=True)).outcome
        is Outcome.UNKNOWN
    )
    assert github.asked == []


@pytest.mark.parametrize(
    ("variables", "why", "token"),
    [
        (world().variables, "was not passed to the step", "`metadata-token`"),
        (shell(), "was not set", "GH_TOKEN"),
        (shell({"NAME_ROTATED_AT": ""}), "was empty", ""),
    ],
    ids=["job", "laptop", "empty"],
)
def test_without_any_date_it_is_unknown_and_names_both_ways(
    variables: Any, why: str, token: str
) -> None:
    """In the words of the place: a laptop has no step and no inputs."""
    finding = finding_of("rotated_within", "90d", around=world(variables=variables))
    assert finding.outcome is Outcome.UNKNOWN
    assert finding.message.endswith(f"and NAME_ROTATED_AT {why}")
    assert token in (finding.remedy or "")
    assert "NAME_ROTATED_AT" in (finding.remedy or "")


def test_another_variable_may_hold_the_date() -> None:
    written = {"within": "90d", "source": "env", "name": "ROLLED"}
    assert (
        finding_of("rotated_within", written, around=world({"ROLLED": "2026-11-01"})).outcome
        is Outcome.PASS
    )
    assert (
        finding_of("rotated_within", written, around=world({"ROLLED": ""})).outcome is Outcome.FAIL
    )
    assert finding_of("rotated_within", written, subject=None).outcome is Outcome.UNKNOWN
    assert rotated_within.reads(Params.model_validate(written)) == frozenset()


def test_github_alone_when_the_rule_says_so() -> None:
    written = {"within": "90d", "source": "github"}
    around = world({"NAME_ROTATED_AT": "2026-11-01"}, github=FakeGitHub())
    assert finding_of("rotated_within", written, around=around).outcome is Outcome.UNKNOWN
    assert Needs.GITHUB in rotated_within.reads(Params.model_validate(written))


@pytest.mark.parametrize(
    "written",
    [True, "soon", "0d", 90, {"within": "90d", "source": "diary"}, {"within": "90d", "nmae": "X"}],
)
def test_a_rule_without_a_limit_or_with_a_strange_source_is_a_fault_at_load(
    written: object,
) -> None:
    with pytest.raises(ValidationError):
        Params.model_validate(written)


@pytest.mark.parametrize("written", ["90d", {"within": "90d", "source": "github"}])
def test_a_date_of_github_does_not_make_up_for_an_empty_value(written: object) -> None:
    finding = finding_of(
        "rotated_within", written, around=world({"NAME": ""}, github=store(5)), secret=True
    )
    assert (finding.outcome, finding.message) == (
        Outcome.FAIL,
        "has no rotation date: NAME was passed to the step, but is empty",
    )
