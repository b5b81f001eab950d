"""`forecast` and `check --on`: which day it is, and what changes until then."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from ..engine.days import day_after, midnight
from ..engine.turns import HORIZON
from ..errors import Unusable

_FARTHEST = timedelta(days=3653)  # ten years: nothing that is known today reaches farther


def moment_of(given: str, now: datetime) -> datetime:
    """The moment that `--on` names: a day as it begins, or a time. Unusable if it is neither, or
    not within ten years from now. Today means now.
    """
    named = _date_or_time(given)
    if named is None:
        raise Unusable(
            "--on takes a day or a time in the future",
            hint="such as 2026-12-04 or 2026-12-04T09:00:00Z",
        )
    if not isinstance(named, datetime):
        named = now if named == now.date() else midnight(named)
    if named < now:
        raise Unusable("--on is in the past", hint="choose a day or a time in the future")
    return _within_reach("--on", named, now)


def last_day(given: str | None, now: datetime) -> date:
    """The last day of a forecast. Unusable if `--until` names none, or none to come."""
    if given is None:
        return day_after(now, HORIZON)
    named = _date_or_time(given)
    if named is None or isinstance(named, datetime):
        raise Unusable("--until takes a day in the future", hint="such as 2027-01-31")
    if named <= now.date():
        today = f"today is {now.date()} in UTC"
        raise Unusable("--until is not a day in the future", hint=f"choose a later day: {today}")
    return _within_reach("--until", midnight(named), now).date()


def _date_or_time(given: str) -> date | datetime | None:
    """A date, or a time with its offset; None for anything else."""
    try:
        if len(given) == len("2026-12-04"):
            return date.fromisoformat(given)
        moment = datetime.fromisoformat(given)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _within_reach(flag: str, named: datetime, now: datetime) -> datetime:
    if named - now > _FARTHEST:
        raise Unusable(f"{flag} is more than ten years away", hint="choose a date within ten years")
    return named
