"""CommonMark's block structure with GitHub's tables: which blocks a document has, on which lines, one in another.

The algorithm is the one of the specification's appendix ("A parsing strategy"): each line first continues the blocks
that are open, then may begin new ones, and what is left of it is text. One pass, linear in lines; what stands inside of
a block is left as written (see inline.py). Tests hold it to the parser that GitHub uses, block by block.

It is our own because boxes are what this project reads, and because it is felt: a general parser took two thirds of
the time of a long checklist.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from . import definitions, html_blocks, rows

DEEPEST = 100  # levels of blocks: a list within a list takes two, a block quote one

_STRUCTURE = re.compile(r"[ \t>*+\-.)\d]*")  # what a block may be begun with: tabs in it count in columns
_QUOTE = re.compile(r" {0,3}> ?")
_HEADING = re.compile(r"(#{1,6})(?:[ \t]+|$)")
_CLOSING = re.compile(r"(?:^|[ \t]+)#+[ \t]*$")
_UNDERLINE = re.compile(r"(?:=+|-+)[ \t]*$")
_BREAK = re.compile(r"(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_FENCE = re.compile(r"(`{3,})[^`]*$|(~{3,})")
_MARKER = re.compile(r"(?:([-+*])|(\d{1,9})([.)]))(?= |\t|$)")
_BLANK = " \t"  # a line of nothing else is blank; form feeds and no-break spaces are text
_SPACE = " \t\n\v\f"
_BEGINS = frozenset(">#`~<=-*_+0123456789|:")  # the first character of whatever is not text


class TooDeep(ValueError):
    """More than DEEPEST blocks in one another; `line` counts from 0."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class Block:
    """A block, or the end of a container. Lines count from 0, `end` is the line after its last one."""

    __slots__ = ("content", "end", "first", "kind", "level", "rank")

    def __init__(self, kind: str, first: int, end: int, level: int, content: str = "", rank: int = 0) -> None:
        self.kind = kind  # list, item, quote, and list_end …; heading, paragraph, code, html, break, row, table_end …
        self.first = first
        self.end = end
        self.level = level  # how many containers it stands in
        self.content = content
        self.rank = rank  # of a heading


class _Container:
    """A quote, a list or an entry of one that is open."""

    __slots__ = ("block", "empty", "indent", "marker")

    def __init__(self, block: Block, indent: str = "", marker: str = "") -> None:
        self.block = block
        self.indent = indent  # of an item's content, as so many spaces
        self.marker = marker  # of a list: its items have the same
        self.empty = True  # nothing stood in it yet


def blocks(lines: Sequence[str]) -> tuple[list[Block], dict[str, str]]:
    """The blocks in their order, and the link reference definitions between them.

    A container is followed by what stands in it and by its end: `list`, `item`, …, `item_end`, `list_end`.
    """
    parser = _Parser()
    for number, line in enumerate(lines):
        parser.line(number, line if "\t" not in line else _in_columns(line))
    parser.close(0, len(lines))
    return parser.blocks, parser.definitions


def _in_columns(line: str) -> str:
    """Tabs where blocks begin count to the next multiple of four; those in text stay."""
    match = _STRUCTURE.match(line)
    end = match.end() if match else 0
    return line[:end].expandtabs(4) + line[end:]


