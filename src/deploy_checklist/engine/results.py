"""From the Plan to findings: which steps apply in this run, and the result of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache

from msgspec.structs import replace

from ..checklist.model import Item, Phase
from ..checks.base import Needs
from ..checks.registry import kinds, waits
from ..outcome import Finding, Outcome, skipped, unknown
from ..rules.model import Clause, Fact, Rules, Use
from ..world.ports import Absence
from .aggregate import ClauseResult
from .assist import Question, assists, hand_over, is_plain_sign, variables_needed
from .context import EngineContext
from .days import midnight
from .execute import Looked, PlannedCheck, begin, execute, findings_at
from .facts import ConditionResult, FactsAsked, condition_result, facts_in
from .plan import NO_RULE, PHASES, ItemPlan, Step, clause_text, written_values
from .rollback import warnings_apart
from .sign_off_request import sign_off_request

_LEFT_TO_DEPLOY = skipped("phase: deploy (checked in the deploy job)", later=True)


class BegunStep:
    """A step of an item: the findings that need no check, and its checks."""

    __slots__ = ("applies", "assists", "checks", "findings", "step")

    def __init__(self, step: Step, *, assists: bool) -> None:
        self.step = step
        self.assists = assists  # the machine only assists with it
        self.findings: list[Finding] = []
        self.checks: list[PlannedCheck] = []
        self.applies = False  # it is of this phase, and its condition holds


class ObservedItem:
    """An item, with everything that its checks read and found in this run."""

    __slots__ = ("assists", "checks", "looked", "planned", "question", "results", "steps")

    def __init__(self, planned: ItemPlan, steps: Sequence[BegunStep]) -> None:
        self.planned = planned
        self.steps = steps
        self.checks = [check for step in steps for check in step.checks]
        self.assists = True in [step.assists for step in steps]
        self.looked: Sequence[Looked | None] = ()  # what each of the checks found
        # Where the machine only assists: what was found of a person's sign-off of the rest.
        self.question: Looked | None = None
        self.results: list[ClauseResult] = []

    @property
    def recurs(self) -> bool:
        """Whether any part of it changes again and again, on certain days."""
        return any(each is not None and each.recurs for each in self.looked)

    def recurring_outcomes(self, now: datetime) -> list[Outcome]:
        """What these come to at the time of the run or later."""
        return [
            each.finding_at(check, now).outcome
            for check, each in zip(self.checks, self.looked, strict=True)
            if each is not None and each.recurs
        ]

    def moments(self) -> list[datetime]:
        """When any part of it may change, or begins to hold the release."""
        found: list[datetime] = []
        for each in self.looked:
            if each is not None and each.moments:
                found += each.moments
        if self.question is not None:
            found += self.question.moments
        for step in self.steps:
            if step.applies and step.step.clause.enforce_from is not None:
                found.append(midnight(step.step.clause.enforce_from))
        return found


def facts_needed(planned: Sequence[ItemPlan], rules: Rules, phase: Phase) -> Sequence[Fact]:
    """The facts that decide whether a step of this phase applies; no other fact is needed."""
    if not rules.facts:
        return ()
    steps = (step for each in planned if each.skip is None for step in each.steps)
    conditions = (step.clause.when for step in steps if step.phase in PHASES[phase])
    names = dict.fromkeys(name for condition in conditions for name in facts_in(condition))
    return [rules.facts[name] for name in names]


def observe_items(
    planned: Sequence[ItemPlan], context: EngineContext, facts: FactsAsked
) -> tuple[list[ObservedItem], EngineContext]:
    """Runs the checks of each item, in the order of the Plan. Also returns the context with the
    answer to every fact.

    Items whose conditions are known start before the other facts are there. In assist mode, a
    second round reads the sign-offs for what the machine did not check, or may not check later.
    """
    waiting = frozenset(facts.pending)
    at_once = [waiting.isdisjoint(_facts_of(each)) for each in planned]
    first = _begun_items(planned, context, at_once)
    checks = [check for item in first if item is not None for check in item.checks]
    begun = begin(checks, context.pool)
    if waiting:
        context = replace(context, states=facts.states())
    rest = _begun_items(planned, context, [not each for each in at_once])
    checks = [check for item in rest if item is not None for check in item.checks]
    begun_later = begin(checks, context.pool)
    looked, looked_later = iter(begun.results()), iter(begun_later.results())
    items: list[ObservedItem] = []
    questions: list[Question | None] = []
    for one, other in zip(first, rest, strict=True):
        each, found = (one, looked) if one is not None else (other, looked_later)
        assert each is not None
        each.looked = [next(found) for _ in each.checks]
        each.results, question = _judged(each, context)
        items.append(each)
        questions.append(question)
    if True not in [each.assists for each in items]:
        return items, context
    _ask(items, questions, context)
    for each, question in zip(items, questions, strict=True):
        if question is not None and each.question is not None:
            findings = (each.question.finding,)
            each.results.append(ClauseResult(step=question.step, findings=findings))
    return items, context


def _facts_of(planned: ItemPlan) -> Iterator[str]:
    """The names of the facts that decide whether a step of the item applies."""
    for step in planned.steps if planned.skip is None else ():
        yield from facts_in(step.clause.when)


def _begun_items(
    planned: Sequence[ItemPlan], context: EngineContext, wanted: Sequence[bool]
) -> list[ObservedItem | None]:
    """The wanted ones of the items, with the checks that are to be run."""
    return [
        ObservedItem(each, [_begin(step, each.item, context) for step in _steps(each)])
        if is_wanted
        else None
        for each, is_wanted in zip(planned, wanted, strict=True)
    ]


def results_at(item: ObservedItem, context: EngineContext) -> list[ClauseResult]:
    """What each step comes to at the time of the context, which is later than this run's."""
    results, question = _judged(item, context)
    if question is not None:
        results = [*results, _answered(question, item, context)]
    return results


