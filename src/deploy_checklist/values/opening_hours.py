"""Hours on certain days, in the local time of one time zone.

They are open while that clock shows a time from `opens` on, and before `closes`. Where clocks go
forward, times that it never shows open nothing; where they go back, times that it shows twice are
open twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise

from msgspec import Struct

MINUTES_OF_A_DAY = 1440
_DAY = timedelta(days=1)
_MOST_DAYS = 1100  # that are searched: three years
_TimeSpan = tuple[datetime, datetime]  # in UTC; the second is outside


class OpeningHours(Struct, frozen=True, kw_only=True):
    """`opens` and `closes` count minutes from midnight. Days are those of `zone`."""

    zone: tzinfo
    weekdays: frozenset[int]  # 0 is Monday
    opens: int
    closes: int
    closed: tuple[tuple[date, date], ...] = ()  # days left out: the first and the last of a range

    def is_closed_on(self, day: date) -> bool:
        """Whether the day is excluded, on any weekday."""
        return any(first <= day <= last for first, last in self.closed)

    def is_day(self, day: date) -> bool:
        """Whether there are hours on this day."""
        return day.weekday() in self.weekdays and not self.is_closed_on(day)


def is_open(hours: OpeningHours, moment: datetime) -> bool:
    """Whether the hours are open at an aware time."""
    shown = moment.astimezone(hours.zone)
    return hours.is_day(shown.date()) and _is_between(hours, shown)


def next_opening(hours: OpeningHours, moment: datetime) -> datetime | None:
    """The first time in UTC, from `moment` on, at which the hours are open; None if there is none
    within three years.
    """
    today = moment.astimezone(hours.zone).date()
    for number in range(_MOST_DAYS):
        for begins, ends in _open_spans(hours, today + number * _DAY):
            if moment < ends:
                return max(begins, moment.astimezone(UTC))
    return None


def next_closing(hours: OpeningHours, moment: datetime) -> datetime | None:
    """The first time in UTC, from `moment` on, at which the hours are not open; None if there is
    none within three years.
    """
    closing = moment.astimezone(UTC)
    latest = closing + _MOST_DAYS * _DAY
    while is_open(hours, closing):  # again, if clocks leave out all the time until it opens
        if closing > latest:
            return None
        day = _last_of_whole_days(hours, closing.astimezone(hours.zone).date(), latest.date())
        closing = next(ends for _, ends in _open_spans(hours, day) if closing < ends)
    return closing


def _last_of_whole_days(hours: OpeningHours, day: date, latest: date) -> date:
    """The last of the days side by side in which the hours do not close; `day` if they do."""
    if hours.closes - hours.opens == MINUTES_OF_A_DAY:
        while day <= latest and hours.is_day(day + _DAY):
            day += _DAY
    return day


def _open_spans(hours: OpeningHours, day: date) -> Sequence[_TimeSpan]:
    """The spans of a day in which the hours are open: mostly one; two where clocks go back from
    within the hours to before them.
    """
    spans: list[_TimeSpan] = []
    marks = sorted(_marks(hours, day)) if hours.is_day(day) else []
    for begins, ends in pairwise(marks):
        shown = begins.astimezone(hours.zone)
        if shown.date() != day or not _is_between(hours, shown):
            continue
        if spans and spans[-1][1] == begins:
            begins = spans.pop()[0]  # noqa: PLW2901 - the two are one
        spans.append((begins, ends))
    return spans


def _marks(hours: OpeningHours, day: date) -> set[datetime]:
    """The times in UTC between which the hours of a day neither open nor close."""
    midnight = datetime.combine(day, time(), hours.zone)
    marks = {
        (midnight + timedelta(minutes=minutes)).replace(fold=fold).astimezone(UTC)
        for minutes in (hours.opens, hours.closes)
        for fold in (0, 1)
    }
    return marks | set(_changes_of_clocks(hours.zone, min(marks), max(marks)))


def _changes_of_clocks(zone: tzinfo, before: datetime, after: datetime) -> Iterator[datetime]:
    """The time at which clocks go forward or back, to the second, if they do between these two."""
    offset = before.astimezone(zone).utcoffset()
    if after.astimezone(zone).utcoffset() == offset:
        return
    low, high = 0, int((after - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        same = (before + timedelta(seconds=middle)).astimezone(zone).utcoffset() == offset
        low, high = (middle, high) if same else (low, middle)
    yield before + timedelta(seconds=high)


def _is_between(hours: OpeningHours, shown: datetime) -> bool:
    return hours.opens <= shown.hour * 60 + shown.minute < hours.closes
