"""What belongs to an item: its words, names, titles, pins, and where it stands."""

from __future__ import annotations

import pytest

from deploy_checklist.checklist.model import Phase, words_hash

from .reading import bookshop, item, items, read


def test_has_its_own_words_its_plain_bullets_and_its_fences_but_not_those_of_a_nested_box() -> None:
    parent, child = items(
        "- [ ] Settings are *complete*",
        "",
        "  second paragraph",
        "  - `PORT` is 80",
        "  - see [docs](https://docs.example.org)",
        "  - [ ] nested `OTHER_NAME`",
        "    - of the nested one",
        "  ```sh",
        "  shop check",
        "  ```",
    )
    assert parent.text == "Settings are complete"
    assert parent.words.split("\n") == [
        "Settings are complete",
        "second paragraph",
        "PORT is 80",
        "see docs",
        "shop check",
        "",
    ]
    assert parent.markdown == "Settings are *complete*"
    assert (parent.names, parent.links, parent.fences) == (
        ("PORT",),
        ("https://docs.example.org",),
        ("shop check\n",),
    )
    assert (child.words, child.names) == ("nested OTHER_NAME\nof the nested one", ("OTHER_NAME",))
    assert (parent.line, parent.end_line, child.line, child.end_line) == (1, 10, 6, 7)


@pytest.mark.parametrize("between", [[], [""]])
def test_takes_the_fence_right_after_it(between: list[str]) -> None:
    first, last = items("- [ ] one", "- [ ] two", *between, "```", "shop check", "```")
    assert (first.fences, last.fences) == ((), ("shop check\n",))
    assert "shop check" in last.words


@pytest.mark.parametrize(
    "between", [["", ""], ["", "words", ""], ["", "---"], ["", "## Next"], ["", "- plain", ""]]
)
def test_leaves_a_fence_that_something_parts_from_it(between: list[str]) -> None:
    assert item("- [ ] one", *between, "```", "shop check", "```").fences == ()


def test_keeps_the_words_of_tables_and_html_in_it_so_that_nothing_unread_passes() -> None:
    words = item(
        "- [ ] one",
        "",
        "  | must | hold |",
        "  |--|--|",
        "  | too | yes |",
        "",
        "  <p>and this</p>",
    ).words
    assert words.split() == ["one", "must", "hold", "too", "yes", "and", "this"]


@pytest.mark.parametrize(
    ("span", "names"),
    [
        ("DATABASE_URL", ("DATABASE_URL",)),
        ("NODE_ENV=production", ("NODE_ENV",)),
        ("PORT", ("PORT",)),
        ("PORT=3000", ("PORT",)),
        ("DB_HOST = localhost", ("DB_HOST",)),
        ("$API_HOST", ("API_HOST",)),
        ("${API_HOST}/x", ("API_HOST",)),
        ("process.env.API_HOST", ("API_HOST",)),
        ("${{ secrets.API_HOST }}", ("API_HOST",)),
        ("A_B, C_D and A_B", ("A_B", "C_D")),
        ("RELEASE_NOTES.md", ()),
        ("docs/SOME_GUIDE", ()),
        ("Status.NOT_FOUND", ()),
        ("NEXT_PUBLIC_*", ()),
        ("__DEV__", ()),
        ("DELETE", ()),
        ("GET /health", ()),
        ("README", ()),
        ("X", ()),
        ("a == B_C", ("B_C",)),
        ("npm test", ()),
    ],
)
def test_names_every_variable_in_a_code_span_and_nothing_else(
    span: str, names: tuple[str, ...]
) -> None:
    read_item = item(f"- [ ] see `{span}` there")
    assert read_item.names == names
    assert read_item.spans == (span,)


def test_names_no_variable_outside_of_code() -> None:
    assert item("- [ ] DATABASE_URL is set").names == ()


@pytest.mark.parametrize(
    "parent", ["**Keys**", "**Keys:**", "Keys:", "Keys：", "🔑 __Keys__", "Keys: 👇", "`Keys`:"]
)
def test_a_bold_or_colon_ended_box_is_a_title_of_the_boxes_in_it(parent: str) -> None:
    title, child = items("# T", "## S", f"- [ ] {parent}", "  - [ ] one")
    assert title.is_title
    assert not child.is_title
    assert title.section == ("S",)
    assert child.section[0] == "S"
    assert "Keys" in child.section[1]
    assert (child.section_line, child.parent, child.depth) == (3, 3, 1)


@pytest.mark.parametrize("parent", ["Keys are set", "**Keys** are set", "Keys: set"])
def test_any_other_parent_counts_itself(parent: str) -> None:
    title, child = items(f"- [ ] {parent}", "  - [ ] one")
    assert not title.is_title
    assert (child.section, child.parent) == ((), 1)


def test_a_colon_without_boxes_under_it_is_not_a_title() -> None:
    checklist = read("- [ ] Keys:", "  - `A_B`", "", "Notes:", "", "- plain")
    assert not checklist.items[0].is_title
    assert checklist.sections == ()


def test_a_paragraph_or_a_plain_bullet_before_a_list_is_a_title_until_the_list_ends() -> None:
    checklist = read(
        "Read this first. Then the keys:",
        "",
        "- [ ] one",
        "- **More**",
        "  - [ ] two",
        "",
        "Words.",
        "",
        "* [ ] three",
    )
    assert [item.section for item in checklist.items] == [
        ("Then the keys",),
        ("Then the keys", "More"),
        (),
    ]
    assert [(section.title, section.line) for section in checklist.sections] == [
        ("Then the keys", 1),
        ("More", 4),
    ]


