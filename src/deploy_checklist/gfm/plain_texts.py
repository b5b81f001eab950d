"""The beginnings of a comment's lines that are in a plain paragraph, as GitHub displays it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .inline import AstNode, kind_of, without_comments

# Elements that GitHub renders and that contain the text after them: a paragraph after `<details>`
# and an empty line is a folded one. GitHub removes any other tag, or displays it as text.
_HOLDING = """
h1 h2 h3 h4 h5 h6 b i strong em a pre code tt div ins del sup sub p picture ol ul table thead tbody
tfoot blockquote dl dt dd kbd q samp var ruby rt rp li tr td th s strike summary details caption
figure figcaption abbr bdo cite dfn mark small span time
"""
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*+)[^<>]*+>")
_HOLDING_TAGS = frozenset(_HOLDING.split())
_MOST_OPEN = 200  # nested elements that are searched for the one that an end tag closes


class PlainTexts:
    """Collects the beginnings of lines that are in a plain paragraph.

    Leaves out text in a quote, list, table or footnote, and text in code, a link, an image,
    emphasis, mathematics or an HTML element.
    """

    def __init__(self) -> None:
        self._open: list[str] = []  # HTML elements that contain the text after them

    def of_document(self, document: AstNode) -> Iterator[tuple[int, str]]:
        """The texts in order, with their lines; each ends at the end of its line or earlier."""
        for block in document.children:
            kind = kind_of(block)
            if kind == "HtmlBlock":
                self._read_tags(block.node_value.value.literal)
            elif kind == "Paragraph":
                yield from self._of_paragraph(block)
        _free(document)

    def _of_paragraph(self, paragraph: AstNode) -> Iterator[tuple[int, str]]:
        begins = True
        for node in paragraph.children:
            kind = kind_of(node)
            if kind == "HtmlInline":
                self._read_tags(node.node_value.value)
            elif kind == "Text" and begins and not self._open:
                yield node.sourcepos.start.line, node.node_value.value
            begins = kind in ("SoftBreak", "LineBreak")

    def _read_tags(self, html: str) -> None:
        for closing, name in _TAG.findall(without_comments(html)):
            tag = name.lower()
            if tag not in _HOLDING_TAGS:
                continue
            if not closing:
                self._open.append(tag)
            elif tag in self._open[-_MOST_OPEN:]:
                while self._open.pop() != tag:
                    pass


def _free(document: AstNode) -> None:
    """Breaks the reference cycles of nodes with their parents."""
    waiting = [document]
    while waiting:
        node = waiting.pop()
        waiting += node.children
        node.children = []
