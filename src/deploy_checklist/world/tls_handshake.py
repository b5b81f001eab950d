"""What one address presents in a TLS handshake."""

from __future__ import annotations

import ssl
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from msgspec.structs import replace

from .addresses import Address
from .certificate import presented
from .connection import open_tcp, open_tls, with_one_retry
from .deadline import ProbeDeadline
from .ports import Certificate, CertificateFault


def certificate_at(
    address: Address,
    host: str,
    deadline: ProbeDeadline,
    ca_file: bytes | None,
) -> Certificate:
    """Its certificate, verified or with what is wrong. Unobservable if nothing is reached there."""
    if not address.routed:
        return Certificate(
            address=str(address),
            not_before=None,
            not_after=None,
            trouble=None,
            remedy=None,
            reached=False,
        )
    try:
        verified, retried = with_one_retry(
            lambda: _verified(address, host, deadline, ca_file),
            deadline,
        )
    except CertificateFault as wrong:
        seen = presented(lambda: open_tcp(address, deadline), host)
        return Certificate(
            address=str(address),
            not_before=seen.leaf.not_valid_before_utc if seen else None,
            not_after=seen.leaf.not_valid_after_utc if seen else None,
            trouble=wrong.message,
            remedy=wrong.remedy,
        )
    return replace(verified, retried=retried)


def _verified(
    address: Address, host: str, deadline: ProbeDeadline, ca_file: bytes | None
) -> Certificate:
    with open_tls(address, host, deadline, ca_file) as secured:
        names = secured.getpeercert() or {}
        return Certificate(
            address=str(address),
            not_before=_time(names["notBefore"]),
            not_after=_time(names["notAfter"]),
            trouble=None,
            remedy=None,
            issuers_end=_first_end(
                _chain(secured)[1 : None if ca_file else -1]
            ),  # a public root is each client's own
        )


def _chain(secured: ssl.SSLSocket) -> Sequence[bytes]:
    """The verified certificates in DER, from the server's own to the root that is trusted here."""
    if sys.version_info >= (3, 13):
        return secured.get_verified_chain()
    shown = secured._sslobj.get_verified_chain()  # type: ignore[attr-defined] # public from 3.13 on
    return [ssl.PEM_cert_to_DER_cert(each.public_bytes()) for each in shown]


def _first_end(authorities: Sequence[bytes]) -> datetime | None:
    """OpenSSL reads the dates itself: cryptography would take 58 ms of start-up."""
    if not authorities:
        return None
    reading = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    reading.load_verify_locations(cadata=b"".join(authorities))
    return min((_time(each["notAfter"]) for each in reading.get_ca_certs()), default=None)


def _time(text: object) -> datetime:
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(text)), UTC)
