"""From the Plan to findings: which steps are asked in this phase, under their conditions, and what
each came to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from msgspec.structs import replace

from ..checklist.model import Item, Phase
from ..checks.base import Needs, kinds, waits
from ..outcome import Finding, Outcome, skipped, unknown
from ..rules.model import Clause, Fact, Rule, Rules, Use
from ..world.ports import Absence, SignOffRequest
from .aggregate import ClauseResult, severity_on
from .assist import Question, assists, hand_over, is_plain_sign
from .context import EngineContext
from .execute import PlannedCheck, execute
from .facts import ConditionResult, condition_result, facts_in
from .plan import NO_RULE, PHASES, ItemPlan, Step, clause_text


class _PendingStep:
    """A step whose findings are being gathered: those that are known, and the places of its looks."""

    __slots__ = ("asked", "findings", "item", "looks", "step")

    def __init__(self, step: Step, item: Item) -> None:
        self.step = step
        self.item = item
        self.findings: list[Finding] = []
        self.looks: list[int] = []
        self.asked = False


def facts_needed(planned: Sequence[ItemPlan], rules: Rules, phase: Phase) -> Sequence[Fact]:
    """The facts that decide whether a step of this phase is asked; no other is looked at."""
    if not rules.facts:
        return ()
    steps = (step for each in planned if each.skip is None for step in each.steps)
    asked = (step.clause.when for step in steps if step.phase in PHASES[phase])
    names = dict.fromkeys(name for condition in asked for name in facts_in(condition))
    return [rules.facts[name] for name in names]


def judge_steps(planned: Sequence[ItemPlan], asking: EngineContext) -> list[list[ClauseResult]]:
    """What each step of each item came to, in the order of the Plan.

    People are asked in a second round for what the machine could not verify where it only assists.
    """
    looks: list[PlannedCheck] = []
    slots = [[_slot(each, step, asking, looks) for step in _steps(each)] for each in planned]
    found = execute(looks, asking.pool)
    results = [[_result(slot, looks, found, asking) for slot in each] for each in slots]
    if not any(assists(rule, asking.rules) for rule in asking.rules.rules):
        return results
    return _with_people(planned, slots, results, asking)


def _with_people(
    planned: Sequence[ItemPlan],
    slots: Sequence[Sequence[_PendingStep]],
    results: Sequence[list[ClauseResult]],
    asking: EngineContext,
) -> list[list[ClauseResult]]:
    """The results that still count, each item's followed by what a person says of the rest."""
    kept: list[list[ClauseResult]] = []
    questions: list[tuple[int, Question]] = []  # each with the place of its item
    for each, of_steps, of_item in zip(planned, slots, results, strict=True):
        verified, question = hand_over(each, of_item, [slot.asked for slot in of_steps], asking)
        if question is not None:
            questions.append((len(kept), question))
        kept.append(verified)
    looks = [_look(_sign(), each.step, each.item, asking, each.text) for _, each in questions]
    for (place, question), findings in zip(questions, execute(looks, asking.pool), strict=True):
        kept[place] = [*kept[place], ClauseResult(step=question.step, findings=findings)]
    return kept


def _steps(planned: ItemPlan) -> tuple[Step, ...]:
    if planned.skip is not None:
        return ()
    return tuple(_person(planned)) if planned.by_person else planned.steps


def _person(planned: ItemPlan) -> Iterator[Step]:
    """An item without a check of its own is asked of a person, under what its rule says of when and
    how strictly.
    """
    if not planned.steps:
        yield _of_anyone(planned.phase)
    for each in planned.steps:
        clause = each.clause.asking((_sign(),))
        yield Step(
            rule=NO_RULE, clause=clause, subject=None, phase=each.phase, behind_rule=each.rule.key
        )


@cache
def _of_anyone(phase: Phase) -> Step:
    """A person's step for an item without a rule. Most items of a long checklist share it."""
    return Step(rule=NO_RULE, clause=Clause(uses=(_sign(),)), subject=None, phase=phase)


@cache
def _sign() -> Use:
    return Use(kind="sign", params=kinds()["sign"].Params(), line=0, column=0)


