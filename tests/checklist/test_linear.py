"""Four times the document takes about four times as long, whatever is in it."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time

import pytest

from deploy_checklist.checklist.parse import parse

Document = Callable[[int], str]
ONE_LINE: dict[str, Document] = {
    "backticks": lambda size: "`" * size,
    "backtick runs of every length": lambda size: " ".join("`" * (at % 400 + 1) for at in range(size // 200)),
    "comment openers": lambda size: "<!--" * (size // 4),
    "open brackets": lambda size: "[" * size,
    "links that never end": lambda size: "[](a" * (size // 4),
    "asterisks": lambda size: "*a " * (size // 3),
    "mixed marks": lambda size: "*a_ ~~b " * (size // 8),
    "a URL with parentheses": lambda size: "https://a" + ")" * size,
    "tags that never end": lambda size: "<a" * (size // 2),
}
MANY_LINES: dict[str, Document] = {
    "items": lambda size: "".join(f"- [ ] `NAME_{at}` is set\n" for at in range(size // 24)),
    "equal items": lambda size: "- [ ] the same words\n" * (size // 21),
    "equal items in sections": lambda size: "".join(f"## S {at}\n- [ ] words\n" for at in range(size // 20)),
    "comment openers": lambda size: "<!--\n" * (size // 5) + "- [ ] words",
    "nested lists": lambda size: "".join("  " * (at % 40) + "- [ ] words\n" for at in range(size // 50)),
    "table rows": lambda size: "|Secret|Owner|\n|-|-|\n" + "|`A_B`|x|\n" * (size // 10),
    "blank lines": lambda size: "- [ ] words\n" + "\n" * size,
    "front matter without an end": lambda size: "---\n" + "a: b\n" * (size // 5),
}


@pytest.mark.parametrize("document", ONE_LINE.values(), ids=ONE_LINE)
def test_a_hundred_kilobytes_in_one_line_take_time_in_proportion(document: Document) -> None:
    assert_linear(lambda size: "- [ ] " + document(size), 100_000)


@pytest.mark.parametrize("document", MANY_LINES.values(), ids=MANY_LINES)
def test_many_lines_take_time_in_proportion(document: Document) -> None:
    assert_linear(document, 24_000)


def assert_linear(document: Document, size: int) -> None:
    small, large = seconds(document(size // 4)), seconds(document(size))
    assert large < 12 * small + 0.1, f"{small:.3f} s became {large:.3f} s"


def seconds(text: str) -> float:
    """The best of three: a busy machine slows one of them, and not what is asked here."""
    took = []
    for _ in range(3):
        start = process_time()
        parse(text, "list.md")
        took.append(process_time() - start)
    return min(took)
