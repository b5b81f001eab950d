"""Every link of a page leads somewhere: to a file, to a heading of it, or to an address; and every page is linked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from pages.blocks import PAGES, ROOT

CODE = re.compile(r"^ *```.*?^ *```|(`+)(?!`).+?\1", re.DOTALL | re.MULTILINE)
LINKS = re.compile(
    r"\]\(([^)\s]+)\)"  # [text](target)
    r"|^\[[^\]]+\]: (\S+)"  # [label]: target
    r'|\b(?:href|src|srcset)="([^"]+)"',
    re.MULTILINE,
)
BY_LABEL = re.compile(r"\]\[([^\]]+)\]")


def links(page: Path) -> Iterator[str]:
    """Where the links of a page lead, those in code left out."""
    text = CODE.sub("", page.read_text(encoding="utf-8"))
    yield from ("".join(found) for found in LINKS.findall(text))
    for label in BY_LABEL.findall(text):
        assert re.search(rf"^\[{re.escape(label)}\]: ", text, re.MULTILINE), f"no [{label}]: target"


@cache
def anchors(page: Path) -> frozenset[str]:
    """The anchors that GitHub gives to the headings of a page: letters and digits in lower case, with
    hyphens for blanks, and a number behind one that was there before."""
    found: dict[str, int] = {}
    text = re.sub(r"^ *```.*?^ *```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.M)
    for heading in re.findall(r"^#{1,6} +(.+?) *#*$", text, re.MULTILINE):
        words = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        slug = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        number = found.get(slug)
        found[slug] = 0 if number is None else number + 1
        if number is not None:
            found[f"{slug}-{number + 1}"] = 0
    named = re.findall(r'<a (?:name|id)="([^"]+)"', text)
    return frozenset((*found, *named))


def target(page: Path, link: str) -> tuple[Path, str]:
    """The file and the anchor that a link within the repository leads to."""
    path, _, anchor = unquote(link).partition("#")
    return (page.parent / path).resolve() if path else page, anchor


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in links(page):
        if "://" in link:
            address = urlsplit(link)
            assert (address.scheme, "." in address.netloc) == ("https", True), link
            continue
        file, anchor = target(page, link)
        assert file.exists(), link
        assert file.is_relative_to(ROOT), link
        if anchor:
            assert file.suffix == ".md", link
            assert anchor in anchors(file), link


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, coming = set[Path](), {ROOT / "README.md"}
    while coming:
        page = coming.pop()
        reached.add(page)
        there = {target(page, link)[0] for link in links(page) if "://" not in link}
        coming |= {each for each in there if each.suffix == ".md"} - reached
    assert {page.relative_to(ROOT).as_posix() for page in set(PAGES) - reached} == set()


def test_headings_have_the_anchors_of_github() -> None:
    """One of each kind, as GitHub's own pages have them."""
    page = ROOT / "docs" / "rules.md"
    assert {
        "name-several-gates-in-one-repository",
        "environments-and-name",
        "items-which-item-a-rule-applies-to",
        "facts-and-when",
    } <= anchors(page)