def _slot(
    planned: ItemPlan, step: Step, asking: EngineContext, looks: list[PlannedCheck]
) -> _PendingStep:
    slot = _PendingStep(step, planned.item)
    if step.phase not in PHASES[asking.phase]:
        reason = (
            "reference: never asked" if step.phase is Phase.REFERENCE else f"phase: {step.phase}"
        )
        slot.findings.append(skipped(reason, later=step.phase is not Phase.REFERENCE))
        return slot
    asked = condition_result(step.clause.when, asking.states, asking.rules.environment)
    if asked.holds is not True:
        slot.findings.append(_not_asked(asked, step, asking))
        return slot
    slot.asked = True
    for use in step.clause.uses:
        if assists(step.rule, asking.rules) and is_plain_sign(use):
            continue  # asked with what else is left to a person, see assist.py
        if step.rule.inferred and _connects(use):
            slot.findings.append(replace(unknown("not asked without a rules file"), check=use.kind))
            continue
        slot.looks.append(len(looks))
        looks.append(
            _look(
                use,
                step,
                planned.item,
                asking,
                None if step.rule.key else clause_text(planned.item),
            )
        )
    return slot


def _connects(use: Use) -> bool:
    return use.params is not None and Needs.NETWORK in kinds()[use.kind].reads(use.params)


def _not_asked(asked: ConditionResult, step: Step, asking: EngineContext) -> Finding:
    if asked.holds is None:
        left = asking.deploy_gate and asking.phase is Phase.BEFORE and not asked.handed_over
        return _TO_DEPLOY if left else unknown(asked.why, asked.remedy)
    world = asking.world
    is_set = step.subject is not None and not isinstance(
        world.variables.lookup(step.subject), Absence
    )
    return replace(
        skipped(asked.why),
        notices=(f"{step.subject} is set, but not checked: {asked.why}",) if is_set else (),
    )


def _look(
    use: Use, step: Step, item: Item, asking: EngineContext, in_section: str | None
) -> PlannedCheck:
    kind, world = kinds()[use.kind], asking.world
    reads = kind.reads(use.params) if use.params is not None else frozenset()
    if Needs.PEOPLE in reads:
        world = replace(world, request=_request(item, step.rule, in_section))
    return PlannedCheck(
        use=use,
        kind=kind,
        reads=reads,
        waits=use.params is not None and waits(kind, use.params, step.subject, world),
        subject=step.subject,
        context=asking.context(step.subject),
        world=world,
        rule=(item.line, step.rule.key, severity_on(step.clause, asking.today)),
    )


def _request(item: Item, rule: Rule, in_section: str | None) -> SignOffRequest:
    own = bool(rule.key) and not rule.inferred
    return SignOffRequest(
        item=item.id,
        key=rule.key if own else None,
        section=item.section,
        words=item.words,
        skippable=not own
        and (item.optional or item.conditional),  # words weaken no rule (design §8.1)
        line=item.line,
        in_section=in_section,
    )


def _result(
    slot: _PendingStep,
    looks: Sequence[PlannedCheck],
    found: Sequence[tuple[Finding, ...]],
    asking: EngineContext,
) -> ClauseResult:
    findings = list(slot.findings)
    may_be_left = asking.deploy_gate and asking.phase is Phase.BEFORE
    for index in slot.looks:
        findings += (
            [_left(each, looks[index], asking) for each in found[index]]
            if may_be_left
            else found[index]
        )
    return ClauseResult(step=slot.step, findings=tuple(findings))


def _left(finding: Finding, each: PlannedCheck, asking: EngineContext) -> Finding:
    """Before the deployment, what needs a value that was not handed over is left to a proven deploy
    gate.
    """
    if finding.outcome is not Outcome.UNKNOWN or each.use.params is None:
        return finding
    needs = [each.subject] if each.subject and Needs.VALUE in each.reads else []
    values = (asking.world.variables.lookup(name) for name in (*needs, *each.use.params.needed()))
    if Absence.NOT_HANDED_OVER not in values:
        return finding
    return replace(_TO_DEPLOY, check=finding.check, left_to_deploy=True)


_TO_DEPLOY = skipped("phase: deploy (looked at in the deploy job)", later=True)
