"""What to do now: in order, whose it is, what to type, and where."""

from __future__ import annotations

from msgspec.structs import replace

import reports
from deploy_checklist.outcome import Outcome, Severity
from deploy_checklist.report import formats, json_v1, markdown
from deploy_checklist.report.model import Drift, Report, Verdict
from deploy_checklist.report.next_steps import Act, NextStep, next_steps, turns, your_turn

PAY = reports.item(8, "PAY_KEY is set", "PAY_KEY")
KEPT = reports.found(Outcome.FAIL, "is empty", remedy="gh secret set PAY_KEY", subject="PAY_KEY")
NOT_GIVEN = reports.found(Outcome.UNKNOWN, "PAY_KEY was not handed to this step", subject="PAY_KEY")


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
    step = only_step(reports.report(entry, verdict=Verdict.BLOCKED))
    assert (step.who, step.item, step.do) == ("Finance", "PAY_KEY", Act.FIX)
    assert (step.command, step.where, step.how) == (
        "gh secret set PAY_KEY",
        "Vault › Payments",
        None,
    )


def test_on_a_laptop_the_line_of_the_file_is_the_place() -> None:
    fault = replace(KEPT, correct_at="`.env.production`, line 8")
    entry = reports.entry(PAY, fault, source_of_truth="Vault")
    assert only_step(reports.report(entry)).where == "`.env.production`, line 8"


def test_several_commands_are_typed_at_once() -> None:
    fault = replace(KEPT, remedy="gh secret set A, then gh variable set B")
    assert (
        only_step(reports.report(reports.entry(PAY, fault))).command
        == "gh secret set A && gh variable set B"
    )


def test_what_no_command_does_is_said_in_words() -> None:
    fault = replace(KEPT, remedy="run it on GitHub")
    step = only_step(reports.report(reports.entry(PAY, fault)))
    assert (step.how, step.command) == ("run it on GitHub", None)


def test_a_finding_names_its_variable_where_the_item_has_several() -> None:
    both = reports.item(8, "PAY_KEY and PAY_URL are set", "PAY_KEY", "PAY_URL")
    assert only_step(reports.report(reports.entry(both, KEPT))).why == "`PAY_KEY` is empty"


def test_a_value_that_was_not_given_is_a_line_to_paste_and_not_looked_for() -> None:
    report = reports.report(
        reports.entry(PAY, NOT_GIVEN), not_handed_over=("PAY_KEY",), secret_names=("PAY_KEY",)
    )
    step = only_step(report)
    assert (step.do, step.command) == (Act.HAND_OVER, "PAY_KEY: ${{ secrets.PAY_KEY }}")
    assert only_step(replace(report, secret_names=())).command == "PAY_KEY: ${{ vars.PAY_KEY }}"


def test_on_a_laptop_one_file_hands_over_all_values() -> None:
    url = reports.item(9, "PAY_URL is set", "PAY_URL")
    report = reports.report(
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
    report = reports.report(reports.entry(PAY, unreachable), reports.entry(PAY, running))
    assert [(step.do, step.why) for step in next_steps(report)] == [
        (Act.LOOK, "no answer"),
        (Act.LOOK, "CI is in progress"),
    ]


def test_a_signature_is_asked_of_its_roles_where_the_release_is_discussed() -> None:
    entry = reports.entry(PAY, reports.asked("the key is scoped", "lead"))
    step = only_step(reports.report(entry))
    assert (step.who, step.command, step.where) == ("lead", "/checklist sign PAY_KEY", "PR #412")
    on_laptop = replace(
        reports.report(entry), target=replace(reports.report().target, pull_request=None)
    )
    assert only_step(on_laptop).where == "the release's pull request or ticket"


def test_where_no_command_counts_the_other_ways_are_named() -> None:
    entry = reports.entry(PAY, reports.asked("it was read", "lead", via=("review",)))
    step = only_step(reports.report(entry))
    assert (step.command, step.how) == (None, "approve the pull request")


def test_what_holds_nothing_is_nobodys_turn() -> None:
    warned = reports.entry(PAY, KEPT, severity=Severity.WARNING)
    assert next_steps(reports.report(warned)) == ()
    nothing = reports.report(reports.entry(PAY, KEPT), nothing_in_phase=True)
    assert next_steps(nothing) == ()


def test_a_disagreement_is_to_be_settled_where_it_holds_the_release() -> None:
    drift = (Drift(kind="orphan", message="no item", file="r.yml", line=3, hint="remove it"),)
    assert next_steps(reports.report(drift=drift)) == ()
    step = only_step(reports.report(drift=drift, strict=True))
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
