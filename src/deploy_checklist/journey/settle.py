"""From findings to the Report: severities, waivers, titles, totals, the Verdict."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import chain, count

from ..checklist.model import Item, fold
from ..errors import Exit
from ..frozen import frozen, replace
from ..outcome import Finding, Outcome, Severity, skipped, worst
from ..report.model import Box, Entry, Notice, Report, Totals, Verdict, Waived
from ..rules.bind import Reach
from ..rules.model import Clause, Waiver
from .plan import ItemPlan, Step

_OPEN = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.PENDING)
WAIVER_ENDS_SOON = timedelta(days=14)


@frozen
class Asked:
    """A step and what came of it."""

    step: Step
    findings: tuple[Finding, ...]
    waived: Waived | None = None

    @property
    def outcome(self) -> Outcome:
        if self.waived is None and len(self.findings) == 1:  # as for most of a long checklist
            return self.findings[0].outcome
        return self.found if self.waived is None else Outcome.WAIVED

    @property
    def found(self) -> Outcome:
        """Whatever is waived of it."""
        return worst(finding.outcome for finding in self.findings)

    def severity(self, today: date) -> Severity:
        return strictness(self.step.clause, today)


def strictness(clause: Clause, today: date) -> Severity:
    """Whether a clause holds the release today."""
    return Severity.WARNING if clause.enforce_from and today < clause.enforce_from else clause.severity


def entry(planned: ItemPlan, asked: Sequence[Asked], today: date) -> Entry:
    """An item's entry: the worst of its rules decides, open blockers first, then open warnings, then the closed."""
    decisive = asked[0] if len(asked) == 1 else min(asked, key=lambda each: _weight(each, today), default=None)
    rules = [each.step.rule for each in asked if each.step.rule.key]
    named = next((each.step.clause.owner for each in asked if each.step.clause.owner), None)
    outcome = decisive.outcome if decisive and planned.skip is None else Outcome.SKIPPED
    findings = tuple(
        [
            _with_fix(finding, each)
            for each in asked
            for finding in (each.findings if each.waived is None or outcome is Outcome.WAIVED else _excused(each))
        ]
    )
    if planned.skip is not None:
        findings = (skipped(planned.skip),)
    return Entry(
        item=planned.item,
        phase=planned.phase,
        outcome=outcome,
        severity=decisive.severity(today) if decisive else Severity.BLOCKER,
        rule="none" if not rules else "inferred" if all(rule.inferred for rule in rules) else "rules",
        rule_key=rules[0].key if rules else None,
        owner=named or (planned.row.owner if planned.row else None),
        source_of_truth=planned.row.source_of_truth if planned.row else None,
        findings=findings,
        waived=decisive.waived if decisive and outcome is Outcome.WAIVED else None,
        automation=planned.automation,
        carries=planned.skip is None and any(_carries(each, today) for each in asked),
    )


def _excused(asked: Asked) -> Sequence[Finding]:
    """What is waived is open no more, though its item is: another rule of it has no waiver."""
    assert asked.waived is not None
    until = f"waived until {asked.waived.expires}"
    return [
        replace(each, outcome=Outcome.WAIVED, message=f"{until}: {each.message}", remedy=None)
        if each.outcome in _OPEN
        else each
        for each in asked.findings
    ]


def _carries(asked: Asked, today: date) -> bool:
    if asked.severity(today) is Severity.WARNING:
        return False
    return asked.outcome is Outcome.PASS or any(finding.left_to_deploy for finding in asked.findings)


def _weight(asked: Asked, today: date) -> tuple[object, ...]:
    warned = asked.severity(today) is Severity.WARNING
    open_now, open_before = asked.outcome in _OPEN, asked.found in _OPEN
    return (not open_now, open_now and warned, asked.outcome.rank, open_before and warned, asked.found.rank)


