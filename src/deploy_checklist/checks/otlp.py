"""the receiver accepts an empty export of traces, metrics or logs (`signal`)

If it reports a partial success, the check passes with a notice.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from msgspec.structs import replace
from pydantic import Field

from ..outcome import Finding, Unobservable, failed, passed
from ..world.ports import HttpAnswer, HttpRequest, ProtocolFault, ServiceFault, World
from .base import JudgeContext, Needs, Observation
from .shared import probe
from .shared.calls import Calls

OF_RUNNING_WORLD = True
# https://opentelemetry.io/docs/specs/otel/protocol/exporter/#endpoint-urls-for-otlphttp: behind the
# URL in this variable every SDK puts `/v1/traces`, `/v1/metrics` and `/v1/logs`. The URL in
# `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` is used as it stands, and so are those for the other signals.
_BASE_VARIABLE = "OTEL_EXPORTER_OTLP_ENDPOINT"

_LIMIT = 65_536  # bytes; what answers an empty export has a few
_NOT_GRPC = "this check does not support gRPC (port 4317): use the HTTP port, 4318"


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
        default=Signal.TRACES,
        description="What is exported. The check appends `/v1/traces` (or `metrics`, `logs`) to "
        "the URL. The URL of a variable such as `…_METRICS_ENDPOINT`, which says by its name what "
        "it is for, is used unchanged.",
    )
    headers_env: str | None = Field(
        default=None,
        min_length=1,
        description="Variable that contains the headers as `key=value,key=value`.",
        examples=["OTEL_EXPORTER_OTLP_HEADERS"],
    )

    @property
    def authenticates(self) -> bool:
        return bool(self.headers_env) or super().authenticates


def reads(params: Params) -> frozenset[Needs]:
    return params.needs(value=params.url is None)


def observe(params: Params, subject: str | None, world: World) -> Observation:
    try:
        url_target = probe.probe_target(params, subject, world)
        if params.url is None:
            _refuse_misplaced_path(url_target.url, subject or "", _signal(params, subject))
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


def _signal(params: Params, subject: str | None) -> Signal:
    """The signal that the rule names, else the one in the variable's name."""
    if "signal" not in params.model_fields_set and params.url is None:
        for signal in Signal:
            if _is_variable_of(signal, subject or ""):
                return signal
    return params.signal


def _is_variable_of(signal: Signal, variable: str) -> bool:
    """Whether SDKs use the URL in the variable unchanged for this signal."""
    return variable.endswith(f"OTLP_{signal.upper()}_ENDPOINT")


def _refuse_misplaced_path(url: str, variable: str, signal: Signal) -> None:
    """ServiceFault if the URL ends with a signal's path where SDKs would not export that signal.

    A receiver that accepts every path would not reveal this.
    """
    path = urlsplit(url).path.rstrip("/")
    ending = next((each for each in Signal if path.endswith(f"/v1/{each}")), None)
    if ending is None:
        return
    if variable.endswith(_BASE_VARIABLE):
        own = variable.removesuffix("ENDPOINT") + f"{ending.upper()}_ENDPOINT"
        raise ServiceFault(
            f"ends with `/v1/{ending}`, but every SDK adds the signal's path again",
            f"remove `/v1/{ending}`, or store the whole URL as {own}",
        )
    if _is_variable_of(signal, variable) and ending is not signal:
        raise ServiceFault(
            f"ends with `/v1/{ending}`, but SDKs send {signal} to this URL",
            f"end it with `/v1/{signal}`",
        )


def _signal_target(
    target: probe.ProbeTarget, params: Params, subject: str | None
) -> probe.ProbeTarget:
    """The URL with the signal's path added, unless SDKs use it unchanged."""
    signal = _signal(params, subject)
    path = f"/v1/{signal}"
    if params.path is not None or urlsplit(target.url).path.rstrip("/").endswith(path):
        return target
    if params.url is None and _is_variable_of(signal, subject or ""):
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
            text = unquote(text.strip())
            probe.require_usable(text, params.headers_env)
            headers[name.strip()] = text
    return headers


def judge(params: Params, observation: Observation, context: JudgeContext) -> Finding:
    answer: HttpAnswer | probe.FailedProbe = observation.data
    if isinstance(answer, probe.FailedProbe):
        finding = answer.finding()
        fault = answer.fault
        if isinstance(fault, ProtocolFault) and fault.message.endswith("not with HTTP"):
            return replace(finding, remedy=_NOT_GRPC)
        return finding
    signal = _signal(params, context.subject)
    # https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes
    if probe.is_busy(answer):
        message = f"it {probe.describe_answer(answer)} to an empty export of {signal}"
        raise Unobservable(message, "try again later")
    if answer.status != 200:
        whole = params.url is None and _is_variable_of(signal, context.subject or "")
        message = f"{probe.describe_answer(answer)} to an empty export of {signal}; expected 200"
        return failed(message, _remedy(answer.status, whole=whole, signal=signal))
    partial = _is_partial(answer)
    if partial is None:
        return failed(
            f"{probe.describe_answer(answer)}, which is not an answer to an export",
            "check that this is the receiver's URL, not a page or a proxy in front of it",
        )
    notices = ("the receiver accepts it with a warning (a partial success)",) if partial else ()
    return passed("an empty export was accepted", notices=notices)


def _remedy(status: int, *, whole: bool, signal: Signal) -> str | None:
    """`whole`: the variable's URL was used unchanged."""
    if status in (401, 403):
        return (
            "the receiver refuses the credential: check that it is in `headers_env` and for this "
            "environment"
        )
    if status == 404 and whole:
        return f"SDKs use this variable's URL unchanged: end it with `/v1/{signal}`"
    if status == 404:
        return f"use the base URL: the check adds `/v1/{signal}` to it"
    if status in (415, 400):
        return "the receiver does not accept protobuf over HTTP at this URL"
    return None


def _is_partial(answer: HttpAnswer) -> bool | None:
    """Whether an Export…ServiceResponse reports a partial success; None if it is something else.

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
