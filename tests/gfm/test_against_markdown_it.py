"""The same document, read by another parser: what it would take to exchange comrak, and proof that it could be.

`other` is all that is needed for blocks, boxes left out: an exchange takes a day, not a design.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from deploy_checklist.gfm.blocks import BlockKind
from deploy_checklist.gfm.inline import html_text
from deploy_checklist.gfm.parse import parse

Seen = tuple[str, int, int, str, tuple[str, ...]]  # kind, line, level, words, code spans

ROOT = Path(__file__).parent.parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("examples/*.md")])
if corpus := os.environ.get("CORPUS_DIR"):
    DOCUMENTS += sorted(Path(corpus).rglob("*.md"))

_KINDS = {
    "blockquote_open": BlockKind.QUOTE,
    "bullet_list_open": BlockKind.LIST,
    "ordered_list_open": BlockKind.LIST,
    "list_item_open": BlockKind.ITEM,
    "heading_open": BlockKind.HEADING,
    "paragraph_open": BlockKind.PARAGRAPH,
    "fence": BlockKind.CODE,
    "code_block": BlockKind.CODE,
    "html_block": BlockKind.HTML,
    "hr": BlockKind.BREAK,
    "table_open": BlockKind.TABLE,
    "tr_open": BlockKind.ROW,
}
_CONTAINERS = ("blockquote", "bullet_list", "ordered_list", "list_item")
_OTHER = MarkdownIt("commonmark", {"maxNesting": 200}).enable(["table", "strikethrough"])


def other(text: str) -> list[Seen]:
    """What markdown-it-py finds."""
    found: list[Seen] = []
    level = 0
    tokens = _OTHER.parse(text)
    for at, token in enumerate(tokens):
        if token.type in _KINDS and token.map is not None:
            follows = tokens[at + 1] if at + 1 < len(tokens) else token
            words, spans = (
                words_of(follows) if token.type in ("heading_open", "paragraph_open") else ("", ())
            )
            if token.type in ("fence", "code_block"):
                words = token.content
            found.append((_KINDS[token.type], token.map[0] + 1, level, words, spans))
        if token.type.removesuffix("_open") in _CONTAINERS:
            level += 1
        elif token.type.removesuffix("_close") in _CONTAINERS:
            level -= 1
    return found


def words_of(inline: Token) -> tuple[str, tuple[str, ...]]:
    pieces, spans = [], []
    for token in inline.children or ():
        if token.type in ("text", "code_inline"):
            pieces.append(token.content)
        elif token.type == "html_inline":
            pieces.append(html_text(token.content))
        elif token.type == "image":
            pieces.append(words_of(token)[0])
        if token.type == "code_inline":
            spans.append(token.content)
    return letters("".join(pieces)), tuple(spans)


def ours(text: str) -> list[Seen]:
    found = []
    for block in parse(text):
        if not block.kind.endswith("end"):
            inline = (
                block.inline if block.kind in (BlockKind.HEADING, BlockKind.PARAGRAPH) else None
            )
            words = (
                letters(inline.text)
                if inline
                else block.source
                if block.kind is BlockKind.CODE
                else ""
            )
            found.append(
                (block.kind, block.line, block.level, words, inline.spans if inline else ())
            )
    return found


def letters(text: str) -> str:
    """Without white space, and without a box: that is no part of CommonMark."""
    return re.sub(r"^\[[xX]?\]", "", "".join(text.split()))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name[:20])
def test_of_real_documents_both_find_the_same_blocks_words_and_code(document: Path) -> None:
    text = document.read_text(encoding="utf-8-sig")
    assert ours(text) == other(text)


# Left out is where markdown-it-py differs from GitHub: bare addresses, strikes beside other marks, single backticks
# after double ones, tags that begin a line behind an entry, tables of one column, tabs, and empty entries.
EMPTY_ENTRY = re.compile(r"^[ >]*(?:[-+*]|\d+[.)])[ >]*$", re.MULTILINE)
ATOMS = st.sampled_from(
    [
        *("- ", "* ", "+ ", "1. ", "2) ", "10. ", "> ", ">", "- [ ] a", "- [x] a", "  - [ ] a"),
        *(" ", "  ", "\n", "\n", "\n", "\n", "\n\n", "# ", "### ", "# a ##", "---", "***", "==="),
        *(
            "\n```\n",
            "\n````sh\n",
            "a",
            "b c",
            "foo:",
            "é",
            "部",
            "\\",
            "`A_B`",
            "*",
            "**",
            "_",
            "__",
            " ~~c~~ ",
        ),
        *(
            "[a](b)",
            "![a](b)",
            "[",
            "]",
            "(",
            ")",
            "!",
            "&amp;",
            "&#35;",
            "&",
            "\n| a | b |\n|---|---|\n| c | d |",
        ),
        *(
            "<div>",
            "</div>",
            "<!-- c -->",
            "\n<details>\n",
            "<summary>",
            "a <span>b</span>",
            "a <your-name>",
        ),
    ]
)


@settings(max_examples=1500, deadline=None)
@given(st.lists(ATOMS, max_size=16).map("".join))
def test_of_generated_documents_both_find_the_same_blocks_words_and_code(markdown: str) -> None:
    text = f"{markdown}\n"
    assume(not EMPTY_ENTRY.search(text))
    assert ours(text) == other(text)
