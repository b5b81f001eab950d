"""Ids and words hashes that version 1.0.0 made stay: they stand in rules, waivers and `signed:` lines of teams."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from deploy_checklist.checklist.model import words_hash
from deploy_checklist.checklist.parse import decode, parse
from deploy_checklist.errors import Unusable

WRITTEN = Path(__file__).parents[1] / "fixtures" / "written_by_1_0_0"
DOCUMENTS = {
    "example": WRITTEN / "examples" / "deployment-checklist.md",
    "bookshop": Path(__file__).parents[1] / "fixtures" / "checklist" / "bookshop.md",
}
CORPUS = os.environ.get("CORPUS_DIR")
FOLDERS = {"first": "documents", "second": "second/documents", "seed": "../seed"}


def rows(path: Path) -> list[str]:
    """Line, id and words hash of every item."""
    try:
        checklist = parse(decode(path.read_bytes(), path.name), path.name)
    except Unusable as refused:
        return [f"refused\t{type(refused).__name__}"]
    return [f"{item.line}\t{item.id}\t{words_hash(item.words)}" for item in checklist.items]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_ids_and_words_of_our_own_documents_are_unchanged(name: str) -> None:
    assert rows(DOCUMENTS[name]) == (WRITTEN / f"{name}.tsv").read_text().splitlines()


@pytest.mark.skipif(
    not CORPUS and not os.environ.get("REQUIRE_CORPUS"),
    reason="CORPUS_DIR names no folder of real checklists",
)
def test_ids_and_words_of_real_checklists_are_unchanged() -> None:
    """Of each document: its number of items, and a digest of their lines, ids and words hashes."""
    changed = []
    for line in (WRITTEN / "corpus.tsv").read_text().splitlines():
        name, count, digest = line.split("\t")
        folder, _, number = name.partition("/")
        [path] = (Path(CORPUS or "") / FOLDERS[folder]).glob(f"{number}-*.md")
        found = rows(path)
        now = hashlib.sha256("\n".join(found).encode("utf-8", "surrogatepass")).hexdigest()[:16]
        if (str(len(found)), now) != (count, digest):
            changed.append(name)
    assert changed == []