def test_a_bold_paragraph_right_before_a_list_is_a_title_of_its_boxes() -> None:
    checklist = read(
        "# Shop",
        "",
        "**Staging**",
        "",
        "- [ ] `NODE_ENV=staging`",
        "",
        "**After the deployment**",
        "- [ ] Smoke test",
        "",
        "**Only** a part is bold",
        "",
        "- [ ] one",
        "",
        "**Bold, and no list follows**",
        "",
        "Words.",
        "",
        "* [ ] two",
    )
    assert [item.section for item in checklist.items] == [
        ("Staging",),
        ("After the deployment",),
        ("Shop",),
        ("Shop",),
    ]
    assert checklist.items[1].phase is Phase.AFTER


def test_the_title_of_the_document_is_in_no_other_path() -> None:
    checklist = read(
        "# Shop",
        "- [ ] zero",
        "## Orders",
        "- [ ] one",
        "### Keys",
        "- [ ] two",
        "## Search",
        "- [ ] three",
    )
    assert checklist.title == "Shop"
    assert [item.section for item in checklist.items] == [
        ("Shop",),
        ("Orders",),
        ("Orders", "Keys"),
        ("Search",),
    ]
    assert [item.section_line for item in checklist.items] == [1, 3, 5, 7]


def test_several_first_level_headings_are_sections() -> None:
    assert [item.section for item in items("# A", "- [ ] one", "# B", "## C", "- [ ] two")] == [
        ("A",),
        ("B", "C"),
    ]


def test_a_heading_in_a_quote_or_an_entry_reaches_no_further() -> None:
    assert [
        item.section
        for item in items(
            "## A", "> ## B", "> - [ ] one", "", "- [ ] two", "", "  ## C", "- [ ] three"
        )
    ] == [
        ("A", "B"),
        ("A",),
        ("A",),
    ]


@pytest.mark.parametrize(
    "lines",
    [
        ["- [ ] one <!-- rule: the-id -->"],
        ["- [ ] one", "  <!-- rule: the-id -->"],
        ["- [ ] one", "<!-- rule:the-id -->", "- [ ] two"],
        ["- [ ] one", "  over two lines <!--rule: the-id-->"],
        ["- [ ] one", "  <!-- rule: the-id -->", "  - [ ] two"],
    ],
)
def test_a_pin_at_the_end_or_alone_on_the_next_line_names_the_item(lines: list[str]) -> None:
    pinned = items(*lines)[0]
    assert (pinned.pin, pinned.id) == ("the-id", "the-id")
    assert "rule" not in pinned.words + pinned.markdown


@pytest.mark.parametrize(
    "lines",
    [
        ["- [ ] one <!-- rule: the-id --> more"],
        ["- [ ] one", "", "<!-- rule: the-id -->"],
        ["- [ ] one `<!-- rule: the-id -->`"],
        ["- [ ] one <!-- rule: two words -->"],
        ["- [ ] one <!-- phase: after -->"],
        ["<!-- rule: the-id -->", "- [ ] one"],
    ],
)
def test_any_other_comment_is_not_a_pin(lines: list[str]) -> None:
    assert item(*lines).pin is None


def test_changing_the_words_changes_their_hash_and_a_pin_or_marks_do_not() -> None:
    plain = item("- [ ] The key is new")
    assert words_hash(plain.words) == words_hash(
        item("- [x] The **key** is new <!-- rule: k -->").words
    )
    assert words_hash(plain.words) != words_hash(item("- [ ] The key is old").words)


@pytest.mark.parametrize(
    ("words", "struck", "optional"),
    [
        ("~~All of it~~", True, False),
        ("~~All~~ of it", False, False),
        ("N/A: no mail", True, False),
        ("**n/a** no mail", True, False),
        ("Mail is n/a", False, False),
        ("Look at it (optional)", False, True),
        ("Look at it (Optional, if there is time)", False, True),
        ("*Optional:* look at it", False, True),
        ("Optionals are set", False, True),
        ("The optional part is set", False, False),
        ("看一下（可选）", False, True),
    ],
)
def test_says_what_is_struck_not_applicable_or_optional(
    words: str, struck: bool, optional: bool
) -> None:
    read_item = item(f"- [ ] {words}")
    assert (read_item.struck, read_item.optional) == (struck, optional)


def test_an_environment_may_be_any_section_around_an_item_but_the_first_heading() -> None:
    checklist = read(
        "# Production",
        "- [ ] a",
        "## 2. Staging environment",
        "### Database",
        "- [ ] b",
        "### Deployment",
        "- [ ] c",
    )
    assert [item.environments for item in checklist.items] == [
        (),
        ("database", "staging"),
        ("staging",),
    ]
    assert [item.environment for item in checklist.items] == [None, "database", "staging"]


def test_a_whole_document_is_read_as_its_authors_intended() -> None:
    found = {item.id: item for item in bookshop().items}
    assert found["signing-key"].names == ("CHECKOUT_SIGNING_KEY",)
    assert found["signing-key"].ticked
    assert found["mirrors"].is_title
    assert found["mirror-north"].section == ("Search", "Mirrors")
    assert found["the-old"].struck
    assert found["n"].struck
    assert found["synonyms"].optional
    assert found["shelves"].fences == ("bookshop probe --shelves\n",)
    assert [item.id for item in bookshop().items if item.phase is Phase.AFTER] == [
        "shelves",
        "announce",
    ]
