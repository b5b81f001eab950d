"""Text in a terminal's columns: how wide it is, cut and padded to a width, wrapped between words."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from msgspec import Struct
from msgspec.structs import replace

_MARK, _LINE = 8, 3
INDENT = _MARK + _LINE + 2
_SAID_LEAST = 26
_JOINER, _EMOJI_STYLE = "\u200d", "\ufe0f"


def width(text: str) -> int:
    """How many columns a terminal gives to the text: two for East Asian and emoji, none for
    combining marks.
    """
    return len(text) if text.isascii() else max(_widths(text), default=0)


def _widths(text: str) -> Iterator[int]:
    """The columns of the text up to and with each of its characters; they never become fewer."""
    columns = 0
    joined = False
    for char in text:
        if char == _JOINER:
            joined = True
        else:
            columns += 0 if joined else _columns(char)
            columns += (
                char == _EMOJI_STYLE
            )  # the sign before it, narrow by itself, is shown as an emoji
            joined = False
        yield columns


@cache
def _columns(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def cut(text: str, most: int) -> str:
    """At most that many columns, the last one then `…`. Of a long text no more is measured than
    fits.
    """
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
    """Lines of at most that many columns, broken between words only; a longer word has a line of
    its own.
    """
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
    """A line of the terminal's report: a word that says what to do, where, what, and who."""

    mark: str
    line: int | None
    name: str
    said: str = ""
    who: str = ""
    below: tuple[str, ...] = ()  # shown as they are, never wrapped, so that a command can be copied


def laid_out(
    rows: Sequence[str | Row], *, names: int, columns: int, paint: Callable[[str], str]
) -> Iterator[str]:
    """Rows as aligned lines, `names` columns for the name; a plain string is a line already."""
    rest = max(columns - INDENT - names - 2, 20)
    who = max((width(row.who) for row in rows if isinstance(row, Row) and row.who), default=0)
    if who + _SAID_LEAST > rest:
        who, rows = 0, [_who_said(row) for row in rows]
    said = rest
    if who:
        longest = max(width(row.said) for row in rows if isinstance(row, Row))
        said = min(longest, rest - who - 2)
    for row in rows:
        if isinstance(row, str):
            yield row
        else:
            yield from _lines(row, names, said, paint)


def _who_said(row: str | Row) -> str | Row:
    """Where there is no room for a column of its own, the name of who must act follows what is
    said.
    """
    if isinstance(row, str) or not row.who:
        return row
    return replace(row, said=f"{row.said} · {row.who}" if row.said else row.who, who="")


def _lines(row: Row, names: int, columns: int, paint: Callable[[str], str]) -> Iterator[str]:
    mark = paint(row.mark) + " " * (_MARK - len(row.mark))
    said = wrap(row.said, columns) or [""]
    first = fit(said[0], max(columns, width(said[0]))) + f"  {row.who}" if row.who else said[0]
    yield f"{mark}{row.line or '':>{_LINE}}  {fit(row.name, names)}  {first}".rstrip()
    yield from (" " * (INDENT + names + 2) + text for text in said[1:])
    yield from (" " * INDENT + text for text in row.below)
