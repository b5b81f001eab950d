"""Opening hours: what a clock on a wall shows decides, also on the days on which clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deploy_checklist.values.opening_hours import (
    OpeningHours,
    is_open,
    next_closing,
    next_opening,
)

MINUTE = timedelta(minutes=1)
# Whole hours, half an hour (Lord Howe), at midnight (Cairo, Santiago), westward, none.
ZONES = (
    *("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo"),
    *("America/Santiago", "Pacific/Auckland", "Asia/Kolkata", "Africa/Casablanca"),
)
SPRING, AUTUMN = date(2027, 3, 28), date(2027, 10, 31)  # in Berlin, Sundays both
EVERY_DAY = frozenset(range(7))


def hours(opens: str, closes: str, zone: str = "Europe/Berlin", **more: object) -> OpeningHours:
    minutes = [int(each[:2]) * 60 + int(each[3:]) for each in (opens, closes)]
    given = {"weekdays": EVERY_DAY, "opens": minutes[0], "closes": minutes[1], **more}
    return OpeningHours(zone=ZoneInfo(zone), **given)  # type: ignore[arg-type]


def at(text: str) -> datetime:
    """A time in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-30T07:59:59.999999", False),
        ("2026-11-30T08:00:00", True),
        ("2026-11-30T14:59:59.999999", True),
        ("2026-11-30T15:00:00", False),
        ("2026-07-01T07:00:00", True),  # in summer two hours before UTC
        ("2026-07-01T06:59:59", False),
        ("2026-07-01T13:59:59", True),
        ("2026-07-01T14:00:00", False),
    ],
)
def test_the_first_second_is_inside_and_the_last_is_not(moment: str, expected: bool) -> None:
    assert is_open(hours("09:00", "16:00"), at(moment)) is expected


@pytest.mark.parametrize(
    ("opens", "closes", "spans"),
    [
        # 02:00 to 02:59 are never shown.
        ("02:30", "16:00", [("2027-03-28T01:00", "2027-03-28T14:00")]),
        ("01:00", "02:30", [("2027-03-28T00:00", "2027-03-28T01:00")]),
        ("01:00", "03:30", [("2027-03-28T00:00", "2027-03-28T01:30")]),
        ("02:00", "03:00", []),
        ("02:10", "02:50", []),
        ("00:00", "24:00", [("2027-03-27T23:00", "2027-03-28T22:00")]),
    ],
)
def test_where_clocks_go_forward_a_time_that_is_left_out_opens_nothing(
    opens: str, closes: str, spans: list[tuple[str, str]]
) -> None:
    assert spans_of(hours(opens, closes, weekdays=frozenset({6})), SPRING) == spans


@pytest.mark.parametrize(
    ("opens", "closes", "spans"),
    [
        # 02:00 to 02:59 are shown twice: from 00:00 and from 01:00 UTC.
        (
            "02:30",
            "16:00",
            [("2027-10-31T00:30", "2027-10-31T01:00"), ("2027-10-31T01:30", "2027-10-31T15:00")],
        ),
        (
            "01:00",
            "02:30",
            [("2027-10-30T23:00", "2027-10-31T00:30"), ("2027-10-31T01:00", "2027-10-31T01:30")],
        ),
        ("02:00", "03:00", [("2027-10-31T00:00", "2027-10-31T02:00")]),
        ("01:00", "03:30", [("2027-10-30T23:00", "2027-10-31T02:30")]),
        ("00:00", "24:00", [("2027-10-30T22:00", "2027-10-31T23:00")]),
    ],
)
def test_where_clocks_go_back_a_time_that_is_shown_twice_is_open_twice(
    opens: str, closes: str, spans: list[tuple[str, str]]
) -> None:
    assert spans_of(hours(opens, closes, weekdays=frozenset({6})), AUTUMN) == spans


def spans_of(window: OpeningHours, day: date) -> list[tuple[str, str]]:
    """When it is open around a day, in UTC, found by opening and closing in turn."""
    found = []
    now, ends = (at(f"{each}T12:00") for each in (day - timedelta(days=1), day + timedelta(days=1)))
    while (opening := next_opening(window, now)) is not None and opening < ends:
        now = next_closing(window, opening) or ends
        found.append((f"{opening:%Y-%m-%dT%H:%M}", f"{now:%Y-%m-%dT%H:%M}"))
    return found


