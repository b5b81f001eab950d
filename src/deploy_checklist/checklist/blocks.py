"""One walk over a document's blocks: which boxes there are, what belongs to each, and the headings around them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from ..frozen import frozen
from . import rows
from .inline import Inline, scan
from .model import Phase
from .outline import Outline, Place, Scope, introduces
from .structure import Block
from .tables import Table


class Box:
    """A task-list entry while it is being read."""

    __slots__ = (
        *("depth", "end_line", "fences", "line", "links", "markdown", "own", "parent", "pin", "place", "spans"),
        *("ticked", "title", "words"),
    )

    def __init__(self, line: int, end_line: int, markdown: str, own: Inline, place: Place, *, ticked: bool) -> None:
        self.line = line
        self.end_line = end_line
        self.markdown = markdown
        self.own = own
        self.place = place
        self.ticked = ticked
        self.depth = 0  # so many boxes are around it
        self.parent: int | None = None  # line of the innermost of them
        self.pin: str | None = None
        self.title: Scope | None = None  # it is a title if a box is found in it
        self.words: list[str] = []
        self.spans: list[str] = []
        self.links: list[str] = []
        self.fences: list[str] = []

    @property
    def is_title(self) -> bool:
        return self.title is not None and self.title.listed


@frozen(kw_only=False)
class _Entry:
    """A list entry that is open: a box, or a plain bullet inside of one, or neither."""

    box: Box | None  # the innermost box it belongs to
    boxes: int  # how many boxes are open, this one included


# The box of a list entry, in the source line: block quotes and list markers may stand before it.
_BOX = re.compile(r"(?:[ \t>]|[-+*]|\d{1,9}[.)])*[ \t]\[([ xX])\][ \t\v\f]")
_PIN = re.compile(r"<!--\s*(rule|phase):\s*([\w.:/~-]{1,100})\s*-->")


class Reader:
    """Walks the blocks once. `boxes`, `outline`, `tables` and `title` are what it found."""

    def __init__(self, lines: Sequence[str], references: Mapping[str, str], *, title_line: int | None) -> None:
        self.boxes: list[Box] = []
        self.outline = Outline(title_line)
        self.tables: list[Table] = []
        self.title: str | None = None
        self._lines = lines
        self._references = references
        self._entries: list[_Entry] = []
        self._closed: Box | None = None  # the box that ended right before this block
        self._heading: Scope | None = None  # the heading right before this block
        self._expects: tuple[int, Box] | None = None  # a pin on this line (from 0) belongs to this box

    def read(self, blocks: Sequence[Block]) -> None:
        for at, block in enumerate(blocks):
            step = _STEPS.get(block.kind)
            if step is not None:
                step(self, blocks, at)

    def _forget(self) -> None:
        """Another block begins: nothing follows the last box or heading directly any more."""
        self._closed = self._heading = None

    @property
    def _owner(self) -> Box | None:
        return self._entries[-1].box if self._entries else None

    # headings and lists

    def heading(self, blocks: Sequence[Block], at: int) -> None:
        self._forget()
        block = blocks[at]
        if self._entries:
            self._inline(blocks, at, block.content)  # inside a list entry it is the entry's own words
            return
        title = scan(block.content, self._references).text
        if self.title is None:
            self.title = title
        self._heading = self.outline.heading(title, line=block.first + 1, level=block.rank, depth=block.level)
        for kind, value in _PIN.findall(block.content):
            self._pin_phase(kind, value)

    def entry(self, blocks: Sequence[Block], at: int) -> None:
        self._forget()
        outer = self._entries[-1] if self._entries else _Entry(None, 0)
        ticked = self._ticked(blocks[at], blocks[at + 1])
        if ticked is None:
            self._entries.append(_Entry(outer.box, outer.boxes))
            self._plain_bullet(blocks, at)
            return
        box = self._new_box(blocks[at], blocks[at + 1], ticked, outer)
        self.boxes.append(box)
        self._entries.append(_Entry(box, outer.boxes + 1))
        self._expects = (blocks[at + 1].end, box)
        box.title = self._offer(box.own, box.line, blocks[at].level)

    def _ticked(self, entry: Block, first: Block) -> bool | None:
        """Ticked or not; None if GitHub shows no box: it stands first in the entry, on its line, before white space."""
        if first.kind not in ("paragraph", "heading", "table") or first.first != entry.first:
            return None
        match = _BOX.match(self._lines[entry.first])
        if match is None or not (first.kind == "table" or first.content.startswith(f"[{match[1]}]")):
            return None
        return match[1] != " "

    def _new_box(self, entry: Block, first: Block, ticked: bool, outer: _Entry) -> Box:
        line, end = entry.first, entry.end
        while end > line + 1 and not self._lines[end - 1].strip(" \t>"):
            end -= 1
        content = self._table_header(line) if first.kind == "table" else first.content
        markdown, pin = _without_pin(content[3:].strip())
        box = Box(line + 1, end, markdown, scan(markdown, self._references), self.outline.place(), ticked=ticked)
        box.pin = pin
        if outer.box:
            box.depth, box.parent = outer.boxes, outer.box.line
        return box

    def _table_header(self, line: int) -> str:
        return self._lines[line][self._lines[line].index("[") :]

    def _plain_bullet(self, blocks: Sequence[Block], at: int) -> None:
        if blocks[at + 1].kind == "paragraph":
            own = scan(blocks[at + 1].content, self._references)
            self._offer(own, blocks[at].first + 1, blocks[at].level)

    def _offer(self, own: Inline, line: int, level: int) -> Scope | None:
        """A parent that is all bold or ends in a colon is a title of the boxes in it."""
        if own.bold or introduces(own.text):
            return self.outline.offer_title(own.text, line=line, depth=level + 1)
        return None

    def entry_end(self, blocks: Sequence[Block], at: int) -> None:
        self._closed = self._closed or self._owner
        self._entries.pop()
        self.end(blocks, at)

    def end(self, blocks: Sequence[Block], at: int) -> None:
        self.outline.close(blocks[at].level)

    def rule(self, blocks: Sequence[Block], at: int) -> None:
        self._forget()

    # what stands in an entry, or right after it

    def paragraph(self, blocks: Sequence[Block], at: int) -> None:
        """One that ends in a colon right before a list is a title of the boxes in it."""
        self._forget()
        block = blocks[at]
        follows = blocks[at + 1] if at + 1 < len(blocks) else None
        if not _opens_entry(blocks, at) and follows and follows.kind == "list" and introduces(block.content):
            text = scan(block.content, self._references).text
            self.outline.offer_title(text, line=block.first + 1, depth=follows.level + 1)
        self._inline(blocks, at, block.content)

    def _inline(self, blocks: Sequence[Block], at: int, content: str) -> None:
        box = self._entries[-1].box if self._entries else None
        if box is None:
            return
        is_own = self._entries[-1].boxes and not box.words and _opens_entry(blocks, at)
        own = box.own if is_own else scan(content, self._references)
        box.words.append(own.text)
        box.spans.extend(own.spans)
        box.links.extend(own.links)

    def code(self, blocks: Sequence[Block], at: int) -> None:
        """A block of code belongs to the box it stands in, or to the one that ended right before it."""
        block, box, before = blocks[at], self._owner, self._closed
        if before and (box is None or box.is_title) and block.first - before.end_line <= 1:
            box = before
        self._forget()
        if box is not None:
            box.fences.append(block.content)
            box.words.append(block.content)

    def html(self, blocks: Sequence[Block], at: int) -> None:
        block, box = blocks[at], self._owner
        pin = _PIN.fullmatch(block.content.strip())
        if pin is None:
            self._forget()
            if box is not None and (text := scan(block.content).text):
                box.words.append(text)
        elif pin[1] == "phase":
            self._pin_phase(pin[1], pin[2])
        elif self._expects is not None and self._expects[0] == block.first:
            self._expects[1].pin = self._expects[1].pin or pin[2]

    def _pin_phase(self, kind: str, value: str) -> None:
        if kind == "phase" and self._heading is not None and value in list(Phase):
            self._heading.phase, self._heading.pinned = Phase(value), True

    # tables

    def table(self, blocks: Sequence[Block], at: int) -> None:
        self._forget()
        self.tables.append(Table(blocks[at].first + 1, self.outline.path()))

    def row(self, blocks: Sequence[Block], at: int) -> None:
        cells = rows.cells(blocks[at].content)
        self.tables[-1].rows.append((blocks[at].first + 1, cells))
        for cell in cells:
            self._inline(blocks, at, cell)


_STEPS: Mapping[str, Callable[[Reader, Sequence[Block], int], None]] = {
    "heading": Reader.heading,
    "item": Reader.entry,
    "item_end": Reader.entry_end,
    "list_end": Reader.end,
    "quote_end": Reader.end,
    "break": Reader.rule,
    "paragraph": Reader.paragraph,
    "code": Reader.code,
    "html": Reader.html,
    "table": Reader.table,
    "row": Reader.row,
}


def _opens_entry(blocks: Sequence[Block], at: int) -> bool:
    return at > 0 and blocks[at - 1].kind == "item"


def _without_pin(markdown: str) -> tuple[str, str | None]:
    """The words, and the pin at their end."""
    start = markdown.rfind("<!--")
    match = _PIN.fullmatch(markdown, start) if start >= 0 else None
    if match is None or match[1] != "rule":
        return markdown, None
    return markdown[:start].rstrip(), match[2]
