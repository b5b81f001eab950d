"""`window`: the days and hours of a release, told with when it opens next."""

from __future__ import annotations

import sys
import zoneinfo
from collections.abc import Iterator
from datetime import datetime

import pytest
from msgspec.structs import replace

from checks.judging import finding_of
from deploy_checklist.checks import window
from deploy_checklist.checks.base import JudgeContext
from deploy_checklist.outcome import Finding, Outcome, Unobservable
from deploy_checklist.values.time_zones import zone_named
from fakes import world
from rules.written import faults, rules, uses

BERLIN = {
    "tz": "Europe/Berlin",
    "days": ["mon", "tue", "wed", "thu"],
    "from": "09:00",
    "to": "16:00",
    "except": ["2026-12-24..2027-01-02", "2027-04-05"],
}


def at(now: str, **written: object) -> Finding:
    return finding_of("window", {**BERLIN, **written}, None, now=datetime.fromisoformat(now))


@pytest.mark.parametrize("now", ["2026-11-30T08:00:00Z", "2026-11-30T14:59:59Z"])
def test_inside_it_passes_and_says_until_when(now: str) -> None:
    found = at(now)
    assert found.outcome is Outcome.PASS
    assert found.message == (
        "the window is open until Mon 2026-11-30 16:00 in Europe/Berlin (2026-11-30 15:00 UTC)"
    )


@pytest.mark.parametrize(
    ("now", "why", "opens"),
    [
        (
            "2026-11-30T07:59:59Z",
            "it is open from 09:00 to 16:00",
            "Mon 2026-11-30 09:00 in Europe/Berlin (2026-11-30 08:00 UTC)",
        ),
        (
            "2026-11-30T15:00:00Z",
            "it is open from 09:00 to 16:00",
            "Tue 2026-12-01 09:00 in Europe/Berlin (2026-12-01 08:00 UTC)",
        ),
        (
            "2026-12-04T10:00:00Z",
            "`fri` is not one of its `days`",
            "Mon 2026-12-07 09:00 in Europe/Berlin (2026-12-07 08:00 UTC)",
        ),
        (
            "2026-12-24T10:00:00Z",
            "`except` excludes 2026-12-24",
            "Mon 2027-01-04 09:00 in Europe/Berlin (2027-01-04 08:00 UTC)",
        ),
        (
            "2027-04-05T10:00:00Z",
            "`except` excludes 2027-04-05",
            "Tue 2027-04-06 09:00 in Europe/Berlin (2027-04-06 07:00 UTC)",
        ),
    ],
)
def test_outside_it_fails_and_says_why_and_when_it_opens(now: str, why: str, opens: str) -> None:
    found = at(now)
    assert found.outcome is Outcome.FAIL
    assert found.message == f"the window is closed: {why}; it next opens on {opens}"
    assert found.remedy == "run the gate again when the window is open"


def test_in_utc_a_time_is_reported_once() -> None:
    assert at("2026-12-04T10:00:00Z", tz="UTC").message.endswith("on Mon 2026-12-07 09:00 UTC")


def test_a_window_that_opens_no_more_fails() -> None:
    found = at("2026-11-30T10:00:00Z", **{"except": "2026-01-01..2099-12-31"})
    assert found.outcome is Outcome.FAIL
    assert found.message.endswith("; it does not open within three years")


def test_a_window_that_closes_no_more_passes() -> None:
    found = finding_of("window", {"tz": "UTC", "except": "2020-01-01"}, None)
    assert (found.outcome, found.message) == (Outcome.PASS, "the window is open")


def test_one_day_and_one_date_need_no_list() -> None:
    written = {"tz": "UTC", "days": "fri", "except": "2026-12-04"}
    found = finding_of("window", written, None, now=datetime.fromisoformat("2026-12-04T10:00Z"))
    assert found.message.endswith("it next opens on Fri 2026-12-11 00:00 UTC")


def test_only_judge_knows_the_time() -> None:
    """So that one observation can be judged at other times."""
    params = window.Params.model_validate(BERLIN)
    observation = window.observe(params, None, replace(world(), clock=None))  # type: ignore[arg-type]
    context = JudgeContext(
        now=datetime.fromisoformat("2026-11-30T10:00Z"),
        environment=None,
        environments={},
        subject=None,
    )
    later = replace(context, now=datetime.fromisoformat("2026-11-30T20:00Z"))
    outcomes = [window.judge(params, observation, each).outcome for each in (context, later)]
    assert outcomes == [Outcome.PASS, Outcome.FAIL]


