"""A report is held to its own items and its files, offline: what was changed is named, what the gate wrote passes."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from deploy_checklist.checklist.model import Phase
from deploy_checklist.cli import run
from deploy_checklist.commands.consistency import disagreements
from deploy_checklist.commands.report_files import report_in
from deploy_checklist.commands.verify import MOST
from deploy_checklist.report.json_v1 import render
from deploy_checklist.report.model import Report, Verdict
from random_runs import random_report
from reports import blocked, ready

# Every report that the gate can write passes. With all 10,000 of them: VERIFY_RUNS=10000.
RUNS = int(os.environ.get("VERIFY_RUNS", "300"))
CHECKLIST = "# Release\n- [ ] Dashboards looked at\n- [ ] Team told\n"
Change = Callable[[dict[str, Any]], None]


def verified(*arguments: str) -> tuple[int, list[str], str]:
    """Exit code, lines, errors of `verify`."""
    out, err = io.StringIO(), io.StringIO()
    code = run(("verify", *arguments), {}, out, err)
    return code, out.getvalue().splitlines(), err.getvalue()


def released() -> Report:
    """The same team's report when it is ready: what passed counts."""
    report = ready()
    counts = [replace(each, counts_toward_ready=True) for each in report.entries]
    return replace(report, entries=tuple(counts))


def changed(tmp_path: Path, change: Change, text: str | None = None) -> Path:
    """The report of a blocked release, which somebody edits."""
    document = json.loads(text or render(blocked()))
    change(document)
    path = tmp_path / "report.json"
    path.write_text(json.dumps(document))
    return path


@pytest.mark.parametrize("first", range(0, RUNS, 100))
def test_every_report_of_the_gate_agrees_with_itself(first: int) -> None:
    """Whatever the checklist, the rules, the values and the people: no false alarm, the same verdict."""
    for seed in range(first, min(first + 100, RUNS)):
        report = random_report(seed)
        read = report_in(render(report).encode(), "report.json")
        assert list(disagreements(read)) == [], seed
        assert read.verdict is report.verdict


def test_a_report_of_1_0_0_after_a_deployment_that_asked_nothing_still_agrees() -> None:
    """It was called undetermined, with exit code 0."""
    found = next(
        each
        for each in map(random_report, range(1000))
        if each.nothing_in_phase and each.phase is Phase.AFTER
    )
    assert found.verdict is Verdict.READY
    told = json.loads(render(found))
    for verdict, faults in (("undetermined", 0), ("blocked", 1)):
        read = report_in(json.dumps({**told, "verdict": verdict}).encode(), "report.json")
        assert len([*disagreements(read)]) == faults


def test_random_reports_are_of_every_verdict_and_outcome() -> None:
    """So that the promise above is about something."""
    found = [random_report(seed) for seed in range(100)]
    assert len({each.verdict for each in found}) == 4
    assert len({entry.outcome for each in found for entry in each.entries}) == 6
    assert any(each.nothing_in_phase for each in found)
    assert any(entry.signed for each in found for entry in each.entries)


@pytest.mark.parametrize("report", [blocked(), released()])
def test_it_says_that_it_reads_no_signature(tmp_path: Path, report: Report) -> None:
    path = tmp_path / "report.json"
    path.write_text(render(report))
    code, lines, _ = verified(str(path))
    assert (code, len(lines)) == (0, 2)
    assert f"{report.verdict}; its 18 items give the same verdict" in lines[0]
    assert lines[1].startswith("no signature was checked: ")


def set_total(name: str) -> Change:
    return lambda report: report["totals"].update({name: report["totals"][name] + 1})


def set_verdict(verdict: str) -> Change:
    return lambda report: report.update(verdict=verdict)


TOTALS = ("pass", "signed", "fail", "pending", "unknown", "waived", "skipped")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        *((set_total(name), f"totals.{name}: ") for name in TOTALS),
        *((set_verdict(each), "verdict: ") for each in ("ready", "waiting", "undetermined")),
    ],
)
def test_a_bare_report_is_held_to_its_totals_and_verdict(
    tmp_path: Path, change: Change, told: str
) -> None:
    code, lines, _ = verified(str(changed(tmp_path, change)))
    assert (code, len(lines)) == (1, 3), lines
    assert lines[0].startswith(told)
    assert "1 thing does not agree" in lines[1]


def test_it_names_what_stands_there_and_what_follows(tmp_path: Path) -> None:
    _, lines, _ = verified(str(changed(tmp_path, set_verdict("ready"))))
    assert lines[0] == "verdict: found ready, expected blocked (from the items)"


