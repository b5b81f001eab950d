"""What to do now: in order, whose it is, what to type, and where."""

from __future__ import annotations

import json
from typing import Any

from msgspec.structs import replace

import reports
from deploy_checklist.outcome import Finding, Outcome, Severity, unknown
from deploy_checklist.report import formats, json_v1, markdown
from deploy_checklist.report.model import Drift, ItemResult, Report, Verdict
from deploy_checklist.report.next_steps import Act, NextStep, next_steps, turns, your_turn

PAY = reports.item(8, "PAY_KEY is set", "PAY_KEY")
KEPT = reports.found(Outcome.FAIL, "is empty", remedy="gh secret set PAY_KEY", subject="PAY_KEY")
NOT_GIVEN = unknown("PAY_KEY was not passed to this step")
NOT_GIVEN = replace(NOT_GIVEN, subject="PAY_KEY")  # nothing was looked at: there is no evidence


def held(*entries: ItemResult, **changed: Any) -> Report:
    """A report whose release is held; why, is told by its entries."""
    return reports.report(*entries, **{"verdict": Verdict.BLOCKED, **changed})


def only_step(report: Report) -> NextStep:
    (step,) = next_steps(report)
    return step


def test_what_is_wrong_comes_first_and_signatures_come_last() -> None:
    acts = [step.do for step in next_steps(reports.blocked())]
    assert acts == [Act.FIX] * 3 + [Act.SIGN] * 6


def test_a_ready_release_leaves_nothing_to_do() -> None:
    assert next_steps(reports.ready()) == ()
    assert your_turn(()) == ""


def test_a_fix_has_its_owner_its_command_and_the_place_of_the_value() -> None:
    entry = reports.entry(PAY, KEPT, owner="Finance", source_of_truth="Vault › Payments")
    step = only_step(held(entry, verdict=Verdict.BLOCKED))
    assert (step.who, step.item, step.do) == ("Finance", "PAY_KEY", Act.FIX)
    assert (step.command, step.where, step.how) == (
        "gh secret set PAY_KEY",
        "Vault › Payments",
        None,
    )


def test_on_a_laptop_the_line_of_the_file_is_the_place() -> None:
    fault = replace(KEPT, correct_at="`.env.production`, line 8")
    entry = reports.entry(PAY, fault, source_of_truth="Vault")
    assert only_step(held(entry)).where == "`.env.production`, line 8"


def test_each_of_several_commands_is_a_line() -> None:
    fault = replace(KEPT, remedy="gh secret set A, then gh variable set B")
    command = only_step(held(reports.entry(PAY, fault))).command
    assert command == "gh secret set A\ngh variable set B"


def test_what_no_command_does_is_said_in_words() -> None:
    fault = replace(KEPT, remedy="run the gate on GitHub")
    step = only_step(held(reports.entry(PAY, fault)))
    assert (step.how, step.command) == ("run the gate on GitHub", None)


def test_a_finding_names_its_variable_where_the_item_has_several() -> None:
    both = reports.item(8, "PAY_KEY and PAY_URL are set", "PAY_KEY", "PAY_URL")
    assert only_step(held(reports.entry(both, KEPT))).why == "`PAY_KEY` is empty"


def test_a_value_that_was_not_given_is_a_line_to_paste_and_not_looked_for() -> None:
    report = held(
        reports.entry(PAY, NOT_GIVEN), not_handed_over=("PAY_KEY",), secret_names=("PAY_KEY",)
    )
    step = only_step(report)
    assert (step.do, step.command) == (Act.HAND_OVER, "PAY_KEY: ${{ secrets.PAY_KEY }}")
    assert only_step(replace(report, secret_names=())).command == "PAY_KEY: ${{ vars.PAY_KEY }}"


def test_on_a_laptop_one_file_hands_over_all_values() -> None:
    url = reports.item(9, "PAY_URL is set", "PAY_URL")
    report = held(
        reports.entry(PAY, NOT_GIVEN),
        reports.entry(url, NOT_GIVEN),
        not_handed_over=("PAY_KEY", "PAY_URL"),
        laptop=True,
    )
    step = next_steps(report)[0]
    assert step.command == "deploy-checklist check -e production --env-file .env.production"
    assert step.item is None


def test_what_could_not_be_looked_at_and_what_runs_are_looked_at() -> None:
    unreachable = reports.found(Outcome.UNKNOWN, "no answer", remedy="allow the host")
    running = reports.found(Outcome.PENDING, "CI is in progress")
    report = held(reports.entry(PAY, unreachable), reports.entry(PAY, running))
    assert [(step.do, step.why) for step in next_steps(report)] == [
        (Act.LOOK, "no answer"),
        (Act.LOOK, "CI is in progress"),
    ]


