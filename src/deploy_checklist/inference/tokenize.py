"""An item's words with every name, command, path and address in them replaced by a mark, so that
tables can match.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from ..checklist.model import Item
from ..opaque import OpaqueStruct
from .verifying_commands import verifies

# A mark is `⟨`, its kind's letter, its number, `⟩`: no checklist writes that, and if one does it is
# taken out first.
NAME, ASSIGNMENT, COMMAND, PATH, URL, OTHER = "n", "a", "c", "p", "u", "v"

_MOST_TEXT, _MOST_SPANS = 20_000, 400  # of one item: what goes on from there is a person's to read

_SNAKE = r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+"
_ASSIGNED = re.compile(r"(?:export )?\$?([A-Z][A-Z0-9_]*[A-Z0-9])\s?=(?!=)\s?(.*)", re.DOTALL)
_ADDRESS = re.compile(r"https?://[^\s<>()\"'`]+", re.IGNORECASE)
_EXTENSION = (
    r"(?:md|rst|txt|ya?ml|json|toml|xml|html?|css|js|jsx|ts|tsx|mjs|cjs|py|rb|go|rs|java|kt|php|sh|sql|conf|cfg|ini"
    r"|tf|tfvars|tmpl|lock|gradle|properties|csv|png|svg|ico|jpg|proto|prisma|env|example|sample|template|webmanifest)"
)
_FILE = re.compile(
    r"(?:\./)?(?:[\w@.+-]+/)*(?:"
    rf"[\w@.+-]*\.{_EXTENSION}|\.env(?:\.[\w.-]+)?|\.[a-z]+(?:rc|ignore)|Dockerfile[\w.-]*|Makefile|README|CHANGELOG|LICENSE"
    r"|(?:\.github|docs?|src|config|scripts|static|templates|migrations|infra|deploy|public|tests?)/[\w@.+/-]*)"
)
_BARE = re.compile(
    r"(?P<u>https?://[^\s<>()\"'`⟨⟩]+)"
    rf"|(?<![\w/.$@-])(?P<p>(?:[\w@+-]+/)*(?:[\w@+-]+\.(?:md|ya?ml|json|toml|tf|txt|xml)|\.env(?:\.\w+)*|\.gitignore|README"
    r"|Dockerfile|Makefile|LICENSE))(?![\w/-])"
    rf"|(?<![\w/\\.@-])(?P<a>[A-Z][A-Z0-9_]*[A-Z0-9]=[^\s,;()⟨⟩]+)"
    r"|(?<=\()(?P<c>(?:npm|pnpm|yarn|npx|bun|make|cargo|go|mvn|\./mvnw|\./gradlew|docker|dotnet|pytest|uv|poetry|tox|ruff|mypy)"
    r"[ ]?[\w .:/=@-]{0,80})(?=\))"
    rf"|(?<![\w/\\.@-])(?P<n>{_SNAKE})(?![\w/\\(*-]|\.\w)"
)
_MARK = re.compile(r"⟨([nacpuv])(\d+)⟩")
_LISTED = re.compile(r"⟨n\d+⟩(?:(?:,? (?:and|&|plus) |, ?| \+ )⟨n\d+⟩)+")
_NOISE = re.compile(r"^(?:[^\w⟨(\"'.]+|\[[^\]]{0,40}\]\s*)+")


class Token(Struct, frozen=True):
    """Something that speaks for itself in any language."""

    kind: str
    text: str  # as it stands in the document
    names: tuple[str, ...] = ()
    value: str | None = None  # of an assignment


class TokenizedText(OpaqueStruct, frozen=True):
    """One paragraph, ready to be matched."""

    normalized: str  # lower case, white space folded, tokens as marks
    tokens: tuple[Token, ...]
    original: str

    def original_lines(self) -> list[str]:
        return self.original.split("\n")

    def marked(self, mark: str) -> Token:
        """The token that a mark stands for."""
        found = _MARK.search(mark)
        assert found is not None
        return self.tokens[int(found[2])]

    def within(self, text: str) -> tuple[Token, ...]:
        """The tokens whose marks stand in this piece, in order."""
        return tuple(self.tokens[int(found[2])] for found in _MARK.finditer(text))

    def placed(self, text: str) -> Iterator[tuple[int, Token]]:
        """As `within`, each with where its mark begins."""
        return ((found.start(), self.tokens[int(found[2])]) for found in _MARK.finditer(text))

    def shown(self, piece: str) -> str:
        """A piece of `original` in the document's own words."""
        return _MARK.sub(lambda found: self.tokens[int(found[2])].text, piece)


