"""Markdown → Blocks, through comrak: the only module that imports the library.

Why comrak: it is a port of cmark-gfm, GitHub's own parser, has a tree with positions, and copies
the oddities of cmark-gfm too. In 130,000 generated documents it found every item on the same line
as our former parser (tested block by block against cmark-gfm); 184 real ones gave the same ids and
words. markdown-it-py is better maintained and pure Python, but differs from GitHub in bare
addresses, backticks and empty entries, and takes three times as long for 10,000 items. The
bindings of pulldown-cmark are less exact. cmarkgfm gives HTML, where a document's own HTML can
look like an item; comrak's XML does not escape the words after a fence.

Who maintains it: several people have maintained comrak since 2017; one person maintains its Python
bindings, comrak-ext. So we pin one version by its hash, and only one module knows it. In
tests/gfm/test_against_markdown_it.py another parser finds the same blocks: replacing comrak (this
module, walk.py and inline.py) takes a day.

How it is built: 0.2.8 contains comrak 0.59.0. There are wheels for CPython 3.11 to 3.14 on amd64
and arm64 (glibc 2.17), 0.8 MB each and 2.7 MB unpacked, with an SBOM inside; it needs no other
package. It takes 2 ms to import, and 25 ms for the tree of 10,000 items.

What to know: its wheels abort when Rust panics, and no Python code can catch that. It did not
panic on 34,500,000 generated documents; if it does, the run is killed by a signal: red, without a
verdict. Endless nesting would overflow the stack, so this module refuses it first.
"""

from __future__ import annotations

import re

import comrak

from .blocks import DEEPEST, MOST_EMPHASIS, Block, UnreadableMarkdown
from .inline import AstNode
from .plain_texts import PlainTexts
from .walk import Walk, too_deep

_EXTENSIONS = comrak.ExtensionOptions(table=True, strikethrough=True, autolink=True)
# A line of a comment can also be part of a footnote or a formula. With these options, 1,300,000
# generated comments caused no panic.
_OF_COMMENTS = comrak.ExtensionOptions(
    table=True, strikethrough=True, autolink=True, footnotes=True, math_dollars=True
)

# The bindings copy comrak's tree recursively, with 280 bytes of stack for each level, and a stack
# overflow ends the process. So quotes and emphasis are counted first; comrak itself stops lists at
# 100 levels. Quotes in a footnote can be as deep as any others.
_DEEP_QUOTES = re.compile(
    rf"^(?:(?:[ \t*+\-.)\d]|\[\^[^\]\s]*+\]:)*+>){{{DEEPEST + 1}}}", re.MULTILINE
)
_ENDS_PARAGRAPH = re.compile(r"\n(?=[ \t]*\n| {0,3}[-+*][ \t]+\S)")  # other lines may, too
# Marks that may open emphasis, and marks that may close it. A mark next to a blank can do only one
# of the two; an underscore inside a word can do neither.
_OPENING = [
    re.compile(rf"(?<![{before}]){sign}++(?![ \t\n]|\Z)")
    for sign, before in ((r"\*", r"\*"), ("_", "_A-Za-z0-9"), ("~", "~"))
]
_CLOSING = [
    re.compile(rf"(?<![{sign} \t\n]){sign}++(?![{after}])")
    for sign, after in ((r"\*", r"\*"), ("_", "_A-Za-z0-9"), ("~", "~"))
]


def parse(text: str) -> tuple[Block, ...]:
    """The blocks of a document, in order. Its lines must end in `\\n`, and it must hold no NUL.

    After a container come its blocks and then its end. Raises UnreadableMarkdown if the document
    is nested too deeply or comrak fails on it.
    """
    text = text.encode("utf-8", "replace").decode()  # a lone surrogate is not text
    _refuse_deep(text)
    walk = Walk(text.split("\n"))
    walk.add_children(_tree(text, _EXTENSIONS), level=0)
    return tuple(walk.blocks)


def plain_texts(text: str) -> tuple[tuple[int, str], ...]:
    """The beginnings of a comment's lines that are in a plain paragraph, in order.

    Each ends at the end of its line or earlier. Its line, counted from 1, is comrak's: after
    definitions of links, that is an earlier line than the real one. Takes the same text as `parse`
    and raises the same error.
    """
    text = text.encode("utf-8", "replace").decode()
    _refuse_deep(text)
    return tuple(PlainTexts().of_document(_tree(text, _OF_COMMENTS)))


def _tree(text: str, extensions: comrak.ExtensionOptions) -> AstNode:
    try:
        tree: AstNode = comrak.parse_document(text, extensions)
    except KeyboardInterrupt:
        raise
    except BaseException:  # a panic is not an Exception, and its message quotes the document
        reason = "the Markdown parser failed on this document; please report it"
        raise UnreadableMarkdown(1, reason) from None
    return tree


def _refuse_deep(text: str) -> None:
    if quotes := _DEEP_QUOTES.search(text):
        raise too_deep(text.count("\n", 0, quotes.start()) + 1)
    if sum(map(text.count, ("*", "_", "~", "!["))) <= MOST_EMPHASIS:
        return
    line = 1
    for part in _ENDS_PARAGRAPH.split(text):
        if len(part) > 2 * MOST_EMPHASIS and _most_levels(part) > MOST_EMPHASIS:
            reason = f"more than {MOST_EMPHASIS:,} pairs of marks of emphasis in one paragraph"
            raise UnreadableMarkdown(line, reason)
        line += part.count("\n") + 1


def _most_levels(text: str) -> int:
    """An upper bound of the levels of emphasis and images, from the marks that open and close."""
    levels = min(text.count("!["), text.count("]"))
    for opening, closing in zip(_OPENING, _CLOSING, strict=True):
        opened, closed = (sum(map(len, marks.findall(text))) for marks in (opening, closing))
        levels += min(opened, closed)
    return levels