def _with_fix(finding: Finding, asked: Asked) -> Finding:
    """The team's own remedy outweighs the kind's."""
    fix = asked.step.clause.fix
    return replace(finding, remedy=fix) if fix and finding.outcome in (Outcome.FAIL, Outcome.UNKNOWN) else finding


def waive(
    planned: Sequence[ItemPlan],
    asked: Sequence[Sequence[Asked]],
    waivers: Iterable[tuple[Waiver, Reach]],
    environment: str | None,
    today: date,
) -> tuple[list[Sequence[Asked]], list[Notice]]:
    """What is open and has a valid waiver becomes waived; `waivers` come with what they speak of."""
    by_line = {each.item.line: index for index, each in enumerate(planned)}
    settled, notices = list(asked), []
    for waiver, reach in waivers:
        if waiver.environment not in (None, environment):
            continue
        if today > waiver.expires:
            notices.append(_waiver_notice(waiver, f"its waiver expired on {waiver.expires} and has no effect"))
            continue
        if waiver.expires - today <= WAIVER_ENDS_SOON:
            notices.append(_waiver_notice(waiver, f"its waiver ends on {waiver.expires}"))
        for index in sorted(by_line[line] for line in reach.lines):
            settled[index] = [_waived(each, waiver, reach.rule) for each in settled[index]]
    return settled, notices


def _waived(asked: Asked, waiver: Waiver, rule: str | None) -> Asked:
    if asked.outcome not in _OPEN or rule not in (None, asked.step.key):
        return asked
    waived = Waived(
        reason=waiver.reason, approved_by=waiver.approved_by, expires=waiver.expires, instead_of=asked.outcome
    )
    return replace(asked, waived=waived)


def _waiver_notice(waiver: Waiver, message: str) -> Notice:
    return Notice(item=waiver.item, message=f"{waiver.item}: {message}", line=waiver.line)


