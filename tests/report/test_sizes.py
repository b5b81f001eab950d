"""Renderings are right at two thousand items as they are at eighteen."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

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
    cut = re.search(r"\*\*… (\d+) more lines were cut here\*\*", comment)
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


def handed_nothing(variables: int, boxes: int, **changed: str) -> Report:
    """A review's run, which is handed none of the variables, with boxes to sign."""
    names = [f"SERVICE_{n}_API_SECRET" for n in range(variables)]
    unseen = [
        reports.entry(
            reports.item(n, f"{name} is set.", name),
            reports.found(
                Outcome.UNKNOWN,
                f"{name} was not passed to this step",
                subject=name,
                remedy=f"add this line to the step's `env:` block: `{name}: ${{{{ secrets.{name} }}}}`",
            ),
            **changed,
        )
        for n, name in enumerate(names, 1)
    ]
    people = [
        reports.entry(
            reports.item(1_000_000 + n, f"Somebody confirms number {n}"),
            reports.asked(f"Somebody confirms number {n}"),
        )
        for n in range(boxes)
    ]
    return reports.report(
        *unseen,
        *people,
        verdict=Verdict.UNDETERMINED,
        not_handed_over=tuple(names),
        secret_names=tuple(names),
    )


@pytest.mark.parametrize(("variables", "boxes"), [(200, 30), (2_000, 200)])
def test_no_box_is_cut_while_another_line_can_be(variables: int, boxes: int) -> None:
    failed = [
        reports.entry(
            reports.item(10_000 + n, f"Number {n}"), reports.found(Outcome.FAIL, "x" * 900)
        )
        for n in range(100)
    ]
    known = handed_nothing(variables, boxes)
    report = reports.report(
        *failed, *known.entries, verdict=Verdict.BLOCKED, not_handed_over=known.not_handed_over
    )
    comment = markdown.render(report, boxes=True)
    assert len(comment) <= markdown.COMMENT_MOST
    assert len(re.findall(r"^- \[ \] .*<!-- asks ", comment, re.MULTILINE)) == boxes
    assert "comment `/checklist sign ID…`" in comment
    assert "were cut here" in comment


def test_boxes_without_room_are_counted_and_how_to_sign_is_said() -> None:
    comment = markdown.render(handed_nothing(20, 2_000), boxes=True)
    assert len(comment) <= markdown.COMMENT_MOST
    shown = len(re.findall(r"^- \[ \] ", comment, re.MULTILINE))
    missing = re.search(r"… and (\d+) more boxes", comment)
    assert missing
    assert shown + int(missing[1]) == 2_000
    assert "comment `/checklist sign ID…`" in comment


def test_one_cause_is_told_once_and_without_owners() -> None:
    comment = markdown.render(handed_nothing(200, 1, owner="@acme/platform"), boxes=True)
    assert comment.count("was not passed to this step") == 1
    assert "each was not passed to this step" in comment
    assert "`env:` block: `NAME: ${{ secrets.NAME }}`" in comment
    assert "and 180 more" in comment
    # Whose turn it is tells of them all, once.
    assert comment.replace("<!-- -->", "").count("@acme/platform") == 1
    assert comment.count("SERVICE_199_API_SECRET: ${{ secrets.SERVICE_199_API_SECRET }}") == 1


def test_two_causes_are_told_apart() -> None:
    known = handed_nothing(5, 0).entries
    other = [
        reports.entry(
            reports.item(50 + n, f"Number {n}"),
            reports.found(Outcome.UNKNOWN, f"host-{n} does not resolve"),
        )
        for n in range(4)
    ]
    comment = markdown.render(
        reports.report(*known, *other, verdict=Verdict.UNDETERMINED), boxes=True
    )
    assert comment.count("was not passed to this step") == 1
    assert comment.count("does not resolve") == 4


def test_what_was_seen_is_said_in_few_words_rather_than_that_a_box_is_cut() -> None:
    wrong = reports.found(Outcome.FAIL, "`" + "long/" * 30 + "` does not exist")
    boxes = []
    for n in range(40):
        entries = [
            reports.entry(
                reports.item(n * 20 + m + 1, f"Number {n * 20 + m}"),
                reports.asked(f"Number {n * 20 + m}"),
                seen=(wrong,),
            )
            for m in range(20)
        ]
        boxes.append(reports.section_box(f"Part {n}", *entries))
    listed = [entry for box in boxes for entry in box.entries]
    report = reports.report(*listed, boxes=tuple(boxes), verdict=Verdict.WAITING)
    comment = markdown.render(report, boxes=True)
    assert len(comment) <= markdown.COMMENT_MOST
    assert len(re.findall(r"^- \[ \] .*<!-- asks ", comment, re.MULTILINE)) == 40
    assert comment.count("(**a check failed**)") == 800
    summary = markdown.render(report, boxes=False)
    assert summary.count("(**a check failed:** `long/") == 800


