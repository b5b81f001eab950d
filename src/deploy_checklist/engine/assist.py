"""Assist mode: the machine verifies what it can, and a person confirms the rest of an item.

So it is without a rules file, and with one that says `unverified: sign`. There an item fails only
on a variable that it needs in any case and that was handed over empty. Whatever else the machine
found wrong, or could not look at, is asked of a person: once for the item, in the box of its
section.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from ..checklist.model import Item
from ..outcome import Finding, Outcome
from ..rules.model import Rule, Rules, Use
from ..world.ports import Absence, World
from .aggregate import ClauseResult
from .context import EngineContext
from .plan import NO_RULE, ItemPlan, Step, clause_text


class Question(Struct, frozen=True, kw_only=True):
    """What a person is asked to confirm of an item, in the box of its section."""

    step: Step  # under whose severity and owner it is asked
    item: Item
    text: str


def assists(rule: Rule, rules: Rules) -> bool:
    """Whether the machine only assists with what this rule asks."""
    return bool(rule.key) and (rule.inferred or rules.assist)


def is_plain_sign(use: Use) -> bool:
    """A `sign` that anybody may give for this release: in assist mode the section's box asks for
    it.
    """
    return use.kind == "sign" and use.params is not None and use.params.model_fields_set <= {"that"}


def hand_over(
    planned: ItemPlan, results: list[ClauseResult], asked: Sequence[bool], asking: EngineContext
) -> tuple[list[ClauseResult], Question | None]:
    """What still counts of the machine's results for an item, and what a person is asked instead,
    if anything.

    `asked` tells which of the results are of steps that were asked in this run.
    """
    rules, today = asking.rules, asking.today
    assisted = [n for n, each in enumerate(results) if asked[n] and assists(each.step.rule, rules)]
    if not assisted:
        return results, None
    kept = list(results)
    for n in assisted:
        kept[n] = _verified(results[n], planned.item, asking.world)
    unverified = [n for n in assisted if len(kept[n].findings) < len(results[n].findings)]
    questions = {n: _questions(results[n].step, planned.item) for n in assisted}
    remainder = "; ".join(dict.fromkeys(each for asked in questions.values() for each in asked))
    strictest = min(reversed(assisted), key=lambda n: kept[n].severity(today))
    severity = kept[strictest].severity(today)
    failed = [kept[n] for n in assisted if kept[n].outcome is Outcome.FAIL]
    if not unverified and not remainder:
        return kept, None
    if any(each.severity(today) is severity for each in failed):  # no sign-off would change that
        return kept, None
    # One rule alone may be excused by its key from what is asked here, several only with the whole
    # item.
    behind = {results[n].step.rule.key for n in assisted if n in unverified or questions[n]}
    step = replace(
        kept[strictest].step, rule=NO_RULE, behind_rule=behind.pop() if len(behind) == 1 else ""
    )
    text = clause_text(planned.item) if unverified else remainder
    return kept, Question(step=step, item=planned.item, text=text)


def _verified(result: ClauseResult, item: Item, world: World) -> ClauseResult:
    """The result without what a person has to look at instead."""
    kept = tuple(each for each in result.findings if _counts(each, result.step, item, world))
    return replace(result, findings=kept)


def _counts(finding: Finding, step: Step, item: Item, world: World) -> bool:
    if finding.outcome is Outcome.PENDING:
        return finding.ask is not None
    if finding.outcome is Outcome.UNKNOWN:
        return False
    if finding.outcome is not Outcome.FAIL:
        return True
    if step.subject is None or world.variables.lookup(step.subject) is not Absence.EMPTY:
        return False
    return step.rule.may_fail if step.rule.inferred else _is_needed_in_any_case(item)


def _is_needed_in_any_case(item: Item) -> bool:
    from ..inference.exclusions import (
        may_fail,
    )  # brings the tables of words with it, which few runs need

    return may_fail(item)


def _questions(step: Step, item: Item) -> list[str]:
    """What a step asks of a person from the start, whatever the machine finds."""
    asked = [step.rule.remainder] if step.rule.remainder else []
    for use in step.clause.uses:
        if is_plain_sign(use):
            asked.append(getattr(use.params, "that", None) or clause_text(item))
    return asked
