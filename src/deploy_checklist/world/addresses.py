"""The addresses of a name. It is looked up once, and every address is checked before it is used."""

from __future__ import annotations

import errno
import socket
from collections.abc import Sequence

from msgspec import Struct

from ..outcome import Unobservable
from ..values.hosts import Reach, canonical_host, reach
from .deadline import ProbeDeadline
from .lookup import NameLookup


class Address(Struct, frozen=True, kw_only=True):
    """An address that may be connected to. `routed`: this machine has a route to it."""

    family: socket.AddressFamily
    sockaddr: tuple[str, int] | tuple[str, int, int, int]
    routed: bool = True

    def __str__(self) -> str:
        return self.sockaddr[0]


def addresses(
    host: str, port: int, *, deadline: ProbeDeadline, allow_private: bool
) -> Sequence[Address]:
    """Every address of `host`; Unobservable if it has none, or if one of them is not allowed."""
    if reach(canonical_host(host) or host) is Reach.METADATA:  # its address may be an ordinary one
        raise _metadata(deadline.called)
    found = list(dict.fromkeys(_look_up(host, port, deadline)))
    for _, sockaddr in found:
        _refuse(sockaddr[0], deadline.called, allow_private)
    several = [
        Address(family=family, sockaddr=sockaddr, routed=_routed(family, sockaddr))
        for family, sockaddr in found
    ]
    if not any(address.routed for address in several):
        raise Unobservable(
            f"{deadline.called} has no address that this machine can reach",
            "run the gate on a machine that can reach it",
        )
    return several


def _look_up(
    host: str, port: int, deadline: ProbeDeadline
) -> list[tuple[socket.AddressFamily, tuple[str, int]]]:
    found = NameLookup(host, port).answer(deadline)
    if not found or not isinstance(found, list):
        raise Unobservable(
            f"{deadline.called} does not resolve from this machine",
            "check its spelling, and that public DNS has a record for it",
        )
    return [(each.family, each.sockaddr) for each in found]  # type: ignore[misc]


def _refuse(text: str, called: str, allow_private: bool) -> None:
    reached = reach(text.partition("%")[0])
    if reached is Reach.METADATA:
        raise _metadata(called)
    if reached is Reach.PRIVATE and not allow_private:
        raise Unobservable(
            f"{called} has a private, loopback or link-local address, so nothing was sent",
            "if you want this, add `allow_private: true` to the rule",
        )


def _metadata(called: str) -> Unobservable:
    return Unobservable(f"{called} is a cloud's metadata service, which is never contacted")


def _routed(family: socket.AddressFamily, sockaddr: tuple[str, int]) -> bool:
    """Whether this machine has any route there. Connecting a datagram socket sends nothing."""
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect(sockaddr)
    except OSError as error:
        return error.errno not in (errno.ENETUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)
    return True
