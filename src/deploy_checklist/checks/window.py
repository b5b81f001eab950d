"""the run happens inside the window: on one of these days, between these hours

Times are local times in `tz`. With `from: "09:00"` and `to: "16:00"`, 09:00:00 is inside the window
and 16:00:00 is outside. When clocks go forward, the times that they skip do not exist on that day:
a window that begins there opens once the clocks have gone forward. When clocks go back, a time that
comes twice counts twice.

Each run judges the time at which it runs. No run starts because a window opens or closes, so a
commit keeps its status until the next event. The deploy gate judges again. With `phase: deploy` in
the rule, only the deploy gate checks it.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Annotated, Literal, Self, get_args

from pydantic import (
    AfterValidator,
    Field,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from ..outcome import Finding, Unobservable, failed, passed
from ..values.opening_hours import (
    OpeningHours,
    is_open,
    next_closing,
    next_opening,
)
from ..values.time_zones import is_zone_name, knows_zones, zone_named
from ..world.ports import World
from . import base
from .base import JudgeContext, Needs, Observation

OF_RUNNING_WORLD = True
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
_TIME = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_DATES = re.compile(rf"({_DATE})(?:\.\.({_DATE}))?")


def _zone(name: str) -> str:
    if not is_zone_name(name):
        raise PydanticCustomError(
            "zone", "must be a time zone written like `Europe/Berlin`, or `UTC`"
        )
    if zone_named(name) is None and knows_zones():
        why = "is not a time zone that this machine knows: write an area and a city"
        raise PydanticCustomError("zone", f"{why}, such as `Europe/Berlin`")
    return name


def _begin(written: str) -> str:
    if re.fullmatch(_TIME, written) is None:
        raise PydanticCustomError("time", "must be a time from 00:00 to 23:59, such as `09:00`")
    return written


def _end(written: str) -> str:
    if re.fullmatch(f"{_TIME}|24:00", written) is None:
        raise PydanticCustomError("time", "must be a time from 00:01 to 24:00, such as `16:00`")
    return written


def _dates(written: str) -> str:
    try:
        first, last = _range(written)
    except ValueError:  # also a thirteenth month
        why = "must be a real date or a range of two, such as `2026-12-24..2027-01-02`"
        raise PydanticCustomError("dates", why) from None
    if last < first:
        raise PydanticCustomError("dates", "ends before it begins: write the first day first")
    return written


def _range(written: str) -> tuple[date, date]:
    """The first and the last day; ValueError if they are not written as they should be."""
    found = _DATES.fullmatch(written)
    if found is None:
        raise ValueError
    return date.fromisoformat(found[1]), date.fromisoformat(found[2] or found[1])


def _in_editors(pattern: str, example: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": f"^(?:{pattern})$", "examples": [example]})


Dates = Annotated[
    str, AfterValidator(_dates), _in_editors(rf"{_DATE}(\.\.{_DATE})?", "2026-12-24..2027-01-02")
]


class Params(base.Params):
    """A zone, and at least one thing that keeps the window from being open always."""

    tz: Annotated[str, AfterValidator(_zone)] = Field(
        description="Time zone, such as `Europe/Berlin` or `UTC`.", examples=["Europe/Berlin"]
    )
    days: Annotated[tuple[Weekday, ...], Field(min_length=1), base.ONE_OR_MORE] = Field(
        default=_WEEKDAYS, description="Days of the week.", examples=[["mon", "tue", "wed", "thu"]]
    )
    from_: Annotated[str, AfterValidator(_begin), _in_editors(_TIME, "09:00")] = Field(
        default="00:00", alias="from", description="The first minute inside the window."
    )
    to: Annotated[str, AfterValidator(_end), _in_editors(f"{_TIME}|24:00", "16:00")] = Field(
        default="24:00",
        description="The first minute outside the window. `24:00` is the end of the day.",
    )
    except_: Annotated[tuple[Dates, ...], base.ONE_OR_MORE] = Field(
        default=(),
        alias="except",
        description="Days on which the window stays closed. A range includes its first and its "
        "last day.",
        examples=["2026-12-24..2027-01-02"],
    )

    @field_validator("to")
    @classmethod
    def _is_after_the_beginning(cls, to: str, info: ValidationInfo) -> str:
        begin = info.data.get("from_")
        if begin is not None and to <= begin:
            why = "must be after `from`: a window cannot last past midnight"
            raise PydanticCustomError("order", why)
        return to

    @model_validator(mode="after")
    def _is_not_always_open(self) -> Self:
        if not self.except_ and len(set(self.days)) == len(_WEEKDAYS) and self._all_day:
            raise PydanticCustomError(
                "vacuous", "is always open: needs `days`, `from`, `to` or `except`"
            )
        return self

    @property
    def _all_day(self) -> bool:
        return (self.from_, self.to) == ("00:00", "24:00")

    def hours(self, zone: tzinfo) -> OpeningHours:
        """When the window is open, in its zone."""
        return OpeningHours(
            zone=zone,
            weekdays=frozenset(map(_WEEKDAYS.index, self.days)),
            opens=_minutes(self.from_),
            closes=_minutes(self.to),
            closed=tuple(map(_range, self.except_)),
        )


def _minutes(written: str) -> int:
    hour, _, minute = written.partition(":")
    return int(hour) * 60 + int(minute)


def reads(params: Params) -> frozenset[Needs]:
    return frozenset()


def observe(params: Params, subject: str | None, world: World) -> Observation:
    """Only the zone; `judge` gets the time from its context."""
    zone = zone_named(params.tz)
    if zone is None:
        raise Unobservable(
            f"this machine has no time zone data, so the time in {params.tz} is not known",
            "install `tzdata` (the system package or the Python package), or use `tz: UTC`",
        )
    return Observation(source="this machine's clock", data=zone)


def recurs(params: Params) -> bool:
    return True


def judge(params: Params, observation: Observation, context: JudgeContext) -> Finding:
    hours = params.hours(observation.data)
    if context.whole_day:
        return _on_day(params, hours, context.now)
    if is_open(hours, context.now):
        closing = next_closing(hours, context.now)
        until = "" if closing is None else f" until {_shown(closing, params.tz, hours.zone)}"
        return passed(f"the window is open{until}")
    closed = f"the window is closed: {_why_closed(params, hours, context.now)}"
    opening = next_opening(hours, context.now)
    if opening is None:
        return failed(f"{closed}; it does not open within three years", "correct the rule")
    return failed(
        f"{closed}; it next opens on {_shown(opening, params.tz, hours.zone)}",
        "run the gate again when the window is open",
    )


def _on_day(params: Params, hours: OpeningHours, begins: datetime) -> Finding:
    """For a future day: passes if the window is open in at least one minute of that day."""
    opening = next_opening(hours, begins)
    if opening is None:
        return failed("the window does not open within three years", "correct the rule")
    shown = _shown(opening, params.tz, hours.zone)
    if opening < begins + timedelta(days=1):
        return passed(f"the window opens on {shown}")
    return failed(f"the window is closed all day; it opens on {shown}", "release when it is open")


def _why_closed(params: Params, hours: OpeningHours, now: datetime) -> str:
    day = now.astimezone(hours.zone).date()
    if hours.is_closed_on(day):
        return f"`except` excludes {day}"
    if not hours.is_day(day):
        return f"`{_WEEKDAYS[day.weekday()]}` is not one of its `days`"
    return f"it is open from {params.from_} to {params.to}"


def _shown(moment: datetime, name: str, zone: tzinfo) -> str:
    """A moment as a clock of the zone shows it, and in UTC."""
    there = moment.astimezone(zone)
    shown = f"{_WEEKDAYS[there.weekday()].capitalize()} {there:%Y-%m-%d %H:%M}"
    if zone is UTC:
        return f"{shown} UTC"
    return f"{shown} in {name} ({moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC)"