def items(outcome: str) -> Iterator[int]:
    document = json.loads(render(blocked()))
    yield from (n for n, item in enumerate(document["items"]) if item["outcome"] == outcome)


def of_item(number: int, **fields: Any) -> Change:
    return lambda report: report["items"][number].update(fields)


def sign(report: dict[str, Any], **fields: Any) -> None:
    item = next(each for each in report["items"] if each["signed"])
    item["signed"][0].update(fields)


def waive(report: dict[str, Any], **fields: Any) -> None:
    item = next(each for each in report["items"] if each["waived"])
    item["waived"].update(fields)


def sort_items(report: dict[str, Any]) -> None:
    report["items"].sort(key=lambda item: str(item["id"]))


def same_id(report: dict[str, Any]) -> None:
    report["items"][1]["id"] = report["items"][0]["id"]


FAILED, PASSED, ASKED = next(items("fail")), next(items("pass")), next(items("pending"))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (of_item(FAILED, outcome="pass"), "outcome: found pass, expected fail"),
        (of_item(FAILED, outcome="pending"), "outcome: found pending"),
        (of_item(FAILED, outcome="waived"), "waived: the report has no waiver"),
        (of_item(PASSED, outcome="skipped"), "outcome: found skipped"),
        (lambda report: waive(report, expires="2026-11-21"), "waived.expires: 2026-11-21"),
        (lambda report: waive(report, instead_of="pending"), "waived.instead_of: found pending"),
        (sort_items, "items: line "),
        (same_id, "items: 2 of them have the id"),
        (lambda report: report["next"].pop(), "your_turn: "),
        (lambda report: report["next"][0].update(do="look"), "next[0]: there is nothing to look"),
        (
            lambda report: report.update(next=[], your_turn=[]),
            "next: found 0, expected at least one (from the items)",
        ),
        (lambda report: report.update(at="2026-11-01T00:00:00Z"), "evidence.at: "),
        (lambda report: report.update(nothing_in_phase=True), "nothing_in_phase: found true"),
        (lambda report: report.update(phase="reference"), "phase: "),
        (
            lambda report: report.update(
                trial={"by_mode": True, "release_pr": [], "preview": False}
            ),
            "mode: found enforce, expected report (from `trial`)",
        ),
        (
            lambda report: report["items"][PASSED].update(ask=report["items"][ASKED]["ask"]),
            "ask: people are asked to sign, but no finding waits for a signature",
        ),
    ],
)
def test_an_item_that_was_changed_is_named(tmp_path: Path, change: Change, told: str) -> None:
    code, lines, _ = verified(str(changed(tmp_path, change)))
    assert code == 1
    assert any(told in line for line in lines), lines


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda report: sign(report, at="2027-01-01T00:00:00Z"), "signed.at: "),
        (lambda report: sign(report, until="2026-11-20"), "signed.until: 2026-11-20"),
        (
            lambda report: next(i for i in report["items"] if i["signed"]).update(signed=[]),
            "signed: found 0, expected at least one (from its findings)",
        ),
        (
            lambda report: next(i for i in report["items"] if not i["signed"]).update(
                signed=next(i for i in report["items"] if i["signed"])["signed"]
            ),
            "signed: found 1, expected none (from its findings)",
        ),
    ],
)
def test_a_sign_off_that_was_changed_is_named(tmp_path: Path, change: Change, told: str) -> None:
    code, lines, _ = verified(str(changed(tmp_path, change, render(released()))))
    assert code == 1
    assert any(told in line for line in lines), lines


def test_a_run_past_midnight_is_no_false_alarm(tmp_path: Path) -> None:
    """It read a sign-off on that sign-off's last day, and judged on the next."""
    path = changed(tmp_path, lambda report: sign(report, until="2026-11-21"), render(released()))
    assert verified(str(path))[0] == 0


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"])
def test_the_first_and_the_last_moment_are_moments(tmp_path: Path, at: str) -> None:
    def change(report: dict[str, Any]) -> None:
        report.update(at=at)
        sign(report, at=at, until=at[:10])

    code, lines, err = verified(str(changed(tmp_path, change, render(released()))))
    assert (code, err) == (1, "")
    assert lines[-1].startswith("no signature was checked")


