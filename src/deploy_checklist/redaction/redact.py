"""The filter that everything leaving the process passes: no secret gets through, in any encoding.

The report's texts are cleaned before they are rendered, and what was rendered is searched once
more. Both take time linear in the text. Imports nothing of ours but the frozen values.
"""

from __future__ import annotations

import base64
import html
import json
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cache, cached_property
from operator import attrgetter
from typing import Any, TypeVar, cast
from urllib.parse import SplitResult, parse_qsl, quote, quote_plus, unquote, urlsplit

from msgspec import Struct
from msgspec.structs import replace

from ..opaque import OpaqueStruct

MARK = "***"
SHORTEST = 4  # characters; anything shorter would be found in every other word
SECRET_WORDS = frozenset(("KEY", "TOKEN", "SECRET", "PASSWORD", "PASS", "DSN"))
_SHORTEST_CUT, _LONGEST_CUT = 6, 200  # characters before the ellipsis of a text that was cut
_FEW = 400  # forms; up to here the C search of each one beats one pass in Python
_CREDENTIAL_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s\"'<>]+")
_T = TypeVar("_T")


class Leak(Exception):
    """A secret was found in something that was about to leave. Says whose it is, and nothing of it."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"what {name} holds was found in the finished report, so it is not shown: if that is ordinary words, "
            "choose a real secret; if it is one, this is a bug in deploy-checklist"
        )


class Needle(OpaqueStruct, frozen=True):
    """A text that must not come out, and the name of what it belongs to."""

    name: str
    text: str
    minor: bool = False  # a user's name or a query's value in a URL, which may be an ordinary word


def needles_of(
    environment: Mapping[str, str], secret_names: Collection[str] = ()
) -> tuple[Needle, ...]:
    """The values of secrets (by the caller's word or the name's last one) and the credentials in
    every URL.
    """
    found: list[Needle] = []
    for name, value in environment.items():
        if name in secret_names or name.rpartition("_")[2].upper() in SECRET_WORDS:
            found.append(Needle(name, value))
        found += [Needle(name, text, minor=minor) for text, minor in _credentials(value)]
    return tuple(found)


def _credentials(value: str) -> Iterator[tuple[str, bool]]:
    """User, password and query values of the URLs in a value, as written and decoded; whether it is
    minor.
    """
    if "://" not in value:
        return
    for match in _CREDENTIAL_URL.finditer(value):
        try:
            parts = urlsplit(match[0])
        except ValueError:
            yield match[0], False
            continue
        user, _, password = _userinfo(parts, match[0]).partition(":")
        yield from ((text, False) for text in (password, unquote(password)))
        for text in (user, *(pair.partition("=")[2] for pair in parts.query.split("&"))):
            yield from ((text, True), (unquote(text), True))
        yield from ((text, True) for _, text in parse_qsl(parts.query))


def _userinfo(parts: SplitResult, url: str) -> str:
    """What stands before the @, and be there a / or a # in the password, which should have been
    encoded.
    """
    try:
        _ = parts.port
    except ValueError:  # what looks like a port is none
        return url.partition("://")[2].rpartition("@")[0]
    return parts.netloc.rpartition("@")[0]


@dataclass(frozen=True)
class Redactor:
    """Knows every form in which a secret could come out. Has no repr of any of them."""

    forms: Mapping[str, str] = field(repr=False)  # each with the name of what it belongs to
    exposed: tuple[
        str, ...
    ] = ()  # names whose value is one of the report's own words, so that it cannot be hidden
    fixed_text: Callable[[], str] = field(
        default=str, repr=False, compare=False
    )  # what every rendering contains

    @classmethod
    def of(
        cls,
        environment: Mapping[str, str],
        secret_names: Collection[str] = (),
        vocabulary: Iterable[str] = (),
    ) -> Redactor:
        """For these variables. A value in the `vocabulary` is no needle, but is named in `exposed`."""
        return cls.hiding(needles_of(environment, secret_names), vocabulary)

    @classmethod
    def hiding(cls, needles: Iterable[Needle], vocabulary: Iterable[str] = ()) -> Redactor:
        """For these needles."""
        own = "\n".join(vocabulary)
        hidden: list[Needle] = []
        exposed: list[Needle] = []
        for needle in needles:
            stripped = needle.text.strip()
            if len(stripped) >= SHORTEST:
                (exposed if stripped in own else hidden).append(needle)
        forms = {form: needle.name for needle in hidden for form in encodings(needle.text)}
        plain = {form: name for form, name in forms.items() if form not in own}
        return cls(
            plain, tuple(dict.fromkeys(needle.name for needle in exposed if not needle.minor))
        )

    def text(self, text: str) -> str:
        """The text with every secret replaced."""
        return self._masked(text, self._present(text))

    def clean(self, value: _T) -> _T:
        """The same value with every secret replaced in every text of it, however deep."""
        if not self.forms:
            return value
        everything = "\n".join(_texts(value))
        present = self._present(everything)
        if not present and next(self._beginnings(everything), None) is None:
            return value
        return rewritten(value, lambda text: self._masked(text, present))

    def check(self, rendered: str | bytes) -> None:
        """Raises Leak if a secret is in what was rendered, as it stands or once its marks are taken
        away again.
        """
        text = (
            rendered if isinstance(rendered, str) else rendered.decode("utf-8", "surrogateescape")
        )
        unmarked = _unmarked(text)
        found = {
            form: self.forms[form] for each in {text, unmarked} for form in self._present(each)
        }
        found |= {
            each[start:end]: name
            for each in {text, unmarked}
            for start, end, name in self._beginnings(each)
        }
        if leaked := next(
            (name for form, name in found.items() if form not in self._fixed_text), None
        ):
            raise Leak(leaked)

    def _present(self, text: str) -> list[str]:
        """Which forms are in the text."""
        if len(self.forms) <= _FEW:
            return [form for form in self.forms if form in text]
        return _found(text, self._by_start)

    def _masked(self, text: str, present: Sequence[str]) -> str:
        """Overlapping and touching secrets become one mark."""
        places = [(at, at + len(form)) for form in present for at in _places(text, form)]
        places += [(start, end) for start, end, _ in self._beginnings(text)]
        if not places:
            return text
        parts: list[str] = []
        end = 0
        for start, stop in sorted(places):
            if start > end or not parts:
                parts += [text[end:start], MARK]
            end = max(end, stop)
        return "".join((*parts, text[end:]))

    def _beginnings(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Where a secret was cut before it came here: its beginning, and an ellipsis. Start, end,
        whose it is.
        """
        if "…" not in text:
            return
        starts = frozenset(start for start in self._starts if start in text)
        for end in _places(text, "…") if starts else ():
            window = text[max(0, end - _LONGEST_CUT) : end]
            for at in range(len(window) - _SHORTEST_CUT + 1):
                if (
                    window[at : at + SHORTEST] in starts
                    and (name := self._begun(window[at:])) is not None
                ):
                    yield end - len(window) + at, end, name
                    break

    def _begun(self, piece: str) -> str | None:
        """Whose secret begins with these characters."""
        at = bisect_left(self._sorted, piece)
        found = (
            self._sorted[at]
            if at < len(self._sorted) and self._sorted[at].startswith(piece)
            else None
        )
        return None if found is None else self.forms[found]

    @cached_property
    def _sorted(self) -> Sequence[str]:
        return sorted(self.forms)

    @cached_property
    def _starts(self) -> frozenset[str]:
        return frozenset(form[:SHORTEST] for form in self.forms)

    @cached_property
    def _fixed_text(self) -> str:
        """Made once, and only where a secret was found."""
        return self.fixed_text()

    @cached_property
    def _by_start(self) -> Mapping[str, Mapping[int, frozenset[str]]]:
        """The forms by their first characters, then by their length."""
        table: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
        for form in self.forms:
            table[form[:SHORTEST]][len(form)].add(form)
        return {
            start: {length: frozenset(of) for length, of in lengths.items()}
            for start, lengths in table.items()
        }


