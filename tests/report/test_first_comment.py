"""The top of a first comment: what is wrong, what was looked at, what brings most, and whether the run blocks."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

import reports
from deploy_checklist.outcome import Outcome
from deploy_checklist.report import markdown, terminal
from deploy_checklist.report.model import Report, Trial, Verdict

PATTERNS = ("release/**", "train/*", "label:release", "label:hotfix")


def shown(report: Report) -> str:
    """The comment; its top is the job's summary's, too."""
    comment = markdown.render(report, boxes=True)
    top = comment.partition("- **Failed:**")[2].partition("###")[0]
    assert top in markdown.render(report, boxes=False)
    return comment


@pytest.mark.parametrize(
    ("trial", "said"),
    [
        (
            Trial(by_mode=True),
            "`mode: report`. Without this mode, a release would be blocked until everything below is signed.",
        ),
        (
            Trial(by_mode=False, release_pr=PATTERNS),
            "this pull request is not a release. A release pull request (the input `release-pr`: `release/**`, "
            "`train/*`, `label:release`, …) would be blocked until everything below is signed.",
        ),
        (
            Trial(by_mode=False, preview=True),
            "the checklist is not merged yet. Once the checklist is merged, a release would be blocked until "
            "everything below is signed.",
        ),
        (
            Trial(by_mode=True, release_pr=PATTERNS[:1], preview=True),
            "`mode: report`, this pull request is not a release and the checklist is not merged yet. Once the "
            "checklist is merged and without this mode, a release pull request (the input `release-pr`: "
            "`release/**`) would be blocked until everything below is signed.",
        ),
    ],
)
def test_a_run_that_blocks_nothing_says_why_and_what_would(trial: Trial, said: str) -> None:
    report = replace(reports.first_run(), trial=trial)
    assert f"**This run blocks nothing:** {said}" in shown(report)
    ready = shown(replace(report, verdict=Verdict.READY))
    assert "would not be blocked either." in ready


def test_a_run_that_blocks_says_until_when() -> None:
    report = replace(reports.first_run(), mode="enforce")
    assert "**This run blocks the release** until everything below is signed." in shown(report)
    blocked = replace(reports.blocked(), rules=None)
    assert "blocks the release** until everything below is fixed and signed." in shown(blocked)
    ready = shown(replace(report, verdict=Verdict.READY))
    assert "**This run blocks nothing:** the release is ready." in ready


def test_on_a_laptop_nothing_is_said_of_blocking() -> None:
    assert "This run" not in shown(reports.first_run(laptop=True))


def test_what_is_wrong_is_told_where_no_section_to_fix_tells_it() -> None:
    seen = (reports.found(Outcome.FAIL, "is empty", subject="PAYMENT_PROVIDER"),)
    plain = reports.first_run()
    first, second, *others = plain.entries
    report = replace(plain, entries=(replace(first, seen=seen), second, *others))
    comment = shown(report)
    assert "- **Failed:** a check of 1 item:\n  - **`PAYMENT_PROVIDER`** is empty.\n" in comment
    assert "- **Checked:** 1 of 5 items in" in comment
    failed = replace(
        second, outcome=Outcome.FAIL, findings=(reports.found(Outcome.FAIL, "is short"),)
    )
    comment = shown(replace(report, entries=(replace(first, seen=seen), failed, *others)))
    assert "- **Failed:** 1 item, listed below, and a check of 1 other:\n" in comment
    assert "- **Checked:** 2 of 5 items in" in comment


def test_what_brings_most_comes_first() -> None:
    """Two items by answers, one by values; then the other way round."""
    report = reports.first_run()
    most = shown(report)
    assert most.index("**Answer 4 questions:**") < most.index("**Pass 3 variables**")
    assert "1 item can then pass without a person: `PAYMENT_API_KEY`." in most
    less = shown(replace(report, more_by_machine=0, waiting_for_answers=0))
    assert less.index("**Pass 3 variables**") < less.index("**Answer 4 questions:**")


def test_a_file_of_init_with_open_questions_has_the_lines_and_a_finished_one_has_not() -> None:
    open_file = replace(
        reports.blocked(), open_questions=("fact:a", "domain:production"), waiting_for_answers=3
    )
    comment = shown(open_file)
    assert (
        "**Answer 2 questions:** `deploy-checklist init`, and commit the file. "
        "3 of 18 items wait for the answers." in comment
    )
    assert "by the rules in" in comment
    finished = markdown.render(reports.blocked(), boxes=True)
    for text in ("This run", "**Failed:**", "**Checked:**", "deploy-checklist init"):
        assert text in comment
        assert text not in finished
    assert "Next " not in terminal.render(
        replace(reports.blocked(), laptop=True), colour=False, verbose=False
    )


def test_a_finished_file_says_why_nothing_is_blocked() -> None:
    trial = Trial(by_mode=False, preview=True)
    report = replace(reports.blocked(), mode="report", trial=trial)
    comment = markdown.render(report, boxes=True)
    assert "trial run (the checklist is not merged yet), nothing is blocked" in comment
