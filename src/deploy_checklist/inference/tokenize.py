"""Replaces every name, command, path and address in an item's words by a mark, so that sentence
patterns can match them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from ..checklist.model import Item
from ..opaque import OpaqueStruct
from ..values.secret_files import holds_secrets
from .verifying_commands import BARE_COMMAND, bare_command, verifies

# A mark is `⟨`, the letter of its kind, its number, `⟩`. These brackets are replaced in a checklist
# before its text is marked.
NAME, ASSIGNMENT, COMMAND, PATH, URL, ENDPOINT, OTHER = "n", "a", "c", "p", "u", "e", "v"
LINK = "l"  # the text of a link that names a file, which is no sign of what the link leads to

_MOST_TEXT, _MOST_SPANS = 20_000, 400  # of one item: the rest of a longer one is ignored
_LONGEST_PATH = 200  # characters

_SNAKE = r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+"
_ASSIGNED = re.compile(r"\$?([A-Z][A-Z0-9_]*[A-Z0-9])\s?=(?!=)\s?(.*)", re.DOTALL)
_ADDRESS = re.compile(r"https?://[^\s<>()\"'`]+", re.IGNORECASE)
_EXTENSION = (
    r"(?:md|rst|txt|ya?ml|json|toml|xml|html?|s?css|jsx?|tsx?|mjs|cjs|vue|py|rb|go|rs|java|kt|swift"
    r"|php|cs|sh|ps1|sql|conf|cfg|ini|tf|tfvars|tmpl|lock|gradle|properties|csv|png|svg|ico|jpg"
    r"|proto|prisma|env|example|sample|template|webmanifest)"
)
_NAMED_FILE = (
    r"(?:\.env(?:\.[A-Za-z0-9_.-]+)?|\.[a-z]+(?:rc|ignore)|Dockerfile(?:\.[a-z]+)?|Makefile|README"
    r"|LICENSE)"
)
_FILE = re.compile(
    rf"(?:\./)?(?:[\w@.+-]+/)*(?:[\w@.+-]*\.{_EXTENSION}|{_NAMED_FILE}|CHANGELOG)"
    r"|(?:[\w@.+-]+/)*(?:\.github|docs?|src|config|scripts|static|templates|migrations|infra|deploy"
    r"|public|tests?)/[\w@.+/-]*|(?:[\w@.+-]+/)+"
)
# `certs/server.key`, `*.pem`, `**/*.log`: what else may be the name of a file, or a glob of names.
_PATH = re.compile(r"(?:[\w@.+*-]+/)*[\w@.+*-]+")
_GLOB = re.compile(r"(?:(?:\*\*|[\w@.+-]+)/)*\*\.\w{1,8}")
_ROUTE = (
    r"/(?!(?:etc|var|usr|opt|home|tmp|root|srv|s?bin|mnt|dev|proc|run|lib|data)\b)[a-z][\w.:{}/-]*"
)
_ENDPOINT = re.compile(rf"(?:(?:GET|HEAD) )?{_ROUTE}")
_SHOWS = re.compile(r"(?:echo|printenv|test|env|\[) ")
_PRODUCT = re.compile(
    r"(?i:(?:node|next|vue|nuxt|nest|express|react|three|chart|d3|angular|alpine|ember)\.js)"
    r"|(?:[A-Z]\w*/)*[A-Z][a-z]+(?<!file)\.js",
    re.ASCII,
)
# Signs of a word that goes on. Signs of scripts without spaces are none.
_W = "A-Za-z0-9_\u00c0-\u024f\u0400-\u04ff"
_BARE = re.compile(
    r"(?P<u>https?://[^\s<>()\"'`⟨⟩，。；（）「」]+)"
    rf"|(?<![{_W}/.$@\\-])(?<![A-Za-z0-9]:)(?P<p>(?:\.{{1,2}}/)?(?:[A-Za-z0-9_@+.-]+/)*"
    rf"(?:[A-Za-z0-9_@+-][A-Za-z0-9_@+.-]*\.{_EXTENSION}|{_NAMED_FILE})(?![A-Za-z0-9_/-])"
    rf"|(?:\.?[a-z0-9_][A-Za-z0-9_.-]*/)+(?![{_W}*/.]))"
    rf"|(?<![{_W}/\\.@-])(?P<a>[A-Z][A-Z0-9_]*[A-Z0-9]="
    r"(?:(?:\"[^\"\n⟨⟩]*\"|'[^'\n⟨⟩]*')(?=[\s.;)]|,\s|$)"
    r"|(?:[^\s,;()⟨⟩]|,(?![\s⟨]|$|[A-Z][A-Z0-9_]*=))+))"
    rf"|(?<![{_W}/.@$-])(?P<c>{BARE_COMMAND}|(?<=\()[a-z][A-Za-z0-9_ .:/=@*+-]{{1,100}}(?=\)))"
    rf"|(?<![{_W}/\\.@-])(?P<n>{_SNAKE})(?![{_W}\\/(*-]|\.[A-Za-z0-9])"
    rf"|(?<![{_W}/.:~<>*-])(?<!POST )(?<!PUT )(?<!PATCH )(?<!DELETE )"
    rf"(?P<e>(?:(?:GET|HEAD) )?{_ROUTE})"
)
_CHANGELOG = re.compile(r"\bchange ?log\b", re.IGNORECASE)
MARK = re.compile(r"⟨([nacpuevl])(\d+)⟩")
_LISTED = re.compile(r"⟨n\d+⟩(?:(?:,? (?:and|&|plus) |, ?| \+ )⟨n\d+⟩)+")
_NOISE = re.compile(r"^(?:[^\w⟨(\"'.]+|\[[^\]]{0,40}\]\s*)+")


class Token(Struct, frozen=True):
    """A name, command, path, address or other code: the same in every language."""

    kind: str
    text: str  # as written in the document
    names: tuple[str, ...] = ()
    value: str | None = None  # of an assignment


class TokenizedText(OpaqueStruct, frozen=True):
    """Text with its tokens as marks."""

    tokens: tuple[Token, ...]
    original: str  # the document's own upper and lower case, and lines

    def marked(self, mark: str) -> Token:
        """The token for a mark."""
        found = MARK.search(mark)
        assert found is not None
        return self.tokens[int(found[2])]

    def within(self, text: str) -> tuple[Token, ...]:
        """The tokens whose marks are in this piece, in order."""
        return tuple(token for _, token in self.placed(text))

    def placed(self, text: str) -> Iterator[tuple[int, Token]]:
        """As `within`, each with where its mark begins."""
        return ((found.start(), self.tokens[int(found[2])]) for found in MARK.finditer(text))

    def in_words(self, piece: str) -> str:
        """A piece of `original` with the document's words in place of marks."""
        return MARK.sub(lambda found: self.tokens[int(found[2])].text, piece)


