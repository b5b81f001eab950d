"""Promises about the verdict: never a false green, never a green out of nothing."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from deploy_checklist.checklist.model import Item, Phase
from deploy_checklist.engine.aggregate import (
    ClauseResult,
    close_parents,
    item_result,
)
from deploy_checklist.engine.boxes import boxes
from deploy_checklist.engine.plan import ItemPlan, Step
from deploy_checklist.engine.waivers import waive
from deploy_checklist.outcome import Finding, Outcome, Prompt, Severity, SignOff
from deploy_checklist.report.model import ItemResult, Verdict
from deploy_checklist.report.verdict import totals, verdict
from deploy_checklist.rules.bind import WaiverScope
from deploy_checklist.rules.model import Clause, Rule, Waiver

TODAY = date(2026, 11, 22)
OPEN = {Outcome.FAIL, Outcome.UNKNOWN, Outcome.PENDING}


def item(
    line: int = 1, *, parent: int | None = None, is_title: bool = False, section: str = "Payments"
) -> Item:
    return Item(
        id=f"item-{line}",
        line=line,
        end_line=line,
        markdown="",
        text=f"Item {line}.",
        words="",
        section=(section,),
        section_line=None,
        ticked=False,
        depth=0 if parent is None else 1,
        parent=parent,
        is_title=is_title,
        pin=None,
        names=(),
        spans=(),
        fences=(),
        links=(),
        phase=Phase.BEFORE,
        environment=None,
        struck=False,
        optional=False,
    )


def clause_result(
    outcome: Outcome,
    severity: Severity = Severity.BLOCKER,
    enforce_from: date | None = None,
    key: str = "X",
    **more: object,
) -> ClauseResult:
    clause = Clause(uses=(), severity=severity, enforce_from=enforce_from)
    step = Step(
        rule=Rule(key=key, clauses=(clause,), line=1, column=1),
        clause=clause,
        subject=None,
        phase=Phase.BEFORE,
    )
    return ClauseResult(step=step, findings=(Finding(outcome=outcome, message="m", **more),))  # type: ignore[arg-type]


def planned(each: Item, skip: str | None = None) -> ItemPlan:
    return ItemPlan(item=each, phase=Phase.BEFORE, steps=(), skip=skip, by_person=False, row=None)


def result_of(outcome: Outcome, line: int = 1, **more: object) -> ItemResult:
    return item_result(planned(item(line)), [clause_result(outcome, **more)], TODAY)  # type: ignore[arg-type]


outcomes = st.lists(
    st.tuples(st.sampled_from(list(Outcome)), st.sampled_from(list(Severity))), max_size=8
)


@given(st.lists(outcomes, max_size=6))
def test_an_open_blocker_is_never_ready(items: list[list[tuple[Outcome, Severity]]]) -> None:
    """However checks are spread over items: a failing, unlooked-at or unsigned blocker holds the release."""
    entries = [
        item_result(planned(item(line)), [clause_result(*each) for each in rules], TODAY)
        for line, rules in enumerate(items, 1)
    ]
    blockers = {
        outcome for rules in items for outcome, severity in rules if severity is Severity.BLOCKER
    }
    result = verdict(close_parents(entries))
    if blockers & OPEN:
        assert result is not Verdict.READY
    if result is Verdict.READY:
        assert Outcome.PASS in blockers
    if Outcome.FAIL in blockers:
        assert result is Verdict.BLOCKED


def test_nothing_at_all_is_not_ready() -> None:
    """A release in which nothing was verified and nothing signed is undetermined."""
    assert verdict([]) is Verdict.UNDETERMINED
    assert (
        verdict([result_of(Outcome.SKIPPED), result_of(Outcome.WAIVED, 2)]) is Verdict.UNDETERMINED
    )
    assert verdict([result_of(Outcome.PASS, severity=Severity.WARNING)]) is Verdict.UNDETERMINED


def test_a_value_left_to_a_proven_deploy_gate_carries_ready() -> None:
    left = result_of(Outcome.SKIPPED, left_to_deploy=True, later=True)
    assert verdict([left]) is Verdict.READY
    assert verdict([result_of(Outcome.SKIPPED, later=True)]) is Verdict.UNDETERMINED


def test_a_warning_until_its_day_is_a_blocker_from_that_day_on() -> None:
    tomorrow = date(2026, 11, 23)
    early = item_result(
        planned(item()), [clause_result(Outcome.FAIL, enforce_from=tomorrow)], TODAY
    )
    late = item_result(
        planned(item()), [clause_result(Outcome.FAIL, enforce_from=tomorrow)], tomorrow
    )
    assert (early.severity, late.severity) == (Severity.WARNING, Severity.BLOCKER)


def test_a_failing_warning_never_hides_a_blocker_that_waits() -> None:
    mixed = item_result(
        planned(item()),
        [clause_result(Outcome.FAIL, Severity.WARNING), clause_result(Outcome.PENDING)],
        TODAY,
    )
    assert (mixed.outcome, mixed.severity) == (Outcome.PENDING, Severity.BLOCKER)
    assert {finding.outcome for finding in mixed.findings} == {Outcome.FAIL, Outcome.PENDING}


def waived(
    asks: list[ClauseResult],
    expires: date = TODAY,
    *,
    today: date = TODAY,
    environment: str | None = None,
    rule: str = "",
) -> tuple[ItemResult, list[str]]:
    """The entry of an item with one waiver in production, and what is said of the waiver."""
    waiver = Waiver(
        item="item-1",
        environment=environment,
        reason="r",
        approved_by="@o",
        expires=expires,
        line=3,
    )
    reach = WaiverScope(lines=frozenset({1}), rule=rule or None)
    settled, notices = waive([planned(item())], [asks], [(waiver, reach)], "production", today)
    return item_result(planned(item()), settled[0], today), [notice.message for notice in notices]


def test_a_waiver_holds_through_its_last_day_and_not_a_day_longer() -> None:
    through, said = waived([clause_result(Outcome.FAIL)])
    assert through.outcome is Outcome.WAIVED
    assert through.waived is not None
    assert through.waived.instead_of is Outcome.FAIL
    assert said == ["item-1: its waiver ends on 2026-11-22"]
    after, said = waived([clause_result(Outcome.FAIL)], today=date(2026, 11, 23))
    assert after.outcome is Outcome.FAIL
    assert said == ["item-1: its waiver expired on 2026-11-22 and has no effect"]


def test_a_waiver_for_staging_does_nothing_in_production() -> None:
    settled, said = waived([clause_result(Outcome.FAIL)], environment="staging")
    assert (settled.outcome, said) == (Outcome.FAIL, [])


def test_a_waiver_of_one_rule_waives_nothing_that_another_rule_asks() -> None:
    """Two rules speak of the item: one was excused, the other was not."""
    asks = [clause_result(Outcome.FAIL, key="A"), clause_result(Outcome.PENDING, key="B")]
    of_a, _ = waived(asks, rule="A")
    assert (of_a.outcome, of_a.waived) == (Outcome.PENDING, None)
    assert [(found.outcome, found.message) for found in of_a.findings] == [
        (Outcome.WAIVED, "waived until 2026-11-22: m"),
        (Outcome.PENDING, "m"),
    ]
    of_b, _ = waived(asks, rule="B")
    assert of_b.outcome is Outcome.FAIL
    of_both, _ = waived(asks)
    assert of_both.waived is not None
    assert (of_both.outcome, of_both.waived.instead_of) == (Outcome.WAIVED, Outcome.FAIL)


found = st.lists(
    st.tuples(
        st.sampled_from([each for each in Outcome if each is not Outcome.WAIVED]),
        st.sampled_from(list(Severity)),
    ),
    max_size=8,
)


@given(found, st.booleans())
def test_a_waiver_of_the_item_is_shown_with_the_worst_that_it_waives(
    rules: list[tuple[Outcome, Severity]], first_only: bool
) -> None:
    asks = [clause_result(*each, key=str(number)) for number, each in enumerate(rules)]
    without = item_result(planned(item()), asks, TODAY)
    settled, _ = waived(asks, rule="0" if first_only else "")
    if not first_only and without.outcome in OPEN:
        assert settled.waived is not None
        assert (settled.outcome, settled.waived.instead_of) == (Outcome.WAIVED, without.outcome)
        assert settled.severity is without.severity
    if first_only and any(
        outcome in OPEN and severity is Severity.BLOCKER for outcome, severity in rules[1:]
    ):
        assert settled.outcome in OPEN and settled.severity is Severity.BLOCKER


def test_a_title_shows_its_worst_child_and_is_in_no_total() -> None:
    title = item_result(planned(item(1, is_title=True)), [], TODAY)
    children = [
        replace(result_of(Outcome.PASS, 2), item=item(2, parent=1)),
        replace(result_of(Outcome.FAIL, 3), item=item(3, parent=1)),
    ]
    settled = close_parents([title, *children])
    assert settled[0].outcome is Outcome.FAIL
    assert (totals(settled).fail, totals(settled).passed) == (1, 1)


def test_any_other_parent_does_not_pass_while_a_child_is_open() -> None:
    parent, child = (
        result_of(Outcome.PASS, 1),
        replace(result_of(Outcome.PENDING, 2), item=item(2, parent=1)),
    )
    assert close_parents([parent, child])[0].outcome is Outcome.PENDING


def test_a_signed_item_counts_under_signed_and_not_under_pass() -> None:
    sign = SignOff(
        by="octo-lead", by_id=1, role="backend-lead", at=None, commit=None, words=None, via="tick"
    )  # type: ignore[arg-type]
    count = totals([result_of(Outcome.PASS, signed=(sign,)), result_of(Outcome.PASS, 2)])
    assert (count.signed, count.passed) == (1, 1)


def test_items_without_a_rule_share_one_box_per_section() -> None:
    section = [
        result_of(Outcome.PENDING, line, ask=Prompt(that=f"clause {line}", section=True))
        for line in (1, 2)
    ]
    own = result_of(Outcome.PENDING, 3, ask=Prompt(that="The key is scoped", by=("backend-lead",)))
    made = boxes([*section, own])
    assert [(box.title, box.clauses, box.section) for box in made] == [
        ("The key is scoped", (), False),
        ("Payments", ("clause 1", "clause 2"), True),
    ]
    assert made[1].id == "payments"


def test_a_title_shows_what_is_open_below_an_item_that_is_not_asked() -> None:
    title = item_result(planned(item(1, is_title=True)), [], TODAY)
    between = replace(result_of(Outcome.SKIPPED, 2), item=item(2, parent=1))
    inner = replace(result_of(Outcome.FAIL, 3), item=item(3, parent=2))
    assert close_parents([title, between, inner])[0].outcome is Outcome.FAIL
