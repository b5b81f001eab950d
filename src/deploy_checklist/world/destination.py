"""Where an HTTP probe goes, read from its URL."""

from __future__ import annotations

from urllib.parse import SplitResult, quote, urlsplit

from ..opaque import OpaqueStruct
from ..values.hosts import canonical_host
from ..values.schemes import USUAL_PORTS
from .ports import ServiceFault

_SCHEMES = ("http", "https")
_NOT_ESCAPED = "/%:=&?~+!$,;'@()*[]"  # in a path or query


class Destination(OpaqueStruct, frozen=True, kw_only=True):
    """The server that a URL names, and the path to request."""

    tls: bool
    host: str
    port: int
    target: str  # path and query
    header: str  # the Host header


def destination(url: str) -> Destination:
    """ServiceFault if it is not an http or https URL, or if its host is ambiguous."""
    try:
        parts = urlsplit(url)
        if parts.scheme not in _SCHEMES:
            raise ValueError
        host, port = _name(parts), parts.port or USUAL_PORTS[parts.scheme]
    except ValueError:
        raise ServiceFault("is not a usable http or https URL") from None
    target = quote(parts.path or "/", safe=_NOT_ESCAPED, errors="surrogateescape")
    if parts.query:
        target += f"?{quote(parts.query, safe=_NOT_ESCAPED, errors='surrogateescape')}"
    bare = f"[{host}]" if ":" in host else host
    return Destination(
        tls=parts.scheme == "https",
        host=host,
        port=port,
        target=target,
        header=bare if port == USUAL_PORTS[parts.scheme] else f"{bare}:{port}",
    )


def _name(parts: SplitResult) -> str:
    host = parts.hostname
    if not host:
        raise ValueError
    if host.isascii():
        return host
    punycode = canonical_host(host)
    if punycode is None:
        raise ServiceFault(
            "has a host name with more than one spelling", "write it in Punycode: xn--…"
        )
    return punycode
