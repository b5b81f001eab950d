"""What is wrong with a server's certificate or TLS: OpenSSL's codes as messages for people."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from .ports import CertificateFault, ProtocolFault, ServiceFault

if TYPE_CHECKING:
    from cryptography import x509

Reconnect = Callable[[], socket.socket]

# X509_V_ERR_* of openssl/x509_vfy.h.
_NOT_YET_VALID, _EXPIRED, _SELF_SIGNED, _SELF_SIGNED_IN_CHAIN = 9, 10, 18, 19
_NO_ISSUER = {2, 20, 21}
_REVOKED = 23
_WRONG_NAME = {62, 64}
_WEAK = {66, 67, 68}
_AGAINST_THE_STANDARD = {24, *range(76, 96)}  # what VERIFY_X509_STRICT adds

_RENEW = "renew it, install it on every server behind the name, and reload them"
_WEAK_REMEDY = "issue it again with RSA (2048 bits or more) or ECDSA, and with SHA-256"


class Presented(Struct, frozen=True, kw_only=True):
    """The certificate that a server presented, read without trusting it."""

    leaf: x509.Certificate
    count: int | None  # certificates sent; None: this Python does not tell


def handshake_fault(error: ssl.SSLError, host: str, reconnect: Reconnect) -> ServiceFault:
    """The fault that made a handshake fail. `reconnect` opens the connection on which dates and
    chain of a refused certificate are read.
    """
    if isinstance(error, ssl.SSLCertVerificationError):
        return _refused(error.verify_code, presented(reconnect, host))
    reason = error.reason or ""
    if "WRONG_VERSION_NUMBER" in reason or "RECORD_LAYER" in reason or "HTTP_REQUEST" in reason:
        return ProtocolFault(
            "answers on this port, but not with TLS",
            "check the port, and that TLS is switched on there",
        )
    if "UNSUPPORTED_PROTOCOL" in reason or "PROTOCOL_VERSION" in reason:
        return ProtocolFault(
            "supports only TLS versions before 1.2", "allow TLS 1.2 and 1.3 on the server"
        )
    if "CERTIFICATE_REQUIRED" in reason:
        return ProtocolFault("asks for a client certificate, which the gate does not have")
    if "DH_KEY_TOO_SMALL" in reason or "TOO_WEAK" in reason or "TOO_SMALL" in reason:
        return CertificateFault("uses a key that is too weak", _WEAK_REMEDY)
    return ProtocolFault(
        "refuses the TLS handshake",
        "check that it knows this name (SNI), shares a cipher with OpenSSL's defaults,"
        " and asks for no client certificate",
    )


def _refused(code: int, seen: Presented | None) -> CertificateFault:
    leaf = seen.leaf if seen else None
    if code == _EXPIRED:
        return _out_of_date(leaf)
    if code == _NOT_YET_VALID:
        when = f" before {leaf.not_valid_before_utc:%Y-%m-%d %H:%M} UTC" if leaf else ""
        return CertificateFault(
            f"its certificate is not valid{when}",
            "wait until then, or correct the clock of this machine",
        )
    if code in _WRONG_NAME:
        return CertificateFault(
            "its certificate is for another name",
            "issue one that lists this name, or check that the name points to the right server",
        )
    if code in (_SELF_SIGNED, _SELF_SIGNED_IN_CHAIN) or code in _NO_ISSUER:
        return _not_trusted(code, seen)
    if code == _REVOKED:
        return CertificateFault("its certificate was revoked", _RENEW)
    if code in _WEAK:
        return CertificateFault(
            "its certificate or its authority's uses a key or a signature that is too weak",
            _WEAK_REMEDY,
        )
    if code in _AGAINST_THE_STANDARD:
        return CertificateFault(
            "its certificate or its authority's lacks a field that RFC 5280 requires"
            " (such as an authority key identifier)",
            "name the private authority's certificate in `ca_file`, or issue it again",
        )
    return CertificateFault(f"its certificate is not trusted (OpenSSL says {code})", _RENEW)


def _out_of_date(leaf: x509.Certificate | None) -> CertificateFault:
    if leaf is None:
        return CertificateFault("its certificate has expired", _RENEW)
    now = datetime.now(leaf.not_valid_after_utc.tzinfo)  # the clock by which OpenSSL judged
    if leaf.not_valid_after_utc > now:
        return CertificateFault(
            "a certificate of its issuers has expired", "serve the current chain of the authority"
        )
    return CertificateFault(
        f"its certificate expired on {leaf.not_valid_after_utc:%Y-%m-%d}", _RENEW
    )


def _not_trusted(code: int, seen: Presented | None) -> CertificateFault:
    remedy = (
        "serve one from a public authority,"
        " or name the private authority's certificate in `ca_file`"
    )
    if code == _SELF_SIGNED:
        return CertificateFault("its certificate is self-signed", remedy)
    if code in _NO_ISSUER and seen and seen.count in (1, None) and _names_its_issuer(seen.leaf):
        return CertificateFault(
            "it does not send the intermediate certificate;"
            " browsers fetch it, but other clients fail",
            "serve the full chain (certbot's fullchain.pem)",
        )
    return CertificateFault(
        "its certificate is from an authority that this machine does not know", remedy
    )


def _names_its_issuer(leaf: x509.Certificate) -> bool:
    """Whether it says where its issuer's certificate is, as those of public authorities do."""
    from cryptography import x509  # 58 ms, needed only for a bad certificate
    from cryptography.x509.oid import AuthorityInformationAccessOID  # the same

    try:
        access = leaf.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except (x509.ExtensionNotFound, ValueError):
        return False
    return any(each.access_method == AuthorityInformationAccessOID.CA_ISSUERS for each in access)


def presented(reconnect: Reconnect, host: str) -> Presented | None:
    """What the server presents; None if it cannot be read.

    It is read over a second connection, on which nothing is sent and nothing is trusted.
    """
    from cryptography import x509  # 58 ms, needed only for a bad certificate

    reading = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    reading.check_hostname = False
    reading.verify_mode = ssl.CERT_NONE
    try:
        with reconnect() as plain, reading.wrap_socket(plain, server_hostname=host) as secured:
            encoded = secured.getpeercert(binary_form=True)
            # Python 3.13 and later
            unverified_chain = getattr(secured, "get_unverified_chain", lambda: None)
            chain: Sequence[bytes] | None = unverified_chain()
        if not encoded:
            return None
        leaf = x509.load_der_x509_certificate(encoded)
        return Presented(leaf=leaf, count=len(chain) if chain else None)
    # It only adds detail to a certain finding, and a broken certificate fails in many ways.
    except Exception:
        return None
