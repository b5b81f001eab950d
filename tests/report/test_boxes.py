"""Boxes that a person can sign without the document: what each asks, whose it is, how to name it, and how many there are."""

from __future__ import annotations

import os
import re
from pathlib import Path
from textwrap import dedent

import pytest

import reports
from deploy_checklist.box_marker import decode_marker
from deploy_checklist.engine.boxes import boxes
from deploy_checklist.outcome import Outcome
from deploy_checklist.report import formats, markdown
from deploy_checklist.report.columns import width
from deploy_checklist.report.model import Box, Report, Verdict
from test_gate import judged
from test_unverified import by_words

_FOLD = re.compile(r"<details><summary>(.*?)</summary>(.*?)</details>")


def lines(report: Report) -> list[str]:
    """The line of each box in the comment, without its marker."""
    comment = markdown.render(report, boxes=True)
    found = [line for line in comment.splitlines() if line.startswith("- [ ] ")]
    assert len(found) == len(report.boxes)
    return [re.sub(r" <!-- asks .*", "", line.removeprefix("- [ ] ")) for line in found]


def shown(line: str) -> str:
    """What a reader sees before the fold is opened."""
    return _FOLD.sub(r"\1", line)


def screen(report: Report, columns: int = 100) -> str:
    return formats.render(report, "text", width=columns)


def document(*sections: str | tuple[str, int]) -> str:
    """A checklist: each section's title with how many items it has."""
    text = "# Release\n"
    for section in sections:
        title, count = (section, 2) if isinstance(section, str) else section
        items = "".join(f"- [ ] {title} step {n} confirmed\n" for n in range(1, count + 1))
        text += f"## {title}\n{items}"
    return text


# --- what a box says


def test_code_of_one_item_is_not_marked_in_the_words_of_another() -> None:
    text = "# R\n- [ ] Nobody reads `.env`\n- [ ] Somebody reads `.env.example`\n"
    (line,) = lines(by_words(text + "- [ ] Copied `.env-example`\n"))
    assert "Somebody reads `.env.example`" in line
    assert "Copied `.env-example`" in line
    text = "# R\n- [ ] Ask about `web`\n- [ ] Look at web-server and `web-server.js`\n"
    (line,) = lines(by_words(text))
    assert "Look at web-server and `web-server.js`" in line


def test_code_that_begins_like_other_code_of_its_item_is_not_torn() -> None:
    text = "`npm test` and `npm test:e2e` are known; `npm test:e2e` was looked at, and `npm test`"
    (line,) = lines(by_words(f"# R\n- [ ] {text}\n"))
    assert text in line


def test_each_request_shows_its_id_and_each_section_its_own() -> None:
    text = (
        "# R\n## Payments\n- [ ] `SHOP_URL` is ours\n- [ ] Prices confirmed\n"
        "- [ ] Taxes confirmed <!-- rule: taxes-of-all -->\n"
    )
    report = by_words(text)
    (line,) = lines(report)
    assert line.startswith("**Payments** (3) · `payments` <br>`SHOP_URL` ")
    assert "Prices confirmed (`prices`) · Taxes confirmed (`taxes-of-all`)" in line
    assert "(`SHOP_URL`)" not in line
    ids = {entry.item.id for entry in report.entries}
    assert all(f"`{each}`" in line for each in ids)
    assert "Prices confirmed (prices)" in screen(report)


OWNED = """
    # R
    ## Payments
    - [ ] `A_KEY` is new
    - [ ] `B_KEY` is new
    - [ ] Prices confirmed

    | Secret | Source | Owner |
    | --- | --- | --- |
    | `A_KEY` | Vault | Finance |
    """


def test_owners_that_differ_stand_beside_each_request() -> None:
    (line,) = lines(judged(OWNED, "items: {}"))
    assert "`A_KEY` is new (Finance) · `B_KEY` is new (no owner: add `owner:`) · " in line
    assert "Prices confirmed (`prices`; no owner: add `owner:`)" in line
    assert line.startswith("**Payments** (3) · `payments` <br>")


def test_without_a_rules_file_nobody_is_told_to_add_an_owner_to_it() -> None:
    (line,) = lines(by_words(dedent(OWNED)))
    assert "`A_KEY` is new (Finance) · `B_KEY` is new · Prices confirmed (`prices`)" in line
    for document in (dedent(OWNED), "# R\n- [ ] Prices confirmed\n"):
        report = by_words(document)
        shown = [formats.render(report, form) for form in formats.FORMATS]
        assert "add `owner" not in "".join([*shown, markdown.render(report, boxes=True)])


