"""Open questions are counted by `lint` and `check`, and `lint --strict` fails on them."""

from __future__ import annotations

import json

import pytest

from .shop import ANSWERS, answered, typed

pytestmark = pytest.mark.usefixtures("folder")

SEVEN = (
    "7 questions left open: domain:staging, domain:production, fact:clustering, fact:tracing, "
    "members:payments-lead, choices:CARD_GATEWAY, status:METRICS_URL"
)


def test_lint_counts_them_and_strictly_fails() -> None:
    typed("init")
    code, out, _ = typed("lint")
    assert code == 0
    assert (
        out
        == f"the checklist and the rules agree\n{SEVEN}. Answer them with `deploy-checklist init`\n"
    )
    assert typed("lint", "--strict")[0] == 1
    answered(ANSWERS.rpartition("status:")[0])
    assert "1 question left open: status:METRICS_URL. Answer it with" in typed("lint")[1]
    assert typed("lint", "--strict")[0] == 1
    answered("status:METRICS_URL: 200")
    assert typed("lint", "--strict") == (0, "the checklist and the rules agree\n", "")


def test_check_says_how_many_are_left_in_the_file_or_would_be() -> None:
    assert "init       answer 7 questions: " in typed("check", "--offline")[1]
    typed("init")
    report = json.loads(typed("check", "--offline", "--format", "json")[1])
    said = [each["message"] for each in report["notices"]]
    assert f"{SEVEN}: answer them with `deploy-checklist init`" in said
    assert SEVEN in " ".join(typed("check", "--offline")[1].split())
    answered(ANSWERS)
    screen = typed("check", "--offline", "-e", "staging")[1]
    assert "left open" not in screen
    assert "Next " not in screen
