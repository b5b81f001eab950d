"""`next` of what the gate itself finds leaves nothing out that holds a release, and its commands do what they say."""

from __future__ import annotations

import io
import json
import shlex
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from msgspec.structs import replace

import reports
from deploy_checklist.cli import run
from deploy_checklist.outcome import Finding, IgnoredSignOff, Outcome, Severity, unknown
from deploy_checklist.report.json_v1 import document
from deploy_checklist.report.model import ItemResult, Report, Verdict
from deploy_checklist.report.next_steps import Act, NextStep, next_steps
from random_runs import random_report

OPEN = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.PENDING)
PAY = reports.item(8, "PAY_KEY is set", "PAY_KEY")


def of_every_step(report: Report) -> set[str | None]:
    """The items of all steps; those that share a box have the box's id."""
    named = {step.item for step in next_steps(report)}
    shared = {each.item.id for box in report.boxes if box.id in named for each in box.entries}
    return named | shared


def waits_for_others(entry: ItemResult) -> bool:
    """Whether it is open only because of the items below it."""
    still_open = [each for each in entry.findings if each.outcome is entry.outcome]
    return entry.item.is_title or all(not each.check and not each.ask for each in still_open)


@pytest.mark.parametrize("first", range(0, 600, 100))
def test_what_holds_the_release_has_a_step(first: int) -> None:
    for seed in range(first, first + 100):
        report = random_report(seed)
        if report.verdict is Verdict.READY or report.nothing_in_phase:
            assert next_steps(report) == (), seed
            continue
        assert next_steps(report), seed
        if report.laptop and any(step.do is Act.HAND_OVER for step in next_steps(report)):
            continue  # one file for all of them
        told = of_every_step(report)
        for entry in report.entries:
            holds = entry.outcome in OPEN and entry.severity is Severity.BLOCKER
            if holds and not waits_for_others(entry):
                assert entry.item.id in told, seed


def test_a_release_whose_items_are_all_excused_is_no_dead_end() -> None:
    """`ready` needs an item that holds the release and is asked."""
    report = reports.report(verdict=Verdict.UNDETERMINED)
    (step,) = next_steps(report)
    assert (step.do, step.who, step.how) == (
        Act.LOOK,
        None,
        "make sure that at least one item applies",
    )


def held(*entries: ItemResult, **changed: Any) -> Report:
    return reports.report(*entries, **{"verdict": Verdict.BLOCKED, **changed})


def test_a_missing_value_hides_no_other_fault_of_its_item() -> None:
    """A rule's variable is the subject of all that the rule asks."""
    missing = replace(unknown("PAY_KEY was not passed to this step"), subject="PAY_KEY")
    faults = [
        reports.found(Outcome.FAIL, "`docs/pay.md` does not exist", "file", subject="PAY_KEY"),
        reports.found(Outcome.UNKNOWN, "answered 429", "http", subject="PAY_KEY"),
    ]
    for fault in faults:
        for laptop in (True, False):
            entry = reports.entry(PAY, fault, missing, outcome=fault.outcome)
            report = held(entry, not_handed_over=("PAY_KEY",), laptop=laptop)
            assert [step.why for step in next_steps(report) if step.do is not Act.HAND_OVER] == [
                fault.message
            ]


def test_a_name_that_is_hidden_is_in_no_command() -> None:
    """It would be another word to a shell, which replaces `***` by the names of files."""
    fault = reports.found(
        Outcome.FAIL, "is empty", "secret", remedy="gh secret set PAY_KEY --env '***'"
    )
    asked = reports.entry(reports.item(9, "it was read"), reports.asked("it was read", "lead"))
    hidden = replace(asked, item=replace(asked.item, id="***"))
    missing = replace(unknown("PAY_KEY was not passed to this step"), subject="PAY_KEY")
    report = held(
        reports.entry(PAY, fault),
        reports.entry(PAY, missing),
        hidden,
        laptop=True,
        not_handed_over=("PAY_KEY",),
        typed=("check", "-e", "***"),
    )
    steps = next_steps(report)
    assert [step.do for step in steps] == [Act.FIX, Act.HAND_OVER, Act.SIGN]
    assert [step.command for step in steps] == [None] * 3
    assert all(step.how for step in steps)


# --- what people sign


def signing(finding: Finding, **changed: Any) -> NextStep:
    roles = {"lead": ("@octo-lead",), "ops": ("@octo-ops", "@octo-dev")}
    (step,) = next_steps(held(reports.entry(PAY, finding), roles=roles, **changed))
    return step


