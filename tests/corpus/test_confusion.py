"""The two figures of the law of inference, held on the labelled items of real checklists."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from .confusion import Judged, judged, table

FOLDER = os.environ.get("CORPUS_DIR")


@pytest.fixture(scope="module")
def found() -> list[Judged]:
    if FOLDER and Path(FOLDER, "labels-dev.tsv").is_file():
        return judged(Path(FOLDER))
    if os.environ.get("REQUIRE_CORPUS") == "1":
        pytest.fail("REQUIRE_CORPUS=1, and CORPUS_DIR names no folder with labels-dev.tsv")
    pytest.skip("CORPUS_DIR names no folder with labels-dev.tsv")


def test_no_item_passes_by_itself_that_needs_a_person(found: list[Judged]) -> None:
    assert [each.where for each in found if each.false] == []


def test_nine_of_ten_checkable_items_are_found_with_their_arguments(found: list[Judged]) -> None:
    checkable = [each for each in found if each.checkable]
    assert len(checkable) >= 50
    assert sum(each.found for each in checkable) >= 0.9 * len(checkable), table(found)
