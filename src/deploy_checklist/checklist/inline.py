"""Markdown inside one line of thought: what a reader sees, and the code spans and links in it.

Linear in the length of the text whatever it holds (100 kB of backticks, of `[`, of `<!--`): every construct that has a
closer looks it up, or knows that there is none, without walking the rest of the text again.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from . import definitions
from .emphasis import Run, covers, fits, flanks


class Inline(NamedTuple):
    """A run of inline Markdown, read."""

    text: str  # as seen, white space folded
    spans: tuple[str, ...] = ()  # code spans
    links: tuple[str, ...] = ()  # targets of links and autolinks; images left out
    bold: bool = False  # every word is bold
    struck: bool = False  # every word is struck through


_SIGNS = re.compile(r"[\\`<\[\]*_~&!:]")  # one class, no alternatives: scanned at the speed of C
_MARKS = re.compile(r"[\\`<\[*_~&]")
_ESCAPE = re.compile(r"\\[!-/:-@\[-`{-~]")
_RUN = {sign: re.compile(rf"{re.escape(sign)}+") for sign in "`*_~"}
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_URL = re.compile(r"https?://[^\s<>\[\]`|，。；、！？（）「」“”]++")
_AUTOLINK = re.compile(r"<([A-Za-z][A-Za-z0-9+.\-]{1,31}:[^\s<>]*+)>")
# Tags that GitHub renders. Any other `<word>` is kept as text: it is a placeholder that its reader must see.
_TAG = re.compile(
    r"</?(a|b|br|code|del|details|div|em|font|h[1-6]|hr|i|img|input|ins|kbd|li|mark|ol|p|pre|s|small|span|strike|strong"
    r"|sub|summary|sup|table|tbody|td|th|thead|tr|u|ul)\b[^<>]*+>",
    re.IGNORECASE,
)
_TARGET = re.compile(
    r"\(\s*+(<[^<>\n]*+>|(?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.)*+\))*+)"
    r"(?:\s++(?:\"[^\"]*+\"|'[^']*+'|\([^()]*+\)))?\s*+\)"
)
_LABEL = re.compile(r"\[([^\[\]]{0,999}+)\]")
_LONGEST_LABEL = 999
_AFTER_URL = "?!.,:;*_~'\""
_LOOK_BACK = 8  # openers that a closing run may pass over; a bound keeps hostile text linear


@dataclass(slots=True)
class _Scan:
    source: str
    references: Mapping[str, str]
    pieces: list[str] = field(default_factory=list)
    spans: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    brackets: list[tuple[int, int, bool]] = field(default_factory=list)  # piece, end in source, image
    linked: int = 0  # so many of the open brackets hold a link already
    openers: dict[str, list[Run]] = field(default_factory=lambda: {"*": [], "_": [], "~": []})
    bold: list[tuple[int, int]] = field(default_factory=list)  # pairs of pieces
    struck: list[tuple[int, int]] = field(default_factory=list)
    ticks: dict[int, list[int]] | None = None  # where each length of backtick run starts
    comments_end: bool = False  # no `-->` is left

    def walk(self) -> None:
        position = 0
        while match := _SIGNS.search(self.source, position):
            at = match.start()
            if at > position:
                self.pieces.append(self.source[position:at])
            position = _STEPS[match[0]](self, at)
        self.pieces.append(self.source[position:])

    def _plain(self, at: int, length: int = 1) -> int:
        self.pieces.append(self.source[at : at + length])
        return at + length

    def escape(self, at: int) -> int:
        if _ESCAPE.match(self.source, at) is None:
            return self._plain(at)
        self._plain(at + 1)
        return at + 2

    def entity(self, at: int) -> int:
        match = _ENTITY.match(self.source, at)
        if match is None:
            return self._plain(at)
        self.pieces.append(html.unescape(match[0]))
        return match.end()

    def code(self, at: int) -> int:
        if self.ticks is None:
            self.ticks = {}
            for run in _RUN["`"].finditer(self.source):
                self.ticks.setdefault(run.end() - run.start(), []).append(run.start())
        opening = _RUN["`"].match(self.source, at)
        length = len(opening[0]) if opening else 1
        starts = self.ticks.get(length, [])
        index = bisect_left(starts, at + length)
        if index == len(starts):
            return self._plain(at, length)
        code = _code(self.source[at + length : starts[index]])
        self.spans.append(code)
        self.pieces.append(code)
        return starts[index] + length

    def angle(self, at: int) -> int:
        if self.source.startswith("<!--", at):
            return self._comment(at)
        if link := _AUTOLINK.match(self.source, at):
            self.links.append(link[1])
            self.pieces.append(link[1])
            return link.end()
        if tag := _TAG.match(self.source, at):
            self.pieces.append(" " if tag[1].lower() in ("br", "p", "div", "li", "td", "th", "summary") else "")
            return tag.end()
        return self._plain(at)

    def _comment(self, at: int) -> int:
        end = -1 if self.comments_end else self.source.find("-->", at + 2)
        if end < 0:
            self.comments_end = True
            return self._plain(at, 4)
        return end + 3

    def colon(self, at: int) -> int:
        """The colon of `https://…`; its scheme is in the piece before."""
        before = self.pieces[-1] if self.pieces else ""
        scheme = next((word for word in ("https", "http") if before.endswith(word)), "")
        match = _URL.match(self.source, at - len(scheme)) if scheme else None
        if match is None or self.source[match.start() - 1 : match.start()].isalnum():
            return self._plain(at)
        url = _without_tail(match[0])
        self.links.append(url)
        self.pieces[-1] = before.removesuffix(scheme) + url
        return match.start() + len(url)

    def image(self, at: int) -> int:
        return self.open(at, 2) if self.source.startswith("![", at) else self._plain(at)

    def open(self, at: int, length: int = 1) -> int:
        self.brackets.append((len(self.pieces), at + length, length == 2))
        return self._plain(at, length)

    def close(self, at: int) -> int:
        if not self.brackets:
            return self._plain(at)
        piece, start, image = self.brackets.pop()
        depth = len(self.brackets)
        within = depth < self.linked and not image  # no link holds another
        self.linked = min(self.linked, depth)
        target, end = (None, at + 1) if within else self._target(start, at)
        if target is None:
            return self._plain(at)
        self.pieces[piece] = ""
        if not image:
            self.links.append(target)
            self.linked = depth
        return end

    def _target(self, start: int, stop: int) -> tuple[str | None, int]:
        """Where the brackets around source[start:stop] lead, None if nowhere; and where the link ends."""
        if inline := _TARGET.match(self.source, stop + 1):
            return inline[1].removeprefix("<").removesuffix(">"), inline.end()
        if not self.references or stop - start > _LONGEST_LABEL:
            return None, stop + 1
        full = _LABEL.match(self.source, stop + 1)
        label = (full[1] if full else "") or self.source[start:stop]
        known = self.references.get(definitions.key(label))
        return (known, full.end() if full else stop + 1) if known else (None, stop + 1)

    def run(self, at: int) -> int:
        """CommonMark's delimiter runs: a closer takes its nearest opener."""
        sign = self.source[at]
        match = _RUN[sign].match(self.source, at)
        end = match.end() if match else at + 1
        opens, closes = flanks(self.source, at, end)
        run = Run(len(self.pieces), end - at, both=opens and closes)
        if closes:
            self._pair(sign, run)
        self.pieces.append(sign * run.count)
        if opens and run.count:
            self.openers[sign].append(run)
        return end

    def _pair(self, sign: str, run: Run) -> None:
        stack = self.openers[sign]
        while run.count:
            index = next(
                (
                    i
                    for i in range(len(stack) - 1, max(-1, len(stack) - 1 - _LOOK_BACK), -1)
                    if fits(sign, stack[i], run)
                ),
                None,
            )
            if index is None:
                return
            opener = stack[index]
            for between in self.openers.values():  # what stands open inside a pair is text
                while between and between[-1].piece > opener.piece:
                    between.pop()
            used = min(opener.count, run.count, 2)
            if used == 2 or sign == "~":
                (self.struck if sign == "~" else self.bold).append((opener.piece, run.piece))
            opener.count -= used
            run.count -= used
            self.pieces[opener.piece] = sign * opener.count
            if not opener.count:
                stack.pop()