def close_parents(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """A title shows the worst of its children; any other parent does not pass while a child is open."""
    settled = {each.item.line: each for each in entries}
    children: dict[int, list[int]] = defaultdict(list)  # theirs too: what is between may be skipped
    for each in entries:
        parent = each.item.parent
        while parent is not None:
            children[parent].append(each.item.line)
            parent = settled[parent].item.parent
    for each in reversed(entries):  # children stand below their parents
        below = [settled[line] for line in children.get(each.item.line, ())]
        if not below:
            continue
        outcome = worst(child.outcome for child in below)
        if each.item.is_title:
            severity = min((child.severity for child in below if child.outcome is outcome), default=Severity.BLOCKER)
            settled[each.item.line] = replace(each, outcome=outcome, severity=severity)
        elif each.outcome is Outcome.PASS and outcome in _OPEN:
            waits = Finding(outcome=Outcome.PENDING, message="waits for the items below it")
            held = Severity.BLOCKER in {child.severity for child in below if child.outcome in _OPEN}
            settled[each.item.line] = replace(
                each,
                outcome=Outcome.PENDING,
                severity=each.severity if held else Severity.WARNING,
                findings=(*each.findings, waits),
            )
    return tuple(settled[each.item.line] for each in entries)


def totals(entries: Iterable[Entry]) -> Totals:
    """Counts of all items that are no titles."""
    count = Counter("signed" if each.signed else each.outcome.value for each in entries if not each.item.is_title)
    return Totals(
        passed=count["pass"],
        signed=count["signed"],
        fail=count["fail"],
        pending=count["pending"],
        unknown=count["unknown"],
        waived=count["waived"],
        skipped=count["skipped"],
    )


def verdict(entries: Iterable[Entry]) -> Verdict:
    """The worst open blocker decides. Ready needs one that passed, was signed, or is left to the deploy gate."""
    judged = [each for each in entries if not each.item.is_title]
    outcomes = {each.outcome for each in judged if each.severity is Severity.BLOCKER}
    if Outcome.FAIL in outcomes:
        return Verdict.BLOCKED
    if Outcome.UNKNOWN in outcomes:
        return Verdict.UNDETERMINED
    if Outcome.PENDING in outcomes:
        return Verdict.WAITING
    carried = any(each.carries and each.outcome is not Outcome.WAIVED for each in judged)
    return Verdict.READY if carried else Verdict.UNDETERMINED


def exit_code(report: Report) -> Exit:
    """0 ready · 1 blocked or waiting · 3 undetermined; `mode: report` turns 1 and 3 into 0."""
    if report.mode == "report" or report.nothing_in_phase:
        return Exit.READY
    if report.verdict is Verdict.UNDETERMINED:
        return Exit.UNDETERMINED
    return Exit.READY if report.verdict is Verdict.READY else Exit.HELD


def boxes(entries: Sequence[Entry]) -> tuple[Box, ...]:
    """One box for each item whose rule says `sign`, one for each section with the open clauses of all others in it."""
    own: list[Box] = []
    sections: dict[tuple[str, ...], list[tuple[Entry, Finding]]] = defaultdict(list)
    order: list[tuple[str, ...]] = []
    for each in entries:
        if each.outcome in (Outcome.WAIVED, Outcome.SKIPPED) or each.item.is_title:
            continue
        for finding in each.findings:
            if finding.ask is None or finding.outcome is not Outcome.PENDING:
                continue
            if not finding.ask.section:
                own.append(_own_box(each, finding))
            else:
                if each.item.section not in sections:
                    order.append(each.item.section)
                sections[each.item.section].append((each, finding))
    ids = section_ids([each.item for each in entries])
    return (*own, *(_section_box(ids[path], path, sections[path]) for path in order))


def _own_box(each: Entry, finding: Finding) -> Box:
    assert finding.ask is not None
    return Box(
        id=each.item.id,
        title=finding.ask.that,
        entries=(each,),
        clauses=(),
        by=finding.ask.by,
        not_author=finding.ask.not_author,
        via=finding.ask.via,
        section=False,
        words=((each.item.id, finding.ask.words),),
    )


def _section_box(box_id: str, path: tuple[str, ...], asked: Sequence[tuple[Entry, Finding]]) -> Box:
    asks = [finding.ask for _, finding in asked if finding.ask]
    return Box(
        id=box_id,
        title=path[-1] if path else "Checklist",
        entries=tuple(each for each, _ in asked),
        clauses=tuple(ask.that for ask in asks),
        by=tuple(dict.fromkeys(role for ask in asks for role in ask.by)),
        not_author=any(ask.not_author for ask in asks),
        via=tuple(dict.fromkeys(way for ask in asks for way in ask.via)),
        section=True,
        words=tuple((each.item.id, ask.words) for (each, _), ask in zip(asked, asks, strict=True)),
    )


def section_ids(items: Sequence[Item]) -> Mapping[tuple[str, ...], str]:
    """A slug for each section of the document that no item and no other section has, whatever is asked in it now."""
    paths = dict.fromkeys(item.section for item in items)
    taken = {item.id for item in items}
    ids: dict[tuple[str, ...], str] = {}
    used = set(taken)
    for path in paths:
        slug = fold(path[-1] if path else "checklist").replace(" ", "-") or "section"
        candidates = chain((slug,), (f"{slug}~{number}" for number in count(2)))
        ids[path] = next(name for name in candidates if name not in used)
        used.add(ids[path])
    return ids


def nothing_asked(planned: Iterable[ItemPlan], asked_phases: frozenset[object]) -> bool:
    """No item belongs to this phase, and no rule of any."""
    items = (each for each in planned if not each.item.is_title)
    phases = {phase for each in items for phase in (each.phase, *(step.phase for step in each.steps))}
    return phases.isdisjoint(asked_phases)


def clause_text(item: Item) -> str:
    """What an item asks of a person, in its own words."""
    return item.text.rstrip(" .;:")