def first_paragraph(item: Item) -> TokenizedText:
    """The item's first paragraph."""
    return tokenize(item.text, item.spans, item.names, item.link_texts)


def rest(item: Item) -> TokenizedText | None:
    """What follows the item's first paragraph: nested bullets, more paragraphs, fences."""
    text = item.words.removeprefix(item.text).strip()
    if not text:
        return None
    return tokenize(text, item.spans, item.names, item.link_texts, item.fences)


def tokenize(
    text: str,
    spans: tuple[str, ...],
    names: tuple[str, ...],
    link_texts: tuple[str, ...] = (),
    fences: tuple[str, ...] = (),
) -> TokenizedText:
    """A text with these code spans, variables, links and fences."""
    tokens: list[Token] = []
    pieces: list[str] = []
    at = 0
    text = text[:_MOST_TEXT].replace("⟨", "<").replace("⟩", ">")
    if fences:
        text = _fenced(text, fences, tokens)
    for link_text in link_texts[:_MOST_SPANS]:
        text = _without_files(text, link_text, tokens)
    for span in spans[:_MOST_SPANS]:
        start = text.find(span, at)
        if start < 0 or not span.strip():
            continue
        pieces += [_bare(text[at:start], tokens), _span(span.strip(), names, tokens)]
        at = start + len(span)
    pieces.append(_bare(text[at:], tokens))
    lines = (" ".join(line.split()) for line in "".join(pieces).splitlines())
    original = _NOISE.sub("", "\n".join(line for line in lines if line))
    return TokenizedText(tokens=tuple(tokens), original=original)


def normalize(piece: str) -> str:
    """A piece of the original for the patterns: in lower case, the marks of a list joined."""
    return _LISTED.sub(_joined, piece).lower()


def _joined(found: re.Match[str]) -> str:
    return "".join(mark[0] for mark in MARK.finditer(found[0]))


def _put(token: Token, tokens: list[Token]) -> str:
    tokens.append(token)
    return f"⟨{token.kind}{len(tokens) - 1}⟩"


