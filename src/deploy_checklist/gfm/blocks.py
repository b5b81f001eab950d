"""The blocks of a Markdown document: the lines of each, and the text that a reader sees."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

DEEPEST = 100  # levels of blocks: a list within a list takes two, a block quote one
MOST_EMPHASIS = 4_000  # pairs of marks that one paragraph may hold


class UnreadableMarkdown(ValueError):
    """A document that cannot be read: the line (from 1) and the reason."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


class BlockKind(StrEnum):
    """The kinds of block. A container or table ends with a block of its own."""

    QUOTE = "quote"
    QUOTE_END = "quote end"
    LIST = "list"
    LIST_END = "list end"
    ITEM = "item"
    ITEM_END = "item end"
    TABLE = "table"
    ROW = "row"
    TABLE_END = "table end"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    CODE = "code"
    HTML = "html"
    BREAK = "break"


class Inline(Struct, frozen=True, kw_only=True):
    """The content of a run of inline Markdown."""

    text: str = ""  # as displayed, white space folded
    spans: tuple[str, ...] = ()  # code spans
    links: tuple[str, ...] = ()  # targets of links and autolinks, once each; images left out
    link_texts: tuple[str, ...] = ()  # what a reader sees of each link, `<a>` in HTML included
    comments: tuple[str, ...] = ()  # HTML comments, with their marks
    bold: bool = False  # every word is bold
    struck: bool = False  # every word is struck through


NOTHING = Inline()


class Block(Struct, frozen=True, kw_only=True):
    """A block, or the end of a container. Lines count from 1.

    The box of an item is neither in its `source` and `inline`, nor in those of its first block.
    """

    kind: BlockKind
    line: int
    last: int  # the last line that belongs to it, blank ones at its end left out
    level: int  # how many containers it stands in
    rank: int = 0  # of a heading, from 1 to 6
    ticked: bool | None = None  # of an item; None: GitHub shows no box
    source: str = ""  # a paragraph or the text beside a box as written; the text of code or HTML
    inline: Inline = NOTHING  # of a heading, a paragraph, a block of HTML, or the text beside a box
    cells: tuple[Inline, ...] = ()  # of a row; the first row of a table is its header
