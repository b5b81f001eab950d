"""every origin in the list is exact (scheme://host[:port]), without `*`, `null` and, unless
allowed, `http://`; those of `include` are in the list

The list is separated by commas or white space, or it is a JSON list.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

from msgspec.structs import replace
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from ..opaque import OpaqueStruct
from ..outcome import Finding, Unobservable, failed, passed, unknown
from ..values.hosts import canonical_host
from ..values.no_value import no_value_fault
from ..values.plain import entries_of
from ..values.schemes import USUAL_PORTS
from ..world.ports import World
from . import base
from .base import Duration, JudgeContext, Needs, Observation
from .url import other_environment

if TYPE_CHECKING:
    from .shared.cors import CorsResult

OF_RUNNING_WORLD = True
_SHAPE = re.compile(
    r"([a-z][a-z0-9+.-]*)://(\[[0-9a-fA-F:.]+\]|[^/?#@:\[\]\\\s]+)(?::([0-9]{1,5}))?"
)
_NO_ORIGIN = "lists something that is not an origin (scheme://host)"
_OF_BROWSERS = ("https", "http", "wss", "ws")  # an app may have a scheme of its own


def _exact(origins: tuple[str, ...]) -> tuple[str, ...]:
    for origin in origins:
        if _origin_fault(origin, allow_insecure=True):
            raise PydanticCustomError(
                "origin", "is not an exact origin: write https://app.acme.example"
            )
    return origins


Origins = Annotated[tuple[str, ...], base.ONE_OR_MORE, AfterValidator(_exact)]


def _an_http_url(url: str) -> str:
    from .shared.probe import is_http_url

    if not is_http_url(url):
        raise PydanticCustomError("probe", "is not an http or https URL")
    return url


Probed = Annotated[str, AfterValidator(_an_http_url)]


class Params(base.Params):
    """All optional; `true` asks for a list of exact origins."""

    include: Origins = Field(
        default=(),
        description="Origins that must be in the list.",
        examples=[["https://shop.${domain}"]],
    )
    only: bool = Field(
        default=False, description="`true`: no origins besides those of `include` are allowed."
    )
    allow_insecure: bool = Field(
        default=False, description="`true`: `http://` origins are allowed."
    )
    probe: Probed | None = Field(
        default=None,
        description="URL of the server. It must allow each of these origins (CORS), and no other.",
        examples=["https://api.${domain}"],
    )
    allow_private: bool = Field(
        default=False, description="`true`: `probe` may lead to a private address."
    )
    ca_file: str | None = Field(
        default=None,
        description="For `probe`: certificate of a private certificate authority, a file in the "
        "repository.",
        examples=["certs/ca.pem"],
    )
    timeout: Duration = Field(
        default="10s", validate_default=True, description="Time limit for the whole of `probe`."
    )


class _Observed(OpaqueStruct, frozen=True, kw_only=True):
    text: str  # the variable's value
    preflights: CorsResult | None = None  # what the server does with the origins
    preflight_error: Unobservable | None = None  # or why that is not known


def reads(params: Params) -> frozenset[Needs]:
    return frozenset({Needs.VALUE, Needs.NETWORK} if params.probe else {Needs.VALUE})


def observe(params: Params, subject: str | None, world: World) -> Observation:
    text, place = base.value_of(subject, world), world.variables.place()
    origins = [str(origin) for origin in entries_of(text) or ()]
    if params.probe is None or _list_fault(params, origins):
        return Observation(source=place, data=_Observed(text=text))
    from .shared.cors import CorsProbe
    from .shared.probe import ca_certificates

    probe = CorsProbe(
        url=params.probe,
        timeout=params.timeout.total_seconds(),
        allow_private=params.allow_private,
        ca_file=ca_certificates(params.ca_file, world),
    )
    names = {
        each: f"`{each}`" if each in params.include else f"entry {number}"
        for number, each in enumerate(origins, start=1)
    }
    try:
        preflights = probe.run(origins, names, world)
    except Unobservable as error:
        return Observation(source=place, data=_Observed(text=text, preflight_error=error))
    observed = _Observed(text=text, preflights=preflights)
    return Observation(source=f"{place}; {preflights.source}", data=observed)


def judge(params: Params, observation: Observation, context: JudgeContext) -> Finding:
    observed: _Observed = observation.data
    origins = entries_of(observed.text) or ()
    if fault := _list_fault(params, origins):
        return replace(failed(fault, context.set_command()), of_value=True)
    if observed.preflight_error:
        return unknown(observed.preflight_error.reason, observed.preflight_error.remedy)
    notices = _notices(origins, context)
    preflights = observed.preflights
    if preflights is None:
        return passed(_success(params), notices=notices)
    if preflights.fault is not None:
        return failed(preflights.fault, preflights.remedy)
    return passed(
        f"{_success(params)}; the server allows each of them and no decoy",
        notices=(*notices, *preflights.notices),
    )


def _list_fault(params: Params, origins: Sequence[object]) -> str | None:
    if not origins:
        return "lists no origin"
    for number, origin in enumerate(origins, start=1):
        fault = _origin_fault(origin, allow_insecure=params.allow_insecure)
        fault = fault or no_value_fault(str(origin), None)
        if fault:
            return f"{fault} (entry {number})" if len(origins) > 1 else fault
    missing = [f"`{origin}`" for origin in params.include if origin not in origins]
    if missing:
        return f"lacks {', '.join(missing)}"
    others = len({*map(str, origins)} - {*params.include})
    if params.only and others:
        return f"lists {others} that the rule does not name"
    return None


def _origin_fault(origin: object, *, allow_insecure: bool) -> str | None:
    """Why a text is not an origin exactly as a browser sends it; None if it is."""
    if not isinstance(origin, str):
        return _NO_ORIGIN
    if "*" in origin:
        return "lists a wildcard"
    if origin == "null":
        return "lists null, which is the origin of every sandboxed page"
    shape = _SHAPE.fullmatch(origin)
    if shape is None:
        return _near_miss(origin)
    scheme, host, port = shape.groups()
    canonical = canonical_host(host.strip("[]"))
    if canonical is None:
        return _NO_ORIGIN
    if canonical != host and "[" not in host:
        return "lists a host that browsers write differently (lower case, Punycode, no final dot)"
    if scheme in _OF_BROWSERS and port == str(USUAL_PORTS[scheme]):
        return "has a default port, which browsers leave out"
    if port is not None and (port[0] == "0" or int(port) > 65535):
        return "has a port that browsers never send: use 1 to 65535, without a leading zero"
    if scheme in ("ftp", "file"):
        return f"lists an origin with {scheme}://, but no page can send requests from there"
    if scheme in ("http", "ws") and not allow_insecure:
        return f"lists an origin with {scheme}://"
    return None


def _near_miss(origin: str) -> str:
    if _SHAPE.fullmatch(origin.rstrip("/")):
        return "lists an origin with a trailing slash"
    if _SHAPE.fullmatch(origin.lower()):
        return "lists an origin in upper case; browsers send lower case"
    if (start := _SHAPE.match(origin)) and origin[start.end()] in "/?#":
        return "lists a URL, not an origin: remove everything after the host and port"
    return _NO_ORIGIN


def _success(params: Params) -> str:
    if not params.include:
        return "exact origins"
    named = ", ".join(f"`{origin}`" for origin in params.include)
    return f"exactly {named}" if params.only else f"includes {named}"


def _notices(origins: Sequence[object], context: JudgeContext) -> tuple[str, ...]:
    owners = set()
    for origin in origins:
        host = canonical_host(urlsplit(str(origin)).hostname or "") or ""
        owner = other_environment(host, context)
        if owner is not None:
            owners.add(owner)
    return tuple(f"lists an origin of {owner}" for owner in sorted(owners))
