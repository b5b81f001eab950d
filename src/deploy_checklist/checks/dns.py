"""the name resolves; with `cname`, its aliases end there; with `addresses`, it has no other
addresses

`cname` is compared with the name at the end of all aliases, the canonical name. `addresses` may
list more than the name has now, because many services return only some of their addresses at a
time. If a single address (not a range) is listed but missing, the report has a notice. An address
that is not listed fails the check. This includes IPv6 addresses, because clients that have both
prefer IPv6.

The check asks the resolver of its own machine, for IPv4 and for IPv6. A cached answer may be as old
as the TTL of the record, and inside a network the resolver may know names that the public DNS does
not. A name with a dot is looked up as it is, without the machine's search domains. If the name does
not exist, the check fails. If the resolver does not answer, or answers only for one of the two, the
item is not checked.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from ..outcome import Finding, failed, passed
from ..values.hosts import address_of, canonical_host
from ..world.dns_port import ResolvedName
from ..world.ports import World
from . import base
from .base import JudgeContext, Needs, Observation, Seconds

OF_RUNNING_WORLD = True
_WIDEST = {4: 8, 6: 16}  # a few wider ones would list every address there is
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _host_name(written: str) -> str:
    name = canonical_host(written)
    if name is None or address_of(name):
        raise PydanticCustomError("dns", "must be a host's name, such as `shop.acme.example`")
    return name


def _network(written: str) -> str:
    if _as_network(written) is None:
        why = (
            "must be an address, or a range with its first address, such as `203.0.113.0/24`; the "
            "widest are `/8` (IPv4) and `/16` (IPv6)"
        )
        raise PydanticCustomError("dns", why)
    return written


def _as_network(written: str) -> Network | None:
    try:
        found = ipaddress.ip_network(written)
    except ValueError:
        return None
    return None if "%" in written or found.prefixlen < _WIDEST[found.version] else found


HostName = Annotated[str, AfterValidator(_host_name)]


class Params(base.Params):
    """`name` alone asks that it resolves."""

    shorthand = "name"

    name: HostName = Field(description="Name of the host.", examples=["shop.${domain}"])
    cname: HostName | None = Field(
        default=None,
        description="The canonical name: the one at the end of all aliases.",
        examples=["acme.cdn.example"],
    )
    addresses: (
        Annotated[
            tuple[Annotated[str, AfterValidator(_network)], ...],
            Field(min_length=1),
            base.ONE_OR_MORE,
        ]
        | None
    ) = Field(
        default=None,
        description="All addresses that the name may have: IPv4, IPv6, or ranges such as "
        "`203.0.113.0/24`.",
        examples=[["192.0.2.1", "2001:db8::/32"]],
    )
    timeout: Seconds = Field(default=10.0, description="Time limit for the whole lookup.")

    @property
    def networks(self) -> Sequence[Network]:
        """What `addresses` lists, a single address as a range of one."""
        found = map(_as_network, self.addresses or ())
        return [network for network in found if network is not None]


def reads(params: Params) -> frozenset[Needs]:
    return frozenset({Needs.NETWORK})


def observe(params: Params, subject: str | None, world: World) -> Observation:
    found = world.dns.resolve(params.name, timeout=params.timeout)
    return Observation(source=f"`{params.name}`, by this machine's resolver", data=found)


def judge(params: Params, observation: Observation, context: JudgeContext) -> Finding:
    found: ResolvedName = observation.data
    name = f"`{params.name}`"
    if not found.addresses:
        return failed(
            f"{name} does not resolve: the name does not exist or has no address",
            "check its spelling, or create the record",
        )
    see = f"see where it points: `dig +short {params.name} A {params.name} AAAA`"
    if params.cname is not None and found.canonical != (params.cname,):
        if found.canonical == (params.name,):
            return failed(f"{name} is not an alias, so it does not end at `{params.cname}`", see)
        return failed(f"{name} is an alias that does not end at `{params.cname}`", see)
    addresses = [ipaddress.ip_address(each.partition("%")[0]) for each in found.addresses]
    networks = params.networks
    strange = [each for each in addresses if not any(each in network for network in networks)]
    if networks and strange:
        kinds = " and ".join(dict.fromkeys(f"IPv{each.version}" for each in strange))
        return failed(
            f"{len(strange)} of {len(addresses)} addresses of {name} are not in the rule ({kinds})",
            see,
        )
    return passed(_what_is_right(params, len(addresses)), notices=_missing(networks, addresses))


def _what_is_right(params: Params, number: int) -> str:
    addresses = f"{number} address{'es' if number != 1 else ''}"
    alias = f" ends at `{params.cname}` and" if params.cname else ""
    listed = ", all in the rule" if params.addresses else ""
    return f"`{params.name}`{alias} has {addresses}{listed}"


def _missing(networks: Sequence[Network], addresses: Sequence[object]) -> tuple[str, ...]:
    missing = [
        str(network.network_address)
        for network in networks
        if network.num_addresses == 1 and network.network_address not in addresses
    ]
    if not missing:
        return ()
    return (f"these addresses of the rule are missing now: {', '.join(missing)}",)
