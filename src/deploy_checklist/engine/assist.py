"""Assist mode: the machine verifies what it can, and a person confirms the rest of an item.

A run without a rules file is in this mode, and one whose rules file says `unverified: sign`. An
item then fails only on a variable that it needs in any case and that was handed over empty, or
with what is certainly no value.
Whatever else the machine found wrong, or could not look at, is asked of a person: once for the
item, in the box of its section.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from ..checklist.model import Item
from ..outcome import Finding, Outcome
from ..rules.model import Rule, Rules, Use
from ..values.no_value import no_value_fault
from ..world.ports import Absence, World
from .aggregate import ClauseResult
from .context import EngineContext
from .plan import NO_RULE, ItemPlan, Step, clause_text, written_values


class Question(Struct, frozen=True, kw_only=True):
    """What a person is asked to confirm of an item, in the box of its section."""

    step: Step  # under whose severity and owner it is asked
    item: Item
    text: str


def assists(rule: Rule, rules: Rules) -> bool:
    """Whether the machine only assists with what this rule asks."""
    return bool(rule.key) and (rule.inferred or rules.assist)


def is_plain_sign(use: Use) -> bool:
    """Whether it is a `sign` without options but `that`: the section's box asks for it."""
    return use.kind == "sign" and use.params is not None and use.params.model_fields_set <= {"that"}


def hand_over(
    planned: ItemPlan, results: list[ClauseResult], applied: Sequence[bool], context: EngineContext
) -> tuple[list[ClauseResult], Question | None]:
    """The machine's results that still count, and what a person is asked instead, if anything.

    `applied` tells which of the results are of steps that applied in this run.
    """
    rules, today = context.rules, context.today
    assisted = [
        n for n, each in enumerate(results) if applied[n] and assists(each.step.rule, rules)
    ]
    if not assisted:
        return results, None
    kept = list(results)
    for n in assisted:
        step, item, world = results[n].step, planned.item, context.world
        verified = (each for each in results[n].findings if _counts(each, step, item, world))
        kept[n] = replace(results[n], findings=tuple(verified))
    unverified = [n for n in assisted if len(kept[n].findings) < len(results[n].findings)]
    asked = {n: _asked_from_the_start(results[n].step, planned.item) for n in assisted}
    remainder = "; ".join(dict.fromkeys(text for texts in asked.values() for text in texts))
    if not unverified and not remainder:
        return kept, None
    strictest = min(reversed(assisted), key=lambda n: kept[n].severity(today))
    severity = kept[strictest].severity(today)
    failed = [kept[n] for n in assisted if kept[n].outcome is Outcome.FAIL]
    if any(each.severity(today) is severity for each in failed):  # no sign-off would change that
        return kept, None
    # A waiver of one rule may excuse the question if it stands for this rule alone; a question
    # that stands for several needs a waiver of the whole item.
    keys = {results[n].step.rule.key for n in assisted if n in unverified or asked[n]}
    behind_rule = keys.pop() if len(keys) == 1 else ""
    step = replace(kept[strictest].step, rule=NO_RULE, behind_rule=behind_rule)
    text = clause_text(planned.item) if unverified else remainder
    return kept, Question(step=step, item=planned.item, text=text)


def _counts(finding: Finding, step: Step, item: Item, world: World) -> bool:
    """Whether a finding counts; what does not, a person has to look at instead."""
    if finding.outcome is Outcome.PENDING:
        return finding.ask is not None
    if finding.outcome is Outcome.UNKNOWN:
        return False
    if finding.outcome is not Outcome.FAIL:
        return True
    if not _has_no_value(step, world):
        return False
    if step.rule.inferred:
        return step.rule.may_fail
    # Few runs need this module, which brings the tables of words with it.
    from ..inference.exclusions import may_fail

    return may_fail(item)


def _has_no_value(step: Step, world: World) -> bool:
    """Whether the step's variable was handed over empty, or with what is certainly no value."""
    if step.subject is None:
        return False
    value = world.variables.lookup(step.subject)
    if isinstance(value, Absence):
        return value is Absence.EMPTY
    return no_value_fault(value.text, step.subject, written_values(step)) is not None


def _asked_from_the_start(step: Step, item: Item) -> list[str]:
    """What a step asks of a person, whatever the machine finds."""
    texts = [step.rule.remainder] if step.rule.remainder else []
    for use in step.clause.uses:
        if is_plain_sign(use):
            texts.append(getattr(use.params, "that", None) or clause_text(item))
    return texts
