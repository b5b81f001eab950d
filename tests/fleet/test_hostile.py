"""Whatever a file holds, it is one row, and the page goes on; nothing of it is quoted or acts."""

from __future__ import annotations

import io
import json
import re
from html.parser import HTMLParser
from time import process_time
from typing import Any

import cmarkgfm
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deploy_checklist.fleet.documents import LARGEST
from deploy_checklist.fleet.formats import FORMATS, render
from deploy_checklist.fleet.model import Fleet, Standing
from deploy_checklist.fleet.read import read_fleet
from deploy_checklist.outcome import Unobservable
from fleet.given import NOW, data, fleet, named, written

CANARY = "canary7f3a91"
WHOLE = json.dumps(written())


def changed(*path: object, value: object) -> bytes:
    """A report with one value changed."""
    report: Any = written()
    at = report
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return data(report)


BAD: dict[str, object] = {
    "nothing": b"",
    "blanks": b" \n\n ",
    "no JSON": f"{CANARY}: {{".encode(),
    "cut off": WHOLE[: len(WHOLE) // 2].encode(),
    "a page": f"<!doctype html><p>{CANARY}</p>".encode(),
    "bytes that are no text": b"\xff\xfe\x00" + CANARY.encode(),
    "a number": b"1",
    "null": b"null",
    "an empty object": b"{}",
    "other JSON": data({"name": CANARY, "version": "1.0.0"}),
    "a list of others": data([CANARY, {"a": 1}, None]),
    "nested deep": b"[" * 100_000,
    "nested deep in a field": b'{"schema": 1, "items": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "a number of many digits": b'{"schema": ' + b"1" * 50_000 + b"}",
    "infinity": WHOLE.replace('"schema": 1', '"schema": Infinity').encode(),
    "a key twice": WHOLE.replace('"schema": 1', '"schema": 1, "verdict": "ready"', 1).encode(),
    "half a character": changed("target", "repository", value="\ud83d"),
    "another schema": changed("schema", value=0),
    "a later schema": changed("schema", value=2),
    "a verdict of another program": changed("verdict", value=CANARY),
    "an outcome of another program": changed("items", 0, "outcome", value=CANARY),
    "items that are no list": changed("items", value={CANARY: 1}),
    "an item that is none": changed("items", value=[CANARY]),
    "a repository that is none": changed("target", "repository", value=[CANARY]),
    "a date that is none": changed("at", value=CANARY),
    "a time without its zone": changed("at", value="2026-11-22T21:14:00"),
    "a time before all time": changed("at", value="0001-01-01T00:00:00+23:00"),
    "a time after all time": changed("at", value="9999-12-31T23:59:59-23:00"),
    "a count below none": changed("your_turn", 0, "count", value=-1),
    "too large": b"[" + b" " * LARGEST + b"]",
    "too large a line": b'{"a": "' + b"x" * LARGEST + b'"}\n',
    "what cannot be opened": Unobservable("cannot be read"),
}


@pytest.mark.parametrize("content", BAD.values(), ids=BAD)
def test_a_bad_file_is_one_row_that_says_so_and_the_others_are_read(content: object) -> None:
    good = written()
    found = named({"before.json": good, "bad.json": content, "after.json": good})
    assert not found.complete
    (bad,) = [row for row in found.rows if row.standing is Standing.UNREADABLE]
    assert (len(found.rows), bad.source) == (3, "bad.json")
    assert bad.fault
    assert CANARY not in bad.fault
    for form in FORMATS:
        assert "bad.json" in render(found, form)
        assert CANARY not in render(found, form)


def test_a_file_whose_end_cannot_be_read_is_one_row_more() -> None:
    class Broken(io.BytesIO):
        def readline(self, size: int | None = -1, /) -> bytes:
            if line := super().readline(size):
                return line
            raise OSError(5, CANARY)

    found = read_fleet([("a.jsonl", Broken(2 * (data(written()) + b"\n")))], NOW)
    assert [row.standing.value for row in found.rows] == ["blocked", "blocked", "unreadable"]
    assert found.rows[2].fault == "cannot be read completely"


def test_what_is_wrong_in_a_file_is_counted_and_its_reports_are_read() -> None:
    lines = [data(written()), b"{]}", data({"a": 1}), b"", data([written(), 7])]
    found = fleet(b"\n".join(lines))
    assert [row.source for row in found.rows] == [
        "0.json, line 1",
        "0.json, line 5, entry 1",
        "0.json",
    ]
    assert found.rows[-1].fault == "line 2: not JSON; and 2 more in this file"


@pytest.mark.measures_time
def test_a_file_with_nothing_but_faults_is_not_read_to_its_end() -> None:
    for content in (b"{}\n" * 3_000_000, b"[" + b"{}," * 1_000_000 + b"{}]"):
        began = process_time()
        found = fleet(content, written())
        assert process_time() - began < 2
        assert [row.source for row in found.rows] == ["1.json", "0.json"]
        assert str(found.rows[1].fault).endswith(
            "and 999 more in this file, the rest of which was not read"
        )


def test_a_line_that_is_too_large_ends_nothing() -> None:
    found = fleet(b"{}\n" + b"[" + b"x" * (3 * LARGEST) + b"]\n" + data(written()))
    assert [row.source for row in found.rows] == ["0.json, line 3", "0.json"]
    assert (
        found.rows[1].fault == "line 1: not a report: `schema`: is missing; and 1 more in this file"
    )


def test_more_reports_than_are_read_are_reported() -> None:
    found = fleet([written()] * 4, written(), most=3)
    assert (len(found.rows), found.more, found.complete) == (3, True, False)
    for form in ("markdown", "html"):
        assert "there are more, which were not read" in render(found, form)
    assert not fleet([written()] * 3, most=3).more


TEXTS = (
    "</td></tr></table><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style><script>alert(1)</script>",
    "<!-- --> & &amp; &lt;",
    "a | b | c\n| d |",
    "x\r\n::error::pwned",
    "##[error]pwned",
    "- [x] done",
    "[a](https://evil.example) https://evil.example www.evil.example",
    "@acme/everyone #1 GH-1 :tada: $x$",
    "`a` ``b` <b>",
    "\u202eevil\u2066\x1b[31m\x00",
)
TEXT = st.one_of(
    st.sampled_from(TEXTS), st.text(alphabet="- []x*`<>!:#\n\r'\"ab\\|@&;=/", max_size=25)
)


def hostile(text: str) -> Fleet:
    """A page with a text wherever others write."""
    items = [
        {
            "id": text,
            "outcome": "waived",
            "severity": "blocker",
            "waived": {
                "reason": text,
                "approved_by": text,
                "expires": "2026-12-15",
                "instead_of": "fail",
            },
            "turns": {"to": "fail", "on": "2026-12-16"},
        }
    ]
    report = written(
        gate=text,
        environment=text,
        phase=text,
        target={"repository": text, "commit": text, "pull_request": None, "tag": text},
        tool={"version": text},
        run={"url": text, "number": 1},
        your_turn=[{"who": text, "count": 1}],
        items=items,
    )
    target = {"repository": None, "commit": text, "pull_request": None, "tag": None}
    return named({text: report, f"{text}2": report | {"target": target}, f"{text}3": b"x"})


@settings(deadline=None)
@given(TEXT)
def test_a_page_of_markdown_has_our_rows_and_cells_and_no_markup_of_others(text: str) -> None:
    def shape(page: str) -> list[tuple[str, dict[str, str | None]]]:
        shown = cmarkgfm.markdown_to_html_with_extensions(
            page,
            options=cmarkgfm.cmark.Options.CMARK_OPT_UNSAFE,
            extensions=["table", "autolink", "strikethrough"],
        )
        # `$` is shown in a span, and a file's name as code.
        return [each for each in Tags(shown).found if each[0] not in ("code", "span")]

    assert shape(render(hostile(text), "markdown")) == shape(render(hostile("plain"), "markdown"))


class Tags(HTMLParser):
    """Every element of a page with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@settings(deadline=None)
@given(TEXT)
def test_a_page_of_html_has_our_elements_and_attributes_whatever_is_written(text: str) -> None:
    def shape(page: str) -> list[tuple[str, dict[str, str | None]]]:
        return [(tag, attrs) for tag, attrs in Tags(page).found if tag not in ("code", "wbr")]

    assert shape(render(hostile(text), "html")) == shape(render(hostile("plain"), "html"))


@settings(deadline=None)
@given(TEXT)
def test_no_page_speaks_to_a_runner_or_a_terminal(text: str) -> None:
    for form in FORMATS:
        page = render(hostile(text), form)
        assert "##[" not in page.replace("</style>", "")
        assert not any(line.lstrip().startswith("::") for line in page.splitlines())
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", page)


def test_a_text_of_any_length_takes_no_more_room_than_its_cell_has() -> None:
    long = hostile("x" * 100_000)
    for form in ("markdown", "html"):
        assert len(render(long, form)) < 20_000
    turns = [{"who": f"role {number}", "count": 1} for number in range(50_000)]
    page = render(fleet(written(your_turn=turns)), "markdown")
    assert "role 4 1 and 49995 more" in page
    assert len(page) < 2_000
