"""someone is on call from now on for this long, without a gap between shifts

`jsm` has this `url`: https://api.atlassian.com/jsm/ops/api/CLOUD-ID. No names are read.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Self

from msgspec import Struct
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ..data_formats import format_duration
from ..opaque import OpaqueStruct
from ..outcome import Finding, Unobservable, failed, passed
from ..world.ports import World
from .base import Duration, JudgeContext, Needs, Observation, shifted
from .shared import probe, service
from .shared.calls import Calls
from .shared.moments import require_moment
from .shared.service import Call, Service, ServiceUrl

OF_RUNNING_WORLD = True
_PAGES = 20
_SAMPLE = timedelta(minutes=30)
_MOST_SAMPLES = 48
_AT_ONCE = 8
_LIMIT = 1_048_576  # bytes of an answer: a page of shifts, or the people who are on call
_FOREVER = datetime.max.replace(tzinfo=UTC)
_MOMENT = timedelta(seconds=1)  # before the end: a shift that ends with the window is over then


class Provider(StrEnum):
    """Who keeps the schedule."""

    PAGERDUTY = "pagerduty"
    GRAFANA = "grafana"  # Grafana Cloud IRM and OnCall
    OPSGENIE = "opsgenie"
    JSM = "jsm"  # Jira Service Management


_NAMES = {
    Provider.PAGERDUTY: "PagerDuty",
    Provider.GRAFANA: "Grafana IRM",
    Provider.OPSGENIE: "Opsgenie",
    Provider.JSM: "Jira",
}
_SAMPLED = frozenset({Provider.OPSGENIE, Provider.JSM})  # they say who is on call at one moment
_URLS = {
    Provider.PAGERDUTY: "https://api.pagerduty.com",
    Provider.OPSGENIE: "https://api.opsgenie.com",
}


class Params(probe.ProbeParams):
    """Each provider but PagerDuty and Opsgenie needs its `url`."""

    provider: Provider = Field(description="Service that has the schedule.")
    schedule: Annotated[str, Field(pattern="^[A-Za-z0-9_-]{1,80}$")] = Field(
        description="Id of the schedule."
    )
    for_: Duration = Field(
        alias="for", gt=timedelta(0), le=timedelta(days=90), description="How long from now on."
    )
    token_env: str = Field(min_length=1, description="Variable that contains the API token.")
    user_env: str | None = Field(
        default=None, description="`jsm`: variable that contains the e-mail of the token's owner."
    )
    url: ServiceUrl | None = Field(
        default=None, description="URL of the API. The token is sent only there."
    )
    stack: ServiceUrl | None = Field(
        default=None,
        description="`grafana`: URL of the stack, for a service account's token (`glsa_…`).",
    )

    @model_validator(mode="after")
    def _fits_its_provider(self) -> Self:
        if self.url is None and self.provider not in _URLS:
            raise PydanticCustomError(
                "on_call", "needs `url`: each customer of this provider has a different one"
            )
        if (self.user_env is not None) is not (self.provider is Provider.JSM):
            raise PydanticCustomError(
                "on_call", "`user_env`, the e-mail for the API token, works only with `jsm`"
            )
        if self.stack is not None and self.provider is not Provider.GRAFANA:
            raise PydanticCustomError(
                "on_call", "`stack`, the URL for a service account, works only with `grafana`"
            )
        if self.provider in _SAMPLED and self.for_ > _SAMPLE * _MOST_SAMPLES:
            raise PydanticCustomError(
                "on_call", "this provider needs a request for each 30 minutes: use at most 24h"
            )
        return self


Shift = tuple[datetime, datetime]


class _ReadShifts(Struct, frozen=True, kw_only=True):
    """When somebody is on call, and for which period this is known."""

    shifts: Sequence[Shift]
    begins: datetime
    ends: datetime


class _ScheduleQuery(OpaqueStruct, frozen=True, kw_only=True):
    params: Params
    calls: Calls
    begins: datetime
    ends: datetime
    headers: Mapping[str, str]

    @property
    def provider(self) -> Service:
        return Service(
            name=_NAMES[self.params.provider],
            credential=self.params.token_env,
            permission="read access to schedules",
        )

    def answer(self, path: str, query: Mapping[str, str | list[str]]) -> dict[str, Any]:
        """The JSON of one call. A missing schedule is Unobservable, since 404 also means: not
        allowed.
        """
        to = service.ServiceParams(
            url=self.params.url or _URLS[self.params.provider],
            allow_private=self.params.allow_private,
            ca_file=self.params.ca_file,
        )
        call = Call(path=path, query=query, headers=self.headers, limit=_LIMIT)
        answer = service.ask(self.provider, to, call, self.calls)
        if answer.status == 404:
            raise Unobservable(
                f"{self.provider.name} shows no schedule `{self.params.schedule}`",
                "check its id and the token's permissions",
            )
        return service.mapping(self.provider, service.json_of_200(self.provider, answer))


def reads(params: Params) -> frozenset[Needs]:
    return params.needs(value=False)


def observe(params: Params, subject: str | None, world: World) -> Observation:
    begins = world.clock.now().replace(microsecond=0)  # services know whole seconds
    calls = Calls(world, params.timeout)
    headers = _headers(params, probe.require_value(params.token_env, world), world)
    query = _ScheduleQuery(
        params=params, calls=calls, begins=begins, ends=begins + params.for_, headers=headers
    )
    shifts = list(_SHIFTS[params.provider](query))
    source = calls.source(f"{query.provider.name}, schedule `{params.schedule}`")
    read = _ReadShifts(shifts=shifts, begins=query.begins, ends=_end_of_known(shifts, query.ends))
    return Observation(source=source, data=read)


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


def _pagerduty(query: _ScheduleQuery) -> Iterator[Shift]:
    """Shifts of escalation level 1: a person who is second in line is not on call."""
    parameters: dict[str, str | list[str]] = {
        "since": _iso(query.begins),
        "until": _iso(query.ends),
        "schedule_ids[]": [query.params.schedule],
        "limit": "100",
    }
    for page in range(_PAGES):
        found = query.answer("/oncalls", {**parameters, "offset": str(page * 100)})
        for entry in service.entries(query.provider, found.get("oncalls")):
            if _is_of_schedule(query, entry) and entry.get("escalation_level", 1) == 1:
                yield _shift(query, entry, "start", "end")
        if not found.get("more"):
            return
    raise Unobservable(f"PagerDuty lists more than {_PAGES * 100} shifts")


def _is_of_schedule(query: _ScheduleQuery, entry: Mapping[str, Any]) -> bool:
    """Whether an entry is of a person and of the schedule that was asked for."""
    if "schedule" not in entry or "user" not in entry:
        raise service.unexpected_answer(query.provider)
    schedule = entry["schedule"]
    if not entry["user"] or not isinstance(schedule, dict):
        return False
    return schedule.get("id") == query.params.schedule


def _grafana(query: _ScheduleQuery) -> Iterator[Shift]:
    path = f"/api/v1/schedules/{query.params.schedule}/final_shifts"
    parameters = {
        "start_date": f"{query.begins:%Y-%m-%d}",
        "end_date": f"{query.ends + timedelta(days=1):%Y-%m-%d}",
    }
    for page in range(1, _PAGES + 1):
        found = query.answer(path, {**parameters, "page": str(page)})
        for entry in service.entries(query.provider, found.get("results")):
            if entry.get("user_pk"):  # nobody is on call in a shift without a user
                yield _shift(query, entry, "shift_start", "shift_end")
        if not found.get("next"):
            return
    raise Unobservable(f"Grafana lists more than {_PAGES * 50} shifts")


def _opsgenie(query: _ScheduleQuery) -> Iterator[Shift]:
    path = f"/v2/schedules/{query.params.schedule}/on-calls"
    return _sampled_shifts(query, path, ("onCallRecipients",))


def _jsm(query: _ScheduleQuery) -> Iterator[Shift]:
    path = f"/v1/schedules/{query.params.schedule}/on-calls"
    return _sampled_shifts(query, path, ("onCallUsers", "onCallParticipants"))


def _sampled_shifts(query: _ScheduleQuery, path: str, keys: Sequence[str]) -> Iterator[Shift]:
    """For providers that say who is on call at one moment: half hours with somebody on call at both
    ends.
    """

    def is_covered(at: datetime) -> bool:
        found = query.answer(path, {"flat": "true", "date": _iso(at)})
        found = service.mapping(query.provider, found.get("data", found))
        people = next((found[key] for key in keys if key in found), None)
        if not isinstance(people, list):
            raise service.unexpected_answer(query.provider)
        return any(map(_is_person, people))

    count = math.ceil(query.params.for_ / _SAMPLE)
    starts = [query.begins + number * _SAMPLE for number in range(count)]
    # One after the other, up to 49 calls would take too long.
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        covered = list(pool.map(is_covered, [*starts, query.ends - _MOMENT]))
    for number, start in enumerate(starts):
        if covered[number] and covered[number + 1]:
            yield start, min(start + _SAMPLE, query.ends)


def _is_person(participant: object) -> bool:
    """Whether it is a recipient's name or a person. A team counts if it holds a person; `noone` is
    nobody.
    """
    if not isinstance(participant, dict):
        return isinstance(participant, str) and bool(participant)
    members = participant.get("onCallParticipants")
    if isinstance(members, list):
        return any(map(_is_person, members))
    if participant.get("type", "user") != "user":
        return False
    return bool(participant.get("id") or participant.get("name"))


_SHIFTS: Mapping[Provider, Callable[[_ScheduleQuery], Iterator[Shift]]] = {
    Provider.PAGERDUTY: _pagerduty,
    Provider.GRAFANA: _grafana,
    Provider.OPSGENIE: _opsgenie,
    Provider.JSM: _jsm,
}


def _iso(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def _shift(query: _ScheduleQuery, entry: Mapping[str, Any], start: str, end: str) -> Shift:
    """Null means always on call. If a key is missing, this is not a shift."""
    if start not in entry or end not in entry:
        raise service.unexpected_answer(query.provider)
    begins, ends = query.begins, _FOREVER
    if entry[start] is not None:
        begins = require_moment(entry[start], query.provider.name)
    if entry[end] is not None:
        ends = require_moment(entry[end], query.provider.name)
    return begins, ends


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


def _end_of_known(shifts: Sequence[Shift], ends: datetime) -> datetime:
    """`ends`, or the end of the shifts that cover it without a gap: a shift may end later."""
    for start, end in sorted(shifts):
        if start <= ends:
            ends = max(ends, end)
    return ends


def moments(params: Params, observation: Observation) -> Sequence[datetime]:
    """When a gap enters the window, when the gap ends, and the end of the shifts that were read."""
    read: _ReadShifts = observation.data
    found = list(shifted(read.ends, -params.for_))
    for start, end in gaps(read.shifts, read.begins, read.ends):
        found += [*shifted(start, -params.for_), end]
    return found


def judge(params: Params, observation: Observation, context: JudgeContext) -> Finding:
    """Nothing is known after the last shift that was read."""
    read: _ReadShifts = observation.data
    # The shifts were read a little after the run began.
    begins = max(context.now.replace(microsecond=0), read.begins)
    ends = begins + params.for_
    uncovered = gaps(read.shifts, begins, min(ends, read.ends))
    if not uncovered and ends > read.ends:
        raise Unobservable(
            f"on-call shifts are known only until {read.ends:%-d %b %H:%M} UTC",
            "check again closer to the day",
        )
    if not uncovered:
        until = context.now + params.for_
        return passed(f"on-call is covered until {until:%-d %b %H:%M} UTC")
    times = "; ".join(f"{start:%-d %b %H:%M} to {end:%-d %b %H:%M}" for start, end in uncovered[:3])
    if len(uncovered) > 3:
        times += f"; {len(uncovered) - 3} more"
    window = format_duration(params.for_)
    return failed(
        f"nobody is on call in the next {window} at these times (UTC): {times}",
        f"fill the gap in schedule `{params.schedule}`",
    )
