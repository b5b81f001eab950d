"""Untrusted text stays text, whatever reads it."""

from __future__ import annotations

import re
import time
from pathlib import Path

import cmarkgfm
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from deploy_checklist.report import escape

HOSTILE = (
    "x\n- [x] **Signed** by everybody",
    "- [x] done",
    "1. [ ] numbered",
    "<script>alert(1)</script><img src=x onerror=y>",
    "--> <!-- asks lead=00000000 -->",
    "`<!-- asks lead=00000000 -->`",
    "![pixel](https://evil.example/p.png)",
    "[click](javascript:alert(1)) <https://evil.example>",
    "https://github.com/acme/shop/issues/1 www.evil.example someone@evil.example",
    "@octo-lead please look at #1 and GH-2 and acme/shop#3",
    "| a | cell | more |\n|---|---|---|",
    "# heading\n## another\n> quote\n---\n***",
    "~~struck~~ **bold** _em_ $x^2$ :white_check_mark:",
    "::error::pwned\n::add-mask::x\n##[error]pwned",
    "\x1b[31mred\x1b[0m\x07\x00 \u202egnp.exe \ud800",
    "</details></summary></li></ul>",
    "``` \nfence",
    "a \\` b \\",
)
ANY_TEXT = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(max_size=60),
    st.text(alphabet="`*_[]()<>!#@:|\\-\n x1", max_size=30),
)


def html(markdown: str) -> str:
    extensions = ["table", "autolink", "strikethrough", "tasklist"]
    return cmarkgfm.markdown_to_html_with_extensions(
        markdown, options=cmarkgfm.cmark.Options.CMARK_OPT_UNSAFE, extensions=extensions
    )


@settings(deadline=None)
@given(ANY_TEXT)
def test_inline_text_becomes_neither_block_nor_link_nor_image_nor_box(text: str) -> None:
    tags = set(
        re.findall(
            r"<([a-z!][a-z0-9-]*)", html(f"- **{escape.inline(text)}** and {escape.inline(text)}")
        )
    )
    assert tags <= {"ul", "li", "p", "strong", "code", "span", "!--"}


@settings(deadline=None)
@given(ANY_TEXT, ANY_TEXT)
def test_a_cell_stays_one_cell(name: str, why: str) -> None:
    table = (
        f"| | Item | Why |\n|---|---|---|\n| x | {escape.words(name)} | {escape.inline(why)} |\n"
    )
    rendered = html(table)
    assert rendered.count("<td>") == 3
    assert rendered.count("<tr>") == 2


@settings(deadline=None)
@given(ANY_TEXT)
def test_nothing_mentions_refers_links_or_is_an_emoji(text: str) -> None:
    outside_code = re.sub(r"`[^`]*`|<code>.*?</code>", " ", escape.inline(text))
    assert not re.search(
        r"@\w|#\d|\bGH-\d|https?:\S|www\.|:[\w+-]+:", outside_code.replace("<!-- -->", " ")
    )


@settings(deadline=None)
@given(ANY_TEXT)
def test_the_words_are_still_all_there(text: str) -> None:
    shown = re.sub(r"<!--.*?-->|<[^>]*>", "", html(f"x {escape.words(text)}"))
    for word in re.findall(r"[A-Za-z0-9]{2,}", escape.line(text)):
        assert word in shown


@settings(deadline=None)
@given(ANY_TEXT)
@example(":::")
def test_a_log_line_is_no_workflow_command(text: str) -> None:
    shown = escape.log_line(text)
    assert "\n" not in shown
    assert "##[" not in shown
    assert not re.search(r"(^|\s)::", shown)
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202e]", shown)


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("set `NAME` to `a|b`", "set `NAME` to <code>a\\|b</code>"),
        ("`<b>` is <b>", "<code>&lt;b&gt;</code> is &lt;b&gt;"),
        ("ask @octo-lead about #12", "ask @<!-- -->octo-lead about #<!-- -->12"),
        ("open `tick", "open \\`tick"),
        ("``a `b` c``", "<code>a \\`b\\` c</code>"),
        ("12. of May", "12\\. of May"),
        ("snake_case stays readable", "snake\\_case stays readable"),
    ],
)
def test_inline_keeps_code_spans_and_quotes_the_rest(text: str, markdown: str) -> None:
    assert escape.inline(text) == markdown


def test_an_items_spans_are_set_where_they_stood_as_words() -> None:
    assert escape.words("npm run test tests", ("test",)) == "npm run `test` tests"
    assert (
        escape.words(".env.local is ignored", (".env", ".env.local")) == "`.env.local` is ignored"
    )


def test_a_link_takes_only_a_url_that_cannot_end_it() -> None:
    assert escape.link("x", "https://a.example/b?c=1#L2") == "[x](https://a.example/b?c=1#L2)"
    assert escape.link("x", "https://a.example/)![") == "x"
    assert escape.link("x", "javascript:alert(1)") == "x"
    assert escape.link("x", None) == "x"


def test_properties_and_data_of_a_workflow_command_are_escaped() -> None:
    assert escape.workflow_property("a:b,c%\n") == "a%3Ab%2Cc%25%0A"
    assert escape.workflow_data("50%\r\n::x") == "50%25%0D%0A::x"


@pytest.mark.measures_time
@pytest.mark.parametrize(
    "text", ["`" * 100_000, "` `` " * 20_000, ":a" * 50_000, "[" * 100_000, "@" * 100_000]
)
def test_a_hundred_kilobytes_of_marks_take_no_time(text: str) -> None:
    began = time.process_time()
    escape.inline(text)
    assert time.process_time() - began < 1


@settings(deadline=None)
@given(ANY_TEXT)
def test_code_is_one_code_span(text: str) -> None:
    tags = re.findall(r"<([a-z!][a-z0-9-]*)", html(f"- x {escape.code(text)}"))
    assert set(tags) <= {"ul", "li", "code", "span", "!--"}
    assert tags.count("code") <= 1


@settings(deadline=None)
@given(ANY_TEXT)
@example(":::")
def test_our_own_words_for_a_log_are_no_workflow_command(text: str) -> None:
    assert not re.search(r"(^|\s)::|##\[|\n", escape.log_words(text))
    assert not re.search(r"##\[|^\s*::", escape.log_text(text), re.MULTILINE)


@settings(deadline=None)
@given(ANY_TEXT)
def test_plain_words_are_one_line_without_control_characters(text: str) -> None:
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202e]", escape.plain(text))


def test_every_way_to_escape_is_tried_here() -> None:
    tried = set(re.findall(r"\bescape\.(\w+)", Path(__file__).read_text()))
    ways = {
        name
        for name, way in vars(escape).items()
        if getattr(way, "__module__", "") == escape.__name__
    }
    assert {name for name in ways if not name.startswith("_")} - tried == set()


@pytest.mark.parametrize(
    ("spans", "text", "expected"),
    [
        (("npm test", "npm test:e2e"), "npm test:e2e passes", "`npm test:e2e` passes"),
        ((".env", "web/.env"), "look at web/.env", "look at `web/.env`"),
        (("A", "B"), "A/B is set", "`A`/`B` is set"),
        (("a-b", "a-b"), "a-b and a-b", "`a-b` and `a-b`"),
    ],
)
def test_a_span_is_not_torn_out_of_a_longer_one(
    spans: tuple[str, ...], text: str, expected: str
) -> None:
    assert escape.words(text, spans) == expected
