"""From comrak's tree to Blocks: exact lines, the boxes that GitHub displays, text as written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from .blocks import DEEPEST, NOTHING, Block, BlockKind, Inline, UnreadableMarkdown
from .inline import AstNode, html_text, inline_after_box, inline_of, kind_of

# The box of a list entry in its source line, after any block quotes and list markers.
_BOX = re.compile(r"(?:[ \t>]|[-+*]|\d{1,9}[.)])*[ \t](\[([ xX])\])[ \t\v\f]")
_BOX_LENGTH = len("[ ]")
_SPACE = " \t\n\v\f"


def too_deep(line: int) -> UnreadableMarkdown:
    return UnreadableMarkdown(line, f"nested too deeply: lists may go {DEEPEST // 2} levels deep")


class _Box(NamedTuple):
    """The box of an item, and the text beside it."""

    ticked: bool | None  # None: there is no box
    source: str
    inline: Inline


_NO_BOX = _Box(None, "", NOTHING)


class Walk:
    """Turns a tree into blocks. `lines` are those of the document that was parsed."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.blocks: list[Block] = []
        self._lines = lines
        self._quotes = 0  # how many block quotes are open
        self._last = 0  # line where the last block ended
        self._box = _NO_BOX  # the box at the paragraph or heading that comes next

    def add_children(self, node: AstNode, level: int) -> None:
        """Adds the blocks in this node, which stand in `level` containers."""
        for child in node.children:
            _STEPS[kind_of(child)](self, child, level)
            child.children = []  # breaks the reference cycle with its parent, so that it is freed

    # blocks that hold others

    def quote(self, node: AstNode, level: int) -> None:
        self._quotes += 1
        self._container(BlockKind.QUOTE, BlockKind.QUOTE_END, node, level)
        self._quotes -= 1

    def list(self, node: AstNode, level: int) -> None:
        self._container(BlockKind.LIST, BlockKind.LIST_END, node, level)

    def item(self, node: AstNode, level: int) -> None:
        self._container(BlockKind.ITEM, BlockKind.ITEM_END, node, level, self._box_of(node))

    def _container(
        self, kind: BlockKind, end: BlockKind, node: AstNode, level: int, box: _Box = _NO_BOX
    ) -> None:
        line, at = node.sourcepos.start.line, len(self.blocks)
        if level == DEEPEST:
            raise too_deep(line)
        self._last = line
        self.add_children(node, level + 1)
        last = self._last
        while last > line and not self._lines[last - 1].strip(" \t>"):
            last -= 1
        begin = Block(
            kind=kind,
            line=line,
            last=last,
            level=level,
            ticked=box.ticked,
            source=box.source,
            inline=box.inline,
        )
        self.blocks.insert(at, begin)
        self.blocks.append(Block(kind=end, line=last, last=last, level=level))

    def _box_of(self, item: AstNode) -> _Box:
        """The box, if GitHub displays one: first in the item, on its line, before white space."""
        line = item.sourcepos.start.line
        match = _BOX.match(self._lines[line - 1])
        if match is None or not item.children:
            return _NO_BOX
        first, ticked = item.children[0], match[2] != " "
        if first.sourcepos.start.line != line:
            return _NO_BOX
        if kind_of(first) == "Table":
            header = first.children[0].children
            source = match.string[match.end(1) :].strip()
            return _Box(ticked, source, inline_after_box(header[0].children))
        if kind_of(first) not in ("Paragraph", "Heading"):
            return _NO_BOX
        source = self._source_of(first)[1]
        if source.startswith(match[1]):
            inline = inline_after_box(first.children)
            self._box = _Box(ticked, source[_BOX_LENGTH:].strip(), inline)
        return self._box

    # blocks that hold text

    def paragraph(self, node: AstNode, level: int) -> None:
        self._text(BlockKind.PARAGRAPH, node, level, rank=0)

    def heading(self, node: AstNode, level: int) -> None:
        self._text(BlockKind.HEADING, node, level, rank=node.node_value.value.level)

    def _text(self, kind: BlockKind, node: AstNode, level: int, *, rank: int) -> None:
        line, source = self._source_of(node)
        box, self._box = self._box, _NO_BOX
        self._last = node.sourcepos.end.line
        block = Block(
            kind=kind,
            line=line,
            last=self._last,
            level=level,
            rank=rank,
            source=source if box.ticked is None else box.source,
            inline=inline_of(node.children) if box.ticked is None else box.inline,
        )
        self.blocks.append(block)

    def _source_of(self, node: AstNode) -> tuple[int, str]:
        """The first line of a paragraph or heading, and its text without the containers' marks."""
        underlined = kind_of(node) == "Heading" and node.node_value.value.setext
        start, last = node.sourcepos.start, node.sourcepos.end.line - underlined
        # Columns count bytes; before a block there are only marks and blanks of one byte each.
        first = self._lines[start.line - 1][start.column - 1 :]
        if start.line == last:
            return start.line, first.strip(_SPACE)
        marks = re.compile(rf"(?:[ \t]*>){{0,{self._quotes}}}[ \t]*")
        lines = [first, *(marks.sub("", line, 1) for line in self._lines[start.line : last])]
        skipped = 0
        if first.startswith("["):
            # If definitions of links come first, comrak counts its lines from the first definition.
            skipped = last - node.children[-1].sourcepos.end.line
        return start.line + skipped, "\n".join(lines[skipped:]).strip(_SPACE)

    def table(self, node: AstNode, level: int) -> None:
        line, self._last = node.sourcepos.start.line, node.sourcepos.end.line
        self._leaf(BlockKind.TABLE, line, level)
        for row in node.children:
            at = row.sourcepos.start.line
            cells = tuple([inline_of(cell.children) for cell in row.children])
            self.blocks.append(
                Block(kind=BlockKind.ROW, line=at, last=at, level=level, cells=cells)
            )
        self._leaf(BlockKind.TABLE_END, self._last, level)

    # blocks of other text, and of none

    def code(self, node: AstNode, level: int) -> None:
        code, place = node.node_value.value, node.sourcepos
        source, self._last = code.literal, place.end.line
        if source and not source.endswith("\n"):  # the document ends without one
            source += "\n"
        if code.fenced and not code.closed:  # comrak lets it end on the line where it begins
            self._last = max(self._last, place.start.line + source.count("\n"))
        self._leaf(BlockKind.CODE, place.start.line, level, source)

    def html(self, node: AstNode, level: int) -> None:
        source, self._last = node.node_value.value.literal, node.sourcepos.end.line
        self._leaf(BlockKind.HTML, node.sourcepos.start.line, level, source, html_text(source))

    def rule(self, node: AstNode, level: int) -> None:
        self._last = node.sourcepos.start.line
        self._leaf(BlockKind.BREAK, self._last, level)

    def _leaf(
        self, kind: BlockKind, line: int, level: int, source: str = "", text: str = ""
    ) -> None:
        inline = Inline(text=text) if text else NOTHING
        block = Block(
            kind=kind, line=line, last=self._last, level=level, source=source, inline=inline
        )
        self.blocks.append(block)


_STEPS: Mapping[str, Callable[[Walk, AstNode, int], None]] = {
    "BlockQuote": Walk.quote,
    "List": Walk.list,
    "Item": Walk.item,
    "Paragraph": Walk.paragraph,
    "Heading": Walk.heading,
    "Table": Walk.table,
    "CodeBlock": Walk.code,
    "HtmlBlock": Walk.html,
    "ThematicBreak": Walk.rule,
}
