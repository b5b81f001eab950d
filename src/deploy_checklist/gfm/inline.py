"""The text that a reader sees in inline nodes of comrak's tree and in blocks of HTML."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import Any, Protocol

from .blocks import Inline


class AstNode(Protocol):
    """A node of comrak's tree. The class of its value is its kind: Text, Code, Link, …"""

    node_value: Any
    sourcepos: Any  # start and end, each a line and a column, both from 1
    children: list[Any]


# Tags that GitHub renders. Any other `<word>` is text: a placeholder that its reader must see.
_TAG = re.compile(
    r"</?(a|b|br|code|del|details|div|em|font|h[1-6]|hr|i|img|input|ins|kbd|li|mark|ol|p|pre|s"
    r"|small|span|strike|strong|sub|summary|sup|table|tbody|td|th|thead|tr|u|ul)\b[^<>]*+>",
    re.IGNORECASE,
)
# The text before one of these and the text after it are separate words.
_PARTING_TAGS = frozenset(("br", "p", "div", "li", "td", "th", "summary"))
_BOX_LENGTH = len("[ ]")


def kind_of(node: AstNode) -> str:
    """The name of comrak's class: Text, Paragraph, Item, …"""
    return type(node.node_value).__name__


def inline_of(nodes: Sequence[AstNode]) -> Inline:
    """The text that a reader sees in these nodes."""
    reader = _Reader()
    reader.read(nodes)
    return reader.inline()


def inline_after_box(nodes: Sequence[AstNode]) -> Inline:
    """The text that a reader sees in nodes that begin with a box, without the box."""
    reader = _Reader()
    # If the document defines a link with the name `x`, the box of a ticked item is such a link.
    if kind_of(nodes[0]) == "Text":
        reader.text(nodes[0].node_value.value[_BOX_LENGTH:], bold=False, struck=False)
    reader.read(nodes[1:])
    return reader.inline()


class _Reader:
    """Walks nodes without recursion: a paragraph may hold thousands of levels of emphasis."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._spans: list[str] = []
        self._links: list[str] = []
        self._link_texts: list[str] = []
        self._anchor: int | None = None  # the piece with which an open `<a>` begins
        self._comments: list[str] = []
        self._bold = self._struck = False  # whether anything is
        self._not_bold = self._not_struck = False  # whether any word is not

    def read(self, nodes: Sequence[AstNode]) -> None:
        waiting = [(node, False, False, False) for node in reversed(nodes)]
        while waiting:
            node, bold, struck, in_image = waiting.pop()
            value = node.node_value
            kind = type(value).__name__
            if kind == "Text":
                self.text(value.value, bold=bold, struck=struck)
            elif kind == "Code":
                self._spans.append(value.value.literal)
                self.text(value.value.literal, bold=bold, struck=struck)
            elif kind in ("SoftBreak", "LineBreak"):
                self._pieces.append("\n")
            elif kind == "HtmlInline":
                self._html(value.value, bold=bold, struck=struck)
            else:
                if kind == "Link" and not in_image:
                    self._links.append(value.value.url)
                    self._link_texts.append(_seen(node))
                bold, struck = bold or kind == "Strong", struck or kind == "Strikethrough"
                in_image = in_image or kind == "Image"
                self._bold, self._struck = self._bold or bold, self._struck or struck
                waiting.extend((child, bold, struck, in_image) for child in reversed(node.children))

    def text(self, text: str, *, bold: bool, struck: bool) -> None:
        self._pieces.append(text)
        if not (bold and struck) and any(map(str.isalnum, text)):
            self._not_bold = self._not_bold or not bold
            self._not_struck = self._not_struck or not struck

    def _html(self, tag: str, *, bold: bool, struck: bool) -> None:
        if tag.startswith("<!--"):
            self._comments.append(tag)
            return
        match = _TAG.fullmatch(tag)
        if match:
            if match[1].lower() == "a":
                self._end_anchor()
                self._anchor = None if tag.startswith("</") else len(self._pieces)
            self._pieces.append(_replacement(match))
        else:
            self.text(tag, bold=bold, struck=struck)

    def _end_anchor(self) -> None:
        if self._anchor is not None:
            self._link_texts.append(_folded(self._pieces[self._anchor :]))

    def inline(self) -> Inline:
        self._end_anchor()
        return Inline(
            text=_folded(self._pieces),
            spans=tuple(self._spans),
            links=tuple(dict.fromkeys(self._links)),
            link_texts=tuple(dict.fromkeys(self._link_texts)),
            comments=tuple(self._comments),
            bold=self._bold and not self._not_bold,
            struck=self._struck and not self._not_struck,
        )


def _seen(link: AstNode) -> str:
    """The text that a reader sees in a link."""
    pieces: list[str] = []
    waiting = [link]
    while waiting:
        node = waiting.pop()
        kind, value = kind_of(node), node.node_value
        if kind == "Text":
            pieces.append(value.value)
        elif kind == "Code":
            pieces.append(value.value.literal)
        elif kind in ("SoftBreak", "LineBreak"):
            pieces.append("\n")
        waiting.extend(reversed(node.children))
    return _folded(pieces)


def _folded(pieces: Sequence[str]) -> str:
    return " ".join("".join(pieces).split())


def html_text(source: str) -> str:
    """The text that a reader sees in a block of HTML, white space folded."""
    visible = _TAG.sub(_replacement, without_comments(source))
    return " ".join(html.unescape(visible).split())


def _replacement(tag: re.Match[str]) -> str:
    return " " if tag[1].lower() in _PARTING_TAGS else ""


def without_comments(source: str) -> str:
    """The source without comments. A regular expression would be quadratic on unclosed comments."""
    kept: list[str] = []
    at = 0
    while True:
        start = source.find("<!--", at)
        end = source.find("-->", start) if start >= 0 else -1
        if end < 0:
            return "".join((*kept, source[at:]))
        kept.append(source[at:start])
        at = end + len("-->")
