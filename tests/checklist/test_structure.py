"""Blocks: the same, on the same lines, as the parser that GitHub uses; in linear time."""

from __future__ import annotations

import time
from html.parser import HTMLParser

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from hypothesis import example, given, settings
from hypothesis import strategies as st

from deploy_checklist.checklist.structure import blocks

_KINDS = {"p": "paragraph", "ul": "list", "ol": "list", "li": "item", "blockquote": "quote", "hr": "break"}
_KINDS |= {"pre": "code", "table": "table"} | {f"h{rank}": f"heading {rank}" for rank in range(1, 7)}
_CONTAINERS = ("ul", "ol", "li", "blockquote")

ATOMS = st.sampled_from(
    [
        *("- ", "* ", "+ ", "1. ", "2) ", "10. ", "123456789. ", "1234567890. ", "> ", ">", "- [ ] t", "- [x] t"),
        *(" ", "  ", "   ", "    ", "\t", "\n", "\n", "\n", "\n", "\n", "\n\n"),
        *("#", "# ", "## ", "#######", "# #", "## a ##", "```", "~~~", "````", "---", "***", "- - -", "===", "--"),
        *("-", "+", "*", "a", "b c", "foo", "\\", "`", "x\t"),
        *("| a | b |", "|---|---|", "a | b", "--- | ---", ":-:", "|"),
        *("<div>", "</div>", "<!-- c -->", "<!--", "-->", "<details>", "<summary>", "<span>", "<x-y z='1'>"),
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
    inside: list[str] = []
    for block in blocks(markdown.split("\n"))[0]:
        if block.kind.endswith("_end"):
            inside = inside[: block.level] if block.kind != "table_end" else inside
        elif block.kind not in ("row", "html") and not (block.kind == "paragraph" and inside[-1:] == ["item"]):
            found.append((f"heading {block.rank}" if block.rank else block.kind, block.first))
        if block.kind in ("list", "item", "quote"):
            inside.append(block.kind)
    return found


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


@pytest.mark.parametrize(
    "line",
    [
        "- [ ] a\n",
        "> " * 99 + "a\n",
        "a\n",
        "[a]: b\n",
        "| a | b |\n|---|---|\n",
        "- " * 49 + "\n\n",
        "<!--\n",
        "```\n",
    ],
)
def test_time_is_linear_in_lines(line: str) -> None:
    def seconds(times: int) -> float:
        lines = (line * times).split("\n")
        started = time.process_time()
        blocks(lines)
        return time.process_time() - started

    seconds(100)
    assert min(seconds(8000) for _ in range(2)) < 12 * max(seconds(2000), 0.005)  # four times; quadratic would be 16


def test_what_stands_in_code_keeps_its_own_indentation() -> None:
    (_, _, code, *_), _ = blocks(["- ```sh", "  a", "    b", "", "  ```"])
    assert (code.kind, code.content, code.first, code.end) == ("code", "a\n  b\n\n", 0, 5)


@pytest.mark.parametrize("space", ["\f", "\v", "\u00a0", "\u3000", "\x1c"])
def test_only_spaces_and_tabs_make_a_line_blank(space: str) -> None:
    found, _ = blocks([f"    {space}", "", "- a", "", f"      {space}", "", "- ```", f"  ```{space}"])
    kinds = [each.kind for each in found]
    assert kinds == ["code", "list", "item", "paragraph", "code", "item_end", "item", "code", "item_end", "list_end"]


def test_a_block_knows_its_lines_and_how_deep_it_stands() -> None:
    found, _ = blocks(["# T", "", "- a", "  b", "  - c", "", "d"])
    assert [(each.kind, each.first, each.end, each.level) for each in found] == [
        ("heading", 0, 1, 0),
        ("list", 2, 6, 0),
        ("item", 2, 6, 1),
        ("paragraph", 2, 4, 2),
        ("list", 4, 6, 2),
        ("item", 4, 6, 3),
        ("paragraph", 4, 5, 4),
        ("item_end", 6, 6, 3),
        ("list_end", 6, 6, 2),
        ("item_end", 6, 6, 1),
        ("list_end", 6, 6, 0),
        ("paragraph", 6, 7, 0),
    ]


def test_definitions_of_links_are_taken_off_the_text_that_follows_them() -> None:
    found, definitions = blocks(["[A  b]: <x y> 'title'", "[c]:", "z", "and words [c]"])
    assert definitions == {"a b": "x y", "c": "z"}
    assert [(each.first, each.content) for each in found] == [(3, "and words [c]")]