def unseen(count: int, *messages: str, remedy: str = "") -> Report:
    """Items that could not be looked at; `{n}` and `{name}` stand for what differs among them."""
    entries = []
    for n in range(count):
        name = f"SHOP_{n}_KEY"
        findings = [
            reports.found(
                Outcome.UNKNOWN,
                message.format(n=n, name=name),
                subject=name,
                remedy=remedy.format(n=n, name=name) or None,
            )
            for message in messages
        ]
        entries.append(
            reports.entry(reports.item(n + 1, f"Number {n}", name), *findings, owner="Team")
        )
    return reports.report(*entries, verdict=Verdict.UNDETERMINED)


@pytest.mark.parametrize(
    ("messages", "remedy", "told"),
    [
        (
            ["`h{n}.acme.example` does not resolve from this machine"],
            "is `h{n}.acme.example` known to public DNS?",
            "`h0.acme.example` does not resolve from this machine, and the same is true for the others. "
            "<br>Is `h0.acme.example` known to public DNS?",
        ),
        (
            ["`h{n}.acme.example:6379` did not answer within 10s"],
            "",
            "`h0.acme.example:6379` did not answer within 10s, and the same is true for the others.",
        ),
        (
            ["{name} was not passed to this step", "GitHub was not contacted: there is no token"],
            "",
            "each was not passed to this step; GitHub was not contacted: there is no token.",
        ),
        (
            [
                "its date is not known: there is no token, and {name}_ROTATED_AT was not passed to the step"
            ],
            "set the input `metadata-token`, or pass {name}_ROTATED_AT to the step",
            "its date is not known: there is no token, and each\\_ROTATED\\_AT was not passed to the step. "
            "<br>Set the input `metadata-token`, or pass NAME\\_ROTATED\\_AT to the step",
        ),
    ],
    ids=["no network", "no answer", "two causes of each", "no date"],
)
def test_a_cause_is_told_once_whatever_host_or_variable_it_names(
    messages: list[str], remedy: str, told: str
) -> None:
    comment = markdown.render(unseen(50, *messages, remedy=remedy), boxes=True)
    [line] = [line for line in comment.splitlines() if line.startswith("- **")]
    assert line.endswith(f"and 30 more: {told}")
    assert "Team" not in line


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


def failing(*texts: str) -> Report:
    """Two fixes for each item: whose it is, where the value is found, two commands."""
    remedy = "gh secret set KEY --env production, then gh variable set KEY_ROTATED_AT"
    entries = [
        reports.entry(
            reports.item(n, text),
            replace(reports.found(Outcome.FAIL, "is wrong"), remedy=remedy, correct_at=at),
            owner="Ops",
            source_of_truth="Vault › shop",
        )
        for n, (text, at) in enumerate(zip(texts, ("`.env`, line 4", None), strict=False), 1)
    ]
    return reports.report(*entries, verdict=Verdict.BLOCKED)


def test_each_command_of_a_fix_is_a_line_of_its_own_and_a_place_can_be_clicked() -> None:
    rendered = terminal.render(failing("One", "Other"), colour=False, verbose=False, width=100)
    commands = ["gh secret set KEY --env production", "gh variable set KEY_ROTATED_AT"]
    assert [line.strip() for line in rendered.splitlines() if line.startswith(" " * 13)] == [
        "Ops: .env:4, then Vault › shop, then",
        *commands,
        "Ops: Vault › shop, then",
        *commands,
    ]


@pytest.mark.parametrize("columns", [60, 80, 100, 200])
def test_a_name_is_cut_only_where_it_is_wider_than_the_terminal(columns: int) -> None:
    names = ["LONG_NAME_" * 3, "A longer sentence in the place of a name, and more of it, and more"]
    rendered = terminal.render(failing(*names), colour=False, verbose=False, width=columns)
    lines = rendered.splitlines()
    for shown in names:
        at = next(n for n, line in enumerate(lines) if shown[:20] in line)
        room = columns - 13
        if len(shown) <= room:
            assert shown in lines[at]
        else:
            assert lines[at].endswith("…")
        assert "is wrong" in lines[at] or lines[at + 1].strip() == "is wrong"
    assert all(width(line) <= columns for line in lines)


def test_one_long_name_does_not_push_the_text_of_the_others_aside() -> None:
    long = "OTEL_SERVICE_NAME, OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_SAMPLER"
    rendered = terminal.render(failing("Short", long), colour=False, verbose=False, width=100)
    assert "FAILED    1  Short  is wrong\n" in rendered
    assert f"FAILED    2  {long}\n{' ' * 20}is wrong\n" in rendered


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
        (reports.blocked(), "3 failed, 6 to sign"),
        (reports.ready(), "10 passed, 6 signed, 1 waived, 1 skipped"),
        (reports.undetermined(), "1 not checked"),
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
