"""On-call schedules: the union of the shifts has no gap, and nobody is named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from deploy_checklist.checks import on_call
from deploy_checklist.checks.base import JudgeContext
from deploy_checklist.outcome import Finding, Outcome, Unobservable, unknown
from deploy_checklist.world.clock import FixedClock
from fakes import NOW
from outside import looked, outside
from servers.services import Respond, grafana, of, opsgenie, pagerduty
from servers.web import Answer, Asked, web

DAY = [
    ("2026-11-22T18:00:00Z", "2026-11-23T06:00:00Z"),
    ("2026-11-23T06:00:00Z", "2026-11-23T23:00:00Z"),
]
HOLE = [
    ("2026-11-22T18:00:00Z", "2026-11-23T02:00:00Z"),
    ("2026-11-23T04:30:00Z", "2026-11-23T23:00:00Z"),
]
COVERED = "on-call is covered until 23 Nov 21:14 UTC"
GAP = "nobody is on call in the next 1d at these times (UTC): 23 Nov 02:00 to 23 Nov 04:30"


def found(provider: str, respond: Respond, token: str = "t", **more: object) -> Finding:
    with web(respond) as there:
        written = {
            "provider": provider,
            "schedule": "S1",
            "for": "24h",
            "token_env": "TOKEN",
            "url": there.url,
            **more,
        }
        finding = looked("on_call", written, {"TOKEN": token, "EMAIL": "e"}, subject=None, now=NOW)
    assert "lice" not in repr(finding)
    return finding


@pytest.mark.parametrize(
    ("provider", "respond", "words"),
    [
        ("pagerduty", pagerduty(DAY), COVERED),
        ("pagerduty", pagerduty([(None, None)]), COVERED),
        ("pagerduty", pagerduty(HOLE), GAP),
        ("grafana", grafana(DAY), COVERED),
        ("grafana", grafana(HOLE), GAP),
        ("opsgenie", opsgenie("2026-11-22T00:00Z", "2026-11-24T00:00Z"), COVERED),
    ],
)
def test_a_gap_is_reported_with_its_times(provider: str, respond: Respond, words: str) -> None:
    finding = found(provider, respond)
    assert (finding.outcome, finding.message) == (
        Outcome.PASS if words == COVERED else Outcome.FAIL,
        words,
    )


def test_a_provider_that_knows_only_one_moment_is_asked_every_half_hour() -> None:
    finding = found("opsgenie", opsgenie("2026-11-22T00:00Z", "2026-11-23T20:00Z"))
    assert finding.message.endswith("(UTC): 23 Nov 19:44 to 23 Nov 21:14")


@pytest.mark.parametrize(
    ("until", "outcome"), [("2026-11-23T21:14Z", Outcome.PASS), ("2026-11-23T21:00Z", Outcome.FAIL)]
)
def test_the_end_of_the_window_is_asked_for_too(until: str, outcome: Outcome) -> None:
    """Whoever is on call at the last half hour may leave before the window ends."""
    assert found("opsgenie", opsgenie("2026-11-22T00:00Z", until)).outcome is outcome


@pytest.mark.parametrize(
    ("hours", "outcome"),
    [
        (1, Outcome.PASS),
        (12, Outcome.PASS),  # until 23 Nov 21:14, and the last shift ends at 23:00
        (14, Outcome.UNKNOWN),
        (400, Outcome.UNKNOWN),
    ],
)
def test_later_the_shifts_that_were_read_count_and_beyond_them_nothing_is_known(
    hours: int, outcome: Outcome
) -> None:
    """PagerDuty tells when a shift really ends, which may be after the time that was asked for."""
    assert later(DAY, hours, "12h").outcome is outcome


def test_a_gap_that_was_read_is_a_gap_on_a_later_day() -> None:
    assert "23 Nov 02:00 to 23 Nov 04:30" in later(HOLE, 2, "24h").message
    assert "23 Nov 03:14 to 23 Nov 04:30" in later(HOLE, 6, "24h").message
    assert later(HOLE, 8, "24h").outcome is Outcome.UNKNOWN  # the gap is over
    assert later([(None, None)], 8_000, "24h").outcome is Outcome.PASS  # always the same person


def later(shifts: list[tuple[str | None, str | None]], hours: int, window: str) -> Finding:
    """Judged so many hours after it was looked at."""
    moment = NOW + timedelta(hours=hours)
    read = {"provider": "pagerduty", "schedule": "S1", "for": "24h", "token_env": "TOKEN"}
    with web(pagerduty(shifts)) as there:
        params = on_call.Params.model_validate(
            {**read, "url": there.url, "allow_private": True, "for": window}
        )
        seen = on_call.observe(params, None, outside({"TOKEN": "t"}))
    context = JudgeContext(now=moment, environment=None, environments={}, subject=None)
    try:
        return on_call.judge(params, seen, context)
    except Unobservable as unread:
        return unknown(unread.reason)


def test_a_moment_within_a_second_makes_no_gap() -> None:
    """PagerDuty cuts the shifts at the times that it was asked for, in whole seconds."""

    def respond(asked: Asked) -> Answer:
        query = dict(parse_qsl(urlsplit(asked.path).query))
        who = {"user": {"id": "U"}, "schedule": {"id": "S1"}, "escalation_level": 1}
        return of(200, {"oncalls": [{**who, "start": query["since"], "end": query["until"]}]})

    with web(respond) as there:
        written = {
            "provider": "pagerduty",
            "schedule": "S1",
            "for": "1h",
            "token_env": "T",
            "url": there.url,
        }
        clock = FixedClock.at("2026-11-22T21:14:00.700000Z")
        finding = looked(
            "on_call", written, {"T": "t"}, subject=None, clock=clock, now=clock.moment
        )
        assert finding.outcome is Outcome.PASS


def test_a_service_accounts_token_is_sent_with_its_stack() -> None:
    """Grafana's own documentation of IRM: a bearer token, and X-Grafana-URL."""
    assert found("grafana", grafana(DAY), stack="https://acme.grafana.net").message == COVERED
    assert (
        found("grafana", grafana(DAY), stack="https://other.grafana.net").outcome is Outcome.UNKNOWN
    )
    assert found("grafana", grafana(DAY)).message == COVERED
    with pytest.raises(ValidationError, match="`stack`"):
        found("pagerduty", pagerduty(DAY), stack="https://acme.grafana.net")


