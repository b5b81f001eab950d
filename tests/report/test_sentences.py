"""Sentences say what they are about: the requests of a section's box, and the first line."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

import reports
from deploy_checklist.report import markdown, terminal
from deploy_checklist.report.model import Report, TargetRef, Verdict


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
