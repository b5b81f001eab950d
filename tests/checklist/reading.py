"""Short ways to read a piece of Markdown in a test."""

from __future__ import annotations

from pathlib import Path

from deploy_checklist.checklist.model import Checklist, Item
from deploy_checklist.checklist.parse import parse

FIXTURES = Path(__file__).parent.parent / "fixtures" / "checklist"


def read(*lines: str) -> Checklist:
    return parse("\n".join(lines) + "\n", "list.md")


def items(*lines: str) -> tuple[Item, ...]:
    return read(*lines).items


def item(*lines: str) -> Item:
    (only,) = items(*lines)
    return only


def bookshop() -> Checklist:
    return parse((FIXTURES / "bookshop.md").read_text(encoding="utf-8"), "bookshop.md")