def _judged(
    item: ObservedItem, context: EngineContext
) -> tuple[list[ClauseResult], Question | None]:
    """The results that count at the time of the context, and what a person is then asked."""
    recurring_at = context.recurring_at or context.now
    found = iter(findings_at(item.checks, item.looked, context.now, recurring_at))
    results = [_result(step, found, context) for step in item.steps]
    warnings: list[ClauseResult] = []
    if context.rollback:
        results, warnings = warnings_apart(results, context)
    question = None
    if item.assists:
        applied = [step.applies for step in item.steps]
        results, question = hand_over(item.planned, results, applied, context)
    return [*results, *warnings], question


def _ask(
    items: Sequence[ObservedItem], questions: Sequence[Question | None], context: EngineContext
) -> None:
    """Looks for people's sign-offs: of the questions, and of items that may have one later."""
    asked: list[ObservedItem] = []
    checks: list[PlannedCheck] = []
    for each, question in zip(items, questions, strict=True):
        may_be_asked = question or _later_question(each, context)
        if may_be_asked is not None:
            asked.append(each)
            checks.append(_sign_off_check(may_be_asked, context))
    for each, looked in zip(asked, execute(checks, context.pool), strict=True):
        each.question = looked


def _later_question(item: ObservedItem, context: EngineContext) -> Question | None:
    """What a person may have to sign on a later day, when what passes now no longer does."""
    if not item.assists or not (item.recurs or item.moments()):
        return None
    applied = [each.step for each in item.steps if each.applies]
    if not applied:
        return None
    text = clause_text(item.planned.item)
    return Question(step=replace(applied[0], rule=NO_RULE), item=item.planned.item, text=text)


def _sign_off_check(question: Question, context: EngineContext) -> PlannedCheck:
    return _check(_sign(), question.step, question.item, context, question.text)


def _answered(question: Question, item: ObservedItem, context: EngineContext) -> ClauseResult:
    """What a person's sign-off comes to. Whatever is asked of the item, the sign-off of its words
    counts.
    """
    assert item.question is not None  # its sign-offs were read wherever there may be a question
    finding = item.question.finding_at(_sign_off_check(question, context), context.now)
    ask = replace(finding.ask, that=question.text) if finding.ask else None
    finding = replace(finding, ask=ask, subject=question.step.subject)
    return ClauseResult(step=question.step, findings=(finding,))