def read(item: Item) -> TokenizedText:
    """The item's own paragraph."""
    return tokenize(item.text, item.spans, frozenset(item.names))


def below(item: Item) -> TokenizedText | None:
    """What else is the item's own: nested bullets, further paragraphs, the fence inside or right
    after it.
    """
    rest = item.words.removeprefix(item.text).strip()
    if not rest:
        return None
    return tokenize(rest, item.spans, frozenset(item.names), fences=item.fences)


def tokenize(
    text: str, spans: tuple[str, ...], names: frozenset[str], fences: tuple[str, ...] = ()
) -> TokenizedText:
    """Any text with these code spans in it."""
    tokens: list[Token] = []
    pieces: list[str] = []
    at = 0
    text = text[:_MOST_TEXT].replace("⟨", "<").replace("⟩", ">")
    if fences:
        text = _fenced(text, fences, tokens)
    for span in spans[:_MOST_SPANS]:
        start = text.find(span, at)
        if start < 0 or not span.strip():
            continue
        pieces += [_bare(text[at:start], tokens), _put(in_span(span.strip(), names), tokens)]
        at = start + len(span)
    pieces.append(_bare(text[at:], tokens))
    lines = (" ".join(line.split()) for line in "".join(pieces).splitlines())
    original = _NOISE.sub("", "\n".join(line for line in lines if line))
    return TokenizedText(normalized=normalize(original), tokens=tuple(tokens), original=original)


def normalize(piece: str) -> str:
    """A piece of the original as the tables see it: lower case, a list of names as one."""
    return _LISTED.sub(_joined, piece).lower()


def _joined(found: re.Match[str]) -> str:
    return "".join(mark[0] for mark in _MARK.finditer(found[0]))


def _put(token: Token, tokens: list[Token]) -> str:
    tokens.append(token)
    return f"⟨{token.kind}{len(tokens) - 1}⟩"


def _fenced(text: str, fences: tuple[str, ...], tokens: list[Token]) -> str:
    """Of the lines of a fence those that verify or assign: a script is not prose."""
    fenced = {line.strip() for fence in fences for line in fence.splitlines()}
    kept = []
    for line in text.splitlines():
        command = line.split(" #")[0].strip()
        if line.strip() not in fenced:
            kept.append(line)
        elif verifies(command):
            kept.append(_put(Token(COMMAND, command), tokens))
        elif _ASSIGNED.fullmatch(command):
            kept.append(command)
    return "\n".join(kept)


def _bare(text: str, tokens: list[Token]) -> str:
    return _BARE.sub(lambda found: _placed(found, tokens), text)


def _placed(found: re.Match[str], tokens: list[Token]) -> str:
    if found.lastgroup == COMMAND and not verifies(found[0]):
        return found[0]
    return _put(_bare_token(found), tokens) + _tail(found)


def _bare_token(found: re.Match[str]) -> Token:
    kind, text = found.lastgroup or OTHER, found[0]
    if kind == COMMAND:
        return Token(COMMAND, text)
    if kind == URL:
        return Token(URL, text.rstrip(".,;:!?"))
    if kind == NAME:
        return Token(NAME, text, (text,))
    return (
        in_span(text, frozenset({text.partition("=")[0]}))
        if kind == ASSIGNMENT
        else Token(PATH, text)
    )


def _tail(found: re.Match[str]) -> str:
    """Punctuation that ends the sentence rather than the address."""
    return found[0][len(found[0].rstrip(".,;:!?")) :] if found.lastgroup == URL else ""


def in_span(span: str, names: frozenset[str]) -> Token:
    """What one code span is."""
    assigned = _ASSIGNED.fullmatch(span)
    if assigned and ("_" in assigned[1] or assigned[1] in names):
        return Token(ASSIGNMENT, span, (assigned[1],), assigned[2].strip())
    bare = span.strip("${}%")
    if bare in names:
        return Token(NAME, span, (bare,))
    if _ADDRESS.fullmatch(span):
        return Token(URL, span)
    if verifies(span):
        return Token(COMMAND, span)
    if _FILE.fullmatch(span):
        return Token(PATH, span.removeprefix("./"))
    return Token(OTHER, span, tuple(_named(span, names)))


def _named(span: str, names: frozenset[str]) -> Iterator[str]:
    """Variables inside of a longer span (`echo $NAME`)."""
    return (
        name
        for name in names
        if name in span and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", span)
    )
