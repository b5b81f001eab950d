"""What an independent CommonMark parser (cmark-gfm, GitHub's own) shows as boxes."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import cmarkgfm


class _Boxes(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "input":
            self.texts.append("")
            self._inside = True
        elif tag in ("ul", "ol", "pre", "blockquote", "table", "li"):
            self._inside = False
        elif tag in ("br", "img") and self._inside:
            self.texts[-1] += dict(attrs).get("alt") or " "

    def handle_endtag(self, tag: str) -> None:
        if tag in ("li", "p", "h1", "h2"):
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.texts[-1] += data


def boxes(markdown: str) -> list[str]:
    """The text beside each box, in the order of the document; front matter is not document."""
    body = re.sub(r"\A\ufeff?---\n.*?\n---\n", "", markdown.replace("\r\n", "\n"), flags=re.DOTALL)
    reader = _Boxes()
    reader.feed(cmarkgfm.github_flavored_markdown_to_html(body))
    return reader.texts
