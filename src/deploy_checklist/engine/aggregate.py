"""From findings to outcomes: of a clause, of an item, and of a title."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from ..outcome import Finding, Outcome, Severity, skipped, worst
from ..report.model import ItemResult, Waived
from ..rules.model import Clause, Rule
from .plan import ItemPlan, Step

OPEN = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.PENDING)


class ClauseResult(Struct, frozen=True, kw_only=True):
    """One clause of a rule on one item, with what its checks found."""

    step: Step
    findings: tuple[Finding, ...]
    waived: Waived | None = None
    # Failed, or tried without a result, where a person decides: see assist.py.
    seen: tuple[Finding, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """The worst finding, unless a waiver excuses it."""
        return self.outcome_without_waiver if self.waived is None else Outcome.WAIVED

    @property
    def outcome_without_waiver(self) -> Outcome:
        """The worst finding, waived or not."""
        if len(self.findings) == 1:  # the fast way, for most of a long checklist
            return self.findings[0].outcome
        return worst(finding.outcome for finding in self.findings)

    def severity(self, today: date) -> Severity:
        """Whether it holds the release today."""
        return severity_on(self.step.clause, today)


def severity_on(clause: Clause, today: date) -> Severity:
    """Whether a clause holds the release on a day."""
    if clause.enforce_from and today < clause.enforce_from:
        return Severity.WARNING
    return clause.severity


def item_result(planned: ItemPlan, results: Sequence[ClauseResult], today: date) -> ItemResult:
    """The result of an item, by the worst of its clauses.

    Open blockers count before open warnings, and both before what is closed.
    """
    decisive = _decisive(results, today)
    rules = [each.step.rule for each in results if each.step.rule.key]
    owner = next((each.step.clause.owner for each in results if each.step.clause.owner), None)
    if owner is None and planned.row is not None:
        owner = planned.row.owner
    outcome = Outcome.SKIPPED
    counts = False
    if decisive is not None and planned.skip is None:
        outcome = decisive.outcome
        counts = any(_counts_toward_ready(each, today) for each in results)
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
        seen=tuple([finding for each in results for finding in each.seen]),
        waived=decisive.waived if decisive and outcome is Outcome.WAIVED else None,
        automation=planned.automation,
        counts_toward_ready=counts,
    )


def _decisive(results: Sequence[ClauseResult], today: date) -> ClauseResult | None:
    if len(results) == 1:  # the fast way, for most of a long checklist
        return results[0]
    return min(results, key=lambda each: _weight(each, today), default=None)


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


def _origin(rules: Sequence[Rule]) -> Literal["rules", "inferred", "none"]:
    if not rules:
        return "none"
    return "inferred" if all(rule.inferred for rule in rules) else "rules"


def _counts_toward_ready(result: ClauseResult, today: date) -> bool:
    if result.severity(today) is Severity.WARNING:
        return False
    left_to_deploy = any(finding.left_to_deploy for finding in result.findings)
    return result.outcome is Outcome.PASS or left_to_deploy


def _findings(
    planned: ItemPlan, results: Sequence[ClauseResult], outcome: Outcome
) -> tuple[Finding, ...]:
    """All findings of an item, in the order of its clauses."""
    if planned.skip is not None:
        return (skipped(planned.skip),)
    found: list[Finding] = []
    for result in results:
        # Another clause may keep the item open; what this waiver excuses is still shown as waived.
        waived = None if outcome is Outcome.WAIVED else result.waived
        fix = result.step.clause.fix
        found += [_as_reported(finding, fix, waived) for finding in result.findings]
    return tuple(found)


def _as_reported(finding: Finding, fix: str | None, waived: Waived | None) -> Finding:
    """The finding with its waiver, or with the rule's own `fix`, which replaces the check's."""
    if waived is not None and finding.outcome in OPEN:
        message = f"waived until {waived.expires}: {finding.message}"
        return replace(finding, outcome=Outcome.WAIVED, message=message, remedy=None)
    if fix and finding.outcome in (Outcome.FAIL, Outcome.UNKNOWN):
        return replace(finding, remedy=fix)
    return finding


def close_parents(entries: Sequence[ItemResult]) -> tuple[ItemResult, ...]:
    """The same with every parent judged by the items below it.

    A title shows the worst of them; any other parent does not pass while one of them is open.
    """
    closed = {each.item.line: each for each in entries}
    # Grandchildren are among them: the item in between may be skipped.
    below: dict[int, list[int]] = defaultdict(list)
    for each in entries:
        parent = each.item.parent
        while parent is not None:
            below[parent].append(each.item.line)
            parent = closed[parent].item.parent
    for each in reversed(entries):  # children stand below their parents
        if each.item.line in below:
            children = [closed[line] for line in below[each.item.line]]
            closed[each.item.line] = _closed_parent(each, children)
    return tuple(closed[each.item.line] for each in entries)


def _closed_parent(parent: ItemResult, children: Sequence[ItemResult]) -> ItemResult:
    outcome = worst(child.outcome for child in children)
    if parent.item.is_title:
        severities = [child.severity for child in children if child.outcome is outcome]
        return replace(parent, outcome=outcome, severity=min(severities))
    if parent.outcome is not Outcome.PASS or outcome not in OPEN:
        return parent
    open_severities = {child.severity for child in children if child.outcome in OPEN}
    waits = Finding(outcome=Outcome.PENDING, message="waits for the items below it")
    return replace(
        parent,
        outcome=Outcome.PENDING,
        severity=parent.severity if Severity.BLOCKER in open_severities else Severity.WARNING,
        findings=(*parent.findings, waits),
    )