class _Parser:
    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.definitions: dict[str, str] = {}
        self._open: list[_Container] = []
        self._leaf = ""  # paragraph, code, fence, html or table, while it is open
        self._first = 0
        self._text: list[str] = []
        self._ends = ""  # what closes a fence or an HTML block
        self._indent = 0  # of a fence
        self._may_be_table = True  # the open paragraph

    def line(self, number: int, line: str) -> None:
        """Continues what is open, begins what is new, and the rest is text."""
        depth, at = self._continued(line)
        goes_on = depth == len(self._open)
        start = _after_spaces(line, at)
        if goes_on and self._leaf and self._takes(number, line, at, start):
            return
        lazy = self._leaf == "paragraph"  # its text may go on without the marks of its containers
        while start < len(line):
            if start - at > 3:
                if not lazy:
                    self._begin("code", depth, number, line[at + 4 :])
                    return
                break
            if line[start] not in _BEGINS:
                break
            begun = self._container(number, line, at, start, depth, interrupts=lazy and goes_on)
            if begun is None:
                if self._leaf_begun(number, line, at, start, depth, interrupts=lazy and goes_on):
                    return
                break
            depth, at, lazy, goes_on = len(self._open), begun, False, True
            start = _after_spaces(line, at)
        if start == len(line):
            self.close(depth, number)
        elif lazy:
            self._text.append(line[start:])
        elif self._leaf == "table" and goes_on:
            self._add("row", number, number + 1, line[start:])
        else:
            self._begin("paragraph", depth, number, line[start:])

    def close(self, depth: int, number: int) -> None:
        """Ends whatever is open deeper than `depth` containers; `number` is the line that goes on without it."""
        self._close_leaf(number)
        while len(self._open) > depth:
            container = self._open.pop()
            container.block.end = number
            kind, level = container.block.kind, container.block.level
            self.blocks.append(Block(f"{kind}_end", number, number, level))

    # what is open

    def _continued(self, line: str) -> tuple[int, int]:
        """How many of the open containers this line goes on with, and where in it their content begins."""
        at = 0
        for depth, container in enumerate(self._open):
            if container.indent:  # of an item
                if line.startswith(container.indent, at):
                    at += len(container.indent)
                elif container.empty or _after_spaces(line, at) < len(line):
                    return depth, at
                else:
                    at = len(line)
            elif not container.marker:  # a quote
                match = _QUOTE.match(line, at)
                if match is None:
                    return depth, at
                at = match.end()
        return len(self._open), at

    def _takes(self, number: int, line: str, at: int, start: int) -> bool:
        """Whether the line belongs to the code or the HTML that is open, whatever it looks like."""
        if self._leaf == "fence":
            left = line[start:].strip(_BLANK).strip(self._ends[0])
            if start - at < 4 and line.startswith(self._ends, start) and not left:
                self._close_leaf(number + 1)
            else:
                self._text.append(line[min(start, at + self._indent) :])
            return True
        if self._leaf == "html":
            if self._ends or start < len(line):
                self._text.append(line[at:])
            if html_blocks.ends(line, at, self._ends) if self._ends else start == len(line):
                self._close_leaf(number + bool(self._ends))
            return True
        if self._leaf == "code" and (start - at > 3 or start == len(line)):
            self._text.append(line[at + 4 :])
            return True
        return False

    # what begins

    def _container(self, number: int, line: str, at: int, start: int, depth: int, *, interrupts: bool) -> int | None:
        """Begins a quote or an item; where its content begins."""
        if line[start] == ">":
            self._make_room(depth, number)
            self._push("quote", number)
            return start + 2 if line.startswith(" ", start + 1) else start + 1
        match = _MARKER.match(line, start)
        if match is None or _BREAK.match(line, start):
            return None
        content = _after_spaces(line, match.end())
        if interrupts and (content == len(line) or int(match[2] or 1) != 1):
            return None
        if content == len(line) or content - match.end() > 4:  # nothing, or code
            content = min(match.end() + 1, len(line))
        sign = match[1] or match[3]
        if not depth or self._open[depth - 1].marker != sign:
            self._make_room(depth, number)
            self._push("list", number, marker=sign)
        else:
            self.close(depth, number)
        self._push("item", number, indent=" " * max(content - at, match.end() + 1 - at))
        return content

    def _leaf_begun(self, number: int, line: str, at: int, start: int, depth: int, *, interrupts: bool) -> bool:
        """Begins a block that holds no others; whether one did."""
        if line[start] == "#" and (match := _HEADING.match(line, start)):
            self._make_room(depth, number)
            self._add("heading", number, number + 1, _CLOSING.sub("", line[match.end() :]).strip(_SPACE), len(match[1]))
        elif match := _FENCE.match(line, start):
            self._begin("fence", depth, number)
            self._ends, self._indent = match[1] or match[2], start - at
        elif line[start] == "<" and (end := html_blocks.begins(line, start, interrupts=interrupts)) is not None:
            self._begin("html", depth, number, line[at:])
            self._ends = end
            if html_blocks.ends(line, start, end):
                self._close_leaf(number + 1)
        elif interrupts and _UNDERLINE.match(line, start):
            return self._underlined(number, 1 if line[start] == "=" else 2)
        elif _BREAK.match(line, start):
            self._make_room(depth, number)
            self._add("break", number, number + 1)
        else:
            return interrupts and self._table_begun(number, line[start:])
        return True

    def _underlined(self, number: int, rank: int) -> bool:
        """The paragraph is a heading, unless nothing but definitions stands in it."""
        first, content = self._paragraph()
        if content:
            self._leaf = ""
            self._add("heading", first, number + 1, content, rank)
        return bool(content)

    def _table_begun(self, number: int, line: str) -> bool:
        """The paragraph's last line is a header. Each paragraph has one chance, as on GitHub."""
        columns = rows.dashes(line) if self._may_be_table else 0
        if not columns:
            return False
        self._may_be_table = len(rows.cells(self._text[-1])) == columns
        if not self._may_be_table:
            return False
        header = self._text.pop()
        self._close_leaf(number - 1)
        self._add("table", number - 1, number)
        self._add("row", number - 1, number, header)
        self._leaf = "table"
        return True

    def _begin(self, leaf: str, depth: int, number: int, *text: str) -> None:
        self._make_room(depth, number)
        if self._open:
            self._open[-1].empty = False
        self._leaf, self._first, self._text = leaf, number, list(text)
        self._may_be_table = True

    def _push(self, kind: str, number: int, *, indent: str = "", marker: str = "") -> None:
        if len(self._open) == DEEPEST:
            raise TooDeep(number)
        self._open.append(_Container(self._add(kind, number, number), indent, marker))

    def _add(self, kind: str, first: int, end: int, content: str = "", rank: int = 0) -> Block:
        if self._open:
            self._open[-1].empty = False
        block = Block(kind, first, end, len(self._open), content, rank)
        self.blocks.append(block)
        return block

    # what ends

    def _make_room(self, depth: int, number: int) -> None:
        """Nothing but items stands in a list."""
        self.close(depth - 1 if depth and self._open[depth - 1].marker else depth, number)

    def _close_leaf(self, end: int) -> None:
        leaf, self._leaf = self._leaf, ""
        if leaf == "paragraph":
            first, content = self._paragraph()
            if content:
                self._add("paragraph", first, end, content)
        elif leaf == "table":
            self._add("table_end", end, end)
        elif leaf:
            while leaf == "code" and not self._text[-1].strip(_BLANK):
                self._text.pop()
            content = "".join(f"{line}\n" for line in self._text)
            self._add("html" if leaf == "html" else "code", self._first, end, content)

    def _paragraph(self) -> tuple[int, str]:
        """Its first line and its text, without the definitions of links that it begins with."""
        text = "\n".join(self._text)
        if not text.startswith("["):
            return self._first, text.strip(_SPACE)
        left = definitions.take(text, self.definitions)
        return self._first + text.count("\n") - left.count("\n"), left.strip(_SPACE)


def _after_spaces(line: str, at: int) -> int:
    end = len(line)
    while at < end and line[at] == " ":
        at += 1
    return at
