"""The lines of a table: its cells, and the line of dashes under its header."""

from __future__ import annotations

import re

_DASHES = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_PIPE = re.compile(r"(?<!\\)\|")


def cells(line: str) -> list[str]:
    """As written, without the pipes and the white space around them; `\\|` is a pipe inside a cell."""
    found = [cell.strip(" \t").replace("\\|", "|") for cell in _PIPE.split(line.strip(" \t\r\n"))]
    if not found[0]:
        del found[0]
    if found and not found[-1]:
        del found[-1]
    return found


def dashes(line: str) -> int:
    """For how many columns this is the line under a header; 0 if it is none."""
    return len(cells(line)) if _DASHES.match(line) else 0
