"""TCP and TLS connections of probes: to an address that was checked, and never longer than the
probe's deadline.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from msgspec import Struct

from ..outcome import Unobservable
from .addresses import Address, addresses
from .certificate import trouble
from .deadline import ProbeDeadline

T = TypeVar("T")


class Peer(Struct, frozen=True, kw_only=True):
    """Whom to connect to, and on what terms."""

    host: str
    port: int
    tls: bool
    allow_private: bool
    ca_file: bytes | None


class ConnectionLost(Exception):
    """The connection came to nothing: refused, reset, closed early. `sent` tells whether anything
    was asked over it.
    """

    def __init__(self, reason: str, *, sent: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.sent = sent


class BoundedSocket(socket.socket):
    """A socket whose every read ends at the probe's deadline."""

    deadline: ProbeDeadline

    def recv_into(self, *args: Any, **kwargs: Any) -> int:  # noqa: ANN401 - the base class's own signature
        self.settimeout(self.deadline.left())
        return super().recv_into(*args, **kwargs)


class BoundedTls(ssl.SSLSocket):
    """The same for TLS. The handshake needs no such care: OpenSSL's time-out is for all of it."""

    deadline: ProbeDeadline

    def recv_into(self, *args: Any, **kwargs: Any) -> int:  # noqa: ANN401 - the base class's own signature
        self.settimeout(self.deadline.left())
        return super().recv_into(*args, **kwargs)


Stream = BoundedSocket | BoundedTls

_contexts: dict[bytes | None, ssl.SSLContext] = {}
_building = (
    threading.Lock()
)  # a hundred threads that start together must not build a hundred contexts


def context(ca_file: bytes | None = None) -> ssl.SSLContext:
    """The one TLS context for a set of authorities: the machine's own, or only those of `ca_file`.
    One takes 20 ms.
    """
    with _building:
        if ca_file not in _contexts:
            _contexts[ca_file] = _trusting(ca_file)
        return _contexts[ca_file]


def _trusting(ca_file: bytes | None) -> ssl.SSLContext:
    try:  # what is not ASCII is a comment
        made = ssl.create_default_context(
            cadata=ca_file.decode("ascii", "ignore") if ca_file is not None else None
        )
    except (ssl.SSLError, ValueError):
        raise Unobservable("the ca_file holds no certificate in PEM form") from None
    if ca_file is not None:
        # Python 3.13 refuses authorities without the identifiers that hand-made ones lack. Who
        # names a file means it.
        made.verify_flags &= ~ssl.VERIFY_X509_STRICT
    elif not any(path and Path(path).exists() for path in ssl.get_default_verify_paths()[:2]):
        import certifi  # only on machines without authorities of their own

        made.load_verify_locations(certifi.where())
    made.hostname_checks_common_name = False  # RFC 9525: a certificate's names are in its extension
    made.sslsocket_class = BoundedTls
    return made


def open_tcp(
    address: Address, deadline: ProbeDeadline, within: float | None = None
) -> BoundedSocket:
    """A connection to exactly this address; `within` so many seconds, if others of the name wait
    for their turn.
    """
    deadline.doing = "connecting"
    sock = BoundedSocket(address.family, socket.SOCK_STREAM)
    sock.deadline = deadline
    try:
        sock.settimeout(deadline.left() if within is None else min(within, deadline.left()))
        sock.connect(address.sockaddr)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.settimeout(deadline.left())  # whatever comes next has what connecting left over
    except TimeoutError:
        sock.close()
        if within is None:
            deadline.over()
        raise ConnectionLost("cannot be reached from here") from None
    except ConnectionRefusedError:
        sock.close()
        raise ConnectionLost("refused the connection") from None
    except OSError:
        sock.close()
        raise ConnectionLost("cannot be reached from here") from None
    return sock


def open_tls(
    address: Address,
    host: str,
    deadline: ProbeDeadline,
    ca_file: bytes | None,
    within: float | None = None,
) -> BoundedTls:
    """A verified TLS connection to exactly this address. A wrong certificate: CertificateTrouble."""
    trusting = context(ca_file)
    sock = open_tcp(address, deadline, within)
    deadline.doing = "shaking hands over TLS"
    try:
        if within is not None:
            sock.settimeout(min(within, deadline.left()))
        secured = trusting.wrap_socket(sock, server_hostname=host, suppress_ragged_eofs=False)
    except TimeoutError:
        if within is None:
            deadline.over()
        raise ConnectionLost("did not finish the TLS handshake") from None
    except ssl.SSLEOFError:
        raise ConnectionLost("closed the connection during the TLS handshake") from None
    except ssl.SSLError as error:
        raise trouble(error, host, lambda: open_tcp(address, deadline)) from None
    except OSError:
        raise ConnectionLost("closed the connection during the TLS handshake") from None
    finally:
        sock.close()
    assert isinstance(secured, BoundedTls)
    secured.deadline = deadline
    return secured


def first_reachable(peer: Peer, deadline: ProbeDeadline) -> tuple[Stream, Address]:
    """A connection to the first address of a name that takes one."""
    return first_of(_routed(peer, deadline), peer, deadline)


def first_of(
    several: Sequence[Address], peer: Peer, deadline: ProbeDeadline
) -> tuple[Stream, Address]:
    """Each in its turn; one that is dead takes its share of the time, and not that of the others."""
    lost = ConnectionLost("cannot be reached from here")
    for number, address in enumerate(several, start=1):
        try:
            within = (
                deadline.left() / (len(several) - number + 1) if number < len(several) else None
            )
        except TimeoutError:
            deadline.over()
        try:
            if peer.tls:
                return open_tls(address, peer.host, deadline, peer.ca_file, within), address
            return open_tcp(address, deadline, within), address
        except ConnectionLost as trouble_here:
            lost = trouble_here
    raise lost


def _routed(peer: Peer, deadline: ProbeDeadline) -> Sequence[Address]:
    try:
        several = addresses(
            peer.host, peer.port, deadline=deadline, allow_private=peer.allow_private
        )
    except TimeoutError:
        deadline.over("looking up its name")
    return [each for each in several if each.routed]


def with_one_retry(
    attempt: Callable[[], T],
    deadline: ProbeDeadline,
    *,
    repeatable: bool = True,
) -> tuple[T, bool]:
    """The result, and whether it took a second attempt. What may not be repeated is not, once it
    was sent.
    """
    try:
        return attempt(), False
    except ConnectionLost as lost:
        if lost.sent and not repeatable:
            raise Unobservable(f"{deadline.called} {lost.reason}") from None
    try:
        return attempt(), True
    except ConnectionLost as lost:
        raise Unobservable(
            f"{deadline.called} {lost.reason}, twice", "is it up, and may this machine reach it?"
        ) from None
