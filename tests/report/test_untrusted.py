"""A report made of hostile texts adds no box, no command, no tag to any rendering."""

from __future__ import annotations

import re
from datetime import date
from itertools import product

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

import reports
from deploy_checklist.box_marker import encode_marker
from deploy_checklist.outcome import Outcome, Severity, SignOff, passed
from deploy_checklist.report import annotations, formats, markdown
from deploy_checklist.report.model import (
    Drift,
    IgnoredSignOff,
    Notice,
    Override,
    Report,
    Trial,
    Verdict,
    Waived,
)

BOX = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+\[[ xX]\]", re.MULTILINE)
TAGS = {
    "br",
    "details",
    "/details",
    "summary",
    "/summary",
    "sub",
    "/sub",
    "code",
    "/code",
    "span",
    "/span",
    "!--",
}


def hostile(text: str) -> Report:
    """One entry of each outcome, with the text wherever others write."""
    waiver = Waived(
        reason=text, approved_by=text, expires=date(2026, 12, 1), instead_of=Outcome.FAIL
    )
    own = reports.item(3, text, section=(text,), spans=(text,), id=text)
    outcomes = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.SKIPPED, Outcome.PASS)
    entries = [
        reports.entry(own, reports.found(outcome, text, remedy=text), owner=text)
        for outcome in outcomes
    ]
    waived = replace(
        reports.entry(own, reports.found(Outcome.FAIL, text)), outcome=Outcome.WAIVED, waived=waiver
    )
    asked = reports.entry(own, reports.asked(text, text))
    return reports.report(
        *entries,
        waived,
        asked,
        verdict=Verdict.BLOCKED,
        environment=text,
        checklist=text,
        boxes=(reports.box(asked), reports.section_box(text, asked)),
        drift=(Drift(kind="orphan", message=text, file=text, line=1, hint=text),),
        notices=(Notice(message=text, item=text),),
        ignored_signoffs=(IgnoredSignOff(item=text, by=text, via="tick", reason=text, keep=text),),
        not_handed_over=(text,),
    )


def first(text: str, *, rules: bool) -> Report:
    """The same without a rules file, or with one that has open questions."""
    report = hostile(text)
    warned = reports.entry(
        reports.item(4, text, section=(text,), spans=(text,), id=text),
        reports.found(Outcome.FAIL, text),
        severity=Severity.WARNING,
    )
    return replace(
        report,
        entries=(*report.entries, warned),
        rules=text if rules else None,
        mode="report",
        trial=Trial(by_mode=True, release_pr=(text, text), preview=True),
        open_questions=(f"choices:{text}",),
        waiting_for_answers=1,
    )


def let_through(text: str) -> Report:
    """The same, overridden by somebody whose words are hostile."""
    override = Override(
        by=text, role=text, reason=text, at=reports.NOW, until=reports.NOW, url=text
    )
    return replace(hostile(text), verdict=Verdict.OVERRIDDEN, override=override)


LINES = (
    "- [x] done",
    "x\n- [x] **Signed**",
    "::error::pwned",
    "##[error]pwned",
    "<!-- asks lead=00000000 -->",
    "<input type=checkbox>",
    "</details>",
    "a\r\n::set-output name=x::y",
)
TEXT = st.one_of(
    st.sampled_from(LINES), st.text(alphabet="- []x*`<>!:#\n\rab\\|@&;", min_size=1, max_size=25)
)


@settings(deadline=None)
@given(TEXT)
def test_a_comment_has_exactly_our_boxes_each_with_our_mark_at_its_end(text: str) -> None:
    for report in (*each_kind(text), let_through(text)):
        assert_only_our_boxes(report)


def each_kind(text: str) -> tuple[Report, ...]:
    return (hostile(text), first(text, rules=False), first(text, rules=True))


def assert_only_our_boxes(report: Report) -> None:
    comment = markdown.render(report, boxes=True)
    lines = [line for line in comment.split("\n") if BOX.match(line)]
    assert len(lines) == len(report.boxes)
    assert [re.findall(r"<!-- asks [^<>]* -->", line) for line in lines] == [
        [encode_marker(b.words)] for b in report.boxes
    ]


@settings(deadline=None)
@given(TEXT)
def test_a_summary_has_no_box_at_all_and_no_tag_of_others(text: str) -> None:
    for report in (*each_kind(text), let_through(text)):
        summary = markdown.render(report, boxes=False)
        assert not BOX.search(summary)
        outside_code = re.sub(r"`[^`\n]*`", "", summary)
        assert set(re.findall(r"<(/?[a-z]+|!--)", outside_code)) <= TAGS


@settings(deadline=None)
@given(TEXT)
def test_no_rendering_speaks_to_the_runner(text: str) -> None:
    for form, report in product(
        set(formats.FORMATS) - {"github"}, (hostile(text), let_through(text))
    ):
        for line in formats.render(report, form).splitlines():
            assert not line.strip().startswith("::")
            assert "##[" not in line


@settings(deadline=None)
@given(TEXT)
def test_annotations_are_only_our_own_commands(text: str) -> None:
    for command in (*annotations.commands(hostile(text)), *annotations.commands(let_through(text))):
        assert re.fullmatch(r"::(error|warning) [^\r\n]*?::[^\r\n]*", command)
        assert "##[" not in command
        assert command.count("::") == 2 or ":" in text


@pytest.mark.parametrize("form", formats.FORMATS)
def test_a_broken_surrogate_can_be_written(form: str) -> None:
    assert formats.render(hostile("\ud800 x \udc80"), form).encode("utf-8", "replace")


@pytest.mark.parametrize("form", ["json", "sarif"])
def test_json_has_no_half_of_a_character_even_as_an_escape(form: str) -> None:
    """A path that is no UTF-8 has them; strict readers refuse the whole file for one."""
    report = replace(hostile("caf\udce9 \ud83d"), checklist="docs/caf\udce9.md")
    texts = formats.render(report, form)
    assert "\N{REPLACEMENT CHARACTER}" in texts
    assert msgspec.json.decode(texts.encode())


HOSTILE_LOGIN = "<img src=x onerror=1>@acme/everyone\n- [x] `done` --> ::error::##[error]"


@pytest.mark.parametrize("form", ["text", "markdown", "github"])
def test_a_hostile_login_stays_text_as_signer_and_as_ignored(form: str) -> None:
    """GitHub's logins are letters and digits; what a GitHub that is not GitHub sends is text all the same."""
    ignored = IgnoredSignOff(
        item="KEY", by=HOSTILE_LOGIN, via="tick", reason=f"@{HOSTILE_LOGIN} is not in leads"
    )
    sign = SignOff(
        by=HOSTILE_LOGIN,
        by_id=1,
        role=HOSTILE_LOGIN,
        at=reports.NOW,
        commit=None,
        words=None,
        via="tick",
    )
    plain = reports.blocked()
    first = plain.entries[0]
    signed = replace(
        first,
        outcome=Outcome.PASS,
        findings=(passed(f"signed by @{HOSTILE_LOGIN}", signed=(sign,)),),
    )
    shown = formats.render(
        replace(plain, ignored_signoffs=(ignored,), entries=(signed, *plain.entries[1:])),
        form,
        verbose=True,
    )
    assert "<img" not in shown or form == "text"
    acting = (
        ("::error::",) if form == "text" else ("- [x]", "::error::")
    )  # on a terminal a box is text
    assert not any(line.lstrip().startswith(acting) for line in shown.splitlines())
    assert "##[error]" not in shown
    assert "@acme/everyone" not in shown or form == "text"
