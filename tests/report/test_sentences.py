"""Sentences say what they are about: the requests of a section's box, and the first line."""

from __future__ import annotations

import json
import re

import pytest
from msgspec.structs import replace

import reports
from deploy_checklist.outcome import COMMANDS, sentences
from deploy_checklist.report import formats, markdown, terminal
from deploy_checklist.report.model import Report, TargetRef, Verdict
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
    first = terminal.render(report, colour=False, verbose=False).splitlines()[0]
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
