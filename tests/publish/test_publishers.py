"""No publisher can forget to look for secrets: only the one that calls all of them writes what they render."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

import reports
from deploy_checklist.outcome import Outcome
from deploy_checklist.publish.publishers import PUBLISHERS, publish_all, publish_one
from deploy_checklist.redaction.needles import Needle
from deploy_checklist.redaction.redact import Leak, Redactor
from deploy_checklist.report.model import Notice, Report, Verdict, Waived
from destinations import Everywhere

SECRET = "correct-horse-battery"
HIDING = Redactor.hiding([Needle("A_KEY", SECRET)])
SHOWN = {  # by each publisher that shows an item's message: a piece of its frame
    "log": "::group::",
    "report file": '"schema": 1',
    "job summary": "### ❌ Failed",
    "comment": "<!-- deploy-checklist repository=4711 number=412",
    "release ticket": "<!-- deploy-checklist-log",
    "follow-up issues": "<!-- deploy-checklist-follow-up",
    "issue of the override": "<!-- deploy-checklist-override",
    "annotations": "::error file=",
}
NO_MESSAGES: frozenset[str] = frozenset()  # publishers that show counts and names only


def saying(text: str) -> Report:
    """A report that says it in every place that something is published at."""
    fails = reports.entry(reports.item(3, "A_KEY", "A_KEY"), reports.found(Outcome.FAIL, text))
    waiver = Waived(
        reason=text, approved_by="@octo", expires=date(2026, 12, 1), instead_of=Outcome.FAIL
    )
    waived = replace(
        reports.entry(reports.item(4, "B_KEY", "B_KEY"), reports.found(Outcome.FAIL, "wrong"))
    )
    waived = replace(waived, outcome=Outcome.WAIVED, waived=waiver)
    override = reports.overridden().override
    assert override is not None
    return replace(
        reports.report(fails, waived, verdict=Verdict.OVERRIDDEN, notices=(Notice(message=text),)),
        override=replace(override, reason=text),
        log_row=f"| 2026-11-22 | {text} |",
    )


def test_every_publisher_is_tried_here() -> None:
    """A new one says in SHOWN what it writes, and tests/destinations.py has a place for it."""
    assert set(SHOWN) == {"log", *PUBLISHERS}


@pytest.mark.parametrize("name", SHOWN)
def test_what_is_rendered_is_published(everywhere: Everywhere, name: str) -> None:
    publish_one(PUBLISHERS.get(name, name), saying("it answers 503"), HIDING, everywhere.to)
    assert SHOWN[name] in everywhere.everything
    assert name in NO_MESSAGES or "it answers 503" in everywhere.everything


@pytest.mark.parametrize("name", ["log", *PUBLISHERS])
def test_a_publisher_that_renders_a_secret_is_stopped(everywhere: Everywhere, name: str) -> None:
    stopped = False
    try:
        publish_one(PUBLISHERS.get(name, name), saying(f"it is {SECRET}"), HIDING, everywhere.to)
    except Leak:
        stopped = True
        assert everywhere.everything == ""
    assert SECRET not in everywhere.everything
    assert stopped or name in NO_MESSAGES or name not in SHOWN


def test_a_secret_stops_all_of_them_before_the_first(everywhere: Everywhere) -> None:
    with pytest.raises(Leak):
        publish_all(saying(f"it is {SECRET}"), HIDING, everywhere.to)
    assert everywhere.everything == ""


@pytest.mark.parametrize("name", SHOWN)
@pytest.mark.parametrize(
    "word", ["Deployment", "issue is closed", "deploy-checklist-log", "approved by"]
)
def test_a_secret_that_is_a_word_of_the_publishers_own_stops_nothing(
    everywhere: Everywhere, name: str, word: str
) -> None:
    redactor = Redactor.hiding([Needle("A_KEY", word)])
    publish_one(PUBLISHERS.get(name, name), saying("it answers 503"), redactor, everywhere.to)
    assert SHOWN[name] in everywhere.everything


def test_everything_is_published_once_and_the_outputs_tell_where(everywhere: Everywhere) -> None:
    publish_all(saying("it answers 503"), HIDING, everywhere.to)
    everything = everywhere.everything
    assert [place for place in SHOWN.values() if place not in everything] == []
    assert (
        len(everywhere.writer.written) == 4
    )  # the comment, the log row, one follow-up, the override's
    outputs = (everywhere.folder / "output").read_text()
    assert "https://github.example/1" in outputs
    assert "report.json" in outputs


def test_an_output_that_holds_a_secret_is_not_written(everywhere: Everywhere) -> None:
    quiet = replace(everywhere.to, github=None)
    report = replace(reports.ready(), log_row=f"| {SECRET} |")
    with pytest.raises(Leak):
        publish_all(report, HIDING, quiet)
    assert not (everywhere.folder / "output").exists()
