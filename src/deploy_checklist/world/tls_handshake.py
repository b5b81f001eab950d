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
    address: Address, host: str, deadline: ProbeDeadline, ca_file: bytes | None
) -> Certificate:
    """The certificate of this address, verified or with its fault. Unobservable if the address does
    not answer.
    """
    if not address.routed:
        return Certificate(
            address=str(address),
            not_before=None,
            not_after=None,
            fault=None,
            remedy=None,
            reached=False,
        )
    try:
        verified, retried = with_one_retry(
            lambda: _verified(address, host, deadline, ca_file), deadline
        )
    except CertificateFault as error:
        seen = presented(lambda: open_tcp(address, deadline), host)
        return Certificate(
            address=str(address),
            not_before=seen.leaf.not_valid_before_utc if seen else None,
            not_after=seen.leaf.not_valid_after_utc if seen else None,
            fault=error.message,
            remedy=error.remedy,
        )
    return replace(verified, retried=retried)


def _verified(
    address: Address, host: str, deadline: ProbeDeadline, ca_file: bytes | None
) -> Certificate:
    with open_tls(address, host, deadline, ca_file) as secured:
        verified = secured.getpeercert() or {}
        issuers = _verified_chain(secured)[1:]
        if not ca_file:
            issuers = issuers[:-1]  # a public root: each client has its own
        return Certificate(
            address=str(address),
            not_before=_time(verified["notBefore"]),
            not_after=_time(verified["notAfter"]),
            fault=None,
            remedy=None,
            issuers_end=_first_end(issuers),
        )


def _verified_chain(secured: ssl.SSLSocket) -> Sequence[bytes]:
    """The verified certificates in DER, from the server's own to the root that is trusted here."""
    if sys.version_info >= (3, 13):
        return secured.get_verified_chain()
    chain = secured._sslobj.get_verified_chain()  # type: ignore[attr-defined] # public from 3.13 on
    return [ssl.PEM_cert_to_DER_cert(each.public_bytes()) for each in chain]


def _first_end(authorities: Sequence[bytes]) -> datetime | None:
    """When the first of them expires. OpenSSL reads the dates: loading cryptography takes 58 ms."""
    if not authorities:
        return None
    reading = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    reading.load_verify_locations(cadata=b"".join(authorities))
    return min((_time(each["notAfter"]) for each in reading.get_ca_certs()), default=None)


def _time(text: object) -> datetime:
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(text)), UTC)
