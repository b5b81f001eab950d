"""Anyone may comment: reading a comment takes time in proportion to its length, whatever it is."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time

import pytest
from msgspec.structs import replace

from deploy_checklist.github.model import Comment, History
from deploy_checklist.signoffs.claims import ItemNames, Statements
from deploy_checklist.signoffs.evaluate import GitHubSignOffs
from deploy_checklist.signoffs.port import SignOffRequest
from test_signoffs import (
    AUTHOR,
    CAT,
    KEY,
    LEADS,
    body,
    box,
    comment,
    comment_by,
    ours,
    pull,
    statements,
    theirs,
)

LONGEST = 65_536  # characters of a comment on GitHub

Comments = Callable[[int], tuple[Comment, ...]]
COMMENTS: dict[str, Comments] = {
    "blanks within a command": lambda size: (
        comment_by("/checklist sign x" + " " * size + "!", CAT),
    ),
    "blanks before the verb": lambda size: (comment_by("/checklist" + " " * size + "signs", CAT),),
    "blanks and tabs at the end": lambda size: (
        comment_by("/checklist sign x" + "\t " * size, CAT),
    ),
    "an item named again and again": lambda size: (
        comment_by("/checklist sign " + "api_key, " * (size // 9), CAT),
    ),
    "taken back as often as it was said": lambda size: (
        comment_by("/checklist sign " + "api_key, " * (size // 9), CAT),
        comment_by("/checklist unsign " + "api_key, " * (size // 9), AUTHOR, minute=6),
    ),
    "fences": lambda size: (comment_by("```\n~~~\n" * (size // 8), CAT),),
    "commands": lambda size: (comment_by("/checklist sign x\n" * (size // 18), CAT),),
    "lines that could be commands": lambda size: (comment_by("/checklist \n" * (size // 12), CAT),),
    "commands in a quote": lambda size: (comment_by("> /checklist sign x\n" * (size // 20), CAT),),
    "an item in a quote, named again and again": lambda size: (
        comment_by("> /checklist sign " + "api_key, " * (size // 9), CAT),
    ),
    "commands with blanks that do not break": lambda size: (
        comment_by("/checklist\xa0sign x\n" * (size // 18), CAT),
    ),
    "blanks that do not break, before the verb": lambda size: (
        comment_by("/checklist " + "\xa0" * size + "signs", CAT),
    ),
    "marks before no command": lambda size: (comment_by("> 1. " * (size // 5), CAT),),
    "formulas": lambda size: (comment_by("/checklist sign x\n" + "$a " * (size // 3), CAT),),
    "footnotes": lambda size: (
        comment_by("/checklist sign x\n\n" + "[^a]: [^a] x\n\n" * (size // 15), CAT),
    ),
    "open elements": lambda size: (
        comment_by("/checklist sign x\n\n" + "<b></i>" * (size // 7), CAT),
    ),
    "comments that never end": lambda size: (
        comment_by("/checklist sign x\n\n<div>" + "<!--" * (size // 4), CAT),
    ),
    "a long fence": lambda size: (comment_by("`" * (size // 2) + "\n" + "`" * (size // 2), CAT),),
}
LINES: dict[str, Callable[[int], str]] = {
    "comment openers": lambda size: "<!--" * (size // 4),
    "blanks": lambda size: "a" + " " * size + "!",
    "marks without an end": lambda size: "<!-- asks a=b -->" * (size // 17) + " " * size + "!",
    "quotation signs": lambda size: "a\n" + "> " * (size // 2) + "- [ ]",
}


@pytest.mark.measures_time
@pytest.mark.parametrize("comments", COMMENTS.values(), ids=COMMENTS)
def test_twice_the_comment_takes_twice_as_long(comments: Comments) -> None:
    assert_linear(lambda size: statements(pull(comment(ours(0, body(box()))), *comments(size))))


@pytest.mark.measures_time
@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_twice_the_edited_text_takes_twice_as_long(line: Callable[[int], str]) -> None:
    def ticked(size: int) -> Statements:
        edits = (theirs(0, f"- [ ] {line(size)}"), theirs(1, f"- [x] {line(size)}"))
        return statements(replace(pull(comment(*edits)), history=History(revisions=edits)))

    assert_linear(ticked)


@pytest.mark.measures_time
def test_a_section_twice_as_large_takes_twice_as_long() -> None:
    def named(size: int) -> tuple[Statements, list[SignOffRequest]]:
        items = tuple(f"item-{number}" for number in range(size))
        names = ItemNames(items={}, sections={"payments": items}, texts={})
        said = comment_by("/checklist sign payments\n" * 300, CAT)
        asked = [replace(KEY, item=item, key=None) for item in items]
        return statements(pull(comment(ours(0, body(box()))), said), names=names), asked

    def seconds_of(size: int) -> float:
        found, asked = named(size)
        sign_offs = GitHubSignOffs(found)
        start = process_time()
        for request in asked:
            sign_offs.find(request, LEADS)
        return process_time() - start

    small, large = (min(seconds_of(size) for _ in range(3)) for size in (100, 200))
    assert large < 3 * small + 0.05, f"{small:.3f} s became {large:.3f} s"


def assert_linear(said_in: Callable[[int], Statements]) -> None:
    small, large = seconds(said_in(LONGEST // 2)), seconds(said_in(LONGEST))
    assert large < 3 * small + 0.05, f"{small:.3f} s became {large:.3f} s"


def seconds(found: Statements) -> float:
    """The best of three: a busy machine slows one of them, and not what is asked here."""
    took = []
    for _ in range(3):
        start = process_time()
        GitHubSignOffs(found).find(KEY, LEADS)
        took.append(process_time() - start)
    return min(took)
