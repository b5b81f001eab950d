"""One walk over a document's blocks: its boxes, what belongs to each, and the headings around."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct, field

from ..gfm.blocks import Block, BlockKind, Inline
from .model import Phase
from .outline import Outline, SectionContext, SectionScope, introduces
from .tables import Table


class OpenBox(Struct, kw_only=True):
    """A task-list entry while it is being read."""

    line: int
    end_line: int
    markdown: str
    inline: Inline  # the text beside the box
    context: SectionContext
    ticked: bool
    depth: int  # how many boxes are around it
    parent: int | None  # line of the innermost of them
    pin: str | None
    title: SectionScope | None = None  # it is a title if a box is found in it
    words: list[str] = field(default_factory=list)
    spans: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    link_texts: list[str] = field(default_factory=list)
    fences: list[str] = field(default_factory=list)

    @property
    def is_title(self) -> bool:
        return self.title is not None and self.title.is_section


_PIN = re.compile(r"<!--\s*(rule|phase):\s*([\w.:/~-]{1,100})\s*-->")


class BlockReader:
    """Walks the blocks once. `boxes`, `outline`, `tables` and `title` are what it found."""

    def __init__(self, *, title_line: int | None) -> None:
        self.boxes: list[OpenBox] = []
        self.outline = Outline(title_line)
        self.tables: list[Table] = []
        self.title: str | None = None
        self._entries: list[OpenBox | None] = []  # the open list entries' innermost boxes
        self._closed: OpenBox | None = None  # the box that ended right before this block
        self._heading: SectionScope | None = None  # the heading right before this block
        self._expects: tuple[int, OpenBox] | None = None  # a pin on this line belongs to this box

    def read(self, blocks: Sequence[Block]) -> None:
        """Reads the whole document. Each step takes all blocks and the index of its own."""
        for at, block in enumerate(blocks):
            step = _STEPS.get(block.kind)
            if step is not None:
                step(self, blocks, at)

    def _forget(self) -> None:
        """Another block begins: nothing directly follows the last box or heading any more."""
        self._closed = self._heading = None

    @property
    def _owner(self) -> OpenBox | None:
        """The innermost box around this block."""
        return self._entries[-1] if self._entries else None

    # headings and lists

    def heading(self, blocks: Sequence[Block], at: int) -> None:
        self._forget()
        block = blocks[at]
        if self._entries:
            self._add_words(block.inline)  # inside a list entry it is text of the entry
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
        outer = self._owner
        if block.ticked is None:
            self._entries.append(outer)
            if blocks[at + 1].kind is BlockKind.PARAGRAPH:
                self._offer_title(blocks[at + 1].inline, block)
            return
        markdown, pin = _without_pin(block.source)
        box = OpenBox(
            line=block.line,
            end_line=block.last,
            markdown=markdown,
            inline=block.inline,
            context=self.outline.context(),
            ticked=block.ticked,
            depth=outer.depth + 1 if outer else 0,
            parent=outer.line if outer else None,
            pin=pin,
        )
        self.boxes.append(box)
        self._entries.append(box)
        self._expects = (blocks[at + 1].last + 1, box)
        box.title = self._offer_title(box.inline, block)

    def _offer_title(self, inline: Inline, entry: Block) -> SectionScope | None:
        """An entry that is all bold or ends in a colon may be a title of the boxes in it."""
        if inline.bold or introduces(inline.text):
            return self.outline.offer_title(inline.text, line=entry.line, depth=entry.level + 1)
        return None

    def entry_end(self, blocks: Sequence[Block], at: int) -> None:
        self._closed = self._closed or self._owner
        self._entries.pop()
        self.end(blocks, at)

    def end(self, blocks: Sequence[Block], at: int) -> None:
        self.outline.close(blocks[at].level)

    def rule(self, blocks: Sequence[Block], at: int) -> None:
        self._forget()

    # text in an entry, or right after it

    def paragraph(self, blocks: Sequence[Block], at: int) -> None:
        """A paragraph right before a list may be a title of its boxes, as an entry above them."""
        self._forget()
        block = blocks[at]
        opens_entry = at > 0 and blocks[at - 1].kind is BlockKind.ITEM
        following = blocks[at + 1] if at + 1 < len(blocks) else None
        before_list = following is not None and following.kind is BlockKind.LIST
        is_title = block.inline.bold or introduces(block.source)
        if before_list and not opens_entry and is_title:
            self.outline.offer_title(block.inline.text, line=block.line, depth=block.level + 1)
        self._add_words(block.inline)

    def _add_words(self, inline: Inline) -> None:
        """Adds them to the box around them, if there is one."""
        box = self._owner
        if box is not None:
            box.words.append(inline.text)
            box.spans.extend(inline.spans)
            box.links.extend(inline.links)
            box.link_texts.extend(inline.link_texts)

    def code(self, blocks: Sequence[Block], at: int) -> None:
        """A block of code belongs to the box around it, or to the one that ended right before."""
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
            self._add_words(cell)


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
