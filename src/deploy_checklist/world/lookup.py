"""One question to the system's resolver."""

from __future__ import annotations

import queue
import socket
import threading

from msgspec import Struct

from ..values.hosts import address_of
from .deadline import ProbeDeadline


class FoundAddress(Struct, frozen=True, kw_only=True):
    """One address of a name. `canonical` is the name that it ends at, "" if that was not asked."""

    family: socket.AddressFamily
    sockaddr: tuple[str | int | bytes, ...]
    canonical: str


class NameLookup:
    """A look-up of a name. getaddrinfo has no time-out, so it runs in a thread that is abandoned
    when time is up.
    """

    def __init__(self, host: str, port: int = 0, *, family: int = 0, flags: int = 0) -> None:
        """`family` and `flags` are getaddrinfo's."""
        self._question = (host, port, family, flags)
        self._answers: queue.SimpleQueue[list[FoundAddress] | Exception] = queue.SimpleQueue()
        if address_of(host):
            self._ask()
        else:
            threading.Thread(target=self._ask, daemon=True).start()

    def answer(self, deadline: ProbeDeadline) -> list[FoundAddress] | Exception:
        """What was found, or getaddrinfo's error. Unobservable or TimeoutError if time is up."""
        try:
            return self._answers.get(timeout=deadline.left())
        except queue.Empty:
            deadline.raise_unobservable("looking up its name")

    def _ask(self) -> None:
        host, port, family, flags = self._question
        try:
            # As bytes: a text would load the codec for IDNA, although probes name hosts in ASCII.
            name = host.encode("ascii") if host.isascii() else host
            found = socket.getaddrinfo(
                name, port, family=family, type=socket.SOCK_STREAM, flags=flags
            )
        except (OSError, UnicodeError) as error:  # UnicodeError: no name in IDNA
            self._answers.put(error)
        else:
            self._answers.put(
                [
                    FoundAddress(family=found_family, sockaddr=sockaddr, canonical=canonical)
                    for found_family, _, _, canonical, sockaddr in found
                ]
            )
