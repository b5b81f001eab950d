"""Days as moments. A day begins at midnight in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

_DAY, _SECOND = timedelta(days=1), timedelta(seconds=1)


def midnight(day: date) -> datetime:
    """The moment at which a day begins."""
    return datetime.combine(day, time(), UTC)


def end_of(day: date) -> datetime | None:
    """The moment at which the next day begins; None after the last day that Python knows."""
    return None if day == date.max else midnight(day) + _DAY


def day_after(now: datetime, ahead: timedelta) -> date:
    """The day after so much time, or the last one that Python knows."""
    try:
        return (now + ahead).date()
    except OverflowError:
        return date.max


def days_around(moment: datetime) -> set[date]:
    """The first days that may differ in what changes at a moment: a day is judged as it begins.

    At a midnight that is the day itself, or the next if the moment itself still belongs to what
    was before. A second more or less allows for figures that were rounded.
    """
    days = set()
    for near in (-_SECOND, _SECOND):
        try:
            shifted = moment + near
            at_midnight = shifted == midnight(shifted.date())
            days.add(shifted.date() if at_midnight else shifted.date() + _DAY)
        except OverflowError:  # beyond what Python knows
            continue
    return days
