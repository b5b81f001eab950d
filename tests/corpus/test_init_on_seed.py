"""What a handful of answers makes of a team's own document."""

from __future__ import annotations

import io
import json
import os
import re
from collections import Counter
from pathlib import Path

import pytest

from deploy_checklist.cli import run

FOLDER = os.environ.get("CORPUS_DIR")
ANSWERS = {
    "domain:staging": "staging.fans.dev",
    "domain:production": "fans.dev",
    "fact:clustering": "REALTIME_CLUSTERING",
    "fact:tracing": "TRACING_ENABLED",
    "members:backend-lead": "@octo-lead",
    "choices:PAYMENT_PROVIDER": ["stripe", "paynow"],
    "status:METRICS_ENDPOINT_URL": 200,
}


def typed(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    return run(arguments, {}, out, err), out.getvalue(), err.getvalue()


@pytest.fixture(autouse=True)
def seed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not FOLDER:
        if os.environ.get("REQUIRE_CORPUS") == "1":
            pytest.fail("REQUIRE_CORPUS=1, and CORPUS_DIR names no folder")
        pytest.skip("CORPUS_DIR names no folder")
    monkeypatch.chdir(tmp_path)
    document = Path(FOLDER).parent / "seed" / "deployment-checklist.md"
    Path("deployment-checklist.md").write_bytes(document.read_bytes())


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
    Path("answers.json").write_text(json.dumps(ANSWERS), encoding="utf-8")
    assert typed("init", "--answers", "answers.json")[0] == 0
    assert automation() == {"full": 11, "partial": 2, "person": 5}
    assert typed("lint", "--strict") == (0, "checklist and rules agree\n", "")
    written = Path(".github/deploy-checklist.yml").read_text(encoding="utf-8")
    assert len(re.findall(r"^    # \w+: ", written, re.MULTILINE)) == 8
