"""From findings to outcomes: of a clause, of an item, of a title, and the Verdict of the whole."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from ..outcome import Finding, Outcome, Severity, skipped, worst
from ..report.model import ItemResult, Totals, Verdict, Waived
from ..rules.model import Clause, Rule
from .plan import ItemPlan, Step

OPEN = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.PENDING)


class ClauseResult(Struct, frozen=True, kw_only=True):
    """One clause of a rule, asked of one item, and what came of it."""

    step: Step
    findings: tuple[Finding, ...]
    waived: Waived | None = None

    @property
    def outcome(self) -> Outcome:
        """The worst finding, unless a waiver excuses it."""
        if self.waived is None and len(self.findings) == 1:  # as for most of a long checklist
            return self.findings[0].outcome
        return self.outcome_without_waiver if self.waived is None else Outcome.WAIVED

    @property
    def outcome_without_waiver(self) -> Outcome:
        """The worst finding, waived or not."""
        return worst(finding.outcome for finding in self.findings)

    def severity(self, today: date) -> Severity:
        """Whether it holds the release today."""
        return severity_on(self.step.clause, today)


def severity_on(clause: Clause, today: date) -> Severity:
    """Whether a clause holds the release today."""
    return (
        Severity.WARNING if clause.enforce_from and today < clause.enforce_from else clause.severity
    )


def item_result(planned: ItemPlan, results: Sequence[ClauseResult], today: date) -> ItemResult:
    """An item's entry: the worst of its clauses decides.

    Open blockers count before open warnings, and both before what is closed.
    """
    decisive = _decisive(results, today)
    rules = [each.step.rule for each in results if each.step.rule.key]
    owner = next((each.step.clause.owner for each in results if each.step.clause.owner), None)
    if owner is None and planned.row is not None:
        owner = planned.row.owner
    outcome = Outcome.SKIPPED
    if decisive is not None and planned.skip is None:
        outcome = decisive.outcome
    return ItemResult(
        item=planned.item,
        phase=planned.phase,
        outcome=outcome,
        severity=decisive.severity(today) if decisive else Severity.BLOCKER,
        rule=_origin(rules),
        rule_key=rules[0].key if rules else None,
        owner=owner,
        source_of_truth=planned.row.source_of_truth if planned.row else None,
        findings=_findings(planned, results, outcome),
        waived=decisive.waived if decisive and outcome is Outcome.WAIVED else None,
        automation=planned.automation,
        counts_toward_ready=planned.skip is None and any(_carries(each, today) for each in results),
    )


def _decisive(results: Sequence[ClauseResult], today: date) -> ClauseResult | None:
    if len(results) == 1:  # as for most of a long checklist
        return results[0]
    return min(results, key=lambda each: _weight(each, today), default=None)


def _origin(rules: Sequence[Rule]) -> str:
    if not rules:
        return "none"
    return "inferred" if all(rule.inferred for rule in rules) else "rules"


def _findings(
    planned: ItemPlan, results: Sequence[ClauseResult], outcome: Outcome
) -> tuple[Finding, ...]:
    """All findings of an item, in the order of its clauses."""
    if planned.skip is not None:
        return (skipped(planned.skip),)
    found: list[Finding] = []
    for each in results:
        open_elsewhere = each.waived is not None and outcome is not Outcome.WAIVED
        findings = _excused(each) if open_elsewhere else each.findings
        found += [_with_fix(finding, each) for finding in findings]
    return tuple(found)


def _excused(result: ClauseResult) -> Sequence[Finding]:
    """What is waived is open no more, though its item is: another rule of it has no waiver."""
    assert result.waived is not None
    until = f"waived until {result.waived.expires}"
    return [
        replace(each, outcome=Outcome.WAIVED, message=f"{until}: {each.message}", remedy=None)
        if each.outcome in OPEN
        else each
        for each in result.findings
    ]


def _carries(result: ClauseResult, today: date) -> bool:
    if result.severity(today) is Severity.WARNING:
        return False
    return result.outcome is Outcome.PASS or any(
        finding.left_to_deploy for finding in result.findings
    )


def _weight(result: ClauseResult, today: date) -> tuple[object, ...]:
    warned = result.severity(today) is Severity.WARNING
    open_now, open_before = result.outcome in OPEN, result.outcome_without_waiver in OPEN
    return (
        not open_now,
        open_now and warned,
        result.outcome.rank,
        open_before and warned,
        result.outcome_without_waiver.rank,
    )


def _with_fix(finding: Finding, result: ClauseResult) -> Finding:
    """The team's own remedy outweighs the kind's."""
    fix = result.step.clause.fix
    return (
        replace(finding, remedy=fix)
        if fix and finding.outcome in (Outcome.FAIL, Outcome.UNKNOWN)
        else finding
    )


def close_parents(entries: Sequence[ItemResult]) -> tuple[ItemResult, ...]:
    """A title shows the worst of its children; any other parent does not pass while a child is
    open.
    """
    closed = {each.item.line: each for each in entries}
    children: dict[int, list[int]] = defaultdict(list)  # theirs too: what is between may be skipped
    for each in entries:
        parent = each.item.parent
        while parent is not None:
            children[parent].append(each.item.line)
            parent = closed[parent].item.parent
    for each in reversed(entries):  # children stand below their parents
        below = [closed[line] for line in children.get(each.item.line, ())]
        if not below:
            continue
        outcome = worst(child.outcome for child in below)
        if each.item.is_title:
            severity = min(
                (child.severity for child in below if child.outcome is outcome),
                default=Severity.BLOCKER,
            )
            closed[each.item.line] = replace(each, outcome=outcome, severity=severity)
        elif each.outcome is Outcome.PASS and outcome in OPEN:
            waits = Finding(outcome=Outcome.PENDING, message="waits for the items below it")
            held = Severity.BLOCKER in {child.severity for child in below if child.outcome in OPEN}
            closed[each.item.line] = replace(
                each,
                outcome=Outcome.PENDING,
                severity=each.severity if held else Severity.WARNING,
                findings=(*each.findings, waits),
            )
    return tuple(closed[each.item.line] for each in entries)


def totals(entries: Iterable[ItemResult]) -> Totals:
    """Counts of all items that are no titles."""
    count = Counter(
        "signed" if each.signed else each.outcome.value
        for each in entries
        if not each.item.is_title
    )
    return Totals(
        passed=count["pass"],
        signed=count["signed"],
        fail=count["fail"],
        pending=count["pending"],
        unknown=count["unknown"],
        waived=count["waived"],
        skipped=count["skipped"],
    )


def verdict(entries: Iterable[ItemResult]) -> Verdict:
    """The worst open blocker decides. Ready needs one that passed, was signed, or is left to the
    deploy gate.
    """
    judged = [each for each in entries if not each.item.is_title]
    outcomes = {each.outcome for each in judged if each.severity is Severity.BLOCKER}
    if Outcome.FAIL in outcomes:
        return Verdict.BLOCKED
    if Outcome.UNKNOWN in outcomes:
        return Verdict.UNDETERMINED
    if Outcome.PENDING in outcomes:
        return Verdict.WAITING
    carried = any(
        each.counts_toward_ready and each.outcome is not Outcome.WAIVED for each in judged
    )
    return Verdict.READY if carried else Verdict.UNDETERMINED