def _code(written: str) -> str:
    """What a code span shows: newlines are spaces, and a space at both ends only keeps backticks apart."""
    code = written.replace("\n", " ")
    return code[1:-1] if code.startswith(" ") and code.endswith(" ") and code.strip(" ") else code


def _without_tail(url: str) -> str:
    """A bare URL less the punctuation that belongs to the sentence, as GitHub cuts it."""
    end, surplus = len(url), url.count(")") - url.count("(")
    while end and (url[end - 1] in _AFTER_URL or (url[end - 1] == ")" and surplus > 0)):
        surplus -= url[end - 1] == ")"
        end -= 1
    return url[:end]


_STEPS: Mapping[str, Callable[[_Scan, int], int]] = {
    "\\": _Scan.escape,
    "`": _Scan.code,
    "<": _Scan.angle,
    "!": _Scan.image,
    "[": _Scan.open,
    "]": _Scan.close,
    "*": _Scan.run,
    "_": _Scan.run,
    "~": _Scan.run,
    "&": _Scan.entity,
    ":": _Scan.colon,
}


def scan(markdown: str, references: Mapping[str, str] | None = None) -> Inline:
    """What a reader sees of inline Markdown; `references` are the document's link definitions."""
    if not _says_more(markdown):
        return Inline(text=" ".join(markdown.split()))
    parts = markdown.split("`")
    if len(parts) % 2 and all(parts[1:-1]) and not _says_more(" ".join(parts[::2])):  # plain words and `code`
        spans = [_code(part) for part in parts[1::2]]
        parts[1::2] = spans
        return Inline(text=" ".join("".join(parts).split()), spans=tuple(spans))
    found = _Scan(markdown, references or {})
    found.walk()
    return Inline(
        text=" ".join("".join(found.pieces).split()),
        spans=tuple(found.spans),
        links=tuple(dict.fromkeys(found.links)),
        bold=covers(found.bold, found.pieces),
        struck=covers(found.struck, found.pieces),
    )


def _says_more(markdown: str) -> bool:
    return bool(_MARKS.search(markdown)) or "://" in markdown