@pytest.mark.parametrize(
    ("provider", "respond"),
    [
        ("pagerduty", pagerduty(DAY)),
        ("grafana", grafana(DAY)),
        ("opsgenie", opsgenie("2026-11-22T00:00Z", "2026-11-24T00:00Z")),
    ],
)
def test_a_wrong_token_is_unknown(provider: str, respond: Respond) -> None:
    finding = found(provider, respond, token="x")
    assert finding.outcome is Outcome.UNKNOWN and "TOKEN" in finding.message


@pytest.mark.parametrize(
    "answer", [{}, {"oncalls": None}, {"oncalls": [1]}, [], {"oncalls": [{"start": "soon"}]}]
)
def test_an_answer_in_another_shape_is_unknown(answer: object) -> None:
    """Nobody on call, because the answer was not understood, would be a wrong alarm; somebody would be a wrong pass."""
    assert found("pagerduty", lambda asked: of(200, answer)).outcome is Outcome.UNKNOWN


def test_a_schedule_that_is_not_there_is_unknown() -> None:
    assert "no schedule `S1`" in found("pagerduty", lambda asked: of(404, {})).message


@pytest.mark.parametrize(
    "written",
    [
        {"provider": "grafana", "schedule": "S", "for": "1d", "token_env": "T"},
        {
            "provider": "jsm",
            "schedule": "S",
            "for": "1d",
            "token_env": "T",
            "url": "https://a.example",
        },
        {"provider": "opsgenie", "schedule": "S", "for": "2d", "token_env": "T"},
        {"provider": "pagerduty", "schedule": "../x", "for": "1d", "token_env": "T"},
        {"provider": "pagerduty", "schedule": "S", "for": "0s", "token_env": "T"},
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(written: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        on_call.Params.model_validate(written)


minutes = st.integers(-200, 400)


@given(st.lists(st.tuples(minutes, minutes)))
def test_every_minute_is_either_covered_or_in_a_gap(spans: list[tuple[int, int]]) -> None:
    """The union of the shifts and the gaps is the whole window, and they do not overlap."""
    zero = datetime(2026, 11, 22, tzinfo=UTC)

    def at(minute: int) -> datetime:
        return zero + timedelta(minutes=minute)

    shifts = [(at(start), at(end)) for start, end in spans]
    holes = on_call.gaps(shifts, at(0), at(200))
    for minute in range(200):
        covered = any(start <= at(minute) < end for start, end in shifts)
        assert covered is not any(start <= at(minute) < end for start, end in holes)
