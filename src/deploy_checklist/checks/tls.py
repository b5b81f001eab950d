"""every address of the host has a certificate with a verified chain and the right name, and more
than 1/6 of its lifetime is left
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field

from ..opaque import OpaqueStruct
from ..outcome import Finding, Unobservable, failed, passed
from ..values.hosts import has_stray_character, shown_host
from ..values.schemes import USUAL_PORTS
from ..world.ports import Certificate, ServiceFault, World
from . import base
from .base import JudgeContext, Needs, Observation
from .shared import probe

OF_RUNNING_WORLD = True
_OVER_TLS = ("https", "wss", "rediss", "amqps", "ldaps", "syslog+tls", "mqtts", "smtps")
_PORTS = {scheme: USUAL_PORTS[scheme] for scheme in _OVER_TLS} | {"http": USUAL_PORTS["https"]}
# Parts of a certificate's own lifetime: there are certificates of 6 days and of 398.
_FAILS_UNDER, _NOTICE_UNDER = 1 / 6, 1 / 3
_RENEW = (
    "renew it and reload every server behind the name;"
    " check that the automation for this still runs"
)
_NEW_CHAIN = "serve the authority's current chain on every server behind the name, and reload them"


class Params(probe.ProbeParams):
    """`host` defaults to the host of the variable's URL; `min_days` asks for more than the fraction
    does.
    """

    host: str | None = Field(
        default=None,
        min_length=1,
        description="Host to connect to. Default: the host of the variable's URL.",
        examples=["shop.${domain}"],
    )
    port: Annotated[int, Field(ge=1, le=65535)] | None = Field(
        default=None,
        description="Port to connect to. Default: the port of the variable's URL, else that of its "
        "scheme for TLS. With `host`: 443.",
        examples=[8443],
    )
    min_days: Annotated[int, Field(ge=0)] | None = Field(
        default=None,
        description="The certificate must be valid for at least this many more days.",
        examples=[30],
    )


class _Observed(OpaqueStruct, frozen=True, kw_only=True):
    name: str  # of the host
    certificates: Sequence[Certificate]


def reads(params: Params) -> frozenset[Needs]:
    return params.needs(value=params.host is None)


def observe(params: Params, subject: str | None, world: World) -> Observation:
    host, port, name = _server(params, subject, world)
    if host is None:
        fault = ServiceFault("is not a URL with a host")
        return Observation(source=world.variables.place(), data=probe.FailedProbe(fault=fault))
    shown_port = "" if port == 443 or params.host is None else f", port {port}"
    source = f"TLS of {name}{shown_port} from this machine"
    try:
        found = world.tls.certificates(
            host,
            port,
            timeout=params.timeout,
            allow_private=params.allow_private,
            ca_file=probe.ca_certificates(params.ca_file, world),
            called=name,
        )
    except ServiceFault as error:
        return Observation(source=source, data=probe.FailedProbe(fault=error, name=name))
    retries = sum(each.retried for each in found)
    if retries:
        source += f", after {retries} retry"
    return Observation(source=source, data=_Observed(name=name, certificates=found))


def _server(params: Params, subject: str | None, world: World) -> tuple[str | None, int, str]:
    """The host (None if the URL has none), its port, and its name in messages."""
    if params.host is not None:
        named = params.host.strip("[]").rstrip(".")
        return named, params.port or 443, f"`{shown_host(params.host)}`"
    url = base.value_of(subject, world)
    if has_stray_character(url):
        return None, 443, ""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, params.port or parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return None, 443, ""
    if host is not None and port is None:  # another server may listen on 443
        raise Unobservable(
            f"the URL of {subject} has no port, and its scheme has no default port for TLS",
            "add `port:` to the rule",
        )
    return host, port or 443, f"the host of {subject}"


def moments(params: Params, observation: Observation) -> Sequence[datetime]:
    found: _Observed | probe.FailedProbe = observation.data
    if isinstance(found, probe.FailedProbe):
        return ()
    moments: list[datetime] = []
    for each in found.certificates:
        if each.fault is None and each.not_before is not None and each.not_after is not None:
            ends = min(each.not_after, each.issuers_end or each.not_after)
            least = timedelta(days=params.min_days or 0)
            fails = (each.not_after - each.not_before) * _FAILS_UNDER
            moments += [each.not_before, ends, *base.shifted(ends, -fails, -least)]
    return moments


def judge(params: Params, observation: Observation, context: JudgeContext) -> Finding:
    found: _Observed | probe.FailedProbe = observation.data
    if isinstance(found, probe.FailedProbe):
        return found.finding()
    reached = [each for each in found.certificates if each.reached]
    faults = []
    for number, each in enumerate(reached, start=1):
        if fault := _fault_of(params, each, context.now):
            faults.append((number, *fault))
    if faults:
        number, message, remedy = faults[0]
        which = "" if len(faults) == len(reached) else f" at its address {number} of {len(reached)}"
        return failed(f"{found.name}{which}: {message}", remedy)
    left, life = min(_life(each, context.now) for each in reached)
    days = f"{left:.0f} of {life:.0f} days"
    notices = []
    if left < life * _NOTICE_UNDER:
        notices.append(f"less than a third of its life is left ({days})")
    if unreached := len(found.certificates) - len(reached):
        notices.append(
            f"{unreached} of its addresses could not be checked:"
            " this machine has no route to them (IPv6)"
        )
    addresses = f"{len(reached)} address{'es' if len(reached) != 1 else ''}"
    return passed(f"{found.name}: {days} left, {addresses}", notices=tuple(notices))


def _fault_of(
    params: Params, certificate: Certificate, now: datetime
) -> tuple[str, str | None] | None:
    """What is wrong at one address, and what to do about it."""
    if certificate.fault is not None:
        return certificate.fault, certificate.remedy
    assert certificate.not_after is not None and certificate.not_before is not None
    left, life = _life(certificate, now)
    if left <= 0:
        return f"its certificate expired on {certificate.not_after:%Y-%m-%d}", _RENEW
    if now < certificate.not_before:
        return (
            f"its certificate is not valid before {certificate.not_before:%Y-%m-%d %H:%M} UTC",
            "check this machine's clock",
        )
    if left <= life * _FAILS_UNDER and _issuer_ends_first(certificate):
        return (
            f"an issuer's certificate expires in {_days(left)}, before its own does",
            _NEW_CHAIN,
        )
    if left <= life * _FAILS_UNDER:
        return (
            f"only {_days(left)} of {_days(life)} are left; renewal is overdue",
            _RENEW,
        )
    if params.min_days is not None and left < params.min_days:
        return f"only {_days(left)} are left; the rule requires {params.min_days}", _RENEW
    return None


def _days(days: float) -> str:
    whole = int(days)
    if whole < 1:
        return f"{int(days * 24)} hours"
    return "1 day" if whole == 1 else f"{whole} days"


def _life(certificate: Certificate, now: datetime) -> tuple[float, float]:
    """Days left, and days of its own lifetime. It ends when an issuer's certificate expires."""
    assert certificate.not_after is not None and certificate.not_before is not None
    ends = min(certificate.not_after, certificate.issuers_end or certificate.not_after)
    left, life = ends - now, certificate.not_after - certificate.not_before
    return left.total_seconds() / 86_400, life.total_seconds() / 86_400


def _issuer_ends_first(certificate: Certificate) -> bool:
    ends, issuers = certificate.not_after, certificate.issuers_end
    return ends is not None and issuers is not None and issuers < ends
