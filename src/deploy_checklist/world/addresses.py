"""The addresses of a name. It is looked up once, and every address is checked before it is used."""

from __future__ import annotations

import errno
import queue
import socket
import threading
from collections.abc import Sequence

from msgspec import Struct

from ..outcome import Unobservable
from ..values.hosts import Reach, address_of, canonical_host, reach
from .deadline import ProbeDeadline


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
    """Every address of `host`; Unobservable if it has none, or one that may not be connected to."""
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
            f"{deadline.called} has no address that this machine has a route to",
            "run the gate on a machine that has",
        )
    return several


def _look_up(
    host: str, port: int, deadline: ProbeDeadline
) -> list[tuple[socket.AddressFamily, tuple[str, int]]]:
    """getaddrinfo has no time-out, so it runs in a thread that is left behind when time is up."""
    answers: queue.SimpleQueue[list[tuple[socket.AddressFamily, tuple[str, int]]] | None] = (
        queue.SimpleQueue()
    )

    def ask() -> None:
        try:
            # As bytes: a text would load the codec for IDNA, although probes name hosts in ASCII.
            name = host.encode("ascii") if host.isascii() else host
            found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):  # UnicodeError: no name in IDNA
            answers.put(None)
        else:
            answers.put([(family, sockaddr) for family, _, _, _, sockaddr in found])  # type: ignore[misc]

    if address_of(host):
        ask()
    else:
        threading.Thread(target=ask, daemon=True).start()
    try:
        found = answers.get(timeout=deadline.left())
    except queue.Empty:
        deadline.raise_unobservable("looking up its name")
    if not found:
        raise Unobservable(
            f"{deadline.called} does not resolve from here",
            "check its spelling, and that it is known to public DNS",
        )
    return found


def _refuse(text: str, called: str, allow_private: bool) -> None:
    reached = reach(text.partition("%")[0])
    if reached is Reach.METADATA:
        raise _metadata(called)
    if reached is Reach.PRIVATE and not allow_private:
        raise Unobservable(
            f"{called} has a private, loopback or link-local address, so nothing was sent",
            "say `allow_private: true` in the rule if that is meant",
        )


def _metadata(called: str) -> Unobservable:
    return Unobservable(f"{called} is a cloud's metadata service, which is never asked")


def _routed(family: socket.AddressFamily, sockaddr: tuple[str, int]) -> bool:
    """Whether this machine has any route there. Connecting a datagram socket sends nothing."""
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect(sockaddr)
    except OSError as error:
        return error.errno not in (errno.ENETUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)
    return True
