"""What cannot be read whole is refused with a sentence that says what to do, and never read in part."""

from __future__ import annotations

import pytest

from deploy_checklist.checklist.parse import (
    LARGEST,
    MOST_ITEMS,
    decode,
    parse,
    require_items,
)
from deploy_checklist.errors import Unusable
from deploy_checklist.gfm.blocks import DEEPEST


def refusal(data: bytes) -> str:
    with pytest.raises(Unusable) as refused:
        require_items(parse(decode(data, "docs/list.md"), "docs/list.md"))
    return str(refused.value)


def test_names_the_place_that_is_not_utf_8() -> None:
    assert refusal(b"# T\n- [ ] caf\xe9\n") == (
        "docs/list.md:2: not UTF-8 (byte 14 of the file)\nSave it as UTF-8."
    )
    assert refusal("# T".encode("utf-16")).startswith(
        "docs/list.md:1: not UTF-8 (byte 1 of the file)"
    )


@pytest.mark.parametrize("data", [b"", b" \n\t\n", b"\xef\xbb\xbf\n"])
def test_says_that_a_file_is_empty(data: bytes) -> None:
    assert refusal(data) == (
        "docs/list.md: is empty\nAdd what must be true before a deployment; an item looks like `- [ ] words`."
    )


def test_says_that_a_file_is_too_large_without_reading_it_as_text() -> None:
    assert refusal(b"\xff" * 60_000_000) == (
        "docs/list.md: too large for a checklist (60,000,000 bytes, at most 1,048,576 allowed)\n"
        "Split it into several checklists; each can have its own rules file."
    )
    assert decode(b"x" * LARGEST, "list.md")


def test_says_that_there_are_too_many_items() -> None:
    assert len(parse("- [ ] a\n" * MOST_ITEMS, "list.md").items) == MOST_ITEMS
    assert refusal(b"- [ ] a\n" * (MOST_ITEMS + 1)) == (
        "docs/list.md: too many items for a checklist (20,001, at most 20,000 allowed)\n"
        "Split it into several checklists; each can have its own rules file."
    )


def test_says_that_there_are_no_items() -> None:
    assert refusal(b"# T\n\n- plain\n") == (
        "docs/list.md: has no items\nGitHub displays no checkbox in this file; an item looks like `- [ ] words`."
    )


@pytest.mark.parametrize("near", ["- [] words", "- [ ]words", "* [v] words", "1. [✓] words"])
def test_points_to_a_line_that_looks_like_an_item(near: str) -> None:
    assert refusal(f"# T\n\n{near}\n".encode()) == (
        "docs/list.md: has no items\n"
        "Line 3 looks like one, but GitHub displays no checkbox there; an item looks like `- [ ] words`."
    )


def test_reads_lists_as_deep_as_it_says_and_refuses_deeper_ones_by_line() -> None:
    deepest = DEEPEST // 2
    nested = ["  " * level + f"- [ ] level {level}" for level in range(deepest + 1)]
    assert len(parse("\n".join(nested[:deepest]), "list.md").items) == deepest
    with pytest.raises(Unusable) as refused:
        parse("\n".join(["# T", *nested]), "docs/list.md")
    assert (
        str(refused.value)
        == f"docs/list.md:{deepest + 2}: nested too deeply: lists may go {deepest} levels deep"
    )


def test_refuses_quotes_that_are_nested_too_deeply() -> None:
    with pytest.raises(Unusable, match=r"list\.md:1: nested too deeply"):
        parse(">" * 5000 + " - [ ] words", "list.md")


def test_a_document_without_items_is_still_read() -> None:
    assert parse("", "list.md").items == ()
    assert parse("", "list.md").line_count == 0
