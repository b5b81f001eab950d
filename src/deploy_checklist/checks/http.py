"""the server answers with an expected status (default: 200) and the body is as required; with
`rejects_without_auth`, it also refuses the request without the credential
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Self

from msgspec.structs import replace
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

OF_RUNNING_WORLD = True
_REFUSALS = frozenset({401, 403})
Status = Annotated[int, Field(ge=100, le=599)]
Method = Annotated[str, Field(pattern="^(GET|HEAD|OPTIONS|POST|PUT)$")]


class Json(data.ValueAtPath):
    """What the value at a JMESPath of the body must be."""

    at: data.At = Field(description="JMESPath of the value in the body.", examples=["status"])


class Params(probe.UrlParams):
    """`url` defaults to the variable's own value."""

    method: Method = Field(
        default="GET",
        description="HTTP method. Only GET, HEAD and OPTIONS requests are ever repeated.",
    )
    headers: Mapping[str, str] = Field(
        default_factory=dict,
        description="Headers to send. Credentials do not belong here: use `bearer_env`, "
        "`basic_env` or `header_env`.",
        examples=[{"Accept": "application/json"}],
    )
    body: str | None = Field(default=None, description="Body to send.")
    expect: Annotated[tuple[Status, ...], Field(min_length=1), base.ONE_OR_MORE] = Field(
        default=(200,), description="Status codes that pass.", examples=[[200, 204]]
    )
    contains: str | None = Field(
        default=None,
        min_length=1,
        description="A text that the body must contain.",
        examples=["ready"],
    )
    json_: Json | None = Field(
        default=None,
        alias="json",
        description="What the JSON body must contain: `at` and comparators, such as `{ at: status, "
        "equals: ok }`.",
        examples=[{"at": "status", "equals": "ok"}],
    )
    rejects_without_auth: bool = Field(
        default=False,
        description="`true`: the server must refuse the same request without the credential.",
    )

    @model_validator(mode="after")
    def _has_a_credential_to_leave_out(self) -> Self:
        if self.rejects_without_auth and not self.authenticates:
            raise PydanticCustomError(
                "probe",
                "`rejects_without_auth` needs the credential it leaves out: "
                "`bearer_env`, `basic_env` or `header_env`",
            )
        return self


class _Observed(OpaqueStruct, frozen=True, kw_only=True):
    answer: HttpAnswer
    unauthenticated: HttpAnswer | None  # the answer to the same call without the credential
    others: Mapping[str, str]  # the other variables that `json` compares with


def reads(params: Params) -> frozenset[Needs]:
    return params.needs(value=params.url is None)


def observe(params: Params, subject: str | None, world: World) -> Observation:
    try:
        target = probe.probe_target(params, subject, world)
    except ServiceFault as fault:
        return Observation(source=world.variables.place(), data=probe.FailedProbe(fault=fault))
    credential = probe.credential_headers(params, world)
    others = value.others_of(params.json_, world) if params.json_ else {}
    request = HttpRequest(
        url=target.url,
        method=params.method,
        headers=params.headers,
        body=params.body.encode() if params.body is not None else None,
        allow_private=params.allow_private,
        ca_file=probe.ca_certificates(params.ca_file, world),
    )
    calls = Calls(world, params.timeout)
    found: _Observed | probe.FailedProbe
    try:
        answer = calls.send(target, replace(request, headers={**params.headers, **credential}))
        unauthenticated = None
        if params.rejects_without_auth and answer.status in params.expect:
            unauthenticated = calls.send(target, request)
        found = _Observed(answer=answer, unauthenticated=unauthenticated, others=others)
    except ServiceFault as fault:
        found = probe.FailedProbe(fault=fault, name=target.name)
    source = calls.source(f"{params.method} {target.shown} from this machine")
    return Observation(source=source, data=found)


def judge(params: Params, observation: Observation, context: JudgeContext) -> Finding:
    found: _Observed | probe.FailedProbe = observation.data
    if isinstance(found, probe.FailedProbe):
        return found.finding()
    answer = found.answer
    if answer.status not in params.expect:
        return _status_fault(params, answer)
    fault = _body_fault(params, answer, found.others)
    if fault is not None:
        return fault
    if found.unauthenticated is None:
        return passed(f"answered {answer.status}")
    return _judge_unauthenticated(params, found.unauthenticated)


def _judge_unauthenticated(params: Params, answer: HttpAnswer) -> Finding:
    if answer.status in _REFUSALS:
        return passed("accepts the credential, and refuses the call without it")
    answered = probe.describe_answer(answer)
    if probe.is_busy(answer):
        raise Unobservable(f"it {answered} to the call without the credential", "try again later")
    if answer.status in params.expect:
        return failed(
            f"{answered} without the credential too; expected 401 or 403",
            "anyone who knows the URL has access: make the server require the credential",
        )
    return failed(
        f"{answered} without the credential; expected 401 or 403",
        "make the server answer 401 or 403",
    )


def _status_fault(params: Params, answer: HttpAnswer) -> Finding:
    expected = " or ".join(str(status) for status in params.expect)
    message = f"{probe.describe_answer(answer)}; expected {expected}"
    if answer.status in _REFUSALS and params.authenticates:
        names = [params.bearer_env] if params.bearer_env else []
        names += [*(params.basic_env or ()), *params.header_env.values()]
        return failed(
            f"refuses the credential: {message}",
            f"check that {', '.join(names)} is for this environment, has not expired, and allows "
            "this call",
        )
    if 300 <= answer.status < 400:
        return failed(f"{message}; redirects are not followed", "write the URL it redirects to")
    return failed(message)


def _body_fault(params: Params, answer: HttpAnswer, others: Mapping[str, str]) -> Finding | None:
    """What is wrong with the body, or None. A text found in a truncated body counts as found."""
    if params.contains is not None and params.contains.encode() not in answer.body:
        _require_whole(answer)
        return failed(f"{probe.describe_answer(answer)}, without {quoted(params.contains)} in it")
    if params.json_ is None:
        return None
    _require_whole(answer)
    try:
        document = load_document(answer.body, "answer.json")
    except Malformed:
        return failed(f"{probe.describe_answer(answer)}, which is not JSON")
    finding = data.judge_at(params.json_, document, others, "the answer")
    return None if finding.outcome is Outcome.PASS else finding


def _require_whole(answer: HttpAnswer) -> None:
    if answer.truncated:
        raise Unobservable(
            f"the answer is too long to read: it {probe.describe_answer(answer)}",
            "request less of it (a query, a narrower path), uncompressed",
        )
