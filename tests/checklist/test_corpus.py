"""Real checklists of public repositories: every box GitHub shows is an item, and nothing else.

The corpus lies outside of the project: `CORPUS_DIR=… pytest tests/checklist`. Its documents belong to their authors.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from deploy_checklist.checklist.model import Checklist, fold
from deploy_checklist.checklist.parse import decode, parse, require_items

from .rendered import boxes

FOLDER = os.environ.get("CORPUS_DIR")
DOCUMENTS = sorted(Path(FOLDER, "documents").glob("*.md")) if FOLDER else [Path("none")]


@pytest.fixture
def folder() -> Path:
    if FOLDER and Path(FOLDER).is_dir():
        return Path(FOLDER)
    if os.environ.get("REQUIRE_CORPUS") == "1":
        pytest.fail("REQUIRE_CORPUS=1, and CORPUS_DIR names no folder")
    pytest.skip("CORPUS_DIR does not name the folder of real checklists")


def read(document: Path) -> Checklist:
    return parse(decode(document.read_bytes(), document.name), document.name)


def test_the_corpus_has_64_documents_with_2441_items(folder: Path) -> None:
    documents = list((folder / "documents").glob("*.md"))
    assert len(documents) == 64
    assert sum(len(read(document).items) for document in documents) == 2441


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name[:3])
def test_every_item_is_a_box_of_the_independent_parser_with_the_same_words(
    folder: Path, document: Path
) -> None:
    checklist = read(document)
    shown = boxes(checklist.source)
    assert len(checklist.items) == len(shown)
    lines = checklist.source.split("\n")
    for item, words in zip(checklist.items, shown, strict=True):
        # all of them, in order; ours keeps `<placeholders>`, which the other takes for HTML
        ours = iter(fold(item.text).split())
        assert all(word in ours for word in fold(words).split())
        assert "[x]" in lines[item.line - 1].lower() or "[ ]" in lines[item.line - 1]
    assert len({item.id for item in checklist.items}) == len(shown)


def test_a_team_s_own_document_is_read_as_it_is(folder: Path) -> None:
    document = folder.parent / "seed" / "deployment-checklist.md"
    checklist = require_items(read(document))
    assert [item.line for item in checklist.items] == [
        *range(8, 13),
        *range(21, 26),
        *range(34, 39),
        *range(55, 58),
    ]
    assert [item.id for item in checklist.items if not item.names] == [
        "tls",
        "load",
        "alerting",
        "checklist",
        "linked",
        "ci",
    ]
    assert sum(len(item.names) for item in checklist.items) == 13
    assert len(checklist.secret_rows) == 9
    assert all(row.source_of_truth and row.owner and row.service for row in checklist.secret_rows)
    assert [row.words for row in checklist.secret_rows if row.name is None] == ["TLS cert bundle"]
    assert checklist.log_template is not None
    assert len(checklist.log_template.columns) == 5
    assert {item.phase.value for item in checklist.items} == {"before"}
