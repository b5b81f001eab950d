"""Every message that a page explains is one that the program prints."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from pages.blocks import PAGES, ROOT
from pages.messages import nearest_texts, unprinted_parts

HEADING = "| It says | "


def messages() -> Iterator[tuple[str, str]]:
    """The page and the text of each message: what is in code in the first column of such a table."""
    for page in PAGES:
        inside = False
        for line in page.read_text(encoding="utf-8").splitlines():
            inside = line.startswith("|") and (inside or line.startswith(HEADING))
            if inside and not line.startswith((HEADING, "| ---")):
                cell = re.split(r"(?<!\\)\|", line)[1]
                for found in re.findall(r"(`+)(.+?)\1", cell):
                    yield page.relative_to(ROOT).as_posix(), found[1].strip()


MESSAGES = list(messages())


@pytest.mark.parametrize(("page", "message"), MESSAGES)
def test_a_message_that_a_page_explains_is_printed(page: str, message: str) -> None:
    missing = unprinted_parts(message)
    assert missing == [], f"nearest: {nearest_texts(missing)}"


def test_the_pages_explain_messages() -> None:
    assert {page for page, _ in MESSAGES} == {"docs/signing.md", "docs/troubleshooting.md"}
    assert all(max(map(len, message.split("…"))) >= 8 for _, message in MESSAGES)


def test_a_message_that_nobody_prints_is_found() -> None:
    assert unprinted_parts("bots and Apps cannot sign") == []
    assert unprinted_parts("bots and Apps … could sign well") == ["could sign well"]
    assert "bots and Apps cannot sign" in nearest_texts(["bots and Apps can not sign"])
