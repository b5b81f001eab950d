"""TLS probes of every address of a name."""

from __future__ import annotations

from collections.abc import Sequence

from .deadline import ProbeDeadline
from .ports import Certificate


class LiveTls:
    """The port `Tls` over real connections."""

    def certificates(
        self,
        host: str,
        port: int,
        *,
        timeout: float,
        allow_private: bool,
        ca_file: bytes | None,
        called: str = "the host",
    ) -> Sequence[Certificate]:
        # Loading these takes 10 ms, most of it for ssl, and most runs probe nothing.
        from .addresses import addresses
        from .tls_handshake import certificate_at

        deadline = ProbeDeadline(timeout, called=called)
        try:
            several = addresses(host, port, deadline=deadline, allow_private=allow_private)
            return [certificate_at(address, host, deadline, ca_file) for address in several]
        except TimeoutError:
            deadline.raise_unobservable()