def _found(text: str, table: Mapping[str, Mapping[int, frozenset[str]]]) -> list[str]:
    """One pass: where a form could begin, the piece of each length that a form has is looked up."""
    found: set[str] = set()
    for at in [at for at in range(len(text) - SHORTEST + 1) if text[at : at + SHORTEST] in table]:
        for length, forms in table[text[at : at + SHORTEST]].items():
            piece = text[at : at + length]
            if piece in forms:
                found.add(piece)
    return sorted(found)


def _places(text: str, form: str) -> Iterator[int]:
    at = text.find(form)
    while at >= 0:
        yield at
        at = text.find(form, at + 1)


def encodings(secret: str) -> frozenset[str]:
    """The secret raw, stripped, and line by line; each also in base64, hex, percent-, JSON-, HTML-
    and XML-encoded.

    And as the parser of a checklist would change it: white space folded, marks of emphasis gone, as
    an item's id.
    """
    texts = {
        text
        for text in (secret, secret.strip(), *map(str.strip, secret.splitlines()))
        if len(text) >= SHORTEST
    }
    encoded = {form for text in texts for form in _forms(text) if len(form) >= SHORTEST}
    return frozenset(
        encoded
        | {form for text in texts for form in _as_parsed(text) if len(form) >= _SHORTEST_PARSED}
    )


