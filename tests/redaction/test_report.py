"""A secret that equals a word of the report's frame stops no report; one in what the report says is taken out."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

import reports
from deploy_checklist.outcome import Outcome, failed
from deploy_checklist.redaction.redact import Leak
from deploy_checklist.redaction.report import redact_report
from deploy_checklist.report.formats import FORMATS, render
from deploy_checklist.report.model import Report

REPORTS = (
    reports.blocked(),
    reports.ready(),
    reports.undetermined(),
    reports.overridden(),
    reports.first_run(),
    reports.first_run(laptop=True),
)


# Parts of the frames that no list of words would hold: of SARIF, JSON, JUnit, the annotations and the first lines.
PARTS = (
    "2.1.0",
    "/error",
    "classname=",
    "waiting:",
    "blocked:",
    "::warning",
    "::error",
    "1842",
    "2026-11-22",
    "21:14",
)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.verdict)
def test_no_word_of_a_report_is_a_value_that_stops_it(report: Report, form: str) -> None:
    """`true`, a date, a version: a variable may hold any of them, and a run that refuses to speak is no answer."""
    for value in {*re.findall(r"[a-z_]{4,}|[\d.:TZ-]{4,}[\dZ]", render(report, form)), *PARTS}:
        clean, redactor = redact_report(
            report, {"ANY_TOKEN": value, "ANY_URL": f"https://a.example/?q={value}"}
        )
        redactor.check(render(clean, form))


@pytest.mark.parametrize("form", FORMATS)
def test_a_secret_that_a_text_of_the_report_holds_is_still_found(form: str) -> None:
    """The frame is built without any text of the report, so nothing that was said counts as part of it."""
    report = reports.blocked()
    _, redactor = redact_report(report, {"ANY_TOKEN": "another-release"})
    entries = [
        replace(each, outcome=Outcome.FAIL, findings=(failed("is another-release"),))
        for each in report.entries
    ]
    with pytest.raises(Leak):
        redactor.check(render(replace(report, entries=tuple(entries)), form))


def test_a_value_that_is_not_a_secret_is_named_rather_than_hidden() -> None:
    clean, redactor = redact_report(reports.blocked(), {"ANY_TOKEN": "true"})
    assert redactor.exposed == ("ANY_TOKEN",)
    assert "ANY_TOKEN is an ordinary word" in render(clean, "json")


@pytest.mark.parametrize("value", ["changeme", "placeholder", "null"])
def test_a_placeholder_is_left_to_the_check_of_its_variable(value: str) -> None:
    """It hides nothing, and no message about it is garbled; what to do is said once, where the item is."""
    clean, redactor = redact_report(reports.blocked(), {"ANY_TOKEN": value})
    assert value not in redactor.forms
    assert "ANY_TOKEN" not in render(clean, "json")


@pytest.mark.parametrize("secret", ["c0ff", "feed"])
def test_a_secret_of_a_few_digits_leaves_digests_whole(secret: str) -> None:
    """A digest holds them by chance; it is compared with a file's, and tells nothing of the secret."""
    report = reports.blocked()
    said = replace(report, log_row=f"| {secret} |")
    clean, redactor = redact_report(said, {"ANY_PIN_SECRET": secret})
    digests = (clean.checklist_sha256, clean.rules_sha256)
    assert digests == (report.checklist_sha256, report.rules_sha256)
    assert clean.log_row == "| *** |"
    redactor.check(render(clean, "json"))