def _steps(planned: ItemPlan) -> tuple[Step, ...]:
    """The item's steps. An item without a check of its own is asked of a person, under what its
    rule says of when and how strictly.
    """
    if planned.skip is not None:
        return ()
    if not planned.by_person:
        return planned.steps
    if not planned.steps:
        return (_step_without_rule(planned.phase),)
    return tuple(
        Step(
            rule=NO_RULE,
            clause=replace(each.clause, uses=(_sign(),)),
            subject=None,
            phase=each.phase,
            behind_rule=each.rule.key,
        )
        for each in planned.steps
    )


@cache
def _step_without_rule(phase: Phase) -> Step:
    """Made once: most items of a long checklist share this step."""
    return Step(rule=NO_RULE, clause=Clause(uses=(_sign(),)), subject=None, phase=phase)


@cache
def _sign() -> Use:
    return Use(kind="sign", params=kinds()["sign"].Params(), line=0, column=0)


def _begin(step: Step, item: Item, context: EngineContext) -> BegunStep:
    begun = BegunStep(step, assists=assists(step.rule, context.rules))
    if step.phase is Phase.REFERENCE:
        begun.findings.append(skipped("for reference, never checked"))
        return begun
    if step.phase not in PHASES[context.phase]:
        begun.findings.append(skipped(f"phase: {step.phase}", later=True))
        return begun
    condition = condition_result(step.clause.when, context.states, context.rules.environment)
    if not condition.holds:
        begun.findings.append(_not_applied(condition, step, item, context))
        return begun
    begun.applies = True
    in_section = None if step.rule.key else clause_text(item)
    for use in step.clause.uses:
        if begun.assists and is_plain_sign(use):
            continue  # part of the one question to a person, see assist.py
        needs = kinds()[use.kind].reads(use.params) if use.params is not None else ()
        if step.rule.inferred and Needs.NETWORK in needs:
            finding = unknown("without a rules file, no address is opened")
            begun.findings.append(replace(finding, check=use.kind))
        else:
            begun.checks.append(_check(use, step, item, context, in_section))
    return begun


def _not_applied(
    condition: ConditionResult, step: Step, item: Item, context: EngineContext
) -> Finding:
    if condition.holds is None:
        if context.may_leave_to_deploy and not condition.handed_over:
            return _LEFT_TO_DEPLOY
        return unknown(condition.why, condition.remedy)
    finding = skipped(condition.why)
    if step.subject is None or isinstance(context.world.variables.lookup(step.subject), Absence):
        return finding
    notice = f"skipped, although it is set: {condition.why}"
    if item.names != (step.subject,):  # else the item is called by this variable
        notice = f"{step.subject} is {notice}"
    return replace(finding, notices=(notice,))


def _check(
    use: Use, step: Step, item: Item, context: EngineContext, in_section: str | None
) -> PlannedCheck:
    """`in_section`: what the section's box asks a person to confirm; None: the item has its own."""
    kind, world = kinds()[use.kind], context.world
    reads = kind.reads(use.params) if use.params is not None else frozenset()
    if Needs.PEOPLE in reads:
        world = replace(world, request=sign_off_request(item, step.rule, in_section))
    judge_context = context.judge_context(step.subject)
    if written := written_values(step):
        judge_context = replace(judge_context, written_values=written)
    return PlannedCheck(
        use=use,
        kind=kind,
        reads=reads,
        waits=use.params is not None and waits(kind, use.params, step.subject, world),
        subject=step.subject,
        context=judge_context,
        world=world,
        clause=step.clause,
        rule=(item.line, step.rule.key),
    )


def _result(
    begun: BegunStep, found: Iterator[tuple[Finding, ...]], context: EngineContext
) -> ClauseResult:
    """The step's result; takes the findings of its checks from `found`."""
    findings = list(begun.findings)
    for check in begun.checks:
        for finding in next(found):
            if context.may_leave_to_deploy and _lacks_value(finding, check):
                left = replace(_LEFT_TO_DEPLOY, check=finding.check, left_to_deploy=True)
                findings.append(left)
            else:
                findings.append(finding)
    return ClauseResult(step=begun.step, findings=tuple(findings))


def _lacks_value(finding: Finding, check: PlannedCheck) -> bool:
    """Whether it was not checked because it needs a value that this run was not given."""
    if finding.outcome is not Outcome.UNKNOWN:
        return False
    needed = variables_needed(check.use, check.subject)
    variables = check.world.variables
    return any(variables.lookup(name) is Absence.NOT_HANDED_OVER for name in needed)
