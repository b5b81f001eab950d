"""Twice the document takes about twice as long, whatever is in it."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import pairwise
from time import process_time

import pytest

from deploy_checklist.checklist.parse import parse
from deploy_checklist.errors import Unusable

Document = Callable[[int], str]
ONE_LINE: dict[str, Document] = {
    "backticks": lambda size: "`" * size,
    "backtick runs of every length": lambda size: " ".join(
        "`" * (at * 131 % 400 + 1) for at in range(size // 200)
    ),
    "comment openers": lambda size: "<!--" * (size // 4),
    "open brackets": lambda size: "[" * size,
    "links that never end": lambda size: "[](a" * (size // 4),
    "asterisks": lambda size: "*a " * (size // 3),
    "mixed marks": lambda size: "*a_ ~~b " * (size // 8),
    "a URL with parentheses": lambda size: "https://a" + ")" * size,
    "tags that never end": lambda size: "<a" * (size // 2),
    "addresses behind a letter": lambda size: "éhttps://" * (size // 9),
    "colons and a word": lambda size: ":" * size + "a",
    "nested emphasis": lambda size: "*a " * (size // 6) + "b*" * (size // 4),
    "nested images": lambda size: "![" * (size // 6) + "](u)" * (size // 6),
    "one run of asterisks": lambda size: "*" * (size // 2) + "a" + "*" * (size // 2),
    "underscores in words": lambda size: "A_B " * (size // 4),
    "e-mail addresses": lambda size: "a@" * (size // 2),
    "code spans": lambda size: "`A_B`, " * (size // 7),
    "entities": lambda size: "&a" * (size // 2),
    "backslashes": lambda size: "\\" * size,
    "blanks and a word": lambda size: " " * size + "a",
}
MANY_LINES: dict[str, Document] = {
    "items": lambda size: "".join(f"- [ ] `NAME_{at}` is set\n" for at in range(size // 24)),
    "equal items": lambda size: "- [ ] the same words\n" * (size // 21),
    "equal items in sections": lambda size: "".join(
        f"## S {at}\n- [ ] words\n" for at in range(size // 20)
    ),
    "comment openers": lambda size: "<!--\n" * (size // 5) + "- [ ] words",
    "nested lists": lambda size: "".join(
        "  " * (at % 40) + "- [ ] words\n" for at in range(size // 50)
    ),
    "table rows": lambda size: "|Secret|Owner|\n|-|-|\n" + "|`A_B`|x|\n" * (size // 10),
    "blank lines": lambda size: "- [ ] words\n" + "\n" * size,
    "front matter without an end": lambda size: "---\n" + "a: b\n" * (size // 5),
    "front matter of blank lines": lambda size: "---\na: b\n" + "\n" * size + "---\n- [ ] words\n",
    "a heading with blanks": lambda size: "# a" + " " * size + "b\n\n- [ ] words\n",
    "a definition with blanks": lambda size: "[a]: b" + " " * size + "c\n\n- [ ] words\n",
    "definitions": lambda size: "[a]: b\n" * (size // 7) + "- [ ] [a]\n",
    "definitions that are none": lambda size: "[a]:\n" * (size // 5) + "- [ ] words\n",
    "quotes": lambda size: "> " * 50 + "a\n" + ("> " * 99 + "a\n") * (size // 200),
    "one paragraph": lambda size: "[a *b* `c`\n" * (size // 10),
    "a title of many colons": lambda size: "a" + ":" * size + "b\n\n- [ ] words\n",
    "HTML in an item": lambda size: "- [ ] words\n\n  <p>\n" + "  <a<!--\n" * (size // 9),
    "code without an end": lambda size: "- [ ] words\n  ```\n" + "\n" * size,
    "a fence that is nested": lambda size: "- " * 40 + "```\n" + "a\n" * (size // 2),
}


@pytest.fixture(autouse=True)
def without_collecting() -> Iterator[None]:
    """As in a run: collecting costs more the more tests were run before."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.measures_time
@pytest.mark.parametrize("document", ONE_LINE.values(), ids=ONE_LINE)
def test_one_long_line_takes_time_in_proportion(document: Document) -> None:
    assert_linear(lambda size: "- [ ] " + document(size))


@pytest.mark.measures_time
@pytest.mark.parametrize("document", MANY_LINES.values(), ids=MANY_LINES)
def test_many_lines_take_time_in_proportion(document: Document) -> None:
    assert_linear(document)


def assert_linear(document: Document) -> None:
    """No doubling from 25 to 100 kB takes 2.5 times as long. Less than 10 ms tell nothing of growth."""
    texts = [document(size) for size in (25_000, 50_000, 100_000)]
    took = [seconds(text) for text in texts]
    for _ in range(8):  # a busy machine slows one or the other, and not what is asked here
        if all(later < 2.5 * max(earlier, 0.010) for earlier, later in pairwise(took)):
            return
        took = [min(before, seconds(text)) for before, text in zip(took, texts, strict=True)]
    pytest.fail(f"seconds for 25, 50 and 100 kB: {took}")


def seconds(text: str) -> float:
    """Without the collector of garbage, which the program switches off, too: see __main__."""
    gc.collect()
    gc.disable()
    try:
        start = process_time()
        with suppress(Unusable):  # what is nested too deeply
            parse(text, "list.md")
        return process_time() - start
    finally:
        gc.enable()
