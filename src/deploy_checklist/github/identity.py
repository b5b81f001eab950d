"""Whose values this job was given: the `environment` claim of its identity token.

The token's signature is not verified: it comes over TLS from the address that the runner itself put
into this process's environment, it is used for nothing but this claim, and anyone who could replace
it could also replace the values.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from ..outcome import Unobservable
from .failures import Cause, RequestFailure, RequestPurpose

if TYPE_CHECKING:
    from .transport import Transport

_URL = "ACTIONS_ID_TOKEN_REQUEST_URL"
_TOKEN = "ACTIONS_ID_TOKEN_REQUEST_TOKEN"  # noqa: S105 - a variable's name
_AUDIENCE = "deploy-checklist"


_NEED = RequestPurpose(what="the job's identity token", permission="id-token: write")
_TIMEOUT = 10.0  # seconds for the request


def environment_claim(
    environ: Mapping[str, str],
    remaining: Callable[[], float],
    own_authorities: bytes | None = None,
) -> str | None:
    """The name of the job's environment; None if its token names none, or it may have no token.

    `remaining`: the seconds left of the run's deadline. `own_authorities`: certificates in PEM form
    that are trusted as well as the usual ones. Unobservable if the job may have a token and it
    could not be fetched or read.
    """
    url, bearer = environ.get(_URL), environ.get(_TOKEN)
    if not url or not bearer:
        return None
    from .transport import Transport  # a run without `id-token: write` does not pay for it

    try:
        transport = Transport(
            url, remaining, _TIMEOUT, own_authorities=own_authorities, redirects=0
        )
    except ValueError:
        raise _unreadable() from None
    claim = _claims(_identity_token(transport, url, bearer)).get("environment")
    return claim if isinstance(claim, str) and claim else None


def _identity_token(transport: Transport, url: str, bearer: str) -> str:
    try:
        parts = urlsplit(url)
        joint = "&" if parts.query else "?"
        path = f"{urlunsplit(('', '', *parts[2:4], ''))}{joint}audience={_AUDIENCE}"
        answer = transport.send("GET", path, {"Authorization": f"Bearer {bearer}"}, None)
        token = json.loads(answer.body)["value"] if answer.status < 400 else None
    except RequestFailure as failure:
        if failure.cause is Cause.TIME or failure.detail is not None:
            raise _NEED.unobservable(failure) from None
        token = None
    except (ValueError, KeyError, TypeError, RecursionError):
        token = None
    if not isinstance(token, str):
        raise _unreadable()
    return token


def _claims(token: str) -> Mapping[str, object]:
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError, binascii.Error, RecursionError):
        raise _unreadable() from None
    if not isinstance(claims, dict):
        raise _unreadable()
    return claims


def _unreadable() -> Unobservable:
    return Unobservable(
        "the job's identity token could not be read", "run again; the job needs `id-token: write`"
    )
