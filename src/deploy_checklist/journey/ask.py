"""From the Plan to findings: which steps are asked in this phase, under their conditions, and what each came to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cache

from ..checklist.model import Item, Phase
from ..checks.base import Context, Reads, kinds
from ..frozen import frozen, replace
from ..outcome import Finding, Outcome, skipped, unknown
from ..rules.model import Clause, Rule, Rules, Use
from ..world.ports import Absence, People, World
from ..world.ports import Asked as Words
from .facts import Answer, State, answer
from .look import Look, look
from .plan import ItemPlan, Step
from .settle import Asked as StepAsked
from .settle import clause_text, strictness

PHASES = {
    Phase.BEFORE: frozenset({Phase.BEFORE}),
    Phase.DEPLOY: frozenset({Phase.BEFORE, Phase.DEPLOY}),
    Phase.AFTER: frozenset({Phase.AFTER}),
}


@frozen
class Asking:
    """Everything about this run that decides what is asked and how."""

    rules: Rules
    world: World
    people: People
    state: Callable[[str], State]  # of a fact
    context: Callable[[str | None], Context]  # of a variable, or of none
    phase: Phase
    today: date
    deadline: timedelta
    deploy_gate: bool  # a job with this environment was proven to run the gate with `phase: deploy`


def contexts(rules: Rules, world: World, now: datetime) -> Callable[[str | None], Context]:
    """What checks of a variable may know of this run, made once for each."""

    @cache
    def context(subject: str | None) -> Context:
        return Context(
            now=now,
            environment=rules.environment,
            environments=rules.environments,
            subject=subject,
            secret=subject in world.storage.secrets,
            stored_as_secret=subject is not None and world.storage.is_secret(subject),
            laptop=world.environment.laptop,
        )

    return context


class _Slot:
    """A step whose findings are being gathered: those that are known, and the places of its looks."""

    __slots__ = ("asked", "findings", "item", "looks", "step")

    def __init__(self, step: Step, item: Item) -> None:
        self.step = step
        self.item = item
        self.findings: list[Finding] = []
        self.looks: list[int] = []
        self.asked = False


def ask(planned: Sequence[ItemPlan], asking: Asking) -> list[list[StepAsked]]:
    """What each step of each item came to, in the order of the Plan."""
    looks: list[Look] = []
    slots = [[_slot(each, step, asking, looks) for step in _steps(each)] for each in planned]
    found = look(looks, asking.deadline)
    asked = ([_asked(slot, looks, found, asking) for slot in each] for each in slots)
    return [_helped(*each, asking) for each in zip(slots, asked, planned, strict=True)]


def _steps(planned: ItemPlan) -> tuple[Step, ...]:
    if planned.skip is not None:
        return ()
    return tuple(_person(planned)) if planned.by_person else planned.steps


def _person(planned: ItemPlan) -> Iterator[Step]:
    """An item without a check of its own is asked of a person, under what its rule says of when and how strictly."""
    if not planned.steps:
        yield _of_anyone(planned.phase)
    for each in planned.steps:
        clause = each.clause.asking((_sign(),))
        yield Step(rule=_NO_RULE, clause=clause, subject=None, phase=each.phase, of=each.rule.key)


@cache
def _of_anyone(phase: Phase) -> Step:
    """Of most items of a long checklist, so it is one and the same."""
    return Step(rule=_NO_RULE, clause=Clause(uses=(_sign(),)), subject=None, phase=phase)


_NO_RULE = Rule(key="", clauses=(), line=0, column=0)


@cache
def _sign() -> Use:
    return Use(kind="sign", params=kinds()["sign"].Params(), line=0, column=0)


def _slot(planned: ItemPlan, step: Step, asking: Asking, looks: list[Look]) -> _Slot:
    slot = _Slot(step, planned.item)
    if step.phase not in PHASES[asking.phase]:
        reason = "reference: never asked" if step.phase is Phase.REFERENCE else f"phase: {step.phase}"
        slot.findings.append(skipped(reason, later=step.phase is not Phase.REFERENCE))
        return slot
    asked = answer(step.clause.when, asking.state, asking.rules.environment)
    if asked.asked is not True:
        slot.findings.append(_not_asked(asked, step, asking))
        return slot
    slot.asked = True
    for use in step.clause.uses:
        if _helps(step.rule, asking) and _is_plain_sign(use):
            continue  # asked with what else is left to a person
        if step.rule.inferred and _connects(use):
            slot.findings.append(replace(unknown("not asked without a rules file"), check=use.kind))
            continue
        slot.looks.append(len(looks))
        looks.append(_look(use, step, planned.item, asking, None if step.rule.key else clause_text(planned.item)))
    return slot


def _connects(use: Use) -> bool:
    return use.params is not None and Reads.NETWORK in kinds()[use.kind].reads(use.params)


def _not_asked(asked: Answer, step: Step, asking: Asking) -> Finding:
    if asked.asked is None:
        left = asking.deploy_gate and asking.phase is Phase.BEFORE and not asked.handed_over
        return _TO_DEPLOY if left else unknown(asked.why, asked.remedy)
    world = asking.world
    is_set = step.subject is not None and not isinstance(world.environment.lookup(step.subject), Absence)
    return replace(
        skipped(asked.why), notices=(f"{step.subject} is set, but not checked: {asked.why}",) if is_set else ()
    )


def _look(use: Use, step: Step, item: Item, asking: Asking, in_section: str | None) -> Look:
    kind, world = kinds()[use.kind], asking.world
    reads = kind.reads(use.params) if use.params is not None else frozenset()
    if Reads.PEOPLE in reads:
        world = replace(world, people=asking.people.signers(_words(item, step.rule, in_section)))
    alike = (item.line, step.rule.key, strictness(step.clause, asking.today))
    context = asking.context(step.subject)
    return Look(use=use, kind=kind, reads=reads, subject=step.subject, context=context, world=world, rule=alike)


def _words(item: Item, rule: Rule, in_section: str | None) -> Words:
    own = bool(rule.key) and not rule.inferred
    return Words(
        item=item.id,
        key=rule.key if own else None,
        section=item.section,
        words=item.words,
        skippable=not own and (item.optional or item.conditional),  # words weaken no rule (design §8.1)
        line=item.line,
        in_section=in_section,
    )


def _asked(slot: _Slot, looks: Sequence[Look], found: Sequence[tuple[Finding, ...]], asking: Asking) -> StepAsked:
    findings = list(slot.findings)
    may_be_left = asking.deploy_gate and asking.phase is Phase.BEFORE
    for index in slot.looks:
        findings += [_left(each, looks[index], asking) for each in found[index]] if may_be_left else found[index]
    return StepAsked(step=slot.step, findings=tuple(findings))


def _left(finding: Finding, each: Look, asking: Asking) -> Finding:
    """Before the deployment, what needs a value that was not handed over is left to a proven deploy gate."""
    if finding.outcome is not Outcome.UNKNOWN or each.use.params is None:
        return finding
    needs = [each.subject] if each.subject and Reads.VALUE in each.reads else []
    values = (asking.world.environment.lookup(name) for name in (*needs, *each.use.params.needed()))
    if Absence.NOT_HANDED_OVER not in values:
        return finding
    return replace(_TO_DEPLOY, check=finding.check, left_to_deploy=True)


_TO_DEPLOY = skipped("phase: deploy (looked at in the deploy job)", later=True)


def _helped(slots: Sequence[_Slot], asked: list[StepAsked], planned: ItemPlan, asking: Asking) -> list[StepAsked]:
    """Where the machine only helps, what it could not verify waits for a person, once for the item."""
    told = [n for n, slot in enumerate(slots) if slot.asked and _helps(slot.step.rule, asking)]
    if not told:
        return asked
    kept = list(asked)
    for n in told:
        kept[n] = replace(asked[n], findings=tuple(f for f in asked[n].findings if _counts(f, slots[n], asking)))
    unverified = [n for n in told if len(kept[n].findings) < len(asked[n].findings)]
    people = {n: tuple(_left_to_people(slots[n])) for n in told}
    remainder = "; ".join(dict.fromkeys(rest for rests in people.values() for rest in rests))
    today = asking.today
    strictest = min(reversed(told), key=lambda n: kept[n].severity(today))
    asks = kept[strictest]
    failed = (each for n in told if (each := kept[n]).outcome is Outcome.FAIL)
    if (not unverified and not remainder) or any(each.severity(today) is asks.severity(today) for each in failed):
        return kept
    that = clause_text(planned.item) if unverified else remainder
    # In the box of its section; one rule alone may be excused from it by its key, several only with the item.
    of = {slots[n].step.rule.key for n in told if n in unverified or people[n]}
    step = replace(asks.step, rule=_NO_RULE, of=of.pop() if len(of) == 1 else "")
    person = look([_look(_sign(), step, planned.item, asking, that)], asking.deadline)[0]
    return [*kept, StepAsked(step=step, findings=tuple(person))]


def _helps(rule: Rule, asking: Asking) -> bool:
    """Without a rules file, or while it says `unverified: sign`."""
    return bool(rule.key) and (rule.inferred or asking.rules.helps)


def _is_plain_sign(use: Use) -> bool:
    """Asks anybody, for this release: what the one box of a section asks as well."""
    return use.kind == "sign" and use.params is not None and use.params.model_fields_set <= {"that"}


def _left_to_people(slot: _Slot) -> Iterator[str]:
    if slot.step.rule.remainder:
        yield slot.step.rule.remainder
    for use in slot.step.clause.uses:
        if _is_plain_sign(use):
            yield getattr(use.params, "that", None) or clause_text(slot.item)


def _counts(finding: Finding, slot: _Slot, asking: Asking) -> bool:
    """Where the machine only helps, an item fails only on an unconditional variable that was handed over empty."""
    if finding.outcome not in (Outcome.FAIL, Outcome.UNKNOWN):
        return finding.outcome is not Outcome.PENDING or finding.ask is not None
    rule, subject = slot.step.rule, slot.step.subject
    return (
        finding.outcome is Outcome.FAIL
        and (rule.may_fail if rule.inferred else _wanted_in_any_case(slot.item))
        and subject is not None
        and asking.world.environment.lookup(subject) is Absence.EMPTY
    )


def _wanted_in_any_case(item: Item) -> bool:
    from ..rules.infer.traps import may_fail  # brings the tables of words with it, which few runs need

    return may_fail(item)
