"""The texts that must not leave the process: the environment's secrets, in every encoding."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Collection, Iterator, Mapping
from urllib.parse import SplitResult, parse_qsl, quote, quote_plus, unquote, urlsplit

from ..opaque import OpaqueStruct

SHORTEST = 4  # characters; anything shorter would be found in every other word
SECRET_WORDS = frozenset(("KEY", "TOKEN", "SECRET", "PASSWORD", "PASS", "DSN"))
_SHORTEST_PARSED = 8
# A search begins once in a run of the scheme's characters: from each it would be quadratic.
_CREDENTIAL_URL = re.compile(
    r"(?<![A-Za-z0-9+.-])[0-9+.-]*+([A-Za-z][A-Za-z0-9+.-]*+://[^\s\"'<>]+)"
)
_PERCENT_SAFE = ("", "/", "!'()*", ":/?#[]@!$&'()*+,;=")  # what encoders leave as it is


class Needle(OpaqueStruct, frozen=True):
    """A text that must not leave the process, and the name of its variable or token."""

    name: str
    text: str
    minor: bool = False  # a user's name or a query's value in a URL, which may be an ordinary word


def needles_of(
    environment: Mapping[str, str], secret_names: Collection[str] = ()
) -> tuple[Needle, ...]:
    """The values of secrets, and the credentials in every URL.

    A secret is what `secret_names` lists, or what the last word of its name calls one.
    """
    found: list[Needle] = []
    for name, value in environment.items():
        if name in secret_names or name.rpartition("_")[2].upper() in SECRET_WORDS:
            found.append(Needle(name, value))
        found += [Needle(name, text, minor=minor) for text, minor in _credentials(value)]
    return tuple(found)


def _credentials(value: str) -> Iterator[tuple[str, bool]]:
    """User, password and query values of a value's URLs, raw and decoded; and whether minor."""
    if "://" not in value:
        return
    for url in _CREDENTIAL_URL.findall(value):
        try:
            parts = urlsplit(url)
        except ValueError:
            yield url, False
            continue
        user, _, password = _userinfo(parts, url).partition(":")
        yield password, False
        yield unquote(password), False
        for text in (user, *(pair.partition("=")[2] for pair in parts.query.split("&"))):
            yield text, True
            yield unquote(text), True
        for _, text in parse_qsl(parts.query):
            yield text, True


def _userinfo(parts: SplitResult, url: str) -> str:
    """The part before the @, even if a password has a / or a # that should be encoded."""
    try:
        _ = parts.port
    except (
        ValueError
    ):  # the URL was split within the password: the part after the colon is not a port
        return url.partition("://")[2].rpartition("@")[0]
    return parts.netloc.rpartition("@")[0]


def encodings(secret: str) -> frozenset[str]:
    """The secret raw, stripped, and line by line; each also in base64, hex, percent-, JSON-, HTML-
    and XML-encoded.

    And as the parser of a checklist would change it: white space folded, marks of emphasis gone, as
    an item's id.
    """
    lines = {secret, secret.strip(), *map(str.strip, secret.splitlines())}
    texts = [text for text in lines if len(text) >= SHORTEST]
    encoded = {form for text in texts for form in _forms(text) if len(form) >= SHORTEST}
    parsed = {form for text in texts for form in _as_parsed(text) if len(form) >= _SHORTEST_PARSED}
    return frozenset(encoded | parsed)


def _as_parsed(text: str) -> Iterator[str]:
    yield " ".join(text.split())
    yield " ".join(re.sub(r"[*`\\]|~~", "", text).split())
    yield text.lower()
    yield "-".join(re.findall(r"\w+", text.lower()))


def _forms(text: str) -> Iterator[str]:
    yield text
    raw = text.encode(
        "utf-8", "surrogatepass" if _has_broken_surrogate(text) else "surrogateescape"
    )
    yield from _base64(raw)
    yield raw.hex()
    yield raw.hex().upper()
    for percent in (*(quote(raw, safe=safe) for safe in _PERCENT_SAFE), quote_plus(raw)):
        yield percent
        yield re.sub(r"%[0-9A-F]{2}", lambda match: match[0].lower(), percent)
    escaped = json.dumps(text)[1:-1]
    yield escaped
    yield escaped.replace("/", "\\/")
    yield json.dumps(text, ensure_ascii=False)[1:-1]
    bare = html.escape(text, quote=False)
    for single in ("'", "&#x27;", "&#39;", "&apos;"):
        for double in ('"', "&quot;", "&#34;"):
            yield bare.replace("'", single).replace('"', double)


def _has_broken_surrogate(text: str) -> bool:
    """Whether it contains a surrogate that does not represent a byte."""
    return any("\ud800" <= char <= "\udfff" and not "\udc80" <= char <= "\udcff" for char in text)


def _base64(raw: bytes) -> Iterator[str]:
    """The base64 characters that depend on these bytes alone, for each offset in a longer text."""
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + raw)
        bits = 8 * offset
        core = encoded[-(-bits // 6) : (bits + 8 * len(raw)) // 6].decode()
        yield core
        yield core.replace("+", "-").replace("/", "_")
    yield base64.b64encode(raw).decode()
