"""TCP and TLS connections of probes: to checked addresses, and bounded by the probe's deadline."""

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
from .certificate import handshake_fault
from .deadline import ProbeDeadline

T = TypeVar("T")


class Peer(Struct, frozen=True, kw_only=True):
    """The server to connect to, and the settings for the connection."""

    host: str
    port: int
    tls: bool
    allow_private: bool
    ca_file: bytes | None


class ConnectionLost(Exception):
    """The connection was refused, reset or closed early. `sent`: a request had been sent."""

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
# A hundred threads that start together must not build a hundred contexts.
_building = threading.Lock()


def context(ca_file: bytes | None = None) -> ssl.SSLContext:
    """The TLS context that trusts the machine's authorities, or only those of `ca_file`.

    It is built once for each, which takes 20 ms. Unobservable if `ca_file` holds no certificate.
    """
    with _building:
        if ca_file not in _contexts:
            _contexts[ca_file] = _build_context(ca_file)
        return _contexts[ca_file]


def _build_context(ca_file: bytes | None) -> ssl.SSLContext:
    # What is not ASCII is a comment.
    pem = None if ca_file is None else ca_file.decode("ascii", "ignore")
    try:
        built = ssl.create_default_context(cadata=pem)
    except (ssl.SSLError, ValueError):
        raise Unobservable("the ca_file contains no certificate in PEM format") from None
    if ca_file is not None:
        # Python 3.13 refuses authorities without identifiers, which self-made ones often lack. A
        # team that names a file wants to trust it.
        built.verify_flags &= ~ssl.VERIFY_X509_STRICT
    elif not any(path and Path(path).exists() for path in ssl.get_default_verify_paths()[:2]):
        import certifi  # only on machines without authorities of their own

        built.load_verify_locations(certifi.where())
    built.hostname_checks_common_name = (
        False  # RFC 9525: a certificate's names are in its extension
    )
    built.sslsocket_class = BoundedTls
    return built


def open_tcp(
    address: Address, deadline: ProbeDeadline, within: float | None = None
) -> BoundedSocket:
    """A connection to exactly this address.

    `within`: seconds for it, where other addresses are to be tried after it. None: all that is
    left of the deadline, whose end is Unobservable. Otherwise a failure is ConnectionLost.
    """
    deadline.doing = "connecting"
    sock = BoundedSocket(address.family, socket.SOCK_STREAM)
    sock.deadline = deadline
    try:
        sock.settimeout(deadline.left() if within is None else min(within, deadline.left()))
        sock.connect(address.sockaddr)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.settimeout(deadline.left())
    except TimeoutError:
        sock.close()
        if within is None:
            deadline.raise_unobservable()
        raise ConnectionLost("cannot be reached from this machine") from None
    except ConnectionRefusedError:
        sock.close()
        raise ConnectionLost("refused the connection") from None
    except OSError:
        sock.close()
        raise ConnectionLost("cannot be reached from this machine") from None
    return sock


def open_tls(
    address: Address,
    host: str,
    deadline: ProbeDeadline,
    ca_file: bytes | None,
    within: float | None = None,
) -> BoundedTls:
    """A verified TLS connection to exactly this address; CertificateFault if it is not trusted."""
    tls_context = context(ca_file)
    sock = open_tcp(address, deadline, within)
    deadline.doing = "doing the TLS handshake"
    try:
        if within is not None:
            sock.settimeout(min(within, deadline.left()))
        secured = tls_context.wrap_socket(sock, server_hostname=host, suppress_ragged_eofs=False)
    except TimeoutError:
        if within is None:
            deadline.raise_unobservable()
        raise ConnectionLost("did not finish the TLS handshake") from None
    except ssl.SSLEOFError:
        raise ConnectionLost("closed the connection during the TLS handshake") from None
    except ssl.SSLError as error:
        raise handshake_fault(error, host, lambda: open_tcp(address, deadline)) from None
    except OSError:
        raise ConnectionLost("closed the connection during the TLS handshake") from None
    finally:
        sock.close()
    assert isinstance(secured, BoundedTls)
    secured.deadline = deadline
    return secured


def first_reachable(peer: Peer, deadline: ProbeDeadline) -> tuple[Stream, Address]:
    """A connection to the first address of a name that takes one."""
    try:
        found = addresses(peer.host, peer.port, deadline=deadline, allow_private=peer.allow_private)
    except TimeoutError:
        deadline.raise_unobservable("looking up its name")
    return first_connection([each for each in found if each.routed], peer, deadline)


def first_connection(
    several: Sequence[Address], peer: Peer, deadline: ProbeDeadline
) -> tuple[Stream, Address]:
    """Tries the addresses in turn. Each has its share of the time, so that a dead one leaves enough
    for the others.
    """
    last_error = ConnectionLost("cannot be reached from this machine")
    for index, address in enumerate(several):
        untried = len(several) - index
        try:
            within = deadline.left() / untried if untried > 1 else None
        except TimeoutError:
            deadline.raise_unobservable()
        try:
            if peer.tls:
                return open_tls(address, peer.host, deadline, peer.ca_file, within), address
            return open_tcp(address, deadline, within), address
        except ConnectionLost as error:
            last_error = error
    raise last_error


def with_one_retry(
    attempt: Callable[[], T], deadline: ProbeDeadline, *, repeatable: bool = True
) -> tuple[T, bool]:
    """The result, and whether it took a second attempt.

    If it is not `repeatable`, it is not attempted again once it was sent.
    """
    try:
        return attempt(), False
    except ConnectionLost as error:
        if error.sent and not repeatable:
            raise Unobservable(f"{deadline.called} {error.reason}") from None
    try:
        return attempt(), True
    except ConnectionLost as error:
        raise Unobservable(
            f"{deadline.called} {error.reason}, twice",
            "check that it is up and that this machine may reach it",
        ) from None
