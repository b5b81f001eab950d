"""Markdown inside one line of thought: what a reader sees, and the code spans and links in it.

Linear in the length of the text whatever it holds (100 kB of backticks, of `[`, of `<!--`): every construct that has a
closer looks it up, or knows that there is none, without walking the rest of the text again.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from markdown_it.common.utils import normalizeReference


@dataclass(frozen=True, kw_only=True, slots=True)
class Inline:
    """A run of inline Markdown, read."""

    text: str  # as seen, white space folded
    spans: tuple[str, ...] = ()  # code spans
    links: tuple[str, ...] = ()  # targets of links and autolinks; images left out
    bold: bool = False  # every word is bold
    struck: bool = False  # every word is struck through


_PLAIN = re.compile(r"[\\`<\[*_~&]|https?://")
_TOKEN = re.compile(
    r"(?P<escape>\\[!-/:-@\[-`{-~])|(?P<ticks>`+)|(?P<comment><!--)|(?P<angle><)|(?P<open>!?\[)|(?P<close>\])"
    r"|(?P<run>\*+|_+|~+)|(?P<entity>&(?:\#[0-9]{1,7}|\#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)"
    r"|(?P<url>(?<![A-Za-z0-9])https?://[^\s<>\[\]`|，。；、！？（）「」“”]++)"
)
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
_TICKS = re.compile(r"`+")
_LONGEST_LABEL = 999
_LOOK_BACK = 8  # openers that a closing run may pass over; a bound keeps hostile text linear


@dataclass(slots=True)
class _Run:
    """A run of `*`, `_` or `~` that may still open something."""

    piece: int
    count: int
    length: int
    both: bool


@dataclass(slots=True)
class _Scan:
    source: str
    references: Mapping[str, Any]
    pieces: list[str] = field(default_factory=list)
    spans: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    brackets: list[tuple[int, int, bool]] = field(default_factory=list)  # piece, end in source, image
    openers: dict[str, list[_Run]] = field(default_factory=lambda: {"*": [], "_": [], "~": []})
    bold: list[tuple[int, int]] = field(default_factory=list)  # pairs of pieces
    struck: list[tuple[int, int]] = field(default_factory=list)
    ticks: dict[int, list[int]] | None = None  # where each length of backtick run starts
    comments_end: bool = False  # no `-->` is left

    def walk(self) -> None:
        position = 0
        while match := _TOKEN.search(self.source, position):
            if match.start() > position:
                self.pieces.append(self.source[position : match.start()])
            position = getattr(self, "_" + str(match.lastgroup))(match)
        self.pieces.append(self.source[position:])

    def _escape(self, match: re.Match[str]) -> int:
        self.pieces.append(match[0][1])
        return match.end()

    def _entity(self, match: re.Match[str]) -> int:
        self.pieces.append(html.unescape(match[0]))
        return match.end()

    def _ticks(self, match: re.Match[str]) -> int:
        if self.ticks is None:
            self.ticks = {}
            for run in _TICKS.finditer(self.source):
                self.ticks.setdefault(run.end() - run.start(), []).append(run.start())
        length = match.end() - match.start()
        starts = self.ticks.get(length, [])
        index = bisect_left(starts, match.end())
        if index == len(starts):
            self.pieces.append(match[0])
            return match.end()
        code = self.source[match.end() : starts[index]].replace("\n", " ")
        if code.startswith(" ") and code.endswith(" ") and code.strip(" "):
            code = code[1:-1]
        self.spans.append(code)
        self.pieces.append(code)
        return starts[index] + length

    def _comment(self, match: re.Match[str]) -> int:
        end = -1 if self.comments_end else self.source.find("-->", match.start() + 2)
        if end < 0:
            self.comments_end = True
            self.pieces.append(match[0])
            return match.end()
        return end + 3

    def _angle(self, match: re.Match[str]) -> int:
        if link := _AUTOLINK.match(self.source, match.start()):
            self.links.append(link[1])
            self.pieces.append(link[1])
            return link.end()
        if tag := _TAG.match(self.source, match.start()):
            self.pieces.append(" " if tag[1].lower() in ("br", "p", "div", "li", "td", "th", "summary") else "")
            return tag.end()
        self.pieces.append("<")
        return match.end()

    def _url(self, match: re.Match[str]) -> int:
        url = match[0].rstrip("?!.,:;*_~'\"")
        while url.endswith(")") and url.count(")", -_LONGEST_LABEL) > url.count("(", -_LONGEST_LABEL):
            url = url[:-1].rstrip("?!.,:;*_~'\"")
        self.links.append(url)
        self.pieces.append(url)
        return match.start() + len(url)

    def _open(self, match: re.Match[str]) -> int:
        self.brackets.append((len(self.pieces), match.end(), match[0] == "!["))
        self.pieces.append(match[0])
        return match.end()

    def _close(self, match: re.Match[str]) -> int:
        if not self.brackets:
            self.pieces.append("]")
            return match.end()
        piece, start, image = self.brackets.pop()
        target, end = self._target(start, match.start())
        if target is None:
            self.pieces.append("]")
            return match.end()
        self.pieces[piece] = ""
        if not image:
            self.links.append(target)
        return end

    def _target(self, start: int, stop: int) -> tuple[str | None, int]:
        """Where the brackets around source[start:stop] lead, None if nowhere; and where the link ends."""
        if inline := _TARGET.match(self.source, stop + 1):
            return inline[1].removeprefix("<").removesuffix(">"), inline.end()
        if not self.references or stop - start > _LONGEST_LABEL:
            return None, stop + 1
        full = _LABEL.match(self.source, stop + 1)
        label = (full[1] if full else "") or self.source[start:stop]
        known = self.references.get(normalizeReference(label))
        return (str(known["href"]), full.end() if full else stop + 1) if known else (None, stop + 1)

    def _run(self, match: re.Match[str]) -> int:
        """CommonMark's delimiter runs, less what only matters to nesting: a closer takes its nearest opener."""
        sign, count = match[0][0], match.end() - match.start()
        opens, closes = _flanks(self.source, match)
        here = len(self.pieces)
        run = _Run(here, count, count, opens and closes)
        if closes:
            self._pair(sign, run)
        self.pieces.append(sign * run.count)
        if opens and run.count:
            self.openers[sign].append(run)
        return match.end()

    def _pair(self, sign: str, run: _Run) -> None:
        stack = self.openers[sign]
        while run.count:
            index = next(
                (
                    i
                    for i in range(len(stack) - 1, max(-1, len(stack) - 1 - _LOOK_BACK), -1)
                    if _fits(sign, stack[i], run)
                ),
                None,
            )
            if index is None:
                return
            del stack[index + 1 :]
            opener = stack[index]
            used = min(opener.count, run.count, 2)
            if used == 2 or sign == "~":
                (self.struck if sign == "~" else self.bold).append((opener.piece, run.piece))
            opener.count -= used
            run.count -= used
            self.pieces[opener.piece] = sign * opener.count
            if not opener.count:
                stack.pop()


