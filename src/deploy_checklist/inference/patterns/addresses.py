"""Addresses that answer, and certificates: written by `init`, and not asked without rules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from ..tokenize import OTHER, Token, TokenizedText
from .sentence import ProposedCheck

# Asked only by a rule, which `init` writes; until then a person looks.
IN_PART = (
    "https://shop.acme.dev/healthz answers",
    "`curl -fsS https://api.acme.dev/ready` returns 200",
    "TLS certificate of https://shop.acme.dev is valid",
    "SSL certificate issued for `pay.acme.dev`",
)

_ANSWERS = re.compile(
    r"health|ready\b|readyz|\b(?:returns?|responds?|response|answers?|reachable|accessible|loads?|live|up|online|status)\b"
    r"|\bcurl\b|→ ?200|\b200\b|headers|работает|доступ|accesible|accessible|erreichbar|헬스|健康"
)
_CERTIFICATE = re.compile(r"\b(?:tls|ssl|certificates?|https)\b|证书|certificat")
_VISIT = re.compile(
    r"\b(?:visit|open|go to|see|docs?|documentation|console|dashboard|update|edit|publish|create"
    r"|select|click|add|list)\b"
)
_NOT_THERE = re.compile(
    r"localhost|127\.0\.0\.1|0\.0\.0\.0|\b10\.|\b192\.168\.|\.local\b|example\.|your|<|\{|\[|placeholder|staging-xxx",
    re.I,
)
_PUBLIC = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}")
_URL = re.compile(r"https?://[^\s<>()\"'`|]+")


def mentioned(tokenized: TokenizedText, piece: str) -> Iterator[ProposedCheck]:
    """Addresses that must answer by these words, and hosts whose certificate they name."""
    for token in tokenized.within(piece):
        found = _URL.search(token.text)
        url = found[0].rstrip(".,;:!?") if found else None
        host = _host(token, url)
        if host is None or _NOT_THERE.search(url or host) or not _PUBLIC.fullmatch(host):
            continue
        if _CERTIFICATE.search(piece) and not _VISIT.search(piece):
            yield ProposedCheck({"tls": {"host": host}}, f"would look at the certificate of {host}")
        elif url and (_ANSWERS.search(piece) or "curl" in token.text) and not _VISIT.search(piece):
            yield ProposedCheck({"http": {"url": url}}, f"would ask {url} for an answer")


def _host(token: Token, url: str | None) -> str | None:
    if url is None:
        return token.text if token.kind == OTHER else None
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
