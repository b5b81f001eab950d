"""The figures of how words are understood, held on the labelled items of real checklists."""

from __future__ import annotations

import os
import runpy
from pathlib import Path
from typing import Any

import pytest

FOLDER = os.environ.get("CORPUS_DIR")
SCORE = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "words.py"))


@pytest.fixture(scope="module")
def found() -> list[Any]:
    if FOLDER and (folders := SCORE["labelled_folders"](Path(FOLDER))):
        return [each for folder in folders for each in SCORE["judged"](folder)]
    if os.environ.get("REQUIRE_CORPUS") == "1":
        pytest.fail("REQUIRE_CORPUS=1, and CORPUS_DIR names no folder with labels")
    pytest.skip("CORPUS_DIR names no folder with labels")


def test_no_item_passes_by_itself_that_needs_a_person(found: list[Any]) -> None:
    assert [each.where for each in found if each.is_false] == []


def test_most_items_are_found_with_their_arguments_and_few_that_are_a_person_s(
    found: list[Any],
) -> None:
    figures = SCORE["figures"](found)
    assert figures["wanted"] >= 50
    assert figures["found"] >= 0.85 * figures["wanted"], SCORE["disagreements"](found)
    assert figures["right"] >= 0.78 * figures["wanted"], SCORE["disagreements"](found)
    assert figures["looked at though human"] <= 0.04 * figures["human"]
