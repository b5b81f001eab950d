"""Names to addresses: looked up once, every one checked, and the one that was checked is the one connected to."""

from __future__ import annotations

import errno
import ipaddress
import queue
import socket
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from ..outcome import Unobservable
from .deadline import Deadline

# Services that hand credentials to whoever asks from inside a machine: never, whatever the rule allows.
_METADATA = tuple(
    ipaddress.ip_network(net)
    for net in (
        "169.254.169.0/24",  # AWS, Azure, GCP, and AWS's DNS and time
        "169.254.170.0/24",  # credentials of ECS and EKS pods
        "fd00:ec2::/32",  # the same over IPv6
        "fd20:ce::/32",  # GCP over IPv6
        "100.100.100.200/32",  # Alibaba
        "192.0.0.192/32",  # Oracle
        "168.63.129.16/32",  # Azure's wire server
    )
)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """One address of a name, allowed to be connected to. `routed` is False if this machine cannot send there at all."""

    family: socket.AddressFamily
    sockaddr: tuple[str, int] | tuple[str, int, int, int]
    routed: bool = True

    def __str__(self) -> str:
        return self.sockaddr[0]


def addresses(host: str, port: int, *, deadline: Deadline, allow_private: bool) -> Sequence[Address]:
    """Every address of `host`; Unobservable if there is none, or if a single one of them may not be connected to."""
    found = list(dict.fromkeys((family, sockaddr) for family, sockaddr in _look_up(host, port, deadline)))
    for _, sockaddr in found:
        _refuse(sockaddr[0], allow_private)
    several = [
        Address(family=family, sockaddr=sockaddr, routed=_routed(family, sockaddr)) for family, sockaddr in found
    ]
    if not any(address.routed for address in several):
        raise Unobservable(
            "the host has no address that this machine has a route to", "run the gate on a machine that has"
        )
    return several


def _look_up(host: str, port: int, deadline: Deadline) -> list[tuple[socket.AddressFamily, tuple[str, int]]]:
    """getaddrinfo knows no time-out of its own, so it is asked in a thread that may be left behind."""
    answers: queue.SimpleQueue[list[tuple[socket.AddressFamily, tuple[str, int]]] | None] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):  # UnicodeError: not a name that IDNA can say
            answers.put(None)
        else:
            answers.put([(family, sockaddr) for family, _, _, _, sockaddr in found])  # type: ignore[misc]

    if _is_address(host):
        ask()
    else:
        threading.Thread(target=ask, daemon=True).start()
    try:
        found = answers.get(timeout=deadline.left())
    except queue.Empty:
        deadline.over("looking up its name")
    if not found:
        raise Unobservable(
            "the host's name does not resolve here", "check its spelling, and that it is known to public DNS"
        )
    return found


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _refuse(text: str, allow_private: bool) -> None:
    for address in _meant(ipaddress.ip_address(text.partition("%")[0])):
        if any(address in network for network in _METADATA):
            raise Unobservable("the host is a cloud's metadata service, which is never asked")
        if not allow_private and (not address.is_global or address.is_multicast):
            raise Unobservable(
                "the host has a private, loopback or link-local address, so nothing was sent",
                "say `allow_private: true` in the rule if that is meant",
            )


def _meant(address: IPAddress) -> Sequence[IPAddress]:
    """The address, and the IPv4 address it stands for: a tunnel must not lead where the address itself may not."""
    if isinstance(address, ipaddress.IPv4Address):
        return (address,)
    inner = address.ipv4_mapped or address.sixtofour
    if address in _NAT64:
        inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if address.ipv4_mapped and inner:
        return (inner,)
    return (address, inner) if inner else (address,)


def _routed(family: socket.AddressFamily, sockaddr: tuple[str, int]) -> bool:
    """Whether this machine has any route there. Connecting a datagram socket sends nothing."""
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect(sockaddr)
    except OSError as trouble:
        return trouble.errno not in (errno.ENETUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)
    return True
