"""Blocks: the same, on the same lines, as the parser that GitHub uses."""

from __future__ import annotations

from html.parser import HTMLParser

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from hypothesis import example, given, settings
from hypothesis import strategies as st

from deploy_checklist.gfm.blocks import Block, BlockKind
from deploy_checklist.gfm.parse import parse

_KINDS = {
    "p": "paragraph",
    "ul": "list",
    "ol": "list",
    "li": "item",
    "blockquote": "quote",
    "hr": "break",
}
_KINDS |= {"pre": "code", "table": "table"} | {
    f"h{rank}": f"heading {rank}" for rank in range(1, 7)
}
_CONTAINERS = ("ul", "ol", "li", "blockquote")

ATOMS = st.sampled_from(
    [
        *(
            "- ",
            "* ",
            "+ ",
            "1. ",
            "2) ",
            "10. ",
            "123456789. ",
            "1234567890. ",
            "> ",
            ">",
            "- [ ] t",
            "- [x] t",
        ),
        *(" ", "  ", "   ", "    ", "\t", "\n", "\n", "\n", "\n", "\n", "\n\n"),
        *(
            "#",
            "# ",
            "## ",
            "#######",
            "# #",
            "## a ##",
            "```",
            "~~~",
            "````",
            "---",
            "***",
            "- - -",
            "===",
            "--",
        ),
        *("-", "+", "*", "a", "b c", "foo", "\\", "`", "x\t"),
        *("| a | b |", "|---|---|", "a | b", "--- | ---", ":-:", "|"),
        *(
            "<div>",
            "</div>",
            "<!-- c -->",
            "<!--",
            "-->",
            "<details>",
            "<summary>",
            "<span>",
            "<x-y z='1'>",
        ),
        *("<?", "?>", "<script>", "</script>", "[foo]: /url", "[foo]", "[a]: <b> 'c'"),
    ]
)