def test_the_documents_are_compared_by_their_digests(tmp_path: Path) -> None:
    checklist, rules = tmp_path / "checklist.md", tmp_path / "rules.yml"
    checklist.write_text(CHECKLIST)
    rules.write_text("version: 1\nitems: { Team told: sign }\n")
    digests = [sha256(each.read_bytes()).hexdigest() for each in (checklist, rules)]
    report = tmp_path / "report.json"
    judged = replace(blocked(), checklist_sha256=digests[0], rules_sha256=digests[1])
    report.write_text(render(judged))
    files = (str(report), "--checklist", str(checklist), "--rules", str(rules))
    assert verified(*files)[0] == 0
    checklist.write_text(CHECKLIST + "- [ ] One more\n")
    rules.write_text("version: 1\nitems: {}\n")
    code, lines, _ = verified(*files)
    assert (code, len(lines)) == (1, 4)
    assert lines[0].startswith(f"checklist.sha256: found {digests[0]}, ")
    assert lines[1].startswith(f"rules.sha256: found {digests[1]}, ")


def test_rules_for_a_report_without_any_do_not_agree(tmp_path: Path) -> None:
    rules = tmp_path / "rules.yml"
    rules.write_text("version: 1\nitems: {}\n")
    path = changed(tmp_path, lambda report: report.update(rules=None))
    assert verified(str(path), "--rules", str(rules))[1][0].startswith("rules.sha256: found none")


def drop_verdict(report: dict[str, Any]) -> None:
    del report["verdict"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda report: report.update(schema=2), "a report of schema 2, but this version"),
        (drop_verdict, "`verdict`: is missing"),
        (
            lambda report: report.update(verdict="hunter2"),
            "`verdict`: is not one of the known values",
        ),
        (lambda report: report.update(items={}), "`items`: expected a list, got an object"),
        (lambda report: report["checklist"].update(sha256="x"), "`checklist.sha256`"),
        (lambda report: report.update(at="2026-11-22T21:14:00"), "`at`: expected a date with"),
    ],
)
def test_what_is_no_report_is_unusable_and_quoted_nowhere(
    tmp_path: Path, change: Change, told: str
) -> None:
    code, lines, err = verified(str(changed(tmp_path, change)))
    assert (code, lines) == (2, [])
    assert told in err
    assert "hunter2" not in err


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "report.json:1:1: the report cannot be read: not JSON"),
        ("[]", "expected an object, got a list"),
        ('{"schema": 1, "schema": 1}', "duplicate key"),
        ("[" * 100_000, "nested too deep"),
        ('{"schema": NaN}', "NaN and Infinity are not JSON"),
        ('{"schema": ' + "1" * 5000 + "}", "a number is too long"),
        ("\N{BOM}\0", "not JSON"),
    ],
)
def test_what_is_no_json_is_unusable(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "report.json").write_text(text)
    code, lines, err = verified(str(tmp_path / "report.json"))
    assert (code, lines) == (2, [])
    assert told in err


def test_a_report_that_is_too_large_a_link_or_no_file_is_unusable(tmp_path: Path) -> None:
    large = tmp_path / "large.json"
    with large.open("wb") as file:
        file.truncate(200_000_000)
    (tmp_path / "link.json").symlink_to(large)
    os.mkfifo(tmp_path / "pipe.json")
    told = {
        "large.json": "too large for a report",
        "link.json": "the report is a symbolic link",
        "pipe.json": "a pipe or a device",
        "missing.json": "no such report",
        ".": "a folder, not a file",
    }
    for name, why in told.items():
        code, lines, err = verified(str(tmp_path / name))
        assert (code, lines) == (2, []), name
        assert why in err


def test_text_of_a_report_acts_on_no_terminal_and_no_runner(tmp_path: Path) -> None:
    """An id is one line, without control characters, and no workflow command."""
    hostile = "x\n::error::owned\x1b[2J\u202e"
    _, lines, _ = verified(str(changed(tmp_path, of_item(FAILED, outcome="pass", id=hostile))))
    assert not any(line.startswith("::") for line in lines)
    assert not {"\x1b", "\u202e"} & set("".join(lines))


def test_a_report_that_is_wrong_everywhere_fills_no_screen(tmp_path: Path) -> None:
    def change(report: dict[str, Any]) -> None:
        long = {**report["items"][FAILED], "outcome": "pass", "id": "x" * 10_000}
        report["items"] = [{**long, "line": number} for number in range(1, 500)]

    code, lines, _ = verified(str(changed(tmp_path, change)))
    assert code == 1
    assert len(lines) == MOST + 3
    assert max(map(len, lines)) < 500
    assert lines[MOST].startswith("… and ")
