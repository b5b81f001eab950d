"""Measures, cuts, pads and wraps text in a terminal's columns, and aligns rows of it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from msgspec import Struct
from msgspec.structs import replace

_LINE = 3
_TEXT_LEAST = 26
_JOINER, _EMOJI_STYLE = "\u200d", "\ufe0f"


def width(text: str) -> int:
    """Columns of a terminal: two for East Asian characters and emoji, none for combining marks."""
    return len(text) if text.isascii() else max(_widths(text), default=0)


def _widths(text: str) -> Iterator[int]:
    """The width of the text up to and including each of its characters. It never decreases."""
    columns = 0
    joined = False
    for char in text:
        if char == _JOINER:
            joined = True
        else:
            columns += 0 if joined else _columns(char)
            if char == _EMOJI_STYLE:  # turns the narrow sign before it into an emoji
                columns += 1
            joined = False
        yield columns


@cache
def _columns(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def cut(text: str, most: int) -> str:
    """At most that many columns, the last one then `…`. It measures no more than fits."""
    if text.isascii() and len(text) <= most:
        return text
    kept = 0
    for end, columns in enumerate(_widths(text), start=1):
        if columns > most:
            return text[:kept].rstrip() + "…"
        if columns < most:
            kept = end
    return text


def fit(text: str, columns: int) -> str:
    """Cut or padded to exactly that many columns."""
    text = cut(text, columns)
    return text + " " * (columns - width(text))


def wrap(text: str, columns: int) -> list[str]:
    """Lines of at most that many columns, broken between words; a longer word has its own line."""
    if len(text) <= columns and text.isascii():
        return [" ".join(text.split())] if text and not text.isspace() else []
    lines: list[str] = []
    current = ""
    for word in text.split():
        longer = f"{current} {word}" if current else word
        if current and width(longer) > columns:
            lines.append(current)
            current = word
        else:
            current = longer
    return [*lines, current] if current else lines


class Row(Struct, frozen=True, kw_only=True):
    """A line of the terminal's report: the state, the checklist's line, the item, why, and who."""

    mark: str
    line: int | None
    name: str
    text: str = ""
    who: str = ""
    file: str | None = None  # the one that has the line, if that is not the checklist
    below: tuple[str, ...] = ()  # shown as they are, never wrapped, so that a command can be copied


def indent(marks: int) -> int:
    """Columns before an item's name, where the longest mark has `marks` columns."""
    return marks + 1 + _LINE + 2


def aligned(
    rows: Sequence[str | Row], *, marks: int, names: int, columns: int, paint: Callable[[str], str]
) -> Iterator[str]:
    """Rows as aligned lines, `marks` columns for the mark and `names` for the name. A plain string
    is a sentence, or with several spaces a line that is aligned already.
    """
    rest = max(columns - indent(marks) - names - 2, 20)
    who = max((width(row.who) for row in rows if isinstance(row, Row)), default=0)
    if who + _TEXT_LEAST > rest:
        who, rows = 0, [_with_who_in_text(row) for row in rows]
    text = rest
    if who:
        longest = max(width(row.text) for row in rows if isinstance(row, Row))
        text = min(longest, rest - who - 2)
    for row in rows:
        if isinstance(row, str):
            yield from wrap(row, columns) if row and "  " not in row else [row]
        else:
            yield from _lines(row, marks, names, text, paint)


def _with_who_in_text(row: str | Row) -> str | Row:
    """For a screen without room for a column that says who must act."""
    if isinstance(row, str) or not row.who:
        return row
    return replace(row, text=f"{row.text} · {row.who}" if row.text else row.who, who="")


def _lines(
    row: Row, marks: int, names: int, columns: int, paint: Callable[[str], str]
) -> Iterator[str]:
    mark = paint(row.mark) + " " * (marks - len(row.mark))
    begin = f"{mark} {row.line or '':>{_LINE}}  "
    margin = " " * indent(marks)
    first, *rest = wrap(row.text, columns) or [""]
    if row.who:
        first = f"{fit(first, max(columns, width(first)))}  {row.who}"
    if width(row.name) > names:  # on a line of its own, a long name is not cut
        yield begin + cut(row.name, names + 2 + columns)
        begin, name = margin, ""
    else:
        name = row.name
    if first:
        yield f"{begin}{fit(name, names)}  {first}"
    elif name:
        yield begin + name
    yield from (margin + " " * (names + 2) + text for text in rest)
    yield from (margin + text for text in row.below)
