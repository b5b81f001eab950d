"""Renderings are right at two thousand items as they are at eighteen."""

from __future__ import annotations

import re

import pytest

import reports
from deploy_checklist.outcome import Outcome
from deploy_checklist.report import annotations, markdown, status, terminal
from deploy_checklist.report.columns import width
from deploy_checklist.report.model import Report, Verdict


def many(count: int, outcome: Outcome) -> Report:
    entries = tuple(
        reports.entry(
            reports.item(n, f"VALUE_{n} is as it should be", f"VALUE_{n}"),
            reports.found(outcome, f"said {n}, and somewhat more"),
        )
        for n in range(1, count + 1)
    )
    verdict = Verdict.BLOCKED if outcome is Outcome.FAIL else Verdict.READY
    return reports.report(*entries, verdict=verdict)


@pytest.mark.parametrize("outcome", [Outcome.PASS, Outcome.FAIL])
def test_a_comment_of_two_thousand_items_is_cut_visibly_between_lines(outcome: Outcome) -> None:
    comment = markdown.render(many(2_000, outcome), boxes=True)
    assert 50_000 < len(comment) <= markdown.COMMENT_MOST
    cut = re.search(r"\*\*… cut here: (\d+) lines more\*\*", comment)
    assert cut
    shown = len(re.findall(r"said \d+", comment))
    assert shown + int(cut[1]) in (2_000, 2_001)  # the table's </details> is a line, too
    assert comment.count("<details>") == comment.count("</details>")
    assert comment.rstrip().endswith("</sub>")


def test_a_summary_of_two_thousand_items_is_whole() -> None:
    summary = markdown.render(many(2_000, Outcome.PASS), boxes=False)
    assert len(re.findall(r"said \d+", summary)) == 2_000
    assert "cut here" not in summary


def test_a_summary_stays_below_the_limit_of_a_step() -> None:
    assert len(markdown.render(many(15_000, Outcome.FAIL), boxes=False).encode()) <= 1024 * 1024


def test_a_cut_within_the_lines_to_paste_closes_the_fence() -> None:
    report = reports.report(
        *many(1, Outcome.FAIL).entries, not_handed_over=tuple(f"{'N' * 900}_{n}" for n in range(99))
    )
    comment = markdown.render(report, boxes=True)
    assert len(comment) <= markdown.COMMENT_MOST
    assert len(re.findall(r"^\s*```", comment, re.MULTILINE)) % 2 == 0


def test_ten_annotations_of_a_level_the_worst_first_the_last_says_how_many_more() -> None:
    commands = annotations.commands(many(25, Outcome.FAIL))
    assert len(commands) == 10
    assert "line=1," in commands[0]
    assert commands[-1].endswith("::16 more are in the job's summary")


def test_nothing_wrong_no_annotation() -> None:
    assert annotations.commands(many(3, Outcome.PASS)) == []


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_terminal_lines_keep_to_the_width_commands_excepted(columns: int) -> None:
    rendered = terminal.render(reports.blocked(), colour=False, verbose=False, width=columns)
    too_wide = [
        line
        for line in rendered.splitlines()
        if width(line) > columns and not line.startswith(" " * 13)
    ]
    assert too_wide == []


def test_colour_changes_nothing_but_colour() -> None:
    colourful = terminal.render(reports.blocked(), colour=True, verbose=True, width=100)
    assert re.sub(r"\x1b\[[0-9;]*m", "", colourful) == terminal.render(
        reports.blocked(), colour=False, verbose=True, width=100
    )


def test_wide_scripts_and_emoji_stay_aligned() -> None:
    texts = (
        "检查负载均衡器的健康检查",
        "確認する 🚀 リリース",
        "Prüfe die Läufe",
        "e\u0301tat ok",
        "x" * 80,
    )
    entries = [
        reports.entry(reports.item(n, text), reports.found(Outcome.FAIL, "HERE"))
        for n, text in enumerate(texts, 1)
    ]
    rendered = terminal.render(
        reports.report(*entries, verdict=Verdict.BLOCKED), colour=False, verbose=False, width=100
    )
    starts = {width(line[: line.index("HERE")]) for line in rendered.splitlines() if "HERE" in line}
    assert len(starts) == 1


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (reports.blocked(), "3 to fix, 6 to sign"),
        (reports.ready(), "10 verified, 6 signed, 1 waived, 1 skipped"),
        (reports.undetermined(), "1 could not be looked at"),
        (reports.first_run(), "5 to sign: anyone with write access"),
    ],
)
def test_the_sentence_says_whose_turn_it_is(report: Report, said: str) -> None:
    assert status.sentence(report) == said


def test_the_sentence_names_the_roles_that_must_sign() -> None:
    waiting = [each for each in reports.blocked().entries if each.outcome is Outcome.PENDING]
    report = reports.report(*waiting, verdict=Verdict.WAITING)
    assert status.sentence(report) == "6 to sign: backend-lead, on-call, partnerships"


def test_the_sentence_fits_a_status_however_many_roles_there_are() -> None:
    asked = [
        reports.entry(
            reports.item(n, f"Item {n}"), reports.asked(f"Item {n}", f"a-rather-long-role-{n}")
        )
        for n in range(30)
    ]
    sentence = status.sentence(reports.report(*asked, verdict=Verdict.WAITING))
    assert len(sentence) <= 140
    assert sentence.endswith("…")
