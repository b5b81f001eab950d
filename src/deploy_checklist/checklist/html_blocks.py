"""CommonMark's seven kinds of HTML block: what begins one, and what ends it."""

from __future__ import annotations

import re

_NAMES = (
    "address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt"
    "|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu"
    "|menuitem|nav|noframes|ol|optgroup|option|p|param|section|source|summary|table|tbody|td|tfoot|th|thead|title|tr"
    "|track|ul"
)
_ATTRIBUTE = r"\s+[A-Za-z_:][\w.:-]*+(?:\s*+=\s*+(?:[^\s\"'=<>`]+|'[^']*'|\"[^\"]*\"))?"
_ENDS = (
    (re.compile(r"<(?:script|pre|style|textarea)(?:\s|>|$)", re.IGNORECASE), r"</(?:script|pre|style|textarea)>"),
    (re.compile(r"<!--"), r"-->"),
    (re.compile(r"<\?"), r"\?>"),
    (re.compile(r"<![A-Za-z]"), r">"),
    (re.compile(r"<!\[CDATA\["), r"\]\]>"),
)
_BLOCK = re.compile(rf"</?(?:{_NAMES})(?:\s|/?>|$)", re.IGNORECASE)
_ALONE = re.compile(
    rf"(?:<[A-Za-z][A-Za-z0-9-]*+(?:{_ATTRIBUTE})*+\s*+/?>|</[A-Za-z][A-Za-z0-9-]*+\s*+>)\s*$", re.ASCII
)
BLANK = ""  # a block that a blank line ends


def begins(line: str, at: int, *, interrupts: bool) -> str | None:
    """What ends the block that begins here, a pattern or BLANK; None if none does. `interrupts`: within a paragraph."""
    for start, end in _ENDS:
        if start.match(line, at):
            return end
    if _BLOCK.match(line, at) or (not interrupts and _ALONE.match(line, at)):
        return BLANK
    return None


def ends(line: str, at: int, end: str) -> bool:
    """Whether the block's last line is this one."""
    return bool(end) and bool(re.compile(end, re.IGNORECASE).search(line, at))