def _fenced(text: str, fences: tuple[str, ...], tokens: list[Token]) -> str:
    """The text with only those lines of fences that verify, and those that assign if a fence has
    nothing else: a script is not prose. Each that assigns has the comment above it, too.
    """
    fenced: dict[str, bool] = {}  # each line, and whether its fence only assigns
    for fence in fences:
        lines = [line.strip() for line in fence.splitlines() if line.strip()]
        assigns = all(line.startswith("#") or _ASSIGNED.fullmatch(line) for line in lines)
        fenced |= dict.fromkeys(lines, assigns)
    kept = []
    above = ""
    for line in map(str.strip, text.splitlines()):
        command = line.split(" #")[0].strip()
        if line not in fenced:
            kept.append(line)
            above = ""
        elif verifies(command):
            kept.append(_put(Token(COMMAND, command), tokens))
        elif fenced[line] and line.startswith("#"):
            if not _ASSIGNED.fullmatch(line.lstrip("# ")):  # what nobody assigns
                kept.append(line)
                above = f" {line}"
        elif fenced[line]:
            kept.append(line + above)
    return "\n".join(kept)


def _without_files(text: str, link_text: str, tokens: list[Token]) -> str:
    """The text with a mark for a link that names a file: only its target tells which one."""
    words = (word.strip("`\"'()[]{}.,;:!?") for word in link_text.split())
    if not (_CHANGELOG.search(link_text) or any(map(_names_files, words))):
        return text
    alone = re.compile(rf"(?<![\w./-]){re.escape(link_text)}(?![\w/-]|\.\w)")
    return alone.sub(lambda found: _put(Token(LINK, found[0]), tokens), text, count=1)


def _bare(text: str, tokens: list[Token]) -> str:
    """Text outside code spans, with marks for what is recognised without them."""

    def mark(found: re.Match[str]) -> str:
        kind, text = found.lastgroup, found[0]
        if kind == COMMAND:
            around = found.string[max(0, found.start() - 1) : found.end() + 1]
            is_enclosed = around == f"({text})"
            command = text if is_enclosed and verifies(text) else bare_command(text)
            rest = text[len(command) :] if command else text[1:]
            marked = _put(Token(COMMAND, command), tokens) if command else text[:1]
            return marked + _bare(rest, tokens)
        if kind in (URL, ENDPOINT, ASSIGNMENT):
            text = text.rstrip(
                ".,;:!?"
            )  # punctuation at the end of the sentence does not belong to the address
        if kind in (URL, ENDPOINT):
            return _put(Token(kind, text), tokens) + found[0][len(text) :]
        if kind == NAME:
            return _put(Token(NAME, text, (text,)), tokens)
        if kind == ASSIGNMENT:
            token = _of_span(text, (text.partition("=")[0],))
            return _put(token, tokens) + found[0][len(text) :]
        if _PRODUCT.fullmatch(text):
            return text
        return _put(Token(PATH, text.removeprefix("./")), tokens)

    return _BARE.sub(mark, text)


def _span(span: str, names: tuple[str, ...], tokens: list[Token]) -> str:
    """The mark of a code span; a comment behind what it assigns are words."""
    token = _of_span(span, names)
    code, sign, comment = span.partition(" #")
    if token.kind != ASSIGNMENT or not sign:
        return _put(token, tokens)
    return f"{_put(replace(token, text=code), tokens)}{sign}{comment}"


def _of_span(span: str, names: tuple[str, ...]) -> Token:
    """The token of a code span."""
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
    if _names_files(span):
        return Token(PATH, span.removeprefix("./"))
    if _ENDPOINT.fullmatch(span):
        return Token(ENDPOINT, span)
    return Token(OTHER, span, tuple(name for name in names if _asks_for(name, span)))


def _asks_for(name: str, span: str) -> bool:
    """Whether a longer span mentions the variable (`process.env.NAME`, `echo $NAME`), and does not
    only use what the releaser's own shell holds (`git push $NAME`, `export NAME=1`).
    """
    if name not in span or span.startswith("export "):
        return False
    before = r"\w" if _SHOWS.match(span) else r"\w$\{"
    return re.search(rf"(?<![{before}]){re.escape(name)}(?!\w)", span) is not None


def _names_files(span: str) -> bool:
    if _FILE.fullmatch(span) or _GLOB.fullmatch(span):
        return True
    return len(span) <= _LONGEST_PATH and bool(_PATH.fullmatch(span)) and holds_secrets(span)
