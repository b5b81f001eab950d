"""the receiver accepts an empty export (`signal`: traces, metrics or logs); a partial success is a notice"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from pydantic import Field

from ..frozen import frozen, replace
from ..outcome import Finding, failed, passed
from ..world.ports import HttpAnswer, HttpRequest, ProtocolTrouble, Trouble, World
from .base import Context, Reads, Seen
from .outside import probe

_NOT_GRPC = "gRPC (port 4317) is not spoken here: name the HTTP port, 4318"


class Signal(StrEnum):
    """What is exported."""

    TRACES = "traces"
    METRICS = "metrics"
    LOGS = "logs"


class Params(probe.UrlParams):
    """Of the variable's URL or `url`; `headers_env` names the variable that holds `key=value,key=value`."""

    signal: Signal = Field(default=Signal.TRACES, description="what is exported: `/v1/traces` is put behind the URL")
    headers_env: str | None = Field(
        default=None, min_length=1, description="the variable that holds headers as `key=value,key=value`"
    )

    @property
    def authenticates(self) -> bool:
        return bool(self.headers_env) or super().authenticates


@frozen(shown=False)
class _Looked:
    name: str | None  # None: the trouble is the variable's own
    answer: HttpAnswer | None = None
    trouble: Trouble | None = None


def reads(params: Params) -> frozenset[Reads]:
    return params.needs(value=params.url is None)


def observe(params: Params, subject: str | None, world: World) -> Seen:
    try:
        at = probe.place(params, subject, world)
    except Trouble as trouble:
        return Seen(source=world.environment.place(), what=_Looked(name=None, trouble=trouble))
    at = _of_signal(at, params, subject)
    headers = {**probe.credentials(params, world), **_headers(params, world)}
    request = HttpRequest(
        url=at.url,
        method="POST",
        headers={**headers, "Content-Type": "application/x-protobuf"},
        body=b"",  # an export without entries: tests the way and the credential, and stores nothing
        timeout=params.timeout,
        allow_private=params.allow_private,
        ca_file=probe.authority(params.ca_file, world),
    )
    try:
        answer = probe.send(world, at, request)
    except Trouble as trouble:
        return Seen(source=probe.source("POST", at, ()), what=_Looked(name=at.name, trouble=trouble))
    return Seen(source=probe.source("POST", at, [answer]), what=_Looked(name=at.name, answer=answer))


def _of_signal(at: probe.Place, params: Params, subject: str | None) -> probe.Place:
    """The base URL with `/v1/traces` behind it; a signal's own variable is used as it is (OTLP specification)."""
    path = f"/v1/{params.signal}"
    own = params.url is None and (subject or "").endswith(f"OTLP_{params.signal.upper()}_ENDPOINT")
    if own or params.path is not None or urlsplit(at.url).path.rstrip("/").endswith(path):
        return at
    return replace(at, url=probe.joined(at.url, path), shown=f"{at.shown} + `{path}`")


def _headers(params: Params, world: World) -> Mapping[str, str]:
    if params.headers_env is None:
        return {}
    pairs = (pair.partition("=") for pair in probe.held(params.headers_env, world).split(",") if pair.strip())
    return {name.strip(): unquote(text.strip()) for name, _, text in pairs}


def judge(params: Params, seen: Seen, context: Context) -> Finding:
    looked: _Looked = seen.what
    if looked.trouble is not None:
        if isinstance(looked.trouble, ProtocolTrouble):
            return failed(f"{looked.name}: {looked.trouble.message}", _NOT_GRPC)
        return probe.wrong(looked.name, looked.trouble)
    answer = looked.answer
    assert answer is not None
    if answer.status == 200:
        notices = ("the receiver accepts it with a warning (a partial success)",) if _partial(answer) else ()
        return passed("an empty export was accepted", notices=notices)
    return failed(
        f"{probe.answered(answer)} to an empty export of {params.signal}; expected 200", _remedy(answer.status)
    )


def _remedy(status: int) -> str | None:
    if status in (401, 403):
        return "the receiver refuses the credential: is it in `headers_env`, and of this environment?"
    if status == 404:
        return "name the base URL: `/v1/traces` is put behind it"
    if status in (415, 400):
        return "the receiver does not take protobuf over HTTP at this URL"
    return None


def _partial(answer: HttpAnswer) -> bool:
    """Whether an Export…ServiceResponse has its one field, partial_success, with anything in it."""
    body = answer.body
    if body[:1] == b"\x0a":
        return len(body) > 2
    return b"partialSuccess" in body or b"partial_success" in body
