"""A release that is let through although it is not ready looks like no ready one, anywhere."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

import reports
from deploy_checklist.checklist.model import Phase
from deploy_checklist.commands.consistency import disagreements
from deploy_checklist.commands.report_files import report_in
from deploy_checklist.deadline import Deadline
from deploy_checklist.engine.decide import decide
from deploy_checklist.engine.gate import exit_code
from deploy_checklist.engine.observed import Options
from deploy_checklist.errors import Exit
from deploy_checklist.fleet.model import Standing
from deploy_checklist.outcome import Outcome, Severity
from deploy_checklist.publish import outputs
from deploy_checklist.publish.status import STATES
from deploy_checklist.report import formats, markdown
from deploy_checklist.report.evidence import release_property
from deploy_checklist.report.exceptions import exception_in
from deploy_checklist.report.json_v1 import on_the_wire, render
from deploy_checklist.report.model import Override, Report, Rollback, TargetRef, Verdict
from deploy_checklist.report.next_steps import next_steps
from deploy_checklist.report.status import sentence
from fleet.given import row, written
from random_runs import random_report

EXCEPTIONS = {Verdict.OVERRIDDEN: reports.overridden, Verdict.ROLLED_BACK: reports.rolled_back}
WORDS = {Verdict.OVERRIDDEN: "overridden", Verdict.ROLLED_BACK: "rolled back"}
OVERRIDE = reports.overridden().override
ROLLBACK = reports.rolled_back().rollback


def decided(
    report: Report, override: Override | None, rollback: Rollback | None, **more: Any
) -> Any:
    options = Options(
        phase=Phase.BEFORE,
        deadline=Deadline.after(60),
        target=TargetRef(),
        override=override,
        rollback=rollback,
        **more,
    )
    return decide(report.entries, (), options, report.at, nothing_in_phase=report.nothing_in_phase)


def counting(report: Report) -> Report:
    return replace(
        report, entries=tuple(replace(each, counts_toward_ready=True) for each in report.entries)
    )


@pytest.mark.parametrize(
    ("report", "override", "rollback", "verdict"),
    [
        (reports.blocked(), None, None, Verdict.BLOCKED),
        (reports.blocked(), OVERRIDE, None, Verdict.OVERRIDDEN),
        (counting(reports.ready()), OVERRIDE, None, Verdict.READY),
        (reports.undetermined(), OVERRIDE, None, Verdict.OVERRIDDEN),
        (reports.report(), OVERRIDE, None, Verdict.OVERRIDDEN),
        # What is none, or another environment's, still fails in a rollback.
        (reports.blocked(), None, ROLLBACK, Verdict.BLOCKED),
        (reports.blocked(), OVERRIDE, ROLLBACK, Verdict.OVERRIDDEN),
        (reports.undetermined(), None, ROLLBACK, Verdict.UNDETERMINED),
        (counting(reports.ready()), None, ROLLBACK, Verdict.ROLLED_BACK),
        (reports.rolled_back(), None, ROLLBACK, Verdict.ROLLED_BACK),
        (
            replace(reports.report(), nothing_in_phase=True),
            OVERRIDE,
            ROLLBACK,
            Verdict.UNDETERMINED,
        ),
    ],
)
def test_the_verdict_is_that_of_the_items_unless_it_is_let_through(
    report: Report, override: Override | None, rollback: Rollback | None, verdict: Verdict
) -> None:
    found = decided(report, override, rollback)
    assert found.verdict is verdict
    assert (found.override is not None) is (verdict is Verdict.OVERRIDDEN)


def test_an_override_that_was_not_needed_is_told() -> None:
    found = decided(counting(reports.ready()), OVERRIDE, None)
    assert [each.message for each in found.notices] == [
        "The override by @octo-oncall was not needed"
    ]
    assert decided(reports.blocked(), OVERRIDE, None).notices == ()


def test_an_override_counts_until_its_end_and_not_at_it() -> None:
    assert OVERRIDE is not None
    report = reports.blocked()
    second = timedelta(seconds=1)
    assert decided(replace(report, at=OVERRIDE.until), OVERRIDE, None).verdict is Verdict.BLOCKED
    before = replace(report, at=OVERRIDE.until - second)
    assert decided(before, OVERRIDE, None).verdict is Verdict.OVERRIDDEN


@pytest.mark.parametrize("verdict", EXCEPTIONS)
def test_it_may_begin_and_is_not_ready(verdict: Verdict) -> None:
    report = EXCEPTIONS[verdict]()
    assert report.verdict is verdict
    assert exit_code(report) is Exit.READY
    assert STATES[verdict] == "success"
    said = outputs.values(report)
    assert said["verdict"] == verdict.value
    assert (said["ready"], said[verdict.value.replace("_", "-")]) == ("false", "true")
    assert [said["overridden"], said["rolled-back"]].count("true") == 1


@pytest.mark.parametrize("verdict", EXCEPTIONS)
@pytest.mark.parametrize("form", [*formats.FORMATS, "comment"])
def test_every_rendering_says_so(form: str, verdict: Verdict) -> None:
    report = EXCEPTIONS[verdict]()
    text = (
        markdown.render(report, boxes=True) if form == "comment" else formats.render(report, form)
    )
    assert WORDS[verdict] in text.replace("_", " ")
    assert " is ready" not in text
    assert '"ready"' not in text
    plain = replace(report, verdict=Verdict.BLOCKED, override=None, rollback=None)
    other = markdown.render(plain, boxes=True) if form == "comment" else formats.render(plain, form)
    assert WORDS[verdict] not in other.replace("_", " ")


@pytest.mark.parametrize("verdict", EXCEPTIONS)
def test_its_status_is_told_from_every_other_by_its_beginning(verdict: Verdict) -> None:
    found = sentence(EXCEPTIONS[verdict]())
    assert len(found) <= 140
    assert exception_in(found) is verdict
    for report in (reports.blocked(), reports.ready(), reports.undetermined(), reports.first_run()):
        assert exception_in(sentence(report)) is None
    assert exception_in(None) is None


def test_the_longest_name_leaves_room_for_the_end_of_the_time() -> None:
    report = reports.overridden()
    assert report.override is not None
    found = sentence(replace(report, override=replace(report.override, by="o" * 39)))
    assert "o until 2026-11-22 22:14 UTC: 3 failed" in found


def test_what_is_open_is_still_to_be_done() -> None:
    assert next_steps(reports.overridden()) == next_steps(reports.blocked())
    nothing_asked = replace(reports.report(), verdict=Verdict.OVERRIDDEN, override=OVERRIDE)
    assert len(next_steps(nothing_asked)) == 1


@pytest.mark.parametrize("verdict", EXCEPTIONS)
def test_the_evidence_calls_it_by_its_own_name(verdict: Verdict) -> None:
    links = {"run": "https://github.example/acme/shop/actions/runs/9"}
    report = replace(EXCEPTIONS[verdict](), links=links)
    assert release_property(on_the_wire(report)) == (
        f"DEPLOY_CHECKLIST_{verdict.value.upper()}_PRODUCTION",
    )


@pytest.mark.parametrize("verdict", EXCEPTIONS)
def test_the_fleet_has_a_standing_for_it(verdict: Verdict) -> None:
    report = EXCEPTIONS[verdict]()
    assert row(written(report)).standing is Standing(verdict.value)
    denied = row(written(report, override=None, rollback=None))
    assert denied.standing is Standing.UNREADABLE


def test_a_rollback_with_an_open_blocker_is_no_row_that_may_begin() -> None:
    report = reports.rolled_back()
    entries = tuple(replace(each, severity=Severity.BLOCKER) for each in report.entries)
    assert row(written(replace(report, entries=entries))).standing is Standing.UNREADABLE


def test_the_report_agrees_with_itself_only_if_it_says_why() -> None:
    for _verdict, given in EXCEPTIONS.items():
        assert [*disagreements(report_in(render(given()).encode(), "report"))] == []
    report, override = reports.overridden(), reports.overridden().override
    assert override is not None
    hour = timedelta(hours=1)
    for changed, told in (
        (replace(report, override=None), "verdict"),
        (replace(report, verdict=Verdict.BLOCKED), "override"),
        (replace(report, verdict=Verdict.READY), "verdict"),
        (replace(report, override=replace(override, until=report.at)), "override.until"),
        (
            replace(report, override=replace(override, until=report.at + 24 * hour)),
            "override.until",
        ),
        (replace(report, override=replace(override, at=report.at + 30 * hour)), "override.at"),
        (replace(report, mode="report"), "override"),
        (replace(report, phase=Phase.AFTER), "override"),
        (replace(reports.rolled_back(), rollback=None), "verdict"),
        (replace(reports.rolled_back(), verdict=Verdict.READY), "verdict"),
    ):
        found = [*disagreements(report_in(render(changed).encode(), "report"))]
        assert any(each.startswith(f"{told}:") for each in found), (told, found)


def test_no_report_of_the_gate_without_an_exception_says_that_there_is_one() -> None:
    for seed in range(30):
        report = random_report(seed)
        assert report.verdict not in EXCEPTIONS
        assert (report.override, report.rollback) == (None, None)
        held = any(
            each.outcome in (Outcome.FAIL, Outcome.UNKNOWN, Outcome.PENDING)
            and each.severity is Severity.BLOCKER
            for each in report.entries
        )
        assert not (held and report.verdict is Verdict.READY)