def test_a_signature_is_asked_of_its_roles_where_the_release_is_discussed() -> None:
    entry = reports.entry(PAY, reports.asked("the key is scoped", "lead"))
    step = only_step(held(entry))
    assert (step.who, step.command, step.where) == ("lead", "/checklist sign PAY_KEY", "PR #412")
    on_laptop = replace(held(entry), target=replace(held().target, pull_request=None))
    assert only_step(on_laptop).where == "the release's pull request or ticket"


def test_where_no_command_counts_the_other_ways_are_named() -> None:
    entry = reports.entry(PAY, reports.asked("it was read", "lead", via=("review",)))
    step = only_step(held(entry))
    assert (step.command, step.how) == (None, "approve the pull request")


def test_what_holds_nothing_is_nobodys_turn() -> None:
    warned = reports.entry(PAY, KEPT, severity=Severity.WARNING)
    assert next_steps(held(warned)) == ()
    nothing = held(reports.entry(PAY, KEPT), nothing_in_phase=True)
    assert next_steps(nothing) == ()


def test_a_disagreement_is_to_be_settled_where_it_holds_the_release() -> None:
    drift = (Drift(kind="orphan", message="no item", file="r.yml", line=3, hint="remove it"),)
    assert next_steps(held(drift=drift)) == ()
    step = only_step(held(drift=drift, strict=True))
    assert (step.do, step.where, step.how) == (Act.FIX, "r.yml, line 3", "remove it")


def test_a_role_and_an_owner_of_one_name_are_one() -> None:
    steps = [
        NextStep(do=Act.FIX, who="Backend Lead", item="a", why=""),
        NextStep(do=Act.SIGN, who="backend-lead", item="b", why=""),
        NextStep(do=Act.FIX, who=None, item="c", why=""),
        NextStep(do=Act.HAND_OVER, who=None, item=None, why=""),
    ]
    assert turns(steps) == {"Backend Lead": 2, "no owner": 1, "you": 1}
    assert your_turn(steps) == "Your turn: Backend Lead 2, no owner 1, you 1"


def test_whose_turn_it_is_stands_on_top_of_every_rendering() -> None:
    report = reports.blocked()
    turn = your_turn(next_steps(report))
    assert turn.startswith("Your turn: Backend Lead 4, Platform Eng 1")
    assert formats.render(report, "text").splitlines()[1] == turn
    whose = turn.replace("Your turn:", "**Your turn:**")
    assert formats.render(report, "markdown").splitlines()[1] == whose
    assert markdown.render(report, boxes=True).splitlines()[1] == whose
    data = json_v1.document(report)
    counts = ", ".join(f"{each['who']} {each['count']}" for each in data["your_turn"])
    assert f"Your turn: {counts}" == turn


def test_a_step_names_the_people_of_its_role_but_those_who_may_not_sign() -> None:
    roles = {"lead": ("@octo-lead", "@acme/leads", "maintain", "@octo-dev")}
    asked = reports.asked("it was read", "lead", not_author=True)
    assert asked.ask is not None
    asked = replace(asked, ask=replace(asked.ask, excluded=("Octo-Dev",)))
    entry = reports.entry(PAY, asked, owner="Lead")
    box = replace(reports.box(entry), excluded=("Octo-Dev",))
    report = held(entry, boxes=(box,), roles=roles)
    assert only_step(report).people == ("octo-lead", "acme/leads")
    item = json.loads(json_v1.render(report))["items"][0]
    assert item["ask"]["people"] == ["octo-lead", "acme/leads"]
    assert item["owner_people"] == ["octo-lead", "acme/leads", "octo-dev"]


def test_a_file_that_lacks_a_value_is_a_fault_and_no_other_file_is_asked_for() -> None:
    fault = replace(KEPT, correct_at="a line in `.env.production`")
    report = held(
        reports.entry(PAY, fault),
        not_handed_over=("PAY_KEY",),
        laptop=True,
        values_from="the file .env.production",
    )
    assert only_step(report).do is Act.FIX


def test_an_environments_name_cannot_add_to_a_command() -> None:
    report = held(
        reports.entry(PAY, NOT_GIVEN),
        not_handed_over=("PAY_KEY",),
        laptop=True,
        environment="a; rm -rf .",
    )
    assert only_step(report).command == (
        "deploy-checklist check -e 'a; rm -rf .' --env-file '.env.a; rm -rf .'"
    )


def test_an_item_that_waits_for_those_below_it_is_no_step_of_its_own() -> None:
    waits = Finding(outcome=Outcome.PENDING, message="waits for the items below it")
    assert next_steps(held(reports.entry(PAY, waits))) == ()
