"""Sentences say what they are about: the requests of a section's box, and the first line."""

from __future__ import annotations

import json
import re

import pytest
from msgspec.structs import replace

import reports
from deploy_checklist.outcome import COMMANDS, Outcome, Severity, sentences
from deploy_checklist.report import formats, markdown, terminal
from deploy_checklist.report.columns import width
from deploy_checklist.report.escape import plain
from deploy_checklist.report.model import Report, TargetRef, Verdict
from deploy_checklist.report.status import sentence, shortened
from random_runs import random_report


def asking(clause: str, text: str, *names: str) -> Report:
    """A report that asks a person for one part of one item, in the box of its section."""
    entry = reports.entry(reports.item(8, text, *names), reports.asked(clause))
    box = replace(reports.section_box("Payments", entry), clauses=(clause,))
    return reports.report(entry, boxes=(box,), verdict=Verdict.WAITING)


@pytest.mark.parametrize(
    ("clause", "names", "said"),
    [
        ("matches the domain", ("SHOP_URL",), "`SHOP_URL` matches the domain"),
        ("Ask Finance", ("SHOP_URL",), "`SHOP_URL`: Ask Finance"),
        ("is SHOP_URL right?", ("SHOP_URL",), "is `SHOP_URL` right?"),
        ("agree", ("SHOP_URL", "API_URL"), "`SHOP_URL`, `API_URL` agree"),
        ("Told to support", (), "Told to support"),
    ],
)
def test_a_request_names_the_variable_it_is_about_once(
    clause: str, names: tuple[str, ...], said: str
) -> None:
    report = asking(clause, f"{' and '.join(names)} set and {clause}", *names)
    for boxes in (True, False):
        assert f"<br>{said}" in markdown.render(report, boxes=boxes)
    for verbose in (True, False):
        assert said.replace("`", "") in terminal.render(report, colour=False, verbose=verbose)


def test_uncommitted_changes_stand_beside_the_commit_they_were_made_to() -> None:
    target = TargetRef(commit="4f2c91a" + "0" * 33, uncommitted=True)
    report = replace(asking("agree", "Agree"), target=target, rules=None)
    first = terminal.render(report, colour=False, verbose=False, width=130).splitlines()[0]
    assert first.endswith(
        "4f2c91a + uncommitted changes   1 item; no rules file, so their own words decide"
    )


def test_what_to_do_is_a_sentence_and_a_command_stays_as_it_is_typed() -> None:
    assert sentences("is empty", ["renew it", None]) == "is empty. Renew it"
    assert sentences("It is late.", ["gh run list"]) == "It is late. gh run list"


def test_every_sentence_of_a_run_begins_with_a_capital() -> None:
    commands = "|".join(COMMANDS)
    small = re.compile(rf"(?:\.|:)\. |(?<!\.)\. (?!{commands})[a-z]|::(?= )")
    for report in (reports.every_state(), reports.undetermined(), *map(random_report, range(40))):
        results = json.loads(formats.render(report, "sarif"))["runs"][0]["results"]
        texts = [each["message"]["text"] for each in results]
        texts += [each.split("::")[-1] for each in formats.render(report, "github").splitlines()]
        texts += re.findall(r"^- \w+: .*", markdown.render(report, boxes=True), re.MULTILINE)
        assert [each for each in texts if small.search(each)] == []


def test_the_heading_of_what_was_not_checked_is_not_said_again() -> None:
    for seed in range(40):
        text = formats.render(random_report(seed), "text", verbose=True)
        assert not re.search(r"not checked\W+not checked", text, re.IGNORECASE), seed


@pytest.mark.parametrize("word", ["waived", "later", "warning"])
def test_a_release_of_which_nothing_counts_says_why_and_what_to_do(word: str) -> None:
    """In every form: a list of items of which none is open would look green."""
    report = nothing_open(word)
    for form in ("text", "markdown", "github", "junit"):
        text = " ".join(formats.render(report, form).split())
        assert "o item that holds the release passed or was signed" in text, form
        assert "et a machine check at least one item" in text, form
    assert '<error message="no item' in formats.render(report, "junit")
    assert 'errors="1"' in formats.render(report, "junit")


def nothing_open(word: str) -> Report:
    outcome = {"waived": Outcome.WAIVED, "later": Outcome.SKIPPED, "warning": Outcome.FAIL}[word]
    severity = Severity.WARNING if word == "warning" else Severity.BLOCKER
    found = reports.found(outcome, "answered 503", later=word == "later")
    entry = reports.entry(reports.item(8, "The queue is drained"), found, severity=severity)
    return reports.report(entry, verdict=Verdict.UNDETERMINED)


def test_junit_is_red_where_checklist_and_rules_disagree_and_that_holds_the_release() -> None:
    drift = reports.undetermined().drift
    report = replace(reports.ready(), verdict=Verdict.BLOCKED, strict=True, drift=drift)
    assert f'<failure message="{plain(drift[0].message)}' in formats.render(report, "junit")


@pytest.mark.parametrize(
    ("warnings", "said"),
    [
        (0, "A rollback never counts as ready"),
        (1, "the warning must still be fixed"),
        (2, "the warnings must still be fixed"),
    ],
)
def test_a_rollback_says_how_many_warnings_must_be_fixed(warnings: int, said: str) -> None:
    report = reports.rolled_back()
    entries = [each for each in report.entries if each.severity is Severity.BLOCKER]
    [warning] = (each for each in report.entries if each.severity is Severity.WARNING)
    entries += [replace(warning, item=reports.item(40 + n, "Due")) for n in range(warnings)]
    for form in ("text", "markdown", "github", "junit", "sarif"):
        assert said in formats.render(replace(report, entries=tuple(entries)), form), form


def test_a_reason_that_ends_with_a_full_stop_gets_no_second_one() -> None:
    report = reports.overridden()
    assert report.override is not None
    report = replace(report, override=replace(report.override, reason="The shop is down."))
    for form in ("text", "markdown", "github", "junit", "sarif"):
        assert not re.search(r"down\.\W*\. ", formats.render(report, form)), form


@pytest.mark.parametrize("length", range(1, 30))
def test_a_status_is_never_cut_within_a_word(length: int) -> None:
    roles = [f"{'team-lead-of-a-team'[:length]}-{n}" for n in range(40)]
    entries = [
        reports.entry(reports.item(n, f"N {n}"), reports.asked("N", r)) for n, r in enumerate(roles)
    ]
    said = sentence(reports.report(*entries, verdict=Verdict.WAITING))
    *named, rest = said.removeprefix("40 to sign: ").split(", ")
    assert (rest, len(said) <= 140, len(said) > 140 - length - 8) == ("…", True, True)
    assert {*named} <= {*roles}
    assert len(shortened("x" * 200)) == 140


@pytest.mark.parametrize("columns", [80, 100])
def test_only_commands_places_and_evidence_are_wider_than_the_screen(columns: int) -> None:
    for report in (reports.first_run(), *map(random_report, range(60))):
        text = terminal.render(report, colour=False, verbose=False, width=columns)
        *lines, _ = text.splitlines()
        wide = [each for each in lines if width(each) > columns]
        assert [
            each
            for each in wide
            if not re.search(r"gh |env: |--env-file|Next  |        deploy|:  deploy", each)
        ] == []
