"""The certificates by which GitHub's server and that of the identity token are trusted."""

from __future__ import annotations

import ssl
from functools import lru_cache
from pathlib import Path

from .failures import Cause, RequestFailure


def holds_certificates(pem: bytes) -> bool:
    """Whether a file holds a certificate in PEM form."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=_text(pem))
    except (ssl.SSLError, ValueError):
        return False
    return True


@lru_cache(maxsize=8)
def tls_context(bundle: str | None, own: bytes | None) -> ssl.SSLContext:
    """The TLS context of all connections. Built once, which takes 30 ms.

    `bundle`: the file or folder that REQUESTS_CA_BUNDLE names, which is trusted instead of the
    usual authorities: those of the machine (SSL_CERT_FILE) and of certifi. `own`: certificates in
    PEM form that are also trusted.
    """
    from urllib3.util.ssl_ import create_urllib3_context

    context = create_urllib3_context()
    try:
        if bundle is None:
            import certifi

            context.load_default_certs()
            context.load_verify_locations(certifi.where())
        elif Path(bundle).is_dir():
            context.load_verify_locations(capath=bundle)
        else:
            context.load_verify_locations(bundle)
    except OSError:
        raise RequestFailure(
            Cause.UNTRUSTED, detail="the file named by REQUESTS_CA_BUNDLE contains no certificates"
        ) from None
    if own is not None:
        context.load_verify_locations(cadata=_text(own))
        # Python 3.13 refuses authorities without identifiers, which hand-made ones often lack.
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


def _text(pem: bytes) -> str:
    """PEM as OpenSSL takes it: what is not ASCII is a comment."""
    return pem.decode("ascii", "ignore")