class _Shown(HTMLParser):
    """Blocks of rendered HTML with the lines that they come from. A paragraph of a tight list is not told there."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, int]] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        place = dict(attrs).get("data-sourcepos")
        if place is None or tag not in _KINDS:
            return
        if not (tag == "p" and self._open and self._open[-1] == "li"):
            self.found.append((_KINDS[tag], int(place.split(":")[0]) - 1))
        if tag in _CONTAINERS:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _CONTAINERS and self._open:
            self._open.pop()


def shown(markdown: str) -> list[tuple[str, int]]:
    reader = _Shown()
    reader.feed(cmarkgfm.github_flavored_markdown_to_html(markdown, Options.CMARK_OPT_SOURCEPOS))
    return reader.found


def read(markdown: str) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    inside: list[BlockKind] = []
    for block in parse(markdown):
        if block.kind.endswith("end"):
            inside = inside[: block.level]
        elif block.kind not in (BlockKind.ROW, BlockKind.HTML) and not (
            block.kind is BlockKind.PARAGRAPH and inside[-1:] == [BlockKind.ITEM]
        ):
            found.append(
                (f"heading {block.rank}" if block.rank else str(block.kind), block.line - 1)
            )
        if block.kind in (BlockKind.LIST, BlockKind.ITEM, BlockKind.QUOTE):
            inside.append(block.kind)
    return found


def kinds(*lines: str) -> list[str]:
    return [str(block.kind) for block in parse("\n".join(lines))]


def only(kind: BlockKind, *lines: str) -> list[Block]:
    return [block for block in parse("\n".join(lines)) if block.kind is kind]


def told(found: list[tuple[str, int]], markdown: str) -> list[object]:
    """Less what the independent parser tells wrongly: lines of paragraphs above a table, or behind a definition."""
    kinds = [kind for kind, _ in found]
    return [*kinds] if "]:" in markdown or "table" in kinds else [*found]


@settings(max_examples=600, deadline=None)
@given(st.lists(ATOMS, max_size=14).map("".join))
@example("- a\n\n\tb\n  - c\n\n      d")  # a tab counts to the next column
@example("> a\nb\n- c\nd\n\n> e")  # lazy text
@example("-\n\n  a")  # an entry that begins with nothing ends at the next empty line
@example("a | b\n- | -\n1. x\n| a |\n|---|\nb\n> c")
@example("1. a\n2) b\n- c\n+ d\n***\n14. e\na\n14. f\n1. g")
@example("a\n|---|---|\n|---|---|")
@example("a\n<span>\n\n<span>\nb\n\n<div\n\n<pre>\n\nc</pre>\nd")
@example("[a]: b\n===\n[c]: d\ne\n===")
@example("```\na\n``` `\n- b\n```")  # a fence is closed by nothing but its own signs
def test_the_same_blocks_on_the_same_lines_as_the_independent_parser(markdown: str) -> None:
    assert told(read(markdown), markdown) == told(shown(markdown), markdown)


def test_what_is_in_code_keeps_its_own_indentation() -> None:
    (code,) = only(BlockKind.CODE, "- ```sh", "  a", "    b", "", "  ```")
    assert (code.source, code.line, code.last) == ("a\n  b\n\n", 1, 5)


@pytest.mark.parametrize("space", ["\f", "\v", "\u00a0", "\u3000", "\x1c"])
def test_only_spaces_and_tabs_make_a_line_blank(space: str) -> None:
    found = kinds(f"    {space}", "", "- a", "", f"      {space}", "", "- ```", f"  ```{space}")
    assert found == [
        *(
            "code",
            "list",
            "item",
            "paragraph",
            "code",
            "item end",
            "item",
            "code",
            "item end",
            "list end",
        ),
    ]


def test_a_block_knows_its_lines_and_how_deep_it_is() -> None:
    found = parse("\n".join(["# T", "", "- a", "  b", "  - c", "", "d"]))
    assert [(each.kind, each.line, each.last, each.level) for each in found] == [
        ("heading", 1, 1, 0),
        ("list", 3, 5, 0),
        ("item", 3, 5, 1),
        ("paragraph", 3, 4, 2),
        ("list", 5, 5, 2),
        ("item", 5, 5, 3),
        ("paragraph", 5, 5, 4),
        ("item end", 5, 5, 3),
        ("list end", 5, 5, 2),
        ("item end", 5, 5, 1),
        ("list end", 5, 5, 0),
        ("paragraph", 7, 7, 0),
    ]


def test_definitions_of_links_are_taken_off_the_text_that_follows_them() -> None:
    (paragraph,) = only(
        BlockKind.PARAGRAPH, "[A  b]: <x y> 'title'", "[c]:", "z", "and words [c], [a b]"
    )
    assert (paragraph.line, paragraph.source) == (4, "and words [c], [a b]")
    assert paragraph.inline.links == ("z", "x y")


def test_a_heading_stands_where_its_text_does_below_the_definitions_before_it() -> None:
    (heading,) = only(BlockKind.HEADING, "[a]: b", "one", "two", "===")
    assert (heading.line, heading.last, heading.rank, heading.source) == (2, 4, 1, "one\ntwo")


@pytest.mark.parametrize(
    ("lines", "source"),
    [
        (["a  ", "   b\t", "c"], "a  \nb\t\nc"),
        (["> a", "> > b", "c"], "a"),
        (["> > a", "> b", "c"], "a\nb\nc"),
        (["- > a", "  >   b", "  c"], "a\nb\nc"),
        (["1. é `x", "   y`", "z"], "é `x\ny`\nz"),
        (["-\ta", "\tb"], "a\nb"),
    ],
)
def test_a_paragraph_is_as_written_without_the_marks_of_what_it_stands_in(
    lines: list[str], source: str
) -> None:
    assert only(BlockKind.PARAGRAPH, *lines)[0].source == source


@pytest.mark.parametrize(
    ("lines", "ticked", "source"),
    [
        (["- [ ] one `A`  ", "  two"], False, "one `A`  \ntwo"),
        (["> - [X] [x] one"], True, "[x] one"),
        (["- [x] one", "", "[x]: /a-link"], True, "one"),
        (["- [ ] one", "  ---"], False, "one"),
        (["- [ ] a | b", "  --|--"], False, "a | b"),
        (["- [ ] "], False, ""),
    ],
)
def test_an_item_knows_its_box_and_what_is_beside_it(
    lines: list[str], ticked: bool, source: str
) -> None:
    (found,) = only(BlockKind.ITEM, *lines)
    assert (found.ticked, found.source) == (ticked, source)
    assert found.inline.text == " ".join(source.replace("`", "").split()).removesuffix(" | b")


@pytest.mark.parametrize(
    "line", ["- a", "- [] a", "- [ ]a", "- # [ ] a", "- \\[ ] a", "-", "- [x](u) a"]
)
def test_any_other_item_has_no_box(line: str) -> None:
    (found,) = only(BlockKind.ITEM, line)
    assert (found.ticked, found.source, found.inline.text) == (None, "", "")


@pytest.mark.parametrize(
    ("lines", "last"),
    [
        (["- a", "", ""], 1),
        (["- ```", "  a", "", "  b", "", "", "c"], 4),
        (["- a", "  - b", "", "    c", "", "d"], 4),
        (["- <div>", "  a", "", "d"], 2),
        (["- > a", "  > b", "  >", "", "d"], 2),
    ],
)
def test_an_item_ends_with_its_last_words(lines: list[str], last: int) -> None:
    assert only(BlockKind.ITEM, *lines)[0].last == last


def test_a_table_has_rows_of_cells_and_as_many_as_its_header() -> None:
    rows = only(BlockKind.ROW, "a", "| `b` | c |", "|---|---|", "| \\| | d | e |", "f")
    assert [(row.line, [cell.text for cell in row.cells]) for row in rows] == [
        (2, ["b", "c"]),
        (4, ["|", "d"]),
        (5, ["f", ""]),
    ]


def test_html_keeps_its_source_and_shows_its_words() -> None:
    (html,) = only(
        BlockKind.HTML, "<p>a &amp; <b>b</b><br>c <!-- never --> <your-domain>", "<!-- open", ""
    )
    assert html.source == "<p>a &amp; <b>b</b><br>c <!-- never --> <your-domain>\n<!-- open\n"
    assert html.inline.text == "a & b c <your-domain> <!-- open"


@pytest.mark.parametrize("space", ["\x85", "\u00a0", "\u2003"])
def test_only_spaces_and_tabs_are_white_space_in_a_row(space: str) -> None:
    """As for GitHub: any other white space is what a cell holds, and counts as a column."""
    table = f"| a | {space}\n|---|---|\n"
    (header,) = only(BlockKind.ROW, *table.split("\n"))
    assert len(header.cells) == 2
    assert "<table>" in cmarkgfm.github_flavored_markdown_to_html(table)
