"""What GitHub shows as a task-list box is an item, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deploy_checklist.checklist.parse import parse

from .reading import bookshop, items
from .rendered import boxes

SHOWN = {
    "hyphen": "- [ ] words",
    "asterisk": "* [ ] words",
    "plus": "+ [ ] words",
    "number and point": "1. [ ] words",
    "number and parenthesis": "7) [ ] words",
    "ticked, lower case": "- [x] words",
    "ticked, upper case": "- [X] words",
    "tab after the marker": "-\t[ ] words",
    "tab after the box": "- [ ]\twords",
    "several spaces": "-   [ ]   words",
    "indented by three": "   - [ ] words",
    "box and a space, no words": "- [ ] ",
    "a link whose text is an X": "- [ ] [X](https://example.org)",
    "several paragraphs": "- [ ] words\n\n  more words",
    "in an open details element, after a blank line": "<details>\n\n- [ ] words\n\n</details>",
    "underlined as a heading": "- [ ] words\n  ---",
    "something like a table": "- [ ] a | b\n  --|--\n  1 | 2",
    "a second pair of brackets": "- [ ] [ ] words",
}
NOT_SHOWN = {
    "no space in the brackets": "- [] words",
    "no space after the box": "- [ ]words",
    "two spaces in the box": "- [  ] words",
    "tab in the box": "- [\t] words",
    "another letter": "- [o] words",
    "escaped": "- \\[ ] words",
    "box without words": "- [ ]",
    "words only on the next line": "- [ ]\n  words",
    "box on the next line": "-\n  [ ] words",
    "no-break space after the box": "- [ ]\u00a0words",
    "a paragraph": "[ ] words",
    "not at the start": "- words [ ] words",
    "a heading in an entry": "- # [ ] words",
    "a link": "- [x](https://example.org) words",
    "fenced": "```\n- [ ] words\n```",
    "fenced and never closed": "```\n- [ ] words",
    "indented code": "    - [ ] words",
    "inline code": "`- [ ] words`",
    "an HTML comment": "<!--\n- [ ] words\n-->",
    "an HTML block": "<details>\n- [ ] words\n</details>",
    "a table cell": "| a |\n|---|\n| - [ ] words |",
    "a number other than one inside a paragraph": "words\n2. [ ] words",
}


@pytest.mark.parametrize("markdown", SHOWN.values(), ids=SHOWN)
def test_is_an_item_where_github_shows_a_box(markdown: str) -> None:
    assert len(boxes(markdown)) == 1
    assert len(items(markdown)) == 1


@pytest.mark.parametrize("markdown", NOT_SHOWN.values(), ids=NOT_SHOWN)
def test_is_not_an_item_where_github_shows_no_box(markdown: str) -> None:
    assert boxes(markdown) == []
    assert items(markdown) == ()


LIKE_NONE = (
    "not at the start",
    "a link",
    "fenced",
    "fenced and never closed",
    "indented code",
    "inline code",
    "an HTML comment",
)


@pytest.mark.parametrize("markdown", SHOWN.values(), ids=SHOWN)
def test_a_box_is_not_a_near_box(markdown: str) -> None:
    assert parse(markdown, "c.md").near_boxes == ()


@pytest.mark.parametrize("name", NOT_SHOWN)
def test_what_people_take_for_a_box_is_named(name: str) -> None:
    assert bool(parse(NOT_SHOWN[name], "c.md").near_boxes) is (name not in LIKE_NONE)


@pytest.mark.parametrize(
    "line",
    [
        "- [y] words",
        "- **[ ] words**",
        "- &#9744; words",
        "- <input type='checkbox'> words",
        '<input type="checkbox" disabled> words',
        "- 【 】 words",
        "- Approved: [ ]",
        "- []words",
        "-[ ] words",
        "*[x] words",
        "1.[ ] words",
        "• [ ] words",
        "– [x] words",
        "- [✓] words",
        "- [-] words",
        "- ［ ］ words",
        "☐ words",
        "- ☑ words",
        "□ words",
        "⬜ words",
        "> [ ] words",
        "# [ ] words",
    ],
)
def test_other_boxes_than_githubs_are_named_with_their_line(line: str) -> None:
    document = f"- [ ] a real one\n\nwords\n\n{line}\n"
    assert parse(document, "c.md").near_boxes == (5,)
    assert len(parse(document, "c.md").items) == 1


@pytest.mark.parametrize(
    "line",
    [
        "[x](https://example.org) is a link",
        "[x]: https://example.org",
        "- [1] a footnote",
        "- [link][x]",
        "- [WIP] words",
        "a list[] of words",
        "- -1 is no answer",
        "`[ ]` is an open box",
        "| a |\n|---|\n| `- [ ]` is how a box is written |",
        "- ✅ words",
        "`☐` is an open box, `<input type=checkbox>` another",
        "**Status:** ☐ success ☐ failed",
    ],
)
def test_what_nobody_takes_for_a_box_is_not_named(line: str) -> None:
    assert parse(f"- [ ] a real one\n\n{line}\n", "c.md").near_boxes == ()


def test_a_line_below_a_box_may_look_like_one() -> None:
    document = "- [ ] a real one\n-[ ] another\n- [ ] a third\n"
    assert parse(document, "c.md").near_boxes == (2,)


def test_githubs_retired_tasklists_are_named() -> None:
    document = "- [ ] a real one\n\n```[tasklist]\n### Sign-off\n- [ ] words\n```\n"
    assert parse(document, "c.md").near_boxes == (5,)


@pytest.mark.parametrize(
    "markdown", ["> - [ ] words", "- - [ ] words", "> 1. [x] words", "> > * [ ] words"]
)
def test_counts_quoted_and_doubled_entries_as_github_com_does(markdown: str) -> None:
    """The library cmark-gfm looks at the start of the line only; the site shows these too (github/task_list#36)."""
    assert len(items(markdown)) == 1


def test_takes_tick_and_words_from_the_box_and_not_from_a_link() -> None:
    """cmark-gfm reads the X of a link as a tick."""
    unticked, ticked = items("- [ ] set [X](https://example.org)", "- [X] set [ ] it")
    assert (unticked.ticked, unticked.text) == (False, "set X")
    assert (ticked.ticked, ticked.text) == (True, "set [ ] it")


def test_finds_every_box_of_a_whole_document_on_its_line() -> None:
    lines = [(item.line, item.text.split()[0]) for item in bookshop().items]
    assert lines == [
        (10, "CHECKOUT_GATEWAY"),
        (11, "CHECKOUT_SIGNING_KEY"),
        (12, "CHECKOUT_RETURN_URL"),
        (20, "The"),
        (21, "Mirrors:"),
        (22, "Mirror"),
        (23, "Mirror"),
        (24, "The"),
        (25, "N/A:"),
        (26, "Synonyms"),
        (28, "The"),
        (33, "Dark"),
        (46, "Shelves"),
        (50, "Announce"),
    ]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_counts_lines_as_an_editor_does(ending: str, mark: str) -> None:
    text = mark + ending.join(
        ["---", "on: [push]", "---", "", "# T", "", "- [ ] one", "\t- [ ] two", ""]
    )
    checklist = parse(text, "list.md")
    assert [(item.line, item.depth, item.parent) for item in checklist.items] == [
        (7, 0, None),
        (8, 1, 7),
    ]
    assert checklist.line_count == 8
    assert "\r" not in checklist.source
    assert checklist.source.startswith("---\n")


@pytest.mark.parametrize(
    "top",
    [
        ["---", "", "- [ ] kept", "", "---"],
        ["---", "- [ ] kept", "---"],
        ["---", "words", "---", "- [ ] kept"],
        ["---", "key: value", "- [ ] kept"],
    ],
)
def test_never_takes_a_list_between_rules_for_front_matter(top: list[str]) -> None:
    assert [item.text for item in items(*top)] == ["kept"]


NOISE = (
    "words of a paragraph",
    "ends in a colon:",
    "",
    "",
    "# heading",
    "### heading <!-- phase: after -->",
    "---",
    "***",
    "```",
    "~~~",
    "<!-- comment -->",
    "<!--",
    "-->",
    "<details>",
    "</details>",
    "| a | b |",
    "|---|---|",
    "    code",
    "- plain bullet",
    "- **bold bullet**",
    "* other bullet:",
    "1. numbered",
    "- [] near miss",
    "- [ ]",
    "[label]: https://example.org\n",
    "  continued",
    "<!-- rule: pin -->",
)
BOX = st.builds(
    "{}{} [{}] {}".format,
    st.sampled_from(["", "", "  ", "    ", "\t", "   "]),
    st.sampled_from(["-", "*", "+", "1.", "2)"]),
    st.sampled_from(" xX"),
    st.sampled_from(
        [
            "words",
            "**bold**",
            "`A_NAME` set",
            "ends:",
            "a | b",
            "[X](u)",
            "# h",
            "- x",
            "<!-- c",
            "`",
            "~~gone~~",
        ]
    ),
)


@settings(max_examples=250, deadline=None)
@given(st.lists(st.one_of(BOX, BOX, st.sampled_from(NOISE)), max_size=14))
def test_never_raises_and_never_loses_or_invents_an_item(lines: list[str]) -> None:
    """Whatever stands around them, the boxes are those of the independent parser."""
    document = "# T\n\n" + "\n".join(lines) + "\n"
    assert len(parse(document, "list.md").items) == len(boxes(document))


@settings(max_examples=150, deadline=None)
@given(
    st.text(
        alphabet=st.sampled_from("-*+>`~#|[]()<!->x X1.:_\\&\t\n\u00a0\x0b\x00部a"), max_size=120
    )
)
def test_never_raises_on_any_text_and_names_every_item_differently(text: str) -> None:
    checklist = parse(text, "list.md")
    assert len({item.id for item in checklist.items}) == len(checklist.items)
    lines = checklist.source.split("\n")
    assert all("[" in lines[item.line - 1] for item in checklist.items)