def test_one_owner_of_all_stands_once() -> None:
    rules = "unverified: sign\nitems:\n  First: { sign: true, owner: SRE }\n  Second: { sign: true, owner: SRE }\n"
    (line,) = lines(judged("# R\n- [ ] First\n- [ ] Second\n", rules))
    assert line.count("SRE") == 1
    assert "no owner" not in line


def test_the_box_of_an_item_shows_id_and_owner_too() -> None:
    rules = (
        "roles: { lead: ['@octo-lead'] }\nitems:\n  First one: sign\n"
        "  Second one: { sign: { by: [lead] } }\n  Third one: { sign: { by: [lead] }, owner: Lead }\n"
        "  Fourth one: { sign: true, owner: SRE }\n"
    )
    text = "# R\n- [ ] First one\n- [ ] Second one\n- [ ] Third one\n- [ ] Fourth one\n"
    report = judged(text, rules)
    assert lines(report) == [
        "**First one** · anyone with write access · `first` · no owner: add `owner:`",
        "**Second one** · lead · `second`",
        "**Third one** · lead · `third`",
        "**Fourth one** · anyone with write access · `fourth` · SRE",
    ]
    assert "(fourth; SRE)" in screen(report)


def test_a_request_says_what_it_is_about_when_the_rest_was_verified() -> None:
    from fakes import job

    given = job({"A_KEY": "q7Zk29xLmPw4Rt8BvNs3"})
    (line,) = lines(by_words("# R\n- [ ] `A_KEY` configured and rotated monthly\n", given))
    assert "<br>`A_KEY` rotated monthly" in line


# --- how much of it is shown


@pytest.mark.parametrize("count", [1, 5, 9, 30, 60, 90])
@pytest.mark.parametrize("long", [5, 40, 300])
def test_a_box_shows_at_most_600_characters_and_folds_the_rest(count: int, long: int) -> None:
    text = "# R\n" + "".join(f"- [ ] Item {n} {'word ' * (long // 5)}\n" for n in range(count))
    (line,) = lines(by_words(text))
    assert len(shown(line)) <= 600
    assert line.count("Item ") == min(count, 60)
    if count > 60:
        assert f"… {count - 60} more</details>" in line
    if fold := _FOLD.search(line):
        more = int(fold[1].removeprefix("… ").removesuffix(" more"))
        assert more == count - shown(line).count("Item ")


def test_a_long_title_and_a_long_request_of_one_item_leave_room() -> None:
    text = f"# R\n## {'Title ' * 100}\n- [ ] {'word ' * 300}\n"
    (line,) = lines(by_words(text))
    assert len(shown(line)) <= 600
    rules = f"items:\n  First: {{ sign: {{ that: {'really ' * 200}, from: [review] }} }}\n"
    (line,) = lines(judged("# R\n- [ ] First\n", rules))
    assert len(shown(line)) <= 600


def test_what_was_seen_is_not_folded() -> None:
    text = "# R\n" + "".join(f"- [ ] Somebody confirms number {n}\n" for n in range(40))
    (line,) = lines(by_words(text + "- [ ] `docs/runbook.md` exists\n"))
    assert "**a check failed:** `docs/runbook.md` does not exist" in shown(line)


def test_the_screen_has_one_line_for_each_item() -> None:
    text = "# R\n" + "".join(f"- [ ] Item {n} {'word ' * 60}\n" for n in range(12))
    for columns in (60, 100, 140):
        rows = [row for row in screen(by_words(text), columns).splitlines() if "Item " in row]
        assert len(rows) == 12
        assert all(width(row) <= columns for row in rows)
        assert all(re.search(r"\(item-\d+\)$", row) for row in rows)


# --- how many there are


def test_few_sections_have_a_box_each() -> None:
    report = by_words(document("One", "Two", "Three", "Four", "Five", "Six"))
    assert [box.title for box in report.boxes] == ["One", "Two", "Three", "Four", "Five", "Six"]
    assert ", one box per section" in markdown.render(report, boxes=True)


def test_of_many_short_sections_neighbours_share_a_box_until_six_are_left() -> None:
    report = by_words(document("A", "B", "C", "D", "E", "F", "G", "H"))
    assert [box.title for box in report.boxes] == ["A, B, C", "D", "E", "F", "G", "H"]
    assert ", one box per section" not in markdown.render(report, boxes=True)
    first = lines(report)[0]
    assert first.startswith("**A** (2) · `a` <br>A step 1 confirmed")
    assert " <br>**B** (2) · `b` <br>B step 1 confirmed" in first
    marker = markdown.render(report, boxes=True).split("- [ ] ")[1].splitlines()[0]
    assert [*decode_marker(marker)] == [entry.item.id for entry in report.boxes[0].entries]


