"""Lines that look like a box to people, although GitHub displays none: they are not items."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..gfm.blocks import Block, BlockKind, Inline

_MARKER = r"(?:[-*+•‣–—·]|\d{1,9}[.)])"
_BRACKETS = r"\\?\[(?:[\s_]{0,3}|[ ]?[xXoOvVyY✓✔✗✘√~/-][ ]?)\\?\](?![(:\[])"
_WIDE = r"(?:［[\s_]*+(?:[xX✓✔][\s_]*+)?］|【\s*】)"
_INPUT = r"<input\b[^<>]*\bcheckbox\b|&#(?:974[456]|x261[012]);"
_BOX = rf"(?:{_BRACKETS}|{_WIDE}|[☐☑☒□▢⬜🔲]|{_INPUT})"
_ANYWHERE = rf"{_INPUT}|\S\s\[ ?\]\s*$"  # `Approved: [ ]`
_LINE = re.compile(rf"[\s>]*(?:{_MARKER}\s*)?(?:#+\s+)?(?:\*\*|__)?{_BOX}|.*(?<!`)(?:{_ANYWHERE})")
_TASKLIST = re.compile(r"[\s>]*(?:`{3,}|~{3,})\s*\[tasklist\]")


def near_boxes(blocks: Sequence[Block], lines: Sequence[str]) -> tuple[int, ...]:
    """The numbers of these lines, in their order. `lines`: the document that the blocks are of.

    Text in a block of code is an example, except in GitHub's retired `[tasklist]`.
    """
    found: set[int] = set()
    boxed = -1  # line of the last box: GitHub shows that one
    for block in blocks:
        match block.kind:
            case BlockKind.ITEM if block.ticked is not None:
                boxed = block.line
            case BlockKind.PARAGRAPH | BlockKind.HEADING:
                found |= set(_lines_of(block, boxed))
            case BlockKind.ROW if block.line != boxed:
                if any(_LINE.match(cell.text) and not _is_code(cell) for cell in block.cells):
                    found.add(block.line)
            case BlockKind.HTML if not block.source.lstrip().startswith("<!--"):
                found |= set(_lines_of(block))  # text right below an HTML tag is not Markdown
            case BlockKind.CODE if _TASKLIST.match(lines[block.line - 1]):
                found |= {line + 1 for line in _lines_of(block)}
    return tuple(sorted(found))


def _is_code(cell: Inline) -> bool:
    return cell.text.startswith(cell.spans[:1])


def _lines_of(block: Block, boxed: int = -1) -> Iterator[int]:
    for line, text in enumerate(block.source.split("\n"), block.line):
        if line != boxed and _LINE.match(text):
            yield line