@pytest.fixture
def without_zones(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine without data of time zones."""
    monkeypatch.setitem(sys.modules, "tzdata", None)
    before = zoneinfo.TZPATH
    zoneinfo.reset_tzpath(to=())
    _forget_zones()
    yield
    zoneinfo.reset_tzpath(to=before)
    _forget_zones()


def _forget_zones() -> None:
    zoneinfo.ZoneInfo.clear_cache()
    zone_named.cache_clear()


@pytest.mark.usefixtures("without_zones")
def test_a_machine_without_time_zones_could_not_look() -> None:
    params = window.Params.model_validate(BERLIN)
    with pytest.raises(Unobservable) as trouble:
        window.observe(params, None, world())
    assert trouble.value.reason == (
        "this machine has no time zone data, so the time in Europe/Berlin is not known"
    )
    assert "tzdata" in (trouble.value.remedy or "")


ZONE = "must be a time zone written like `Europe/Berlin`, or `UTC`"
DAYS = "must be 'mon', 'tue', 'wed', 'thu', 'fri', 'sat' or 'sun'"
DATES = "must be a real date or a range of two, such as `2026-12-24..2027-01-02`"
BEGIN, END = (
    f"must be a time from {first} to {last}, such as `{such}`"
    for first, last, such in (("00:00", "23:59", "09:00"), ("00:01", "24:00", "16:00"))
)


@pytest.mark.parametrize(
    ("written", "mistake"),
    [
        ("tz: Berlin, days: mon", f"2:30: `window.tz` {ZONE}"),
        ("tz: localtime, days: mon", f"2:30: `window.tz` {ZONE}"),
        ("tz: UTC, days: [mon, friday]", f"2:47: `window.days[1]` {DAYS}"),
        ("tz: UTC, days: friday", f"2:41: `window.days` {DAYS}"),
        ("tz: UTC, days: []", "2:41: `window.days` must not be empty"),
        ("tz: UTC, from: 9:00", f"2:41: `window.from` {BEGIN}"),
        ("tz: UTC, from: 9", f"2:41: `window.from` {BEGIN}"),
        ("tz: UTC, from: '24:00'", f"2:41: `window.from` {BEGIN}"),
        ("tz: UTC, to: '24:01'", f"2:39: `window.to` {END}"),
        ("tz: UTC, to: 16h", f"2:39: `window.to` {END}"),
        (
            "tz: UTC, from: '16:00', to: '16:00'",
            "2:54: `window.to` must be after `from`: a window cannot last past midnight",
        ),
        (
            "tz: UTC, from: '22:00', to: '02:00'",
            "2:54: `window.to` must be after `from`: a window cannot last past midnight",
        ),
        ("tz: UTC, except: [2026-12-24, 2027-02-29]", f"2:56: `window.except[1]` {DATES}"),
        ("tz: UTC, except: 24.12.2026", f"2:43: `window.except` {DATES}"),
        ("tz: UTC, except: 2026-12-24 .. 2026-12-26", f"2:43: `window.except` {DATES}"),
        (
            "tz: UTC, except: [2027-01-02..2026-12-24]",
            "2:44: `window.except[0]` ends before it begins: write the first day first",
        ),
        ("tz: UTC", "2:25: `window` is always open: needs `days`, `from`, `to` or `except`"),
        (
            "tz: UTC, days: [sun, mon, tue, wed, thu, fri, sat]",
            "2:25: `window` is always open: needs `days`, `from`, `to` or `except`",
        ),
        ("days: mon", "2:25: `window` needs `tz`"),
        (
            "tz: UTC, days: mon, till: x",
            "2:46: `till` is not a parameter of `window`. Allowed: tz, days, from, to, except",
        ),
    ],
)
def test_a_mistake_is_reported_with_its_place(written: str, mistake: str) -> None:
    assert faults(f"items: {{Hours: {{window: {{{written}}}}}}}") == [f"rules.yml:{mistake}"]


def test_a_zone_that_the_machine_does_not_know_is_a_mistake() -> None:
    [told] = faults("items: {Hours: {window: {tz: Europe/Brlin, days: mon}}}")
    assert told == (
        "rules.yml:2:30: `window.tz` is not a time zone that this machine knows: "
        "write an area and a city, such as `Europe/Berlin`"
    )


@pytest.mark.usefixtures("without_zones")
def test_a_zone_is_not_a_mistake_where_the_machine_knows_none() -> None:
    found = rules("items: {Hours: {window: {tz: Europe/Berlin, days: mon}}}")
    assert "window" in uses(found, "Hours")


@pytest.mark.usefixtures("without_zones")
def test_utc_needs_no_data() -> None:
    assert at("2026-11-30T10:00:00Z", tz="UTC").outcome is Outcome.PASS


def test_yaml_without_quotes_and_a_value_of_the_environment_are_read() -> None:
    found = rules(
        """
        environments: {production: {zone: Europe/Berlin}}
        items: {Hours: {window: {tz: "${zone}", from: 09:00, to: 16:00, except: 2026-12-24}}}
        """,
        "production",
    )
    params = uses(found, "Hours")["window"].params
    assert isinstance(params, window.Params)
    assert (params.tz, params.from_, params.to) == ("Europe/Berlin", "09:00", "16:00")
