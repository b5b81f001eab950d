"""Whatever the text, a document is read or refused in one sentence: the process survives it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from deploy_checklist.gfm import parse as module
from deploy_checklist.gfm.blocks import DEEPEST, MOST_EMPHASIS, BlockKind, UnreadableMarkdown
from deploy_checklist.gfm.parse import parse

SOURCE = Path(__file__).parent.parent.parent / "src"
DEEP = "nested too deeply: lists may go 50 levels deep"
MANY = "more than 4,000 pairs of marks of emphasis in one paragraph"
NESTED = {
    "quotes": ('">" * 200_000 + " a"', DEEP),
    "quotes and lists": ('"> - " * 200_000 + "a"', DEEP),
    "lists": ('"- " * 200_000 + "a"', DEEP),
    "emphasis": ('"*a " * 50_000 + "b*" * 50_000', MANY),
    "runs": ('"_" * 90_000 + "a" + "_" * 90_000', MANY),
    "strikes": ('"~~a *" * 50_000 + "*~~" * 50_000', MANY),
    "images": ('"![" * 50_000 + "](u)" * 50_000', MANY),
    "on many lines": (
        '"*a\\n" * 50_000 + "b*\\n" * 50_000',
        "more than 4,000 pairs of marks of emphasis in one paragraph",
    ),
    "in a cell": (
        '"|a|\\n|-|\\n|" + "*a " * 50_000 + "b*" * 50_000',
        "more than 4,000 pairs of marks of emphasis in one paragraph",
    ),
    "in a list": (
        '"a\\n     - *a " + "*a " * 50_000 + "b*" * 50_000',
        "more than 4,000 pairs of marks of emphasis in one paragraph",
    ),
}


@pytest.mark.parametrize(("expression", "reason"), NESTED.values(), ids=NESTED)
def test_what_would_overflow_the_stack_is_refused(expression: str, reason: str) -> None:
    """In a process of its own: comrak's bindings end it with a signal."""
    assert typed(f"parse({expression})") == reason


def test_emphasis_as_deep_as_it_says_is_read_within_two_megabytes_of_stack() -> None:
    deepest = f'"x " + "*a " * {MOST_EMPHASIS} + "b*" * {MOST_EMPHASIS}'
    assert typed(f"parse({deepest})", stack=2 * 1024 * 1024) == "read"
    assert typed(f"parse({deepest} + '*a*')", stack=2 * 1024 * 1024) == MANY


def typed(expression: str, stack: int = 0) -> str:
    """What is said of a text that is parsed in a process of its own, in a thread with so much stack."""
    program = f"""
import threading
from deploy_checklist.gfm.blocks import UnreadableMarkdown
from deploy_checklist.gfm.parse import parse
def read():
    try:
        {expression}
        print("read")
    except UnreadableMarkdown as error:
        print(error.reason)
threading.stack_size({stack})
thread = threading.Thread(target=read)
thread.start()
thread.join()
"""
    environ = {**os.environ, "PYTHONPATH": str(SOURCE)}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\n\n" + "> " * (DEEPEST + 1) + "b", 3),
        ("".join("  " * level + "- a\n" for level in range(DEEPEST // 2 + 1)), DEEPEST // 2 + 1),
        ("a\n\n- b\n\n" + "*c " * 5000 + "d*" * 5000, 4),
    ],
)
def test_says_on_which_line_it_is_nested_too_deeply(text: str, line: int) -> None:
    with pytest.raises(UnreadableMarkdown) as refused:
        parse(text)
    assert refused.value.line == line


def test_a_long_list_is_read_however_many_marks_are_in_it() -> None:
    items = "".join(f"- [ ] **one** `A_B` _two_ ~~three~~ ![four](u) {at}\n" for at in range(3_000))
    assert sum(block.ticked is False for block in parse(items)) == 3_000


@pytest.mark.parametrize("mark", ["*a ", "_a ", "~~a ", "![a ", "snake_case_ "])
def test_marks_that_pair_with_nothing_nest_nothing(mark: str) -> None:
    (paragraph,) = parse(mark * 10_000)
    assert paragraph.kind is BlockKind.PARAGRAPH


@pytest.mark.parametrize(
    "character", ["\x85", "\u2028", "\u2029", "\x0b", "\x0c", "\x1c", "\x1e", "\x00", "\ufeff"]
)
def test_nothing_but_a_line_feed_ends_a_line(character: str) -> None:
    text = f"a{character}b\n\n- [ ] c{character}- [ ] d\n- [ ] e{character}\n"
    assert [(block.line, block.last) for block in parse(text) if block.ticked is False] == [
        (3, 3),
        (4, 4),
    ]


def test_half_of_a_surrogate_pair_is_read_as_a_question_mark() -> None:
    (paragraph,) = parse("a \ud800 b")
    assert paragraph.inline.text == "a ? b"


class Panic(BaseException):
    """What pyo3 raises for a panic of a library that unwinds."""


def test_a_panic_is_one_sentence_without_a_piece_of_the_text(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "comrak", failing(Panic("byte index 7 of `my words`")))
    with pytest.raises(UnreadableMarkdown) as refused:
        parse("my words")
    assert str(refused.value) == "the Markdown parser failed on this document; please report it"
    assert refused.value.__suppress_context__


def test_an_interrupt_is_not_a_fault_of_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "comrak", failing(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        parse("my words")


def failing(error: BaseException) -> SimpleNamespace:
    def parse_document(*_: object) -> None:
        raise error

    return SimpleNamespace(parse_document=parse_document)