def test_where_two_must_sign_a_step_names_those_who_have_not() -> None:
    asked = reports.asked("the ledger was compared", "lead", "ops")
    assert asked.ask is not None
    two = replace(asked.ask, count=2, signed=("Octo-Lead",))
    message = "1 of 2 signed; to be signed by lead or ops"
    step = signing(replace(asked, ask=two, message=message))
    assert step.why == f"the ledger was compared: {message}"
    assert (step.who, step.people) == ("lead or ops", ("octo-ops", "octo-dev"))
    item = document(held(reports.entry(PAY, replace(asked, ask=two))))["items"][0]
    assert "signed" not in item["ask"]


def test_where_nobody_is_left_who_may_sign_a_step_says_why() -> None:
    """Of a role with one member, who wrote the pull request."""
    asked = reports.asked("it was reviewed", "lead", not_author=True)
    assert asked.ask is not None
    message = "to be signed by lead, not the author (@octo-lead)"
    prompt = replace(asked.ask, excluded=("octo-lead",))
    entry = reports.entry(PAY, replace(asked, ask=prompt, message=message))
    box = replace(reports.box(entry), excluded=("octo-lead",))
    (step,) = next_steps(held(entry, boxes=(box,), roles={"lead": ("@octo-lead",)}))
    assert (step.people, step.why) == ((), f"it was reviewed: {message}")


def test_a_word_that_must_be_kept_is_a_line_for_the_rules() -> None:
    """`per: once`: a comment alone never signs it, however often it is written."""
    line = '- { item: PAY_KEY, by: "@octo-lead", on: 2026-11-22, words: 0a1b2c3d }'
    told = IgnoredSignOff(
        item="PAY_KEY", by="octo-lead", via="command", reason="must be kept", keep=line
    )
    other = replace(told, item="OTHER", keep="- { item: OTHER }")
    asked = reports.asked("the contract was read", "lead")
    step = signing(asked, ignored_signoffs=(told, other))
    assert (step.do, step.command, step.where) == (Act.SIGN, line, ".github/deploy-checklist.yml")
    assert step.how is not None and "`signed:`" in step.how
    assert signing(asked, ignored_signoffs=(other,)).command == "/checklist sign PAY_KEY"


@pytest.mark.measures_time
def test_twenty_thousand_items_take_no_longer_than_their_number() -> None:
    """It was 9 s of this machine's time, by looking through one list for each of another."""
    names = tuple(f"NAME_{number}" for number in range(1, 20_001))
    asked = reports.asked("it was read", "lead")
    entries = [
        reports.entry(reports.item(line, name, name), asked) for line, name in enumerate(names, 1)
    ]
    ignored = [
        IgnoredSignOff(item=name, by="octo", via="tick", reason="kept", keep="- {}")
        for name in names
    ]
    report = held(
        *entries,
        ignored_signoffs=tuple(ignored),
        not_handed_over=names,
        secret_names=names,
    )
    begun = process_time()
    assert len(document(report)["next"]) == 40_000
    assert process_time() - begun < 6


# --- the check that is to be typed once more


def checked(*arguments: str) -> dict[str, Any]:
    out, err = io.StringIO(), io.StringIO()
    run(arguments, {}, out, err)
    assert err.getvalue() == ""
    report: dict[str, Any] = json.loads(out.getvalue())
    return report


@pytest.mark.parametrize("environment", ["production", "Production EU", "$(touch x)"])
def test_the_check_with_values_is_the_one_that_was_typed(
    environment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the same documents, flags and format: otherwise it would judge something else."""
    (tmp_path / "our list.md").write_text("# Release\n- [ ] `PAY_MODE` is set\n")
    (tmp_path / "our rules.yml").write_text("version: 1\nitems: { PAY_MODE: { present: true } }\n")
    monkeypatch.chdir(tmp_path)
    flags = ("--rules", "our rules.yml", "--format", "json", "--strict", "-e", environment)
    before = checked("check", *flags, "--", "our list.md")
    (step,) = before["next"]
    (tmp_path / step["where"]).write_text("PAY_MODE=live\n")
    program, *words = shlex.split(step["command"])
    after = checked(*words)
    assert (program, before["verdict"], after["verdict"]) == (
        "deploy-checklist",
        "blocked",
        "ready",
    )
    for key in ("checklist", "rules", "strict", "environment"):
        assert after[key] == before[key]
    out = io.StringIO()
    run(("check", *flags, "--format", "text", "--", "our list.md"), {}, out, io.StringIO())
    shown = next(line for line in out.getvalue().splitlines() if "--env-file" in line)
    _, *words = ["json" if word == "text" else word for word in shlex.split(shown)]
    assert checked(*words)["verdict"] == "ready"
