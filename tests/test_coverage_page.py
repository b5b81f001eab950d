"""docs/coverage.md speaks of every item of the example, and of nothing else."""

from __future__ import annotations

import re
from pathlib import Path

from deploy_checklist.checklist.parse import parse

ROOT = Path(__file__).parent.parent


def test_every_item_of_the_example_has_its_row() -> None:
    rows = re.findall(
        r"^\| (?!Item |---)(.+?) \|", (ROOT / "docs" / "coverage.md").read_text(), re.MULTILINE
    )
    items = parse(
        (ROOT / "examples" / "deployment-checklist.md").read_text(), "deployment-checklist.md"
    ).items
    assert len(rows) == len(items) == 18
    for row, item in zip(rows, items, strict=True):
        words = re.findall(r"`([A-Z_]+)`", row) or [re.split(r"[ ,]", row)[0]]
        assert all(word in item.text for word in words), (row, item.text)
