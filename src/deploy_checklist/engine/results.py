"""From the Plan to findings: which steps apply in this run, and what each of them came to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from msgspec.structs import replace

from ..checklist.model import Item, Phase
from ..checks.base import Needs
from ..checks.registry import kinds, waits
from ..outcome import Finding, Outcome, skipped, unknown
from ..rules.model import Clause, Fact, Rule, Rules, Use
from ..signoffs.port import SignOffRequest
from ..world.ports import Absence
from .aggregate import ClauseResult, severity_on
from .assist import Question, assists, hand_over, is_plain_sign, variables_needed
from .context import EngineContext
from .execute import PlannedCheck, execute
from .facts import ConditionResult, condition_result, facts_in
from .plan import NO_RULE, PHASES, ItemPlan, Step, clause_text, written_values

_LEFT_TO_DEPLOY = skipped("phase: deploy (looked at in the deploy job)", later=True)


class _StepInProgress:
    """A step before its checks have run: the findings that are known, and the planned checks."""

    __slots__ = ("applies", "checks", "findings", "step")

    def __init__(self, step: Step) -> None:
        self.step = step
        self.findings: list[Finding] = []
        self.checks: list[PlannedCheck] = []
        self.applies = False  # it is of this phase, and its condition holds


def facts_needed(planned: Sequence[ItemPlan], rules: Rules, phase: Phase) -> Sequence[Fact]:
    """The facts that decide whether a step of this phase applies; no other is looked at."""
    if not rules.facts:
        return ()
    steps = (step for each in planned if each.skip is None for step in each.steps)
    conditions = (step.clause.when for step in steps if step.phase in PHASES[phase])
    names = dict.fromkeys(name for condition in conditions for name in facts_in(condition))
    return [rules.facts[name] for name in names]


def judge_steps(planned: Sequence[ItemPlan], context: EngineContext) -> list[list[ClauseResult]]:
    """What each step of each item came to, in the order of the Plan.

    Where the machine only assists, people are asked in a second round for what it did not verify.
    """
    begun = [[_begin(step, each.item, context) for step in _steps(each)] for each in planned]
    checks = [check for steps in begun for step in steps for check in step.checks]
    found = iter(execute(checks, context.pool))
    results = [[_result(step, found, context) for step in steps] for steps in begun]
    if not any(assists(rule, context.rules) for rule in context.rules.rules):
        return results
    return _with_sign_offs(planned, begun, results, context)


def _with_sign_offs(
    planned: Sequence[ItemPlan],
    begun: Sequence[Sequence[_StepInProgress]],
    results: Sequence[list[ClauseResult]],
    context: EngineContext,
) -> list[list[ClauseResult]]:
    """The results that still count; those of an item are followed by the sign-off of the rest."""
    kept: list[list[ClauseResult]] = []
    questions: list[tuple[int, Question]] = []  # each with the index of its item
    for each, steps, of_item in zip(planned, begun, results, strict=True):
        verified, question = hand_over(each, of_item, [step.applies for step in steps], context)
        if question is not None:
            questions.append((len(kept), question))
        kept.append(verified)
    checks = [_check(_sign(), each.step, each.item, context, each.text) for _, each in questions]
    for (index, question), findings in zip(questions, execute(checks, context.pool), strict=True):
        kept[index] = [*kept[index], ClauseResult(step=question.step, findings=findings)]
    return kept


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


def _begin(step: Step, item: Item, context: EngineContext) -> _StepInProgress:
    begun = _StepInProgress(step)
    if step.phase is Phase.REFERENCE:
        begun.findings.append(skipped("reference: never asked"))
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
        if assists(step.rule, context.rules) and is_plain_sign(use):
            continue  # part of the one question to a person, see assist.py
        needs = kinds()[use.kind].reads(use.params) if use.params is not None else ()
        if step.rule.inferred and Needs.NETWORK in needs:
            finding = unknown("not asked without a rules file")
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
    notice = f"not checked, although it is set: {condition.why}"
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
        world = replace(world, request=_sign_off_request(item, step.rule, in_section))
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
        rule=(item.line, step.rule.key, severity_on(step.clause, context.today)),
    )


def _sign_off_request(item: Item, rule: Rule, in_section: str | None) -> SignOffRequest:
    by_rule = bool(rule.key) and not rule.inferred
    return SignOffRequest(
        item=item.id,
        key=rule.key if by_rule else None,
        section=item.section,
        words=item.words,
        # An item's words never weaken a rule.
        skippable=not by_rule and (item.optional or item.conditional),
        line=item.line,
        in_section=in_section,
    )


def _result(
    begun: _StepInProgress, found: Iterator[tuple[Finding, ...]], context: EngineContext
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
    """Whether it is unknown and needs a value that this run was not given."""
    if finding.outcome is not Outcome.UNKNOWN:
        return False
    needed = variables_needed(check.use, check.subject)
    variables = check.world.variables
    return any(variables.lookup(name) is Absence.NOT_HANDED_OVER for name in needed)
