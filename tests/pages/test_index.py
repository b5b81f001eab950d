"""Every page of the docs is in the index, once and by a question: docs/README.md, and for the recipes docs/recipes/README.md."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pages.blocks import ROOT
from pages.test_links import links, target

DOCS = ROOT / "docs"
RECIPES = DOCS / "recipes"
INDEXES = {DOCS: DOCS / "README.md", RECIPES: RECIPES / "README.md"}


def listed(index: Path) -> list[str]:
    """The names of the pages in its folder, and in those below, that an index links, as often as it does."""
    found = [target(index, link)[0] for link in links(index) if "://" not in link]
    below = [page for page in found if page.is_relative_to(index.parent)]
    return [page.relative_to(index.parent).as_posix() for page in below]


@pytest.mark.parametrize("folder", INDEXES, ids=["docs", "recipes"])
def test_every_page_is_in_the_index_once(folder: Path) -> None:
    pages = [page.name for page in folder.glob("*.md") if page != INDEXES[folder]]
    if folder == DOCS:
        pages.append("recipes/README.md")
    assert sorted(listed(INDEXES[folder])) == sorted(pages)


def test_no_folder_of_pages_has_no_index() -> None:
    assert {page.parent for page in DOCS.rglob("*.md")} == INDEXES.keys()


def test_the_index_of_the_docs_asks_a_question_for_each_page() -> None:
    """A line has one question in bold, which ends "How do I …", and the title of the page that answers it."""
    text = INDEXES[DOCS].read_text(encoding="utf-8")
    sections = re.split(r"^## .+$", text, flags=re.MULTILINE)[1:]
    for section in sections:
        begin, *lines = re.split(r"\n(?=- )", section.strip())
        assert begin.strip() == "How do I …"
        for line in lines:
            assert re.fullmatch(r"- \*\*[^*].+\?\*\* \[[^\]]+\]\([^)]+\)", line), line
