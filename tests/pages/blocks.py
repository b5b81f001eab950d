"""The pages that people read, and the blocks of code in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Literal

import yaml

from deploy_checklist.rules.load import TOP

ROOT = Path(__file__).parents[2]
PAGES = (
    *(ROOT / "README.md", ROOT / "CHANGELOG.md"),
    *sorted(ROOT.glob("docs/**/*.md")),
    *sorted(ROOT.glob(".github/**/*.md")),
)
_BLOCK = re.compile(r"^( *)```([\w-]*)\n(.*?)^ *```", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Block:
    """A block of code of a page."""

    page: str  # its path from the root
    number: int  # counts the blocks of the page from 1
    language: str
    text: str

    @property
    def where(self) -> str:
        return f"{self.page} {self.number}"


def blocks(*languages: str) -> Iterator[Block]:
    """The blocks of all pages in one of these languages; in any, if none is named."""
    for page in PAGES:
        for number, found in enumerate(_BLOCK.finditer(page.read_text(encoding="utf-8")), 1):
            _, language, text = found.groups()
            if not languages or language in languages:
                path = page.relative_to(ROOT).as_posix()
                yield Block(page=path, number=number, language=language, text=dedent(text))


Sort = Literal["rules", "workflow", "steps"]


def sort_of(block: Block) -> Sort | None:
    """What a block of YAML is, or is a part of; None for any other file's."""
    if block.text.startswith("when:"):  # several conditions, one a line
        return "rules"
    found = yaml.safe_load(block.text)
    if isinstance(found, list):
        return "steps"
    if "jobs" in found:
        return "workflow"
    return "rules" if found.keys() <= set(TOP) else None
