"""What a reader sees of inline Markdown, compared with the independent parser."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from checklist.reading import item
from checklist.rendered import boxes
from deploy_checklist.checklist.model import fold
from deploy_checklist.gfm.blocks import NOTHING, Inline
from deploy_checklist.gfm.parse import parse


def scan(markdown: str) -> Inline:
    blocks = parse(markdown)
    return blocks[0].inline if blocks else NOTHING


SEEN = {
    "plain  words\nfolded": "plain words folded",
    "**bold** and *soft* and __both__ _ways_": "bold and soft and both ways",
    "***both***": "both",
    "**a*b**": "a*b",
    "snake_case_name and 2 * 3 * 4": "snake_case_name and 2 * 3 * 4",
    "`code` and ``co`de`` and ` `` `": "code and co`de and ``",
    "`unclosed": "`unclosed",
    "[text](https://example.org 'title') and ![alt](x.png)": "text and alt",
    "[[Lead]](u) [plain] [x](a(b)c)": "[Lead] [plain] x",
    "[a](<b c>)": "a",
    "<https://example.org> https://example.org/a_b_c.": "https://example.org https://example.org/a_b_c.",
    "~~gone~~ ~half~ ~~~none~~~": "gone half ~~~none~~~",
    r"\*kept\* \`too\`": "*kept* `too`",
    "&amp; &lt;b&gt; &nbsp;&#35;": "& <b> #",
    "a<br>b <b>c</b> <!-- never --> d": "a b c d",
    "https://<your-domain>/x": "https://<your-domain>/x",
    "unclosed <!-- comment": "unclosed <!-- comment",
}


@pytest.mark.parametrize(("markdown", "text"), SEEN.items())
def test_is_what_a_reader_sees(markdown: str, text: str) -> None:
    assert scan(markdown).text == text


def test_collects_code_spans_in_order_and_links_once() -> None:
    found = scan(
        "`a` [x](u1) `` b`c `` <https://u2.example> https://u3.example/(x)). [y](u1) ![i](u4) `https://u5.example`"
    )
    assert found.spans == ("a", "b`c", "https://u5.example")
    assert found.links == ("u1", "https://u2.example", "https://u3.example/(x)")


def test_follows_reference_links() -> None:
    read = item("- [ ] see [the guide][g], [g] and [none]", "", "[g]: https://example.org/guide")
    assert read.text == "see the guide, g and [none]"
    assert read.links == ("https://example.org/guide",)


@pytest.mark.parametrize(
    ("markdown", "bold", "struck"),
    [
        ("**all of it**", True, False),
        ("**all**: ", True, False),
        ("**a** **b**", True, False),
        ("**a** b", False, False),
        ("*a*", False, False),
        ("~~all `of` it~~", False, True),
        ("~~**all**~~", True, True),
        ("~~a~~ b", False, False),
        ("", False, False),
    ],
)
def test_knows_what_is_wholly_bold_or_struck_through(
    markdown: str, bold: bool, struck: bool
) -> None:
    found = scan(markdown)
    assert (found.bold, found.struck) == (bold, struck)


WORDS = st.sampled_from(
    [
        "one",
        "two ",
        " ",
        "`",
        "``",
        "**",
        "*",
        "_",
        "~~",
        "[x](u)",
        "[",
        "]",
        "(",
        ")",
        "\\",
        "snake_case",
        "&amp;",
        ":",
        "!",
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(WORDS, max_size=10).map("".join))
@example("one**~~one**~~")  # what stands open inside a pair is text
def test_says_the_same_words_as_the_independent_parser(markdown: str) -> None:
    (shown,) = boxes(f"- [ ] w {markdown}")
    assert (
        fold(item(f"- [ ] w {markdown}").text).replace("_", " ").split()
        == fold(shown).replace("_", " ").split()
    )
