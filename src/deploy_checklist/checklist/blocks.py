"""One walk over a document's blocks: which boxes there are, what belongs to each, and the headings
around them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from ..gfm.blocks import Block, BlockKind, Inline
from .model import Phase
from .outline import Outline, SectionContext, SectionScope, introduces
from .tables import Table


class OpenBox:
    """A task-list entry while it is being read."""

    __slots__ = (
        *(
            "depth",
            "end_line",
            "fences",
            "line",
            "links",
            "markdown",
            "own",
            "parent",
            "pin",
            "place",
            "spans",
        ),
        *("ticked", "title", "words"),
    )

    def __init__(
        self,
        line: int,
        end_line: int,
        markdown: str,
        own: Inline,
        place: SectionContext,
        *,
        ticked: bool,
    ) -> None:
        self.line = line
        self.end_line = end_line
        self.markdown = markdown
        self.own = own
        self.place = place
        self.ticked = ticked
        self.depth = 0  # so many boxes are around it
        self.parent: int | None = None  # line of the innermost of them
        self.pin: str | None = None
        self.title: SectionScope | None = None  # it is a title if a box is found in it
        self.words: list[str] = []
        self.spans: list[str] = []
        self.links: list[str] = []
        self.fences: list[str] = []

    @property
    def is_title(self) -> bool:
        return self.title is not None and self.title.is_section


class _OpenItem(Struct, frozen=True):
    """A list entry that is open: a box, or a plain bullet inside of one, or neither."""

    box: OpenBox | None  # the innermost box it belongs to
    boxes: int  # how many boxes are open, this one included


_PIN = re.compile(r"<!--\s*(rule|phase):\s*([\w.:/~-]{1,100})\s*-->")


class BlockReader:
    """Walks the blocks once. `boxes`, `outline`, `tables` and `title` are what it found."""

    def __init__(self, *, title_line: int | None) -> None:
        self.boxes: list[OpenBox] = []
        self.outline = Outline(title_line)
        self.tables: list[Table] = []
        self.title: str | None = None
        self._entries: list[_OpenItem] = []
        self._closed: OpenBox | None = None  # the box that ended right before this block
        self._heading: SectionScope | None = None  # the heading right before this block
        self._expects: tuple[int, OpenBox] | None = None  # a pin on this line belongs to this box

    def read(self, blocks: Sequence[Block]) -> None:
        for at, block in enumerate(blocks):
            step = _STEPS.get(block.kind)
            if step is not None:
                step(self, blocks, at)

    def _forget(self) -> None:
        """Another block begins: nothing follows the last box or heading directly any more."""
        self._closed = self._heading = None

    @property
    def _owner(self) -> OpenBox | None:
        return self._entries[-1].box if self._entries else None

    # headings and lists

    def heading(self, blocks: Sequence[Block], at: int) -> None:
        self._forget()
        block = blocks[at]
        if self._entries:
            self._belongs(block.inline)  # inside a list entry it is the entry's own words
            return
        title = block.inline.text
        if self.title is None:
            self.title = title
        self._heading = self.outline.heading(
            title, line=block.line, level=block.rank, depth=block.level
        )
        for kind, value in _PIN.findall("".join(block.inline.comments)):
            self._pin_phase(kind, value)

    def entry(self, blocks: Sequence[Block], at: int) -> None:
        self._forget()
        block = blocks[at]
        outer = self._entries[-1] if self._entries else _OpenItem(None, 0)
        if block.ticked is None:
            self._entries.append(_OpenItem(outer.box, outer.boxes))
            if blocks[at + 1].kind is BlockKind.PARAGRAPH:
                self._offer(blocks[at + 1].inline, block)
            return
        box = self._new_box(block, block.ticked, outer)
        self.boxes.append(box)
        self._entries.append(_OpenItem(box, outer.boxes + 1))
        self._expects = (blocks[at + 1].last + 1, box)
        box.title = self._offer(box.own, block)

    def _new_box(self, block: Block, ticked: bool, outer: _OpenItem) -> OpenBox:
        markdown, pin = _without_pin(block.source)
        box = OpenBox(
            block.line, block.last, markdown, block.inline, self.outline.context(), ticked=ticked
        )
        box.pin = pin
        if outer.box:
            box.depth, box.parent = outer.boxes, outer.box.line
        return box

    def _offer(self, own: Inline, entry: Block) -> SectionScope | None:
        """A parent that is all bold or ends in a colon is a title of the boxes in it."""
        if own.bold or introduces(own.text):
            return self.outline.offer_title(own.text, line=entry.line, depth=entry.level + 1)
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
        opens_entry = at > 0 and blocks[at - 1].kind is BlockKind.ITEM
        follows = blocks[at + 1] if at + 1 < len(blocks) else None
        if (
            not opens_entry
            and follows
            and follows.kind is BlockKind.LIST
            and introduces(block.source)
        ):
            self.outline.offer_title(block.inline.text, line=block.line, depth=follows.level + 1)
        self._belongs(block.inline)

    def _belongs(self, words: Inline) -> None:
        """To the box around it, if there is one."""
        box = self._owner
        if box is not None:
            box.words.append(words.text)
            box.spans.extend(words.spans)
            box.links.extend(words.links)

    def code(self, blocks: Sequence[Block], at: int) -> None:
        """A block of code belongs to the box it stands in, or to the one that ended right before
        it.
        """
        block, box, before = blocks[at], self._owner, self._closed
        if before and (box is None or box.is_title) and block.line - before.end_line <= 2:
            box = before
        self._forget()
        if box is not None:
            box.fences.append(block.source)
            box.words.append(block.source)

    def html(self, blocks: Sequence[Block], at: int) -> None:
        block, box = blocks[at], self._owner
        pin = _PIN.fullmatch(block.source.strip())
        if pin is None:
            self._forget()
            if box is not None and block.inline.text:
                box.words.append(block.inline.text)
        elif pin[1] == "phase":
            self._pin_phase(pin[1], pin[2])
        elif self._expects is not None and self._expects[0] == block.line:
            self._expects[1].pin = self._expects[1].pin or pin[2]

    def _pin_phase(self, kind: str, value: str) -> None:
        if kind == "phase" and self._heading is not None and value in list(Phase):
            self._heading.phase, self._heading.pinned = Phase(value), True

    # tables

    def table(self, blocks: Sequence[Block], at: int) -> None:
        self._forget()
        self.tables.append(Table(blocks[at].line, self.outline.path()))

    def row(self, blocks: Sequence[Block], at: int) -> None:
        self.tables[-1].rows.append((blocks[at].line, blocks[at].cells))
        for cell in blocks[at].cells:
            self._belongs(cell)


_STEPS: Mapping[BlockKind, Callable[[BlockReader, Sequence[Block], int], None]] = {
    BlockKind.HEADING: BlockReader.heading,
    BlockKind.ITEM: BlockReader.entry,
    BlockKind.ITEM_END: BlockReader.entry_end,
    BlockKind.LIST_END: BlockReader.end,
    BlockKind.QUOTE_END: BlockReader.end,
    BlockKind.BREAK: BlockReader.rule,
    BlockKind.PARAGRAPH: BlockReader.paragraph,
    BlockKind.CODE: BlockReader.code,
    BlockKind.HTML: BlockReader.html,
    BlockKind.TABLE: BlockReader.table,
    BlockKind.ROW: BlockReader.row,
}


def _without_pin(markdown: str) -> tuple[str, str | None]:
    """The words, and the pin at their end."""
    start = markdown.rfind("<!--")
    match = _PIN.fullmatch(markdown, start) if start >= 0 else None
    if match is None or match[1] != "rule":
        return markdown, None
    return markdown[:start].rstrip(), match[2]
