"""The numbers of a first run are those that `init` and its answers then come to."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest

from .shop import ANSWERS, PATH, RULES, answered, typed
from .test_any_checklist import random_checklist

pytestmark = pytest.mark.usefixtures("folder")


def verified_whole() -> set[int]:
    """The lines of the items of which nothing is left to a person."""
    items = json.loads(typed("explain", "-e", "production", "--format", "json")[1])
    return {each["line"] for each in items if each["automation"] == "full"}


def next_step() -> str:
    """What the terminal says of `init`."""
    screen = typed("check", "--offline", "-e", "production")[1]
    found = re.search(r"^Next   deploy-checklist init +(.*)$", screen, re.MULTILINE)
    return found[1] if found else ""


def test_the_gain_is_what_the_answers_come_to() -> None:
    assert next_step() == "answer 7 questions: a machine can then check 8 more of 13 items"
    before = verified_whole()
    answered(ANSWERS)
    assert len(verified_whole() - before) == 8
    assert next_step() == ""


def test_a_file_with_open_questions_says_how_many_items_wait() -> None:
    typed("init")
    assert next_step() == "answer 7 questions: 6 of 13 items wait for the answers"
    answered(ANSWERS.partition("choices:")[0])
    assert next_step() == "answer 2 questions: 2 of 13 items wait for the answers"
    answered("choices:CARD_GATEWAY: [acme]")
    assert next_step() == "answer 1 question: 1 of 13 items waits for an answer"


def test_where_only_signers_are_open_it_says_so() -> None:
    PATH.write_text("- [ ] Approved by the backend lead\n", encoding="utf-8")
    assert next_step() == "answer 1 question: it asks who may sign"
    PATH.write_text("- [ ] Tell the support team\n", encoding="utf-8")
    assert next_step() == "write the rules file"


def test_the_numbers_are_true_of_items_with_the_same_words() -> None:
    twice = "- [ ] `A_URL` matches the deployed domain\n"
    PATH.write_text(f"# R\n\n## One\n{twice}\n## Two\n{twice}", encoding="utf-8")
    gain_is_true()


@pytest.mark.parametrize("seed", range(40))
def test_the_numbers_are_true_of_random_checklists(seed: int) -> None:
    PATH.write_text(random_checklist(random.Random(seed)), encoding="utf-8")
    gain_is_true()


def gain_is_true() -> None:
    said, before = next_step(), verified_whole()
    examples = {
        each["id"]: each["example"] for each in json.loads(typed("init", "--questions", "json")[1])
    }
    Path("answers.json").write_text(json.dumps(examples), encoding="utf-8")
    typed("init", "--answers", "answers.json")
    assert RULES.is_file()
    more = len(verified_whole() - before)
    if more:
        assert f"a machine can then check {more} more of" in said
    else:
        assert "a machine" not in said