_SHORTEST_PARSED = 8


def _as_parsed(text: str) -> Iterator[str]:
    yield " ".join(text.split())
    yield " ".join(re.sub(r"[*`\\]|~~", "", text).split())
    yield text.lower()
    yield "-".join(re.findall(r"\w+", text.lower()))


def _forms(text: str) -> Iterator[str]:
    yield text
    raw = text.encode("utf-8", "surrogateescape" if not _broken(text) else "surrogatepass")
    yield from _base64(raw)
    yield from (raw.hex(), raw.hex().upper())
    percent = {quote(raw, safe=safe) for safe in ("", "/", "!'()*", ":/?#[]@!$&'()*+,;=")} | {
        quote_plus(raw)
    }
    yield from percent
    yield from (re.sub(r"%[0-9A-F]{2}", lambda match: match[0].lower(), each) for each in percent)
    yield from (json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1])
    yield json.dumps(text)[1:-1].replace("/", "\\/")
    bare = html.escape(text, quote=False)
    for single in ("'", "&#x27;", "&#39;", "&apos;"):
        for double in ('"', "&quot;", "&#34;"):
            yield bare.replace("'", single).replace('"', double)


def _broken(text: str) -> bool:
    """Whether it holds a surrogate that stands for no byte."""
    return any("\ud800" <= char <= "\udfff" and not "\udc80" <= char <= "\udcff" for char in text)


def _base64(raw: bytes) -> Iterator[str]:
    """What base64 makes of it wherever it begins within a longer text: the characters that depend
    on it alone.
    """
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + raw)
        bits = 8 * offset
        core = encoded[-(-bits // 6) : (bits + 8 * len(raw)) // 6].decode()
        yield core
        yield core.replace("+", "-").replace("/", "_")
    yield base64.b64encode(raw).decode()


_MARKUP = re.compile(r"<!-- -->|\\(?=[!-/:-@\[-`{-~])")


def _unmarked(text: str) -> str:
    """Rendered text without the marks of `report.escape`: a secret could hide behind a backslash or
    an entity.
    """
    return html.unescape(_MARKUP.sub("", text).replace("<span>$</span>", "$"))


def rewritten(value: _T, rewrite: Callable[[str], str]) -> _T:
    """The same frozen value with every text of it, however deep, put another way."""
    return cast(_T, _cleaned(value, {text: rewrite(text) for text in _texts(value)}))


def _texts(value: object) -> frozenset[str]:
    """Every text in a frozen value. Flat, because a long checklist has a million fields."""
    texts: set[str] = set()
    rest: list[object] = [value]
    while rest:
        each = rest.pop()
        kind = type(each)
        if kind is str:
            texts.add(cast(str, each))
        elif kind is tuple:
            rest += cast(tuple[object, ...], each)
        elif each is not None:
            rest += _parts(cast(Hashable, kind))(each)
    return frozenset(texts)


_NO_TEXT = frozenset(
    ("int", "int | None", "bool", "float", "date", "date | None", "datetime")
)  # annotations


@cache
def _parts(kind: Any) -> Callable[[Any], Iterable[object]]:  # noqa: ANN401 - any class
    """What a value of that class is made of."""
    if issubclass(kind, Struct):
        hints = kind.__annotations__
        names = [name for name in kind.__struct_fields__ if hints.get(name) not in _NO_TEXT]
        return (
            attrgetter(*names)
            if len(names) > 1
            else lambda value: [getattr(value, name) for name in names]
        )
    if issubclass(kind, Mapping):
        return lambda value: (*value.keys(), *value.values())
    if issubclass(kind, list | frozenset):
        return iter
    if issubclass(kind, str) and not issubclass(kind, Enum):
        return lambda value: (str(value),)
    return lambda value: ()


def _cleaned(value: Any, masked: Mapping[str, str]) -> Any:  # noqa: ANN401 - whatever a report is made of
    if isinstance(value, str):
        return value if isinstance(value, Enum) else masked[value]
    if isinstance(value, Struct):
        changed = {name: _cleaned(getattr(value, name), masked) for name in value.__struct_fields__}
        return replace(value, **changed)
    if isinstance(value, Mapping):
        return {_cleaned(key, masked): _cleaned(of, masked) for key, of in value.items()}
    if isinstance(value, tuple | list | frozenset):
        return type(value)(_cleaned(of, masked) for of in value)
    return value
