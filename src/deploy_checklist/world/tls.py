"""TLS probes: what every address of a name presents."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from datetime import UTC, datetime

from .addresses import Address, addresses
from .certificate import presented
from .connection import open_tcp, open_tls, with_one_retry
from .deadline import Deadline
from .ports import Certificate, CertificateTrouble


class LiveTls:
    """The port `Tls` over real connections."""

    def certificates(
        self, host: str, port: int, *, timeout: float, allow_private: bool, ca_file: bytes | None
    ) -> Sequence[Certificate]:
        deadline = Deadline(timeout)
        try:
            several = addresses(host, port, deadline=deadline, allow_private=allow_private)
            return [_at(address, host, deadline, ca_file) for address in several]
        except TimeoutError:
            deadline.over()


def _at(address: Address, host: str, deadline: Deadline, ca_file: bytes | None) -> Certificate:
    if not address.routed:
        return Certificate(
            address=str(address), not_before=None, not_after=None, trouble=None, remedy=None, reached=False
        )
    try:
        (not_before, not_after), retried = with_one_retry(lambda: _verified(address, host, deadline, ca_file))
    except CertificateTrouble as wrong:
        seen = presented(lambda: open_tcp(address, deadline), host)
        return Certificate(
            address=str(address),
            not_before=seen.leaf.not_valid_before_utc if seen else None,
            not_after=seen.leaf.not_valid_after_utc if seen else None,
            trouble=wrong.message,
            remedy=wrong.remedy,
        )
    return Certificate(
        address=str(address), not_before=not_before, not_after=not_after, trouble=None, remedy=None, retried=retried
    )


def _verified(address: Address, host: str, deadline: Deadline, ca_file: bytes | None) -> tuple[datetime, datetime]:
    with open_tls(address, host, deadline, ca_file) as secured:
        names = secured.getpeercert() or {}
    return _time(names["notBefore"]), _time(names["notAfter"])


def _time(text: object) -> datetime:
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(text)), UTC)
