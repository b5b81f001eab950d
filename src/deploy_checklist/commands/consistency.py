"""What in a report disagrees with its items: its totals, its verdict, and each item itself.

It checks only what is true of every report that the gate can write, so that none of them is called
wrong. It does not find a report that somebody changed and made consistent again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from msgspec import structs

from ..checklist.model import Phase
from ..engine.aggregate import OPEN
from ..engine.plan import PHASES
from ..outcome import Outcome, worst
from ..redaction.redact import MARK
from ..report.model import Override, Rollback, Verdict
from ..report.next_steps import Act, NextStep, turns
from ..report.verdict import LONGEST_OVERRIDE, totals, verdict, with_exception
from ..report.wire import JsonItem, JsonReport, JsonTotals

# A run reads the sign-offs shortly before the time at which it judges, with GitHub's times in
# them: midnight may be in between, and the runner's clock may differ from GitHub's.
_SLACK = timedelta(days=1)
# What a step of this kind may be about: an item with one of these outcomes.
_STEP_OF = {
    Act.FIX: {Outcome.FAIL},
    Act.LOOK: {Outcome.UNKNOWN, Outcome.PENDING},
}


def disagreements(report: JsonReport) -> Iterator[str]:
    """Each thing that does not agree, in one line: where, what was found, what was expected."""
    yield from _of_the_whole(report)
    yield from _of_next(report)
    yield from _of_order(report.items)
    for item in report.items:
        name = f"line {item.line}, {item.id}"
        for fault in (*_of_outcome(item), *_of_people(item), *_of_times(item, report)):
            yield f"{name}: {fault}"


def differs(place: str, found: object, expected: object, source: str = "the items") -> str:
    """The line for a value that differs from its source."""
    return f"{place}: found {found}, expected {expected} (from {source})"


def _of_the_whole(report: JsonReport) -> Iterator[str]:
    counted = totals(report.items)
    for name in JsonTotals.__struct_fields__:
        found, expected = getattr(report.totals, name), getattr(counted, name)
        if found != expected:
            yield differs(f"totals.{'pass' if name == 'passed' else name}", found, expected)
    allowed = {_verdict(report)}
    yield from _of_override(report)
    asked = [
        each for each in report.items if not each.title and each.outcome is not Outcome.SKIPPED
    ]
    if Verdict.READY in allowed and not asked:
        # as 1.0.0 called it, and as a run does whose environment may be misspelt
        allowed.add(Verdict.UNDETERMINED)
    if report.verdict not in allowed:
        yield differs("verdict", report.verdict, _verdict(report))
    if report.phase is Phase.REFERENCE:
        yield f"phase: no run has the phase {report.phase}"
    elif report.nothing_in_phase:
        asked = [each for each in report.items if each.phase in PHASES[report.phase]]
        if not all(each.title for each in asked):
            yield differs("nothing_in_phase", "true", "false")
    if report.trial is not None and report.mode != "report":
        yield differs("mode", report.mode, "report", "`trial`")


def _verdict(report: JsonReport) -> Verdict:
    """The verdict that follows from the items, and from what lets them through."""
    by_items = verdict(
        report.items,
        report.drift,
        strict=report.strict,
        nothing_in_phase=report.nothing_in_phase,
        phase=report.phase,
    )
    given, back = report.override, report.rollback
    return with_exception(
        by_items,
        report.items,
        override=Override(**structs.asdict(given)) if given else None,
        rollback=Rollback(**structs.asdict(back)) if back else None,
    )


def _of_override(report: JsonReport) -> Iterator[str]:
    """An override is only in a report whose verdict it decides, and only while it counts."""
    found = report.override
    if found is None:
        return
    if report.verdict is not Verdict.OVERRIDDEN:
        yield differs("override", "one", "none", "the verdict")
    if found.until <= report.at:
        yield "override.until: it is before the time of the report"
    if found.at - report.at > _SLACK:
        yield f"override.at: {found.by} wrote it after the time of the report"
    if found.until - found.at > LONGEST_OVERRIDE:
        yield f"override.until: an override lasts at most {LONGEST_OVERRIDE}"
    if report.nothing_in_phase or report.mode == "report" or report.phase is Phase.AFTER:
        yield "override: this run blocks nothing, so nothing can be overridden"


def _of_next(report: JsonReport) -> Iterator[str]:
    steps = [
        NextStep(do=each.do, who=each.who, item=each.item, why=each.why) for each in report.next
    ]
    counted = turns(steps)
    if {each.who: each.count for each in report.your_turn} != counted:
        expected = ", ".join(f"{who} {count}" for who, count in counted.items())
        found = ", ".join(f"{each.who} {each.count}" for each in report.your_turn)
        yield differs("your_turn", found or "nobody", expected or "nobody", "`next`")
    done = (Verdict.READY, Verdict.ROLLED_BACK)
    is_done = report.nothing_in_phase or _verdict(report) in done
    if is_done is bool(steps):
        yield differs("next", len(steps), "none" if is_done else "at least one")
    outcomes: dict[str, set[Outcome]] = {}
    for item in report.items:
        outcomes.setdefault(item.id, set()).add(item.outcome)
    for number, step in enumerate(report.next):
        allowed = _STEP_OF.get(step.do)
        if step.item is None or allowed is None or MARK in step.item:
            continue
        if outcomes.get(step.item, set()).isdisjoint(allowed):
            yield f"next[{number}]: there is nothing to {step.do} of {step.item}"


def _of_order(items: tuple[JsonItem, ...]) -> Iterator[str]:
    for before, after in pairwise(items):
        if after.line <= before.line:
            yield f"items: line {after.line} comes after line {before.line}"
    for name, count in Counter(item.id for item in items).items():
        if count > 1 and MARK not in name:  # two ids may differ only in what is hidden
            yield f"items: {count} of them have the id {name}"


def _of_outcome(item: JsonItem) -> Iterator[str]:
    """A title has no findings: it shows the worst of the items below it."""
    if item.title:
        return
    found = {finding.outcome for finding in item.findings}
    if item.outcome in OPEN:
        if item.outcome not in found:
            yield differs("outcome", item.outcome, worst(found), "its findings")
    elif item.outcome is Outcome.WAIVED:
        if item.waived is not None and item.waived.instead_of not in found:
            yield differs("waived.instead_of", item.waived.instead_of, worst(found), "its findings")
    elif item.outcome is not worst(found):
        yield differs("outcome", item.outcome, worst(found), "its findings")
    if (item.outcome is Outcome.WAIVED) is (item.waived is None):
        present = "no waiver" if item.waived is None else "a waiver"
        yield f"waived: the report has {present}, but the outcome is {item.outcome}"


def _of_people(item: JsonItem) -> Iterator[str]:
    passed = any(each.check == "sign" and each.outcome is Outcome.PASS for each in item.findings)
    if passed is not bool(item.signed):
        expected = "at least one" if passed else "none"
        yield differs("signed", len(item.signed), expected, "its findings")
    if item.ask is not None and all(each.outcome is not Outcome.PENDING for each in item.findings):
        yield "ask: people are asked to sign, but no finding waits for a signature"


def _of_times(item: JsonItem, report: JsonReport) -> Iterator[str]:
    today = report.at.date()
    if item.waived is not None and item.waived.expires < today:
        yield f"waived.expires: {item.waived.expires} is before the day of the report, {today}"
    for sign in item.signed:
        if sign.at - report.at > _SLACK:
            yield f"signed.at: {sign.by} signed after the time of the report"
        # A deployment's approval counts as long as the deployment, however long others count.
        lapsed = sign.until is not None and today - sign.until > _SLACK
        if lapsed and sign.via != "environment":
            yield f"signed.until: {sign.until} is before the day of the report, {today}"
    for finding in (*item.findings, *item.seen):
        if finding.evidence is not None and finding.evidence.at > report.at:
            yield "evidence.at: it was checked after the time of the report"
