"""the server answers PING; with `require_tls`, over TLS; with `adapter_nodes`, at least that many
nodes of the Socket.IO adapter are subscribed
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace
from pydantic import Field

from ..outcome import Finding, failed, passed
from ..values.hosts import has_stray_character
from ..world.ports import RedisAnswer, ServiceFault, Value, World
from . import base
from .base import JudgeContext, Needs, Observation
from .shared import probe

OF_RUNNING_WORLD = True


class Params(probe.ProbeParams):
    """Of the variable's own URL: redis:// or rediss://."""

    require_tls: bool = Field(
        default=False, description="`true`: the URL must begin with `rediss://`."
    )
    adapter_nodes: Annotated[int, Field(ge=1)] | None = Field(
        default=None,
        description="At least this many nodes of the Socket.IO adapter must be subscribed.",
        examples=[2],
    )


class _Fault(Struct, frozen=True, kw_only=True):
    """What is wrong with the URL itself or with the server."""

    message: str
    remedy: str | None
    of_value: bool = True  # of the URL itself


def reads(params: Params) -> frozenset[Needs]:
    return params.needs(value=True)


def observe(params: Params, subject: str | None, world: World) -> Observation:
    url = base.value_of(subject, world)
    if fault := _url_fault(url, params.require_tls):
        return Observation(source=world.variables.place(), data=fault)
    name = f"the host of {subject}"
    source = f"Redis at {name} from this machine"
    try:
        answer = world.redis.ping(
            Value(url),
            timeout=params.timeout,
            allow_private=params.allow_private,
            count_nodes=params.adapter_nodes is not None,
            ca_file=probe.ca_certificates(params.ca_file, world),
            called=name,
        )
    except ServiceFault as error:
        fault = _Fault(message=f"the server: {error.message}", remedy=error.remedy, of_value=False)
        return Observation(source=source, data=fault)
    if answer.retried:
        source += ", after 1 retry"
    return Observation(source=source, data=answer)


def _url_fault(url: str, require_tls: bool) -> _Fault | None:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("redis", "rediss") and parts.hostname and parts.port != 0
        usable = usable and not has_stray_character(url)
    except ValueError:
        usable = False
    if not usable:
        return _Fault(
            message="is not a Redis URL", remedy="write it as rediss://user:password@host:port"
        )
    if require_tls and parts.scheme != "rediss":
        return _Fault(
            message="is redis://, which has no TLS; nothing was sent",
            remedy="use rediss:// and the server's TLS port",
        )
    return None


def judge(params: Params, observation: Observation, context: JudgeContext) -> Finding:
    answer: RedisAnswer | _Fault = observation.data
    if isinstance(answer, _Fault):
        finding = failed(answer.message, answer.remedy or context.set_command())
        return replace(finding, of_value=answer.of_value)
    if answer.fault is not None:
        return failed(f"the server {answer.fault}", answer.remedy)
    if not answer.pong:
        return failed("the server does not answer PING with PONG", "check that it is Redis")
    answered = "PING answered over TLS" if params.require_tls else "PING answered"
    if params.adapter_nodes is None:
        return passed(answered)
    count = answer.adapter_nodes or 0
    nodes = f"{count} Socket.IO adapter node{'s' if count != 1 else ''} subscribed"
    if count < params.adapter_nodes:
        return failed(
            f"{nodes}; expected at least {params.adapter_nodes}",
            "check that the realtime nodes are up and that their adapter uses this Redis",
        )
    return passed(f"{answered}; {nodes}")
