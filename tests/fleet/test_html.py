"""The page of HTML needs nothing else, runs nothing of others, and is made for everybody's eyes."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from deploy_checklist.fleet.formats import render
from deploy_checklist.fleet.texts import COLUMNS
from fleet.example import example

VOID = {"meta", "wbr"}


class Page(HTMLParser):
    """The elements in their order, the text of each, and whether each is closed where it must be."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.texts.setdefault(tag, []).append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts[self.open[-1]][-1] += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(name="page", scope="module")
def shown() -> Page:
    return Page(render(example(), "html"))


def test_the_policy_allows_this_style_and_this_script_alone(page: Page) -> None:
    (policy,) = [each["content"] for each in page.all("meta") if "http-equiv" in each]
    digests = [
        base64.b64encode(hashlib.sha256(page.texts[tag][0].encode()).digest()).decode()
        for tag in ("style", "script")
    ]
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digests[0]}'; script-src 'sha256-{digests[1]}'; "
        "base-uri 'none'; form-action 'none'"
    )
    assert len(page.all("style")) == len(page.all("script")) == 1
    before = [tag for tag, _ in page.elements[: page.elements.index(("style", {}))]]
    assert before.count("meta") >= 2, "a policy holds only for what stands behind it"


def test_nothing_is_loaded_and_nothing_is_styled_or_run_in_an_attribute(page: Page) -> None:
    assert not {tag for tag, _ in page.elements} & {"img", "link", "iframe", "object", "form"}
    for _, attributes in page.elements:
        assert not {name for name in attributes if name.startswith("on")} | (
            {"src", "style", "srcset", "action"} & set(attributes)
        )
    assert "url(" not in page.texts["style"][0]
    assert "@import" not in page.texts["style"][0]


def test_the_only_links_lead_to_runs(page: Page) -> None:
    links = page.all("a")
    assert len(links) == 5
    for link in links:
        assert re.fullmatch(
            r"https://github\.example/acme/[a-z]+/actions/runs/\d+", str(link["href"])
        )
        assert link["rel"] == "noopener noreferrer"


def test_a_screen_reader_is_told_which_heading_a_cell_has_and_how_it_is_sorted(page: Page) -> None:
    assert page.all("html") == [{"lang": "en"}]
    assert len(page.all("caption")) == 1
    heads = [each for each in page.all("th") if each["scope"] == "col"]
    assert len(heads) == len(COLUMNS)
    assert [each.get("aria-sort") for each in heads] == [
        "ascending" if column == "Verdict" else None for column in COLUMNS
    ]
    assert len([each for each in page.all("th") if each["scope"] == "row"]) == len(example().rows)
    (region,) = [each for each in page.all("div") if each.get("role") == "region"]
    assert region["tabindex"] == "0"
    assert region["aria-label"]


def test_a_verdict_is_reported_in_words_and_not_by_its_colour_alone(page: Page) -> None:
    cells = render(example(), "html")
    for word in ("blocked", "could not be read", "undetermined", "waiting", "out of date", "ready"):
        assert re.search(rf'<td class="verdict [a-z_]+" data-key="\d">{word}', cells)


def test_the_page_is_light_dark_and_printable(page: Page) -> None:
    style = page.texts["style"][0]
    assert "color-scheme: light dark" in style
    assert "@media (prefers-color-scheme: dark)" in style
    assert "@media print" in style


COLOURS = re.compile(r"--(\w+): #([0-9a-f]{6})")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_colour_of_a_text_can_be_read_on_its_paper(page: Page, theme: str) -> None:
    """WCAG 2.2, 1.4.3: a contrast of at least 4.5 to 1."""
    light, _, rest = page.texts["style"][0].partition("@media (prefers-color-scheme: dark)")
    colours = dict(COLOURS.findall(light if theme == "light" else rest.partition("@media")[0]))
    for name in ("ink", "quiet", "link", "red", "grey", "blue", "orange", "green"):
        assert contrast(colours[name], colours["paper"]) >= 4.5, name
    assert contrast(colours["ink"], colours["band"]) >= 4.5
    assert contrast(colours["quiet"], colours["band"]) >= 4.5


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_without_a_script_the_page_has_every_row_and_no_button_that_does_nothing(
    page: Page,
) -> None:
    assert page.all("button") == []
    assert len(page.all("tr")) == 1 + len(example().rows)