def _fits(sign: str, opener: _Run, closer: _Run) -> bool:
    if sign == "~":
        return opener.length == closer.length <= 2
    # CommonMark's "multiple of three": `**a*b**` is one pair, not two
    uneven = (opener.both or closer.both) and (opener.length + closer.length) % 3 == 0
    return not uneven or (opener.length % 3 == 0 and closer.length % 3 == 0)


def _flanks(source: str, run: re.Match[str]) -> tuple[bool, bool]:
    """May this run open, may it close."""
    before = source[run.start() - 1] if run.start() else " "
    after = source[run.end()] if run.end() < len(source) else " "
    left = not after.isspace() and (after.isalnum() or not before.isalnum())
    right = not before.isspace() and (before.isalnum() or not after.isalnum())
    if run[0][0] != "_":
        return left, right
    return left and (not right or not before.isalnum()), right and (not left or not after.isalnum())


def scan(markdown: str, references: Mapping[str, Any] | None = None) -> Inline:
    """What a reader sees of inline Markdown; `references` are the document's link definitions."""
    if not _PLAIN.search(markdown):
        return Inline(text=" ".join(markdown.split()))
    found = _Scan(markdown, references or {})
    found.walk()
    return Inline(
        text=" ".join("".join(found.pieces).split()),
        spans=tuple(found.spans),
        links=tuple(dict.fromkeys(found.links)),
        bold=_covers(found.bold, found.pieces),
        struck=_covers(found.struck, found.pieces),
    )


def _covers(pairs: list[tuple[int, int]], pieces: list[str]) -> bool:
    """Every piece that has a letter or a digit lies in one of the pairs."""
    if not pairs:
        return False
    change = [0] * (len(pieces) + 1)
    for first, last in pairs:
        change[first] += 1
        change[last] -= 1
    depth = 0
    for piece, step in zip(pieces, change, strict=False):
        depth += step
        if not depth and any(map(str.isalnum, piece)):
            return False
    return True
