"""What a rendering tells is in the JSON, too: nobody has to read a comment by a program."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import count

import pytest
from msgspec.structs import replace

import reports
from deploy_checklist.outcome import Outcome
from deploy_checklist.redaction.texts import rewritten
from deploy_checklist.report import formats, json_v1, markdown
from deploy_checklist.report.model import Drift, IgnoredSignOff, Notice, Report, Trial

RENDERINGS: dict[str, Callable[[Report], str]] = {
    "text": lambda report: formats.render(report, "text", verbose=True, width=400),
    "markdown": lambda report: formats.render(report, "markdown"),
    "comment": lambda report: markdown.render(report, boxes=True),
    "junit": lambda report: formats.render(report, "junit"),
    "sarif": lambda report: formats.render(report, "sarif"),
    "github": lambda report: formats.render(report, "github"),
}


def everything() -> Report:
    """A report in which each field that has a text has one."""
    report = reports.blocked()
    first = report.entries[0]
    return replace(
        report,
        gate="services/api",
        strict=True,
        mode="report",
        trial=Trial(by_mode=True, release_pr=("release/*",)),
        target=replace(report.target, tag="v2.3.0", uncommitted=True),
        entries=(
            replace(first, seen=(reports.found(Outcome.FAIL, "is empty"),)),
            *report.entries[1:],
        ),
        drift=(
            Drift(kind="orphan", message="no item", file="rules.yml", line=3, hint="remove it"),
        ),
        notices=(
            Notice(message="said at the top", prominent=True),
            Notice(message="note", item="it"),
        ),
        ignored_signoffs=(
            IgnoredSignOff(
                item=first.item.id, by="octocat", via="tick", reason="no lead", keep="- item: x"
            ),
        ),
        not_handed_over=("NAMED_BY_A_RULE", "A_SECRET"),
        secret_names=("A_SECRET",),
        open_questions=("domain:production",),
        waiting_for_answers=2,
        values_from="the file .env.production",
    )


REPORTS: dict[str, Callable[[], Report]] = {
    "blocked": reports.blocked,
    "ready": reports.ready,
    "first run": reports.first_run,
    "first run on a laptop": lambda: reports.first_run(laptop=True),
    "undetermined": reports.undetermined,
    "everything": everything,
    "everything without rules": lambda: replace(everything(), rules=None, strict=False),
    "everything on a laptop": lambda: replace(everything(), laptop=True, mode="enforce"),
}


def marked(report: Report) -> Report:
    """The report with a word of its own in every text, so that one can see where it is told."""
    numbers = count()
    kept = {"rules", "inferred", "none", "enforce", "report", "full", "partial", "person"}

    def mark(text: str) -> str:
        if text in kept or re.fullmatch("[0-9a-f]{8}", text):  # digests: theirs are compared below
            return text
        return f"{text}{'_' if text.isidentifier() else ' '}zq{next(numbers)}z"

    return replace(rewritten(replace(report, links=None), mark), links=report.links)


@pytest.mark.parametrize("rendering", RENDERINGS)
@pytest.mark.parametrize("name", REPORTS)
def test_every_text_of_a_rendering_is_in_the_json(name: str, rendering: str) -> None:
    report = marked(REPORTS[name]())
    told = set(re.findall("zq[0-9]+z", RENDERINGS[rendering](report)))
    on_the_wire = set(re.findall("zq[0-9]+z", json.dumps(json_v1.document(report))))
    assert not told - on_the_wire, RENDERINGS[rendering](report)


def test_the_digests_of_the_comments_boxes_are_in_the_json() -> None:
    comment = markdown.render(reports.blocked(), boxes=True)
    asked = {each.split("=")[1] for each in re.findall("[^ ]+=[0-9a-f]{8}", comment)}
    items = json_v1.document(reports.blocked())["items"]
    assert asked and asked == {each["ask"]["words"] for each in items if each["ask"]}
