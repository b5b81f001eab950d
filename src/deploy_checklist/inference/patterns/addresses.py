"""Addresses that answer, and certificates: written by `init`, and not asked without rules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from .. import phrases, vetoes
from ..surroundings import Surroundings
from ..tokenize import ENDPOINT, OTHER, Token, TokenizedText
from .sentence import ProposedCheck

DOMAIN = "${domain}"  # of the environment, where the words name only a path

_FOR_PROBES = re.compile(r"/(?:health(?:z|check)?|readyz?|livez?|ping|metrics)(?:[/?]|$)")
_CERTIFICATE = re.compile(r"\b(?:tls|ssl|certificates?|https)\b|证书|certificat")
_STATUS = re.compile(r"\b(?:returns?|responds? with|answers?|→|status) ?(?:http )?([2345]\d\d)\b")
_NOT_THERE = re.compile(
    r"localhost|127\.0\.0\.1|0\.0\.0\.0|//10\.|\b192\.168\.|\.local\b|example\.|your|<|\{|\["
    r"|placeholder|staging-xxx|(?:company|domain|dominio|domaine|site)\.|xxx|[^ -~]",
    re.IGNORECASE,
)
_PUBLIC = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}|\d{1,3}(?:\.\d{1,3}){3}")
_HOST = re.compile(
    r"(?<![\w@/.-])(?:[a-z0-9-]+\.)+(?:com|org|net|io|dev|app|cloud|co|info|ai|eu|uk|de|fr|es|it|nl|br"
    r"|ru|ua|cn|jp|kr|vn|tr|id|in|at|ch|ca|au)(?![\w/-]|\.\w)"
)
_URL = re.compile(r"https?://[^\s<>()\"'`|]+")


def mentioned(text: TokenizedText, piece: str, around: Surroundings) -> Iterator[ProposedCheck]:
    """Addresses that must answer by these words, and hosts whose certificate they name."""
    for token in text.within(piece):
        found = _URL.search(token.text)
        url = found[0].rstrip(".,;:!?") if found else None
        if token.kind == ENDPOINT and "{" not in token.text:
            path = token.text.removeprefix("GET ").removeprefix("HEAD ").rstrip(".:")
            is_asked = _must_answer(token.text, piece, around)
            yield _answer(f"https://{DOMAIN}{path}", piece, is_asked=is_asked)
            continue
        host = _host(token, url)
        if host is None or _NOT_THERE.search(url or host) or not _PUBLIC.fullmatch(host):
            continue
        if _CERTIFICATE.search(piece) and _must_be_shown(piece):
            yield _certificate(host)
        elif url and _must_answer(token.text, piece, around):
            yield _answer(url, piece, is_asked=True)
    yield from _named_host(piece)


def needs_domain(check: ProposedCheck) -> bool:
    """Whether the words name only a path, of which the environment's domain tells the host."""
    http = check.rule.get("http")
    return isinstance(http, Mapping) and DOMAIN in str(http.get("url"))


def _must_answer(address: str, piece: str, around: Surroundings) -> bool:
    """Whether by these words somebody asks the address, and not a tool all the time."""
    if vetoes.CLOSED_OFF.found_in(piece) and not _STATUS.search(piece):
        return False
    is_for_probes = _FOR_PROBES.search(address) is not None and not around.below
    if is_for_probes or address.startswith(("GET ", "HEAD ", "curl ")):
        return True
    is_visit = vetoes.VISIT.found_in(piece) or vetoes.PERSONS_ACT.begin(piece)
    return phrases.ANSWERS.found_in(piece) and not is_visit


def _named_host(piece: str) -> Iterator[ProposedCheck]:
    """The certificate of a host that is written outside of code."""
    host = _HOST.search(piece) if _CERTIFICATE.search(piece) else None
    if host and not _NOT_THERE.search(host[0]) and _must_be_shown(piece):
        yield _certificate(host[0])


def _must_be_shown(piece: str) -> bool:
    return not (vetoes.VISIT.found_in(piece) or vetoes.CLOSED_OFF.found_in(piece))


def _certificate(host: str) -> ProposedCheck:
    return ProposedCheck({"tls": {"host": host}}, f"would check the certificate of {host}")


def _answer(url: str, piece: str, *, is_asked: bool) -> ProposedCheck:
    found = _STATUS.search(piece)
    expect = {"expect": int(found[1])} if found and found[1] != "200" else {}
    # "returns 503 when the database is down"
    is_conditional = bool(expect) and vetoes.CONDITION.search(piece) is not None
    return ProposedCheck(
        {"http": {"url": url, **expect}},
        f"would request {url}",
        maybe=not is_asked or is_conditional or vetoes.of_another_environment(piece),
    )


def _host(token: Token, url: str | None) -> str | None:
    if url is None:
        return token.text if token.kind == OTHER else None
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
