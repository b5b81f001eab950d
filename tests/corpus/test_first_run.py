"""The first run over real checklists, and the rules file that `init` writes for them."""

from __future__ import annotations

import os
from itertools import chain
from pathlib import Path
from statistics import median, quantiles

import pytest

from deploy_checklist.checklist.model import Phase
from deploy_checklist.checklist.phases import is_release
from deploy_checklist.commands.init import init
from deploy_checklist.commands.lint import lint
from deploy_checklist.engine.gate import Options, gate
from deploy_checklist.errors import Unusable
from deploy_checklist.outcome import Outcome
from deploy_checklist.report.model import Report, TargetRef
from deploy_checklist.runtime.local import LocalRuntime

FOLDER = os.environ.get("CORPUS_DIR")
DOCUMENTS = sorted(Path(FOLDER, "documents").glob("*.md")) if FOLDER else []


@pytest.fixture(autouse=True)
def corpus() -> None:
    if DOCUMENTS:
        return
    if os.environ.get("REQUIRE_CORPUS") == "1":
        pytest.fail("REQUIRE_CORPUS=1, and CORPUS_DIR names no folder with documents/*.md")
    pytest.skip("CORPUS_DIR names no folder with documents/*.md")


def first_run(folder: Path, environ: dict[str, str], *, offline: bool = True) -> Report:
    laptop = LocalRuntime(folder, environ, now="2026-11-22T21:14:00Z", offline=offline)
    documents = laptop.documents(None, None)
    options = Options(phase=Phase.BEFORE, deadline=laptop.deadline, target=TargetRef())
    return gate(documents.checklist, laptop.rules(documents, None), laptop.world(), options)


def copied(document: Path, folder: Path) -> Path:
    (folder / "docs").mkdir(parents=True)
    (folder / "docs/deployment-checklist.md").write_bytes(document.read_bytes())
    return folder


def with_items(tmp_path: Path) -> list[Path]:
    folders = []
    for document in DOCUMENTS:
        folder = copied(document, tmp_path / document.stem)
        try:
            LocalRuntime(folder, {}).documents(None, None)
        except Unusable:
            continue
        folders.append(folder)
    return folders


def test_a_team_s_own_document_is_understood_as_its_words_say(tmp_path: Path) -> None:
    """Presence is verified of what names a variable; three items say no more than that."""
    report = first_run(
        copied(Path(FOLDER or "").parent / "seed/deployment-checklist.md", tmp_path / "seed"), {}
    )
    automation = [entry.automation for entry in report.entries]
    assert [automation.count(each) for each in ("full", "partial", "person")] == [3, 10, 5]
    full = [entry.item.names for entry in report.entries if entry.automation == "full"]
    assert full == [("PAYMENT_API_KEY",), ("METRICS_EXPORTER_API_KEY",), ("LOG_DRAIN_URL",)]
    assert len(report.open_questions) == 7
    assert [len(box.entries) for box in report.boxes] == [5, 5, 5, 3]


def test_people_are_not_drowned_and_no_release_stands_before_itself(tmp_path: Path) -> None:
    boxes = []
    for folder in with_items(tmp_path):
        report = first_run(folder, {})
        boxes.append(len(report.boxes))
        assert not any(is_release(entry.item.text) for box in report.boxes for entry in box.entries)
        assert report.totals.fail == report.totals.unknown == 0
    assert len(boxes) >= 50
    assert median(boxes) <= 7
    assert quantiles(boxes, n=10)[-1] <= 20


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.stem)
def test_the_written_file_loads_and_agrees_and_its_rules_decide_what_was_only_told(
    document: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = copied(document, tmp_path / "team")
    try:
        names = {
            name
            for item in LocalRuntime(folder, {}).documents(None, None).checklist.items
            for name in item.names
        }
    except Unusable:
        return
    values = {name: f"a-value-for-{name.lower()}" for name in names}
    runs: list[dict[str, str]] = [
        {},
        values,
        {"GITHUB_ACTIONS": "true", **dict.fromkeys(names, "")},
    ]
    before = [first_run(folder, environ).entries for environ in runs]
    init(folder, None)
    after = [first_run(folder, environ).entries for environ in runs]
    for was, now in zip(chain(*before), chain(*after), strict=True):
        decided = now.outcome is Outcome.FAIL and (was.seen or was.item.is_title)
        assert decided or now.outcome is was.outcome
    assert [
        drift
        for drift in lint(LocalRuntime(folder, {}).documents(None, None))
        if drift.kind != "table"
    ] == []
