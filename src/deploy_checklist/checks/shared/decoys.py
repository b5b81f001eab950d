"""Origins that a server must refuse: each looks like a listed one to a careless comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import SplitResult, urlsplit

from msgspec import Struct

from ...values.hosts import address_of

UNRELATED = "https://checklist-probe.invalid"
_IMITATED = 8  # origins that decoys are made from: every decoy is one more preflight
_OTHER_SCHEMES = {"https": "http", "http": "https", "wss": "ws", "ws": "wss"}


class Decoy(Struct, frozen=True, kw_only=True):
    """`described` says how it differs from the listed origin, without quoting a value."""

    origin: str
    described: str


def decoys(origins: Sequence[str], names: Mapping[str, str]) -> list[Decoy]:
    """None of them is among `origins`. `names`: what each origin is called in messages."""
    made: dict[str, Decoy] = {}
    for origin in origins[:_IMITATED]:
        for decoy in _imitations(urlsplit(origin), names[origin]):
            made.setdefault(decoy.origin, decoy)
    made["null"] = Decoy(origin="null", described="`null`, the origin of every sandboxed page")
    return [decoy for decoy in made.values() if decoy.origin not in origins]


def not_imitated(origins: Sequence[str]) -> int:
    """How many of the origins no decoy is made from."""
    return max(0, len(origins) - _IMITATED)


def _imitations(listed: SplitResult, name: str) -> list[Decoy]:
    """The gravest first: hosts that anybody may own."""
    scheme, host = listed.scheme, listed.hostname or ""
    port = "" if listed.port is None else f":{listed.port}"
    found: list[Decoy] = []
    if address_of(host) is None:
        found += [
            Decoy(origin=f"{scheme}://{imitated}{port}", described=described)
            for imitated, described in _other_hosts(host, name)
        ]
    written = f"[{host}]" if ":" in host else host
    if scheme in _OTHER_SCHEMES:
        other = f"{_OTHER_SCHEMES[scheme]}://{written}{port}"
        found.append(Decoy(origin=other, described=f"{name} with another scheme"))
    other = f"{scheme}://{written}:{8443 if listed.port != 8443 else 9443}"
    return [*found, Decoy(origin=other, described=f"{name} with another port")]


def _other_hosts(host: str, name: str) -> list[tuple[str, str]]:
    """Host names like this one, and what sets them apart."""
    found = [
        (f"checklistprobe{host}", f"one with a host that ends like {name}"),
        (f"checklistprobe.{host}", f"a subdomain of {name}"),
        (f"{host}.checklistprobe.invalid", f"one that begins like {name}"),
    ]
    first, _, rest = host.partition(".")
    if "." in rest:
        found.append((f"{first}x{rest}", f"{name} with a letter in place of a dot"))
        found.append((f"checklistprobe{rest}", f"one with a domain that ends like {name}"))
    return found
