"""What a handful of answers makes of a team's own document."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from init.shop import COMMENTED, lines_of, typed, written

from .seed_world import ANSWERS, answer_all, put_seed_into


@pytest.fixture(autouse=True)
def seed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    put_seed_into(tmp_path)


def automation() -> Counter[str]:
    _, out, _ = typed("explain", "-e", "production", "--format", "json")
    return Counter(each["automation"] for each in json.loads(out))


def test_at_most_seven_questions_those_of_most_items_first() -> None:
    _, out, _ = typed("init", "--questions", "json")
    assert [each["id"] for each in json.loads(out)] == list(ANSWERS)
    values = [each if isinstance(each, list) else [each] for each in ANSWERS.values()]
    assert sum(map(len, values)) <= 20


def test_the_answers_make_most_items_whole() -> None:
    typed("init")
    assert typed("lint", "--strict")[0] == 1
    assert automation() == {"full": 5, "partial": 8, "person": 5}
    answer_all(with_comments=False)
    assert automation() == {"full": 11, "partial": 2, "person": 5}
    assert typed("lint", "--strict") == (0, "the checklist and the rules agree\n", "")
    assert len(COMMENTED.findall(written())) == 9


def test_an_uncommented_line_takes_the_place_of_the_person_where_it_verifies_the_item() -> None:
    answer_all(with_comments=True)
    assert automation() == {"full": 12, "partial": 4, "person": 2}
    assert typed("lint", "--strict") == (0, "the checklist and the rules agree\n", "")
    assert lines_of("Alerting rules reviewed").split("\n")[1] == (
        '    sign: "Alerting rules reviewed"'
    )
    assert "sign:" not in lines_of("TLS certificates renewed")