def test_the_fold_of_a_shared_box_counts_what_is_asked() -> None:
    long = [f"Part {n} {'x' * 60}" for n in range(12)]
    report = by_words(document(*long))
    folded = [line for line in lines(report) if _FOLD.search(line)]
    assert folded
    for line in folded:
        fold = _FOLD.search(line)
        assert fold
        assert fold[1] == f"… {fold[2].count(' confirmed ')} more"
        assert line.count(" confirmed ") == shown(line).count(" confirmed ") + fold[2].count(
            " confirmed "
        )


def test_a_shared_box_asks_no_more_than_eight_things() -> None:
    report = by_words(document(*[(f"Part {n}", 1 + n % 5) for n in range(40)]))
    assert len(report.boxes) < 40
    for box in report.boxes:
        assert len(box.sections) == 1 or len(box.clauses) <= 8
        assert sum(section.count for section in box.sections) == len(box.entries)


@pytest.mark.parametrize(
    "apart",
    [
        {"section": ("Other", "B")},
        {"section": ("R", "B", "deeper")},
        {"section": ()},
        {"owner": "SRE"},
        {"by": ("lead",)},
        {"not_author": True},
        {"phase": "after"},
    ],
    ids=str,
)
def test_what_differs_in_place_people_owner_or_phase_has_its_own_box(
    apart: dict[str, object],
) -> None:
    made = asked_in_sections(apart)
    assert len(made) == 7
    assert len(asked_in_sections({})) == 6


def asked_in_sections(apart: dict[str, object]) -> tuple[Box, ...]:
    """The boxes of seven items, each in its own section; the second differs, and the others ask too
    much to share one.
    """
    from msgspec.structs import replace

    from deploy_checklist.checklist.model import Phase

    entries = []
    for n in range(7):
        section = apart.get("section", ("R", "B")) if n == 1 else ("R", f"{n}")
        by = apart.get("by", ("write",)) if n == 1 else ("write",)
        finding = reports.asked(f"Step {n}", *by, not_author=n == 1 and "not_author" in apart)
        assert finding.ask is not None
        ask = replace(finding.ask, section=True)
        count = 1 if n < 2 else 8
        for m in range(count):
            item = reports.item(n * 10 + m + 1, f"Step {n} {m}", section=section, id=f"s-{n}-{m}")  # type: ignore[arg-type]
            entry = reports.entry(
                item,
                replace(finding, ask=ask),
                owner=apart.get("owner") if n == 1 else None,
                phase=Phase.AFTER if n == 1 and "phase" in apart else Phase.BEFORE,
            )
            entries.append(entry)
    return boxes(entries)


def test_twenty_thousand_sections_are_shared_in_time() -> None:
    entries = []
    from msgspec.structs import replace

    for n in range(20_000):
        finding = reports.asked(f"Step {n}")
        assert finding.ask is not None
        asked = replace(finding, ask=replace(finding.ask, section=True))
        item = reports.item(n + 1, f"Step {n}", section=("R", f"Part {n}"), id=f"s-{n}")
        entries.append(reports.entry(item, asked))
    made = boxes(entries)
    assert len(made) == 20_000 // 8
    assert all(len(box.clauses) == 8 for box in made)


CORPUS = os.environ.get("CORPUS_DIR")


@pytest.mark.skipif(CORPUS is None, reason="CORPUS_DIR names no corpus")
def test_half_of_real_first_runs_have_six_boxes_or_fewer_and_nine_of_ten_fourteen() -> None:
    counts, lengths = [], []
    for path in sorted(Path(CORPUS or "").rglob("*.md")):
        if path.name == "README.md":
            continue
        try:
            report = by_words(path.read_text(encoding="utf-8-sig"))
        except (ValueError, KeyError, UnicodeDecodeError):
            continue
        if report.boxes:
            counts.append(len(report.boxes))
            lengths += [len(shown(line)) for line in lines(report)]
    counts.sort()
    assert len(counts) > 80
    assert counts[len(counts) // 2] <= 6
    assert counts[len(counts) * 9 // 10] <= 14
    assert max(lengths) <= 600


def test_the_report_of_a_shared_box_is_counted_by_items() -> None:
    report = by_words(document(*"ABCDEFGH"))
    assert report.verdict is Verdict.WAITING
    assert {entry.outcome for entry in report.entries} == {Outcome.PENDING}
    assert "16 to sign" in screen(report)
