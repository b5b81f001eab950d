"""the answer has a listed status (default 200) and a body as said; `rejects_without_auth`: only
with the credential
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ..data_formats import Malformed, load_document
from ..opaque import OpaqueStruct
from ..outcome import Finding, Outcome, Unobservable, failed, passed
from ..values.plain import quoted
from ..world.ports import HttpAnswer, HttpRequest, ServiceFault, World
from . import base, data, value
from .base import JudgeContext, Needs, Observation
from .shared import probe
from .shared.calls import Calls

_REFUSALS = frozenset({401, 403})
Status = Annotated[int, Field(ge=100, le=599)]
Method = Annotated[str, Field(pattern="^(GET|HEAD|OPTIONS|POST|PUT)$")]


class Json(data.ValueAtPath):
    """What the value at a JMESPath of the body must be."""

    at: data.At = Field(description="where the value stands, a JMESPath")


class Params(probe.UrlParams):
    """`url` defaults to the variable's own value."""

    method: Method = Field(
        default="GET", description="what but GET, HEAD and OPTIONS is never repeated"
    )
    headers: Mapping[str, str] = Field(
        default_factory=dict, description="sent as they are; no place for credentials"
    )
    body: str | None = Field(default=None, description="sent as it is")
    expect: Annotated[tuple[Status, ...], Field(min_length=1), base.ONE_OR_MORE] = Field(
        default=(200,), description="the statuses that pass"
    )
    contains: str | None = Field(default=None, min_length=1, description="a text in the body")
    json_: Json | None = Field(
        default=None, alias="json", description="`{at: JMESPath, <comparator>}` on the body"
    )
    rejects_without_auth: bool = Field(
        default=False, description="the same call without the credential is refused"
    )

    @model_validator(mode="after")
    def _has_a_credential_to_leave_out(self) -> Self:
        if self.rejects_without_auth and not self.authenticates:
            raise PydanticCustomError(
                "probe",
                "`rejects_without_auth` needs the credential it leaves out: `bearer_env`, `basic_env` or `header_env`",
            )
        return self


class _Observed(OpaqueStruct, frozen=True, kw_only=True):
    answer: HttpAnswer
    without: HttpAnswer | None  # the answer to the same call without the credential
    others: dict[str, str]


def reads(params: Params) -> frozenset[Needs]:
    return params.needs(value=params.url is None)


def observe(params: Params, subject: str | None, world: World) -> Observation:
    try:
        at = probe.probe_target(params, subject, world)
    except ServiceFault as trouble:
        return Observation(source=world.variables.place(), data=probe.FailedProbe(fault=trouble))
    secret = probe.credential_headers(params, world)
    others = dict(value.others_of(params.json_, world)) if params.json_ else {}
    calls = Calls(world, params.timeout)
    asked = f"{params.method} {at.shown} from this machine"
    try:
        answer = calls.send(at, _request(params, at, world, {**params.headers, **secret}))
        without = None
        if params.rejects_without_auth and answer.status in params.expect:
            without = calls.send(at, _request(params, at, world, params.headers))
    except ServiceFault as trouble:
        return Observation(
            source=calls.source(asked), data=probe.FailedProbe(fault=trouble, name=at.name)
        )
    looked = _Observed(answer=answer, without=without, others=others)
    return Observation(source=calls.source(asked), data=looked)


def _request(
    params: Params, at: probe.ProbeTarget, world: World, headers: Mapping[str, str]
) -> HttpRequest:
    return HttpRequest(
        url=at.url,
        method=params.method,
        headers=headers,
        body=params.body.encode() if params.body is not None else None,
        allow_private=params.allow_private,
        ca_file=probe.ca_certificates(params.ca_file, world),
    )


def judge(params: Params, observation: Observation, context: JudgeContext) -> Finding:
    looked: _Observed | probe.FailedProbe = observation.data
    if isinstance(looked, probe.FailedProbe):
        return looked.finding()
    answer = looked.answer
    if answer.status not in params.expect:
        return _wrong_status(params, answer)
    wrong = _body(params, answer, looked.others)
    if wrong is not None:
        return wrong
    if looked.without is None:
        return passed(f"answered {answer.status}")
    return _without_credential(params, looked.without)


def _without_credential(params: Params, answer: HttpAnswer) -> Finding:
    if answer.status in _REFUSALS:
        return passed("accepted; refused without the credential")
    said = probe.describe_answer(answer)
    if probe.is_busy(answer):
        raise Unobservable(f"it {said} to the call without the credential", "try again later")
    if answer.status in params.expect:
        return failed(
            f"{said} without the credential too; 401 or 403 would refuse it",
            "whoever knows the URL is let in: have the server ask for the credential",
        )
    return failed(
        f"{said} without the credential; 401 or 403 would refuse it",
        "have the server say that it refuses",
    )


def _wrong_status(params: Params, answer: HttpAnswer) -> Finding:
    expected = " or ".join(str(status) for status in params.expect)
    message = f"{probe.describe_answer(answer)}; expected {expected}"
    if answer.status in _REFUSALS and params.authenticates:
        names = ", ".join(
            [
                *filter(None, [params.bearer_env]),
                *(params.basic_env or ()),
                *params.header_env.values(),
            ]
        )
        return failed(
            f"refuses the credential: {message}",
            f"is {names} of this environment, not expired, and allowed this call?",
        )
    if 300 <= answer.status < 400:
        return failed(f"{message}; redirects are not followed", "name the URL that it leads to")
    return failed(message)


def _body(params: Params, answer: HttpAnswer, others: dict[str, str]) -> Finding | None:
    """What is wrong with the body, or None. A cut body is only judged by what it has."""
    if params.contains is not None and params.contains.encode() not in answer.body:
        _whole(answer)
        return failed(f"{probe.describe_answer(answer)}, without {quoted(params.contains)} in it")
    if params.json_ is None:
        return None
    _whole(answer)
    try:
        document = load_document(answer.body, "answer.json")
    except Malformed:
        return failed(f"{probe.describe_answer(answer)}, which is not JSON")
    judged = data.judged_at(params.json_, document, others, "the answer")
    return None if judged.outcome is Outcome.PASS else judged


def _whole(answer: HttpAnswer) -> None:
    if answer.truncated:
        raise Unobservable(
            f"the answer could not be read whole: it {probe.describe_answer(answer)}",
            "ask for less of it (a query, a narrower path), uncompressed",
        )
