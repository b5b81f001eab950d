"""Each command of a fix is alone on its line, so that it can be copied whole."""

from __future__ import annotations

import json
from datetime import date

import pytest
from msgspec.structs import replace

import reports
from deploy_checklist.commands.compare import KnownNames, compare_stored
from deploy_checklist.commands.compare_formats import render
from deploy_checklist.outcome import Finding, Outcome, remedy_lines
from deploy_checklist.report import forecast, formats
from deploy_checklist.report.model import Change, Forecast, ItemResult, Report, Verdict
from deploy_checklist.world.names_port import StoredName

COMMANDS = ["gh secret set KEY --env production", "gh variable set KEY_ROTATED_AT --env production"]
FAULT = Finding(
    outcome=Outcome.FAIL,
    message="was rotated 91 days ago",
    remedy=", then ".join(COMMANDS),
    subject="KEY",
    correct_at="`ours.env`, line 3",
)


def stale() -> ItemResult:
    item = reports.item(7, "KEY is rotated", "KEY")
    return reports.entry(item, FAULT, owner="SRE", source_of_truth="Vault")


def blocked() -> Report:
    return reports.report(stale(), verdict=Verdict.BLOCKED)


@pytest.mark.parametrize(
    ("remedy", "lines"),
    [
        ("renew it", ["renew it"]),
        ("look, then act", ["look, then act"]),
        ("gh secret set A", ["gh secret set A"]),
        ("`gh secret set A`", ["`gh secret set A`"]),
        ("Vault, then gh secret set A", ["Vault, then", "gh secret set A"]),
        ("a, then b, then gh x, then git y", ["a, then b, then", "gh x", "git y"]),
        (
            "take it away, then deploy-checklist ruleset",
            ["take it away, then", "deploy-checklist ruleset"],
        ),
        ("`git push, then wait`, then gh x", ["`git push, then wait`", "gh x"]),
        ("a `b, then c`, then d", ["a `b, then c`, then d"]),
        ("Vault, then open it\ngh secret set A\n", ["Vault, then open it", "gh secret set A"]),
        (" \n", [" \n"]),
        ("ask, then gh x\n\n  and wait", ["ask, then", "gh x", "and wait"]),
    ],
)
def test_a_command_is_a_line(remedy: str, lines: list[str]) -> None:
    assert remedy_lines(remedy) == lines


def test_in_a_terminal() -> None:
    shown = [line.strip() for line in formats.render(blocked(), "text", folder=".").splitlines()]
    at = shown.index("SRE: ours.env:3, then Vault, then")
    assert shown[at + 1 : at + 3] == COMMANDS


def test_in_a_comment() -> None:
    first, second = (f"`{each}`" for each in COMMANDS)
    expected = f"**SRE**: `ours.env`, line 3, then Vault, then <br>{first} <br>{second}\n"
    assert expected in formats.render(blocked(), "markdown")


def test_for_other_programs() -> None:
    found = json.loads(formats.render(blocked(), "json"))
    [item] = found["items"]
    assert item["findings"][0]["remedy"].split("\n") == COMMANDS
    assert found["next"][0]["command"].split("\n") == COMMANDS
    assert "\n".join(COMMANDS) in formats.render(blocked(), "junit")


@pytest.mark.parametrize(
    ("fix", "command"),
    [
        ("gh secret set A", "gh secret set A"),
        ("`gh secret set A`, then `gh workflow run x`", "gh secret set A\ngh workflow run x"),
        ("gh secret set A\ngh variable set B\n", "gh secret set A\ngh variable set B"),
        ("gh secret set A, then ask the provider", None),
        ("`gh secret set A` in the fork", None),
        ("gh secret set A\nask the provider", None),
    ],
)
def test_words_of_a_team_are_never_a_command(fix: str, command: str | None) -> None:
    entry = reports.entry(reports.item(7, "KEY is set", "KEY"), replace(FAULT, remedy=fix))
    read = json.loads(formats.render(reports.report(entry, verdict=Verdict.BLOCKED), "json"))
    [step] = read["next"]
    assert (step["command"], step["how"]) == (command, None if command else fix)


def test_a_fix_in_several_lines_keeps_them() -> None:
    fix = "open the console, then wait\ngh secret set A\n::error::boom\n"
    entry = reports.entry(reports.item(7, "KEY is set", "KEY"), replace(FAULT, remedy=fix))
    report = reports.report(entry, verdict=Verdict.BLOCKED)
    shown = [line.strip() for line in formats.render(report, "text", folder=".").splitlines()]
    at = shown.index("gh secret set A")
    assert shown[at - 1] == "ours.env:3, then open the console, then wait"
    assert shown[at + 1] == ": :error::boom"
    told = "then open the console, then wait <br>`gh secret set A` <br>"
    assert told in formats.render(report, "markdown")
    assert "\ngh secret set A\n: :error::boom" in formats.render(report, "junit")


def test_in_a_forecast() -> None:
    entry = stale()
    passed = replace(entry, outcome=Outcome.PASS, findings=())
    change = Change(on=date(2026, 12, 4), before=passed, after=entry)
    found = Forecast(
        report=blocked(), until=date(2027, 1, 1), verdicts=(), changes=(change,), dated=1
    )
    lines = [line.split("  ")[-1].strip() for line in forecast.text(found).splitlines()]
    at = lines.index(COMMANDS[0])
    assert lines[at - 2 : at + 2] == ["ours.env:3", "Vault", *COMMANDS]
    told = " <br>".join(("Vault", *(f"`{each}`" for each in COMMANDS)))
    assert told in forecast.markdown(found)
    [change_read] = json.loads(forecast.json(found))["changes"]
    assert change_read["commands"][-2:] == COMMANDS


def test_in_a_comparison() -> None:
    stored = {"KEY": StoredName(secret="environment")}
    found = compare_stored(("staging", "production"), (stored, {}), KnownNames())
    shown = render(found, "text", {}, ()).splitlines()
    assert f"    {COMMANDS[0]}" in shown
    assert f"KEY`, which staging has <br>`{COMMANDS[0]}`\n" in render(found, "markdown", {}, ())
