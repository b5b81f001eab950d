"""Certificates of every kind, and a server that presents them."""

from __future__ import annotations

import socket
import ssl
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

from .raw import raw

NOW = datetime.now(UTC)
LONG_AGO, SOON, LATER = NOW - timedelta(days=10), NOW + timedelta(hours=2), NOW + timedelta(days=80)


def trusted(
    *, begins: datetime = LONG_AGO, ends: datetime = LATER, name: str = "localhost"
) -> tuple[ssl.SSLContext, bytes]:
    """A server's context with a good certificate for `name`, and the certificate of its authority."""
    authority = trustme.CA()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name, not_before=begins, not_after=ends).configure_cert(server)
    return server, authority.cert_pem.bytes()


def below_an_intermediate(
    *,
    begins: datetime,
    ends: datetime,
    its_end: datetime,
    root_end: datetime = NOW + timedelta(days=4000),
) -> tuple[ssl.SSLContext, bytes]:
    """A certificate from `begins` to `ends`, and between it and its root one that holds until `its_end`."""
    root, middle, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
    authority = _signed(
        root, root, _name("root"), subject=_name("root"), authority=True, ends=root_end
    )
    between = _signed(
        middle, root, _name("root"), subject=_name("middle"), authority=True, ends=its_end
    )
    leaf = _signed(key, middle, _name("middle"), begins=begins, ends=ends)
    return _context(key, leaf, _pem(between)), _pem(authority)


def with_a_common_name_only() -> tuple[ssl.SSLContext, bytes]:
    """A certificate that names the host as its subject, and in no list of names, as it was done until 2000."""
    key, root = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = _signed(root, root, _name("old"), subject=_name("old"), authority=True)
    return _context(key, _signed(key, root, _name("old"), lists_names=False)), _pem(authority)


def with_intermediate(*, sent: bool) -> tuple[ssl.SSLContext, bytes]:
    """A certificate two steps below its root, which names its issuer's address; the intermediate is sent or not."""
    root = trustme.CA()
    middle = root.create_child_ca()
    key = ec.generate_private_key(ec.SECP256R1())
    leaf = _signed(
        key,
        _key(middle),
        x509.load_pem_x509_certificate(middle.cert_pem.bytes()).subject,
        names_issuer=True,
    )
    return _context(key, leaf, *([middle.cert_pem.bytes()] if sent else [])), root.cert_pem.bytes()


def self_signed() -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    return _context(key, _signed(key, key, _name("localhost")))


def by_a_hand_made_authority() -> tuple[ssl.SSLContext, bytes]:
    """A chain without any key identifier, as `openssl x509 -req` makes them: Python 3.13's strict mode refuses it."""
    key, root = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = _signed(root, root, _name("hand-made"), subject=_name("hand-made"), authority=True)
    return _context(key, _signed(key, root, _name("hand-made"))), authority.public_bytes(
        serialization.Encoding.PEM
    )


def with_a_weak_key() -> tuple[ssl.SSLContext, bytes]:
    """1,024 bits of RSA."""
    key, root = rsa.generate_private_key(65_537, 1024), ec.generate_private_key(ec.SECP256R1())
    authority = _signed(root, root, _name("weak"), subject=_name("weak"), authority=True)
    leaf = _signed(key, root, _name("weak"))
    return _context(key, leaf, security_level=0), authority.public_bytes(serialization.Encoding.PEM)


def only_tls_1_0(server: ssl.SSLContext) -> ssl.SSLContext:
    """The same server, with nothing newer than TLS 1.1."""
    server.set_ciphers("DEFAULT@SECLEVEL=0")
    with warnings.catch_warnings(
        action="ignore"
    ):  # that these versions are deprecated is the point
        server.minimum_version = ssl.TLSVersion.TLSv1
        server.maximum_version = ssl.TLSVersion.TLSv1_1
    return server


Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _key(authority: trustme.CA) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(authority.private_key_pem.bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


def _signed(
    key: Key,
    by: Key,
    issuer: x509.Name,
    *,
    subject: x509.Name | None = None,
    authority: bool = False,
    names_issuer: bool = False,
    lists_names: bool = True,
    begins: datetime = LONG_AGO,
    ends: datetime = LATER,
) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject or _name("localhost"))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if lists_names and not authority:
        builder = builder.add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False
        )
    if names_issuer:
        where = x509.UniformResourceIdentifier("http://authority.example/intermediate.der")
        access = x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, where)
        builder = builder.add_extension(x509.AuthorityInformationAccess([access]), critical=False)
    return builder.sign(by, hashes.SHA256())


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _context(
    key: Key, leaf: x509.Certificate, *others: bytes, security_level: int | None = None
) -> ssl.SSLContext:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if security_level is not None:
        server.set_ciphers(f"DEFAULT@SECLEVEL={security_level}")
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with NamedTemporaryFile(suffix=".pem", delete=False) as file:
        file.write(private + leaf.public_bytes(serialization.Encoding.PEM) + b"".join(others))
    server.load_cert_chain(file.name)
    Path(file.name).unlink()
    return server


@contextmanager
def shaking_hands(server: ssl.SSLContext) -> Iterator[int]:
    """A port that presents a certificate and then says nothing."""

    def behave(connection: socket.socket, over: threading.Event) -> None:
        with server.wrap_socket(connection, server_side=True) as secured:
            while secured.recv(65_536):
                pass

    with raw(behave) as port:
        yield port
