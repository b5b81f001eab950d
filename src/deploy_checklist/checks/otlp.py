"""the receiver accepts an empty export (`signal`: traces, metrics or logs); a partial success is a
notice
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from msgspec.structs import replace
from pydantic import Field

from ..outcome import Finding, failed, passed
from ..world.ports import HttpAnswer, HttpRequest, ProtocolFault, ServiceFault, World
from .base import JudgeContext, Needs, Observation
from .shared import probe
from .shared.calls import Calls

_LIMIT = 65_536  # bytes; what answers an empty export has a few
_NOT_GRPC = "gRPC (port 4317) is not spoken here: name the HTTP port, 4318"


class Signal(StrEnum):
    """What is exported."""

    TRACES = "traces"
    METRICS = "metrics"
    LOGS = "logs"


class Params(probe.UrlParams):
    """Of the variable's URL or `url`; `headers_env` names the variable that holds
    `key=value,key=value`.
    """

    signal: Signal = Field(
        default=Signal.TRACES, description="what is exported: `/v1/traces` is put behind the URL"
    )
    headers_env: str | None = Field(
        default=None,
        min_length=1,
        description="the variable that holds headers as `key=value,key=value`",
    )

    @property
    def authenticates(self) -> bool:
        return bool(self.headers_env) or super().authenticates


def reads(params: Params) -> frozenset[Needs]:
    return params.needs(value=params.url is None)


def observe(params: Params, subject: str | None, world: World) -> Observation:
    try:
        url_target = probe.probe_target(params, subject, world)
    except ServiceFault as fault:
        return Observation(source=world.variables.place(), data=probe.FailedProbe(fault=fault))
    target = _signal_target(url_target, params, subject)
    headers = {**probe.credential_headers(params, world), **_headers(params, world)}
    request = HttpRequest(
        url=target.url,
        method="POST",
        headers={**headers, "Content-Type": "application/x-protobuf"},
        body=b"",  # an export without entries tests URL and credential, and stores nothing
        allow_private=params.allow_private,
        ca_file=probe.ca_certificates(params.ca_file, world),
        limit=_LIMIT,
    )
    calls = Calls(world, params.timeout)
    found: HttpAnswer | probe.FailedProbe
    try:
        found = calls.send(target, request)
    except ServiceFault as fault:
        found = probe.FailedProbe(fault=fault, name=target.name)
    return Observation(source=calls.source(f"POST {target.shown} from this machine"), data=found)


def _signal_target(
    target: probe.ProbeTarget, params: Params, subject: str | None
) -> probe.ProbeTarget:
    """The URL with `/v1/traces` behind it. By the specification of OTLP, the URL in a variable for
    one signal is used as it is.
    """
    path = f"/v1/{params.signal}"
    if params.path is not None or urlsplit(target.url).path.rstrip("/").endswith(path):
        return target
    if params.url is None and (subject or "").endswith(f"OTLP_{params.signal.upper()}_ENDPOINT"):
        return target
    url = probe.with_path(target.url, path)
    return replace(target, url=url, shown=f"{target.shown} + `{path}`")


def _headers(params: Params, world: World) -> Mapping[str, str]:
    if params.headers_env is None:
        return {}
    headers = {}
    for pair in probe.require_value(params.headers_env, world).split(","):
        if pair.strip():
            name, _, text = pair.partition("=")
            headers[name.strip()] = unquote(text.strip())
    return headers


def judge(params: Params, observation: Observation, context: JudgeContext) -> Finding:
    answer: HttpAnswer | probe.FailedProbe = observation.data
    if isinstance(answer, probe.FailedProbe):
        finding = answer.finding()
        fault = answer.fault
        if isinstance(fault, ProtocolFault) and fault.message.endswith("not in HTTP"):
            return replace(finding, remedy=_NOT_GRPC)
        return finding
    if answer.status != 200:
        message = (
            f"{probe.describe_answer(answer)} to an empty export of {params.signal}; expected 200"
        )
        return failed(message, _remedy(answer.status))
    partial = _is_partial(answer)
    if partial is None:
        return failed(
            f"{probe.describe_answer(answer)}, which is no answer to an export",
            "is this the receiver's URL, or a page or a proxy before it?",
        )
    notices = ("the receiver accepts it with a warning (a partial success)",) if partial else ()
    return passed("an empty export was accepted", notices=notices)


def _remedy(status: int) -> str | None:
    if status in (401, 403):
        return (
            "the receiver refuses the credential: is it in `headers_env`, and of this environment?"
        )
    if status == 404:
        return "name the base URL: `/v1/traces` is put behind it"
    if status in (415, 400):
        return "the receiver does not take protobuf over HTTP at this URL"
    return None


def _is_partial(answer: HttpAnswer) -> bool | None:
    """Whether an Export…ServiceResponse reports a partial success; None if it is no such response.

    https://opentelemetry.io/docs/specs/otlp/#otlphttp-response: the response has the encoding of
    the request, but some servers write JSON.
    """
    media_type = answer.headers.get("content-type", "").lower()
    if answer.truncated or "html" in media_type:
        return None
    if "json" in media_type:
        return _is_partial_json(answer.body)
    fields = _fields(answer.body)
    if fields is None:
        return None
    partial = False
    for number, content in fields:
        inner = _fields(content) if isinstance(content, bytes) else None
        if number != 1 or inner is None:
            return None
        partial = partial or bool(inner)
    return partial


def _is_partial_json(body: bytes) -> bool | None:
    try:
        found = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or found.keys() - {"partialSuccess", "partial_success"}:
        return None
    return any(found.values())


def _fields(message: bytes) -> list[tuple[int, int | bytes]] | None:
    """The numbered fields of a protobuf message: integers, and texts or messages as bytes. None if
    it has others.
    """
    found: list[tuple[int, int | bytes]] = []
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        number, kind = key >> 3, key & 7
        value, at = _varint(message, at)
        if number == 0 or kind not in (0, 2) or at > len(message):
            return None
        if kind == 0:
            found.append((number, value))
        elif at + value > len(message):
            return None
        else:
            found.append((number, message[at : at + value]))
            at += value
    return found


def _varint(message: bytes, at: int) -> tuple[int, int]:
    """A number and the index after it: beyond the message if it is cut or longer than 64 bits."""
    value = 0
    for place in range(10):
        if at + place >= len(message):
            break
        value |= (message[at + place] & 0x7F) << 7 * place
        if message[at + place] < 0x80:
            return value, at + place + 1
    return 0, len(message) + 1