def test_a_range_is_closed_on_its_first_and_its_last_day() -> None:
    window = hours("09:00", "16:00", closed=((date(2026, 12, 24), date(2027, 1, 2)),))
    assert next_opening(window, at("2026-12-23T15:00")) == at("2027-01-03T08:00")
    assert is_open(window, at("2026-12-23T14:59"))
    assert not is_open(window, at("2026-12-24T12:00"))
    assert not is_open(window, at("2027-01-02T12:00"))


def test_days_are_those_of_the_zone_and_not_of_utc() -> None:
    """Monday begins in Auckland when it is Sunday at 11:00 in UTC."""
    mondays = hours("00:00", "24:00", "Pacific/Auckland", weekdays=frozenset({0}))
    assert next_opening(mondays, at("2026-11-28T12:00")) == at("2026-11-29T11:00")
    assert next_closing(mondays, at("2026-11-29T11:00")) == at("2026-11-30T11:00")


def test_whole_days_side_by_side_close_once() -> None:
    working = hours("00:00", "24:00", weekdays=frozenset(range(5)))
    assert next_closing(working, at("2026-11-30T10:00")) == at("2026-12-04T23:00")


def test_a_closed_time_that_clocks_leave_out_closes_nothing() -> None:
    """In Santiago, 2026-09-06 begins at 01:00."""
    window = hours("00:30", "24:00", "America/Santiago")
    assert next_closing(window, at("2026-09-05T12:00")) == at("2026-09-07T03:00")


def test_what_never_opens_or_closes_has_no_next_time() -> None:
    closed = hours("09:00", "16:00", closed=((date(2020, 1, 1), date(2099, 1, 1)),))
    assert next_opening(closed, at("2026-11-30T10:00")) is None
    assert next_closing(hours("00:00", "24:00"), at("2026-11-30T10:00")) is None


def test_a_day_is_open_if_one_minute_of_it_is() -> None:
    window = hours("09:00", "09:01", weekdays=frozenset({0}))
    monday, tuesday = at("2026-11-30T00:00"), at("2026-12-01T00:00")
    opening = at("2026-11-30T08:00")
    assert next_opening(window, monday) == opening < tuesday
    assert next_opening(window, opening + timedelta(seconds=59)) == opening + timedelta(seconds=59)
    assert next_opening(window, tuesday) == at("2026-12-07T08:00")


CHANGING = {
    zone: [
        day
        for number in range(365 * 4)
        if (
            day := datetime(2026, 1, 1, 12, tzinfo=ZoneInfo(zone)) + timedelta(days=number)
        ).utcoffset()
        != (day - timedelta(days=1)).utcoffset()
    ]
    for zone in ZONES
}


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_the_next_times_are_those_that_a_clock_shows_minute_by_minute(data: st.DataObject) -> None:
    """By another way: every minute of four days is looked at, mostly around a change of clocks."""
    zone = data.draw(st.sampled_from(ZONES))
    opens = data.draw(st.integers(0, 1439))
    window = OpeningHours(
        zone=ZoneInfo(zone),
        weekdays=data.draw(st.frozensets(st.integers(0, 6), min_size=1)),
        opens=opens,
        closes=data.draw(st.integers(opens + 1, 1440)),
    )
    days = CHANGING[zone] or [datetime(2026, 5, 4, tzinfo=UTC)]
    day = data.draw(st.sampled_from(days)) - timedelta(days=data.draw(st.integers(0, 3)))
    now = day.astimezone(UTC) + MINUTE * data.draw(st.integers(0, 1440))
    shown = [(now + number * MINUTE).astimezone(window.zone) for number in range(4 * 1440)]
    open_at = [
        each.weekday() in window.weekdays
        and window.opens <= each.hour * 60 + each.minute < window.closes
        for each in shown
    ]
    assert is_open(window, now) is open_at[0]
    for found, expected in ((next_opening(window, now), True), (next_closing(window, now), False)):
        first = next((n for n, each in enumerate(open_at) if each is expected), None)
        if first is not None:
            assert found == now + first * MINUTE
        else:
            assert found is None or found >= now + 4 * 1440 * MINUTE
