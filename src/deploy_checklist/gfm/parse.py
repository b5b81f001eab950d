"""Markdown → Blocks, through comrak: the only module that imports the library.

Why comrak: it is a port of cmark-gfm, GitHub's own parser, with a tree and positions, and follows
it into its oddities. In 130,000 generated documents every item stood on the line where our former
parser (tested block by block against cmark-gfm) had found it; 184 real ones gave the same ids and
words. markdown-it-py is better kept and pure Python, but differs from GitHub in bare addresses,
backticks and empty entries, and takes 10,000 items three times as long. The bindings of
pulldown-cmark are less exact. cmarkgfm gives HTML, in which a document's own HTML can pass for an
item; comrak's XML does not escape the words behind a fence.

Who keeps it: comrak has been kept by several people since 2017, its Python bindings, comrak-ext,
are kept by one. Hence one version, pinned by its hash, and one module that knows it. In
tests/gfm/test_against_markdown_it.py another parser finds the same blocks: an exchange, of this
module, walk.py and inline.py, takes a day.

How it is built: 0.2.8 holds comrak 0.59.0. There are wheels for CPython 3.11 to 3.14 on amd64 and
arm64 (glibc 2.17), 0.8 MB each and 2.7 MB unpacked, with an SBOM inside; it needs no other
package. It takes 2 ms to import, and 25 ms for the tree of 10,000 items.

What to know: its wheels abort when Rust panics, and no Python code can catch that. 34,500,000
generated documents did not make it panic; a run that does ends by a signal, red and without a
verdict. Nesting without end, which overflows the stack, is refused here beforehand.
"""

from __future__ import annotations

import re

import comrak

from .blocks import DEEPEST, MOST_EMPHASIS, Block, UnreadableMarkdown
from .inline import AstNode
from .plain_texts import PlainTexts
from .walk import Walk, too_deep

_EXTENSIONS = comrak.ExtensionOptions(table=True, strikethrough=True, autolink=True)
# In a comment a line can stand in a footnote or a formula, too: 1,300,000 generated ones made no
# panic with these.
_OF_COMMENTS = comrak.ExtensionOptions(
    table=True, strikethrough=True, autolink=True, footnotes=True, math_dollars=True
)

# The bindings hand over comrak's tree by recursion, 280 bytes of stack a level, and a stack that
# overflows ends the process: quotes and emphasis are counted beforehand. Lists end at 100 anyway.
# Quotes in a footnote are as deep as any.
_DEEP_QUOTES = re.compile(
    rf"^(?:(?:[ \t*+\-.)\d]|\[\^[^\]\s]*+\]:)*+>){{{DEEPEST + 1}}}", re.MULTILINE
)
_ENDS_PARAGRAPH = re.compile(r"\n(?=[ \t]*\n| {0,3}[-+*][ \t]+\S)")  # other lines may, too
# What may open emphasis, and what may close it: a mark beside a blank does at most one of the two,
# an underscore within a word neither.
_OPENING = [
    re.compile(rf"(?<![{before}]){sign}++(?![ \t\n]|\Z)")
    for sign, before in ((r"\*", r"\*"), ("_", "_A-Za-z0-9"), ("~", "~"))
]
_CLOSING = [
    re.compile(rf"(?<![{sign} \t\n]){sign}++(?![{after}])")
    for sign, after in ((r"\*", r"\*"), ("_", "_A-Za-z0-9"), ("~", "~"))
]


def parse(text: str) -> tuple[Block, ...]:
    """The blocks of a document in their order. Its lines end in `\\n`, and no NUL is in it.

    A container is followed by what stands in it and by its end. Raises UnreadableMarkdown
    for what is nested too deeply, and for whatever comrak fails on.
    """
    text = text.encode("utf-8", "replace").decode()  # half of a surrogate pair is no text
    _refuse_deep(text)
    walk = Walk(text.split("\n"))
    walk.add_children(_tree(text, _EXTENSIONS), level=0)
    return tuple(walk.blocks)


def plain_texts(text: str) -> tuple[tuple[int, str], ...]:
    """What the lines of a comment begin with that stand in nothing but a paragraph, in their order.

    Each ends where its line ends, or before, and comes with the line where comrak sees it, from 1:
    behind definitions of links that is an earlier one. The text is as for `parse`, which raises the
    same.
    """
    text = text.encode("utf-8", "replace").decode()
    _refuse_deep(text)
    return tuple(PlainTexts().of_document(_tree(text, _OF_COMMENTS)))


def _tree(text: str, extensions: comrak.ExtensionOptions) -> AstNode:
    try:
        tree: AstNode = comrak.parse_document(text, extensions)
    except KeyboardInterrupt:
        raise
    except BaseException:  # a panic is no Exception, and its message quotes the document
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
    """An upper bound of the levels of emphasis and images: by the marks that open and close."""
    levels = min(text.count("!["), text.count("]"))
    for opening, closing in zip(_OPENING, _CLOSING, strict=True):
        opened, closed = (sum(map(len, marks.findall(text))) for marks in (opening, closing))
        levels += min(opened, closed)
    return levels
