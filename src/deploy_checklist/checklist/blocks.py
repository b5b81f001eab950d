"""One walk over a document's blocks: which boxes there are, what belongs to each, and the headings around them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markdown_it.token import Token

from .inline import Inline, scan
from .model import Phase
from .outline import Outline, Place, Scope, introduces
from .tables import Table


@dataclass(slots=True)
class Box:
    """A task-list entry while it is being read."""

    line: int
    end_line: int
    markdown: str
    own: Inline
    ticked: bool
    depth: int
    parent: int | None
    pin: str | None
    place: Place
    title: Scope | None = None  # it is a title if a box is found in it
    words: list[str] = field(default_factory=list)
    spans: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    fences: list[str] = field(default_factory=list)

    @property
    def is_title(self) -> bool:
        return self.title is not None and self.title.listed


@dataclass(slots=True)
class _Entry:
    """A list entry that is open: a box, or a plain bullet inside of one, or neither."""

    box: Box | None  # the innermost box it belongs to
    boxes: int  # how many boxes are open, this one included


# The box of a list entry, in the source line: block quotes and list markers may stand before it.
_BOX = re.compile(r"(?:[ \t>]|[-+*]|\d{1,9}[.)])*[ \t]\[([ xX])\][ \t\v\f]")
_PIN = re.compile(r"<!--\s*(rule|phase):\s*([\w.:/~-]{1,100})\s*-->")
_LISTS = ("bullet_list_open", "ordered_list_open")


class Reader:
    """Walks the tokens once. `boxes`, `outline`, `tables` and `title` are what it found."""

    def __init__(self, lines: Sequence[str], references: Mapping[str, Any], *, title_line: int | None) -> None:
        self.boxes: list[Box] = []
        self.outline = Outline(title_line)
        self.tables: list[Table] = []
        self.title: str | None = None
        self._lines = lines
        self._references = references
        self._entries: list[_Entry] = []
        self._table: Table | None = None
        self._closed: Box | None = None  # the box that ended right before this block
        self._heading: Scope | None = None  # the heading right before this block
        self._expects: tuple[int, Box] | None = None  # a pin on this line (from 0) belongs to this box

    def read(self, tokens: Sequence[Token]) -> None:
        for at, token in enumerate(tokens):
            step = _STEPS.get(token.type)
            if step is not None:
                step(self, tokens, at)
            elif token.type == "hr":
                self._forget()

    def _forget(self) -> None:
        """Another block begins: nothing follows the last box or heading directly any more."""
        self._closed = self._heading = None

    @property
    def _owner(self) -> Box | None:
        return self._entries[-1].box if self._entries else None

    # headings and lists

    def heading(self, tokens: Sequence[Token], at: int) -> None:
        self._forget()
        if self._entries:
            return  # a heading inside a list entry is the entry's own words
        token, markdown = tokens[at], tokens[at + 1].content
        title = scan(markdown, self._references).text
        if self.title is None:
            self.title = title
        self._heading = self.outline.heading(title, line=_first(token) + 1, level=int(token.tag[1]), depth=token.level)
        for kind, value in _PIN.findall(markdown):
            self._pin_phase(kind, value)

    def entry(self, tokens: Sequence[Token], at: int) -> None:
        self._forget()
        outer = self._entries[-1] if self._entries else _Entry(None, 0)
        ticked = self._ticked(tokens, at)
        if ticked is None:
            self._entries.append(_Entry(outer.box, outer.boxes))
            self._plain_bullet(tokens, at)
            return
        box = self._new_box(tokens, at, ticked, outer)
        self.boxes.append(box)
        self._entries.append(_Entry(box, outer.boxes + 1))
        self._expects = (_span(tokens[at + 1])[1], box)
        box.title = self._offer(box.own, box.line, tokens[at].level)

    def _ticked(self, tokens: Sequence[Token], at: int) -> bool | None:
        """Ticked or not; None if GitHub shows no box: it stands first in the entry, on its line, before white space."""
        first, line = tokens[at + 1], _first(tokens[at])
        if first.type not in ("paragraph_open", "heading_open", "table_open") or _first(first) != line:
            return None
        match = _BOX.match(self._lines[line])
        if match is None or not (first.type == "table_open" or tokens[at + 2].content.startswith(f"[{match[1]}]")):
            return None
        return match[1] != " "

    def _new_box(self, tokens: Sequence[Token], at: int, ticked: bool, outer: _Entry) -> Box:
        line, end = _span(tokens[at])
        while end > line + 1 and not self._lines[end - 1].strip(" \t>"):
            end -= 1
        content = self._table_header(line) if tokens[at + 1].type == "table_open" else tokens[at + 2].content
        markdown, pin = _without_pin(content[3:].strip())
        return Box(
            line=line + 1,
            end_line=end,
            markdown=markdown,
            own=scan(markdown, self._references),
            ticked=ticked,
            depth=outer.boxes,
            parent=outer.box.line if outer.box else None,
            pin=pin,
            place=self.outline.place(),
        )

    def _table_header(self, line: int) -> str:
        return self._lines[line][self._lines[line].index("[") :]

    def _plain_bullet(self, tokens: Sequence[Token], at: int) -> None:
        if tokens[at + 1].type == "paragraph_open":
            own = scan(tokens[at + 2].content, self._references)
            self._offer(own, _first(tokens[at]) + 1, tokens[at].level)

    def _offer(self, own: Inline, line: int, level: int) -> Scope | None:
        """A parent that is all bold or ends in a colon is a title of the boxes in it."""
        if own.bold or introduces(own.text):
            return self.outline.offer_title(own.text, line=line, depth=level + 1)
        return None

    def entry_end(self, tokens: Sequence[Token], at: int) -> None:
        self._closed = self._closed or self._owner
        self._entries.pop()
        self.end(tokens, at)

    def end(self, tokens: Sequence[Token], at: int) -> None:
        self.outline.close(tokens[at].level)

    # what stands in an entry, or right after it

    def paragraph(self, tokens: Sequence[Token], at: int) -> None:
        """One that ends in a colon right before a list is a title of the boxes in it."""
        self._forget()
        if _opens_entry(tokens, at):
            return
        follows = tokens[at + 3] if at + 3 < len(tokens) else None
        if follows is None or follows.type not in _LISTS:
            return
        markdown = tokens[at + 1].content
        if introduces(markdown):
            text = scan(markdown, self._references).text
            self.outline.offer_title(text, line=_first(tokens[at]) + 1, depth=follows.level + 1)

    def inline(self, tokens: Sequence[Token], at: int) -> None:
        content = tokens[at].content
        if self._table is not None:
            self._table.rows[-1][1].append(content)
        box = self._owner
        if box is None:
            return
        is_own = self._entries[-1].boxes and not box.words and _opens_entry(tokens, at - 1)
        own = box.own if is_own else scan(content, self._references)
        box.words.append(own.text)
        box.spans.extend(own.spans)
        box.links.extend(own.links)

    def code(self, tokens: Sequence[Token], at: int) -> None:
        """A block of code belongs to the box it stands in, or to the one that ended right before it."""
        box, before = self._owner, self._closed
        if before and (box is None or box.is_title) and _first(tokens[at]) - before.end_line <= 1:
            box = before
        self._forget()
        if box is not None:
            box.fences.append(tokens[at].content)
            box.words.append(tokens[at].content)

    def html(self, tokens: Sequence[Token], at: int) -> None:
        token, box = tokens[at], self._owner
        pin = _PIN.fullmatch(token.content.strip())
        if pin is None:
            self._forget()
            if box is not None and (text := scan(token.content).text):
                box.words.append(text)
        elif pin[1] == "phase":
            self._pin_phase(pin[1], pin[2])
        elif self._expects is not None and self._expects[0] == _first(token):
            self._expects[1].pin = self._expects[1].pin or pin[2]

    def _pin_phase(self, kind: str, value: str) -> None:
        if kind == "phase" and self._heading is not None and value in list(Phase):
            self._heading.phase, self._heading.pinned = Phase(value), True

    # tables

    def table(self, tokens: Sequence[Token], at: int) -> None:
        self._forget()
        self._table = Table(_first(tokens[at]) + 1, self.outline.path())
        self.tables.append(self._table)

    def row(self, tokens: Sequence[Token], at: int) -> None:
        if self._table is not None:
            self._table.rows.append((_first(tokens[at]) + 1, []))

    def table_end(self, tokens: Sequence[Token], at: int) -> None:
        self._table = None


_STEPS: Mapping[str, Callable[[Reader, Sequence[Token], int], None]] = {
    "heading_open": Reader.heading,
    "list_item_open": Reader.entry,
    "list_item_close": Reader.entry_end,
    "bullet_list_close": Reader.end,
    "ordered_list_close": Reader.end,
    "blockquote_close": Reader.end,
    "paragraph_open": Reader.paragraph,
    "inline": Reader.inline,
    "fence": Reader.code,
    "code_block": Reader.code,
    "html_block": Reader.html,
    "table_open": Reader.table,
    "tr_open": Reader.row,
    "table_close": Reader.table_end,
}


def _span(token: Token) -> tuple[int, int]:
    """First line and the line after the last, from 0."""
    first, end = token.map or (0, 0)
    return first, end


def _first(token: Token) -> int:
    return _span(token)[0]


def _opens_entry(tokens: Sequence[Token], at: int) -> bool:
    return at > 0 and tokens[at - 1].type == "list_item_open"


def _without_pin(markdown: str) -> tuple[str, str | None]:
    """The words, and the pin at their end."""
    start = markdown.rfind("<!--")
    match = _PIN.fullmatch(markdown, start) if start >= 0 else None
    if match is None or match[1] != "rule":
        return markdown, None
    return markdown[:start].rstrip(), match[2]
