"""someone is on call from now for that long: the shifts' union has no gap (nobody's name is read)"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Self

from msgspec import Struct
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ..data_formats import format_duration
from ..outcome import Finding, Unobservable, failed, passed
from ..world.ports import World
from .base import Duration, JudgeContext, Needs, Observation
from .shared import probe, service
from .shared.calls import Calls
from .shared.moments import require_moment
from .shared.service import Call, Service, ServiceUrl

_PAGES = 20
_SAMPLE = timedelta(minutes=30)
_MOST_SAMPLES = 48
_AT_ONCE = 8
_LIMIT = 1_048_576  # bytes of an answer: a page of shifts, or whoever is on call
_MOMENT = timedelta(seconds=1)  # a shift that ends with the window is over at its end


class Provider(StrEnum):
    """Who keeps the schedule."""

    PAGERDUTY = "pagerduty"
    GRAFANA = "grafana"  # Grafana Cloud IRM and OnCall
    OPSGENIE = "opsgenie"
    JSM = "jsm"  # Jira Service Management


_URLS = {
    Provider.PAGERDUTY: "https://api.pagerduty.com",
    Provider.OPSGENIE: "https://api.opsgenie.com",
}


class Params(probe.ProbeParams):
    """`url` is the provider's API: Grafana's own, or https://api.atlassian.com/jsm/ops/api/CLOUD-ID
    for `jsm`.
    """

    provider: Provider = Field(description="who keeps the schedule")
    schedule: Annotated[str, Field(pattern="^[A-Za-z0-9_-]{1,80}$")] = Field(description="its id")
    for_: Duration = Field(
        alias="for", gt=timedelta(0), le=timedelta(days=90), description="how long from now"
    )
    token_env: str = Field(min_length=1, description="the variable that holds the API token")
    user_env: str | None = Field(
        default=None, description="`jsm`: the variable that holds the token's e-mail"
    )
    url: ServiceUrl | None = Field(
        default=None, description="of the API; the token is sent only there"
    )
    stack: ServiceUrl | None = Field(
        default=None,
        description="`grafana`: the stack's own URL, if the token is a service account's (`glsa_…`)",
    )

    @model_validator(mode="after")
    def _knows_whom_to_ask(self) -> Self:
        if self.url is None and self.provider not in _URLS:
            raise PydanticCustomError(
                "on_call", "needs `url`: every customer of this provider has another one"
            )
        if (self.user_env is not None) is not (self.provider is Provider.JSM):
            raise PydanticCustomError(
                "on_call", "`user_env`, the e-mail beside the API token, belongs to `jsm`"
            )
        if self.stack is not None and self.provider is not Provider.GRAFANA:
            raise PydanticCustomError(
                "on_call", "`stack`, the URL beside a service account's token, is for `grafana`"
            )
        if self.provider in _POINTS and self.for_ > _SAMPLE * _MOST_SAMPLES:
            raise PydanticCustomError(
                "on_call", "this provider is asked every 30 minutes: 24h at the most"
            )
        return self


Shift = tuple[datetime, datetime]


class _ScheduleQuery(Struct, frozen=True, kw_only=True):
    params: Params
    calls: Calls
    begins: datetime
    ends: datetime
    headers: Mapping[str, str]

    @property
    def who(self) -> Service:
        name = {
            "pagerduty": "PagerDuty",
            "grafana": "Grafana IRM",
            "opsgenie": "Opsgenie",
            "jsm": "Jira",
        }
        return Service(
            name=name[self.params.provider],
            credential=self.params.token_env,
            permission="read access to schedules",
        )

    def of(self, path: str, query: Mapping[str, str | list[str]]) -> dict[str, Any]:
        """The answer; a schedule that is not there is Unobservable, since 404 also means: not
        allowed.
        """
        to = service.ServiceParams(
            url=self.params.url or _URLS[self.params.provider],
            allow_private=self.params.allow_private,
            ca_file=self.params.ca_file,
        )
        answer = service.ask(
            self.who,
            to,
            Call(path=path, query=query, headers=self.headers, limit=_LIMIT),
            self.calls,
        )
        if answer.status == 404:
            raise Unobservable(
                f"{self.who.name} shows no schedule `{self.params.schedule}`",
                "check its id, and what the token may read",
            )
        return service.mapping(self.who, service.json_of_200(self.who, answer))


def reads(params: Params) -> frozenset[Needs]:
    return params.needs(value=False)


def observe(params: Params, subject: str | None, world: World) -> Observation:
    begins = world.clock.now().replace(microsecond=0)  # services tell whole seconds
    calls = Calls(world, params.timeout)
    headers = _headers(params, probe.require_value(params.token_env, world), world)
    asking = _ScheduleQuery(
        params=params, calls=calls, begins=begins, ends=begins + params.for_, headers=headers
    )
    shifts = list(_SHIFTS[params.provider](asking))
    source = calls.source(f"{asking.who.name}, schedule `{params.schedule}`")
    return Observation(source=source, data=gaps(shifts, asking.begins, asking.ends))


def _headers(params: Params, token: str, world: World) -> dict[str, str]:
    if params.provider is Provider.PAGERDUTY:
        return {
            "Authorization": f"Token token={token}",
            "Accept": "application/vnd.pagerduty+json;version=2",
        }
    if params.provider is Provider.OPSGENIE:
        return {"Authorization": f"GenieKey {token}"}
    if params.provider is Provider.JSM:
        return probe.basic_auth_header(probe.require_value(params.user_env or "", world), token)
    if params.stack is not None:
        return {"Authorization": f"Bearer {token}", "X-Grafana-URL": params.stack}
    return {"Authorization": token}


def _pagerduty(asking: _ScheduleQuery) -> Iterator[Shift]:
    """A null start or end means: always. Level 1 only: who is second in line is not on call."""
    query: dict[str, str | list[str]] = {
        "since": _iso(asking.begins),
        "until": _iso(asking.ends),
        "schedule_ids[]": [asking.params.schedule],
        "limit": "100",
    }
    for page in range(_PAGES):
        found = asking.of("/oncalls", {**query, "offset": str(page * 100)})
        for each in service.entries(asking.who, found.get("oncalls")):
            if _is_ours(asking, each) and each.get("escalation_level", 1) == 1:
                yield _shift(asking, each, "start", "end")
        if not found.get("more"):
            return
    raise Unobservable(f"PagerDuty lists more than {_PAGES * 100} shifts")


def _is_ours(asking: _ScheduleQuery, said: Mapping[str, Any]) -> bool:
    """Whether an entry is of the schedule that was asked for, and of a person."""
    if "schedule" not in said or "user" not in said:
        raise service.unexpected_answer(asking.who)
    schedule = said["schedule"]
    return (
        bool(said["user"])
        and isinstance(schedule, dict)
        and schedule.get("id") == asking.params.schedule
    )


def _grafana(asking: _ScheduleQuery) -> Iterator[Shift]:
    query = {
        "start_date": f"{asking.begins:%Y-%m-%d}",
        "end_date": f"{asking.ends + timedelta(days=1):%Y-%m-%d}",
    }
    for page in range(1, _PAGES + 1):
        found = asking.of(
            f"/api/v1/schedules/{asking.params.schedule}/final_shifts", {**query, "page": str(page)}
        )
        for each in service.entries(asking.who, found.get("results")):
            if each.get("user_pk"):  # an empty shift has nobody
                yield _shift(asking, each, "shift_start", "shift_end")
        if not found.get("next"):
            return
    raise Unobservable(f"Grafana lists more than {_PAGES * 50} shifts")


def _points(path: str, *keys: str) -> Callable[[_ScheduleQuery], Iterator[Shift]]:
    """Providers that tell who is on call at one moment: asked every half hour, and at the end."""

    def staffed(asking: _ScheduleQuery, at: datetime) -> bool:
        found = asking.of(path.format(asking.params.schedule), {"flat": "true", "date": _iso(at)})
        found = service.mapping(asking.who, found.get("data", found))
        people = next((found[key] for key in keys if key in found), None)
        if not isinstance(people, list):
            raise service.unexpected_answer(asking.who)
        return any(map(_somebody, people))

    def shifts(asking: _ScheduleQuery) -> Iterator[Shift]:
        """A stretch counts if somebody is on call at both of its ends."""
        count = math.ceil(asking.params.for_ / _SAMPLE)
        starts = [asking.begins + number * _SAMPLE for number in range(count)]
        with ThreadPoolExecutor(
            _AT_ONCE
        ) as pool:  # one after the other they would take the time of 49 calls
            there = list(pool.map(lambda at: staffed(asking, at), [*starts, asking.ends - _MOMENT]))
        for number, at in enumerate(starts):
            if there[number] and there[number + 1]:
                yield at, min(at + _SAMPLE, asking.ends)

    return shifts


def _somebody(said: object) -> bool:
    """A recipient's name, or a participant who is a person; a team counts by those in it, and
    `noone` is nobody.
    """
    if not isinstance(said, dict):
        return isinstance(said, str) and bool(said)
    inside = said.get("onCallParticipants")
    if isinstance(inside, list):
        return any(map(_somebody, inside))
    return said.get("type", "user") == "user" and bool(said.get("id") or said.get("name"))


_POINTS = frozenset({Provider.OPSGENIE, Provider.JSM})
_SHIFTS: Mapping[Provider, Callable[[_ScheduleQuery], Iterator[Shift]]] = {
    Provider.PAGERDUTY: _pagerduty,
    Provider.GRAFANA: _grafana,
    Provider.OPSGENIE: _points("/v2/schedules/{}/on-calls", "onCallRecipients"),
    Provider.JSM: _points("/v1/schedules/{}/on-calls", "onCallUsers", "onCallParticipants"),
}


def _iso(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def _shift(asking: _ScheduleQuery, said: Mapping[str, Any], start: str, end: str) -> Shift:
    """Null means: always. A key that is not there means that this is no shift."""
    if start not in said or end not in said:
        raise service.unexpected_answer(asking.who)
    begins = asking.begins if said[start] is None else require_moment(said[start], asking.who.name)
    return begins, asking.ends if said[end] is None else require_moment(said[end], asking.who.name)


def gaps(shifts: Sequence[Shift], begins: datetime, ends: datetime) -> list[Shift]:
    """The times between `begins` and `ends` that no shift covers."""
    found: list[Shift] = []
    covered = begins
    for start, end in sorted(shifts):
        if start >= ends:
            break
        if start > covered:
            found.append((covered, start))
        covered = max(covered, end)
    if covered < ends:
        found.append((covered, ends))
    return found


def judge(params: Params, observation: Observation, context: JudgeContext) -> Finding:
    holes: list[Shift] = observation.data
    if not holes:
        until = context.now + params.for_
        return passed(f"on-call is covered until {until:%-d %b %H:%M} UTC")
    named = "; ".join(f"{start:%-d %b %H:%M} to {end:%-d %b %H:%M}" for start, end in holes[:3])
    more = f"; {len(holes) - 3} more" if len(holes) > 3 else ""
    return failed(
        f"nobody is on call in the next {format_duration(params.for_)} at these times (UTC): {named}{more}",
        f"fill the gap in schedule `{params.schedule}`",
    )
