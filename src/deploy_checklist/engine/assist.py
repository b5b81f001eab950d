"""Assist mode: the machine checks what it can, and a person signs the rest of an item.

A run is in this mode if it has no rules file, or if the file says `unverified: sign`. A person then
signs what was not checked: in the box of the item's section, or in the item's own box if its rule
asks somebody to sign all of it. A check that a person wrote as a rule fails its item. An inferred
check fails its item in one case only: a variable that the item always needs is empty, or has a text
that is certainly not a value. In every other case the person signs, and reads which check failed
and which could not be made.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from ..checklist.model import Item
from ..checks.base import Needs
from ..checks.registry import kinds
from ..outcome import Finding, Outcome
from ..rules.model import Rule, Rules, Use
from ..values.no_value import no_value_fault
from ..world.ports import Absence, World
from .aggregate import ClauseResult
from .context import EngineContext
from .plan import NO_RULE, ItemPlan, Step, clause_text, written_values


class Question(Struct, frozen=True, kw_only=True):
    """What a person must confirm about an item, in the box of its section."""

    step: Step  # under whose severity and owner it is asked
    item: Item
    text: str


def assists(rule: Rule, rules: Rules) -> bool:
    """Whether this rule is in assist mode."""
    return bool(rule.key) and (rule.inferred or rules.assist)


def is_plain_sign(use: Use) -> bool:
    """Whether it is a `sign` without options but `that`: the section's box asks for it."""
    return use.kind == "sign" and use.params is not None and use.params.model_fields_set <= {"that"}


def hand_over(
    planned: ItemPlan, results: list[ClauseResult], applied: Sequence[bool], context: EngineContext
) -> tuple[list[ClauseResult], Question | None]:
    """The machine's results that still count, and what a person must confirm instead, if anything.

    `applied`: for each result, whether its step applied in this run. A person is asked even if
    another part of the item failed, since that part may be waived by itself.
    """
    assisted = [
        n for n, each in enumerate(results) if applied[n] and assists(each.step.rule, context.rules)
    ]
    if not assisted:
        return results, None
    kept = list(results)
    for n in assisted:
        kept[n] = _verified(results[n], context.world)
    own_boxes = [results[n] for n in assisted if _asks_all(results[n].step)]
    unverified = [
        n
        for n in assisted
        if len(kept[n].findings) < len(results[n].findings)
        and not any(_answers_for(each, results[n], context.today) for each in own_boxes)
    ]
    asked = {n: _asked_from_the_start(results[n].step, planned.item) for n in assisted}
    remainder = "; ".join(dict.fromkeys(text for texts in asked.values() for text in texts))
    if not unverified and not remainder:
        return kept, None
    strictest = min(reversed(assisted), key=lambda n: kept[n].severity(context.today))
    # A waiver of one rule may excuse the question if it stands for this rule alone; a question
    # that stands for several needs a waiver of the whole item.
    keys = {results[n].step.rule.key for n in assisted if n in unverified or asked[n]}
    behind_rule = keys.pop() if len(keys) == 1 else ""
    step = replace(kept[strictest].step, rule=NO_RULE, behind_rule=behind_rule)
    text = clause_text(planned.item) if unverified else remainder
    return kept, Question(step=step, item=planned.item, text=text)


def variables_needed(use: Use, subject: str | None) -> list[str]:
    """The variables that a use of a check on `subject` cannot work without."""
    if use.params is None:
        return []
    needed = list(use.params.required_variables())
    if subject and Needs.VALUE in kinds()[use.kind].reads(use.params):
        needed.append(subject)
    return needed


def _verified(result: ClauseResult, world: World) -> ClauseResult:
    """The result, its findings divided: those that decide, and those that the signer reads."""
    decide, seen = [], []
    for finding in result.findings:
        looked = finding.outcome is Outcome.FAIL and _had_its_variables(finding, result.step, world)
        if looked and not _fails(finding, result.step, world):
            seen.append(finding)
        elif looked or _counts(finding):
            decide.append(finding)
        elif _is_failed_look(finding, result.step, world):
            seen.append(finding)
    return replace(result, findings=tuple(decide), seen=tuple(seen))


def _counts(finding: Finding) -> bool:
    """Whether a finding that is no failure counts. If not, a person must check it."""
    if finding.outcome is Outcome.PENDING:
        return finding.ask is not None
    # A signature under the terms of a rule cannot be replaced by anybody else's.
    return finding.outcome not in (Outcome.FAIL, Outcome.UNKNOWN) or finding.check == "sign"


def _had_its_variables(finding: Finding, step: Step, world: World) -> bool:
    """Whether the check had its variables: on a laptop, one that is not set reads as empty."""
    use = _use_of(finding, step)
    needed = variables_needed(use, step.subject) if use is not None else []
    return all(world.variables.lookup(name) is not Absence.UNSET for name in needed)


def _asks_all(step: Step) -> bool:
    """Whether the step asks a person, in the item's own box, to sign all of the item's words, and
    again in every release.
    """
    return any(
        use.kind == "sign"
        and use.params is not None
        and not is_plain_sign(use)
        and use.params.model_fields_set.isdisjoint({"that", "valid_for"})
        and getattr(use.params, "per", None) != "once"
        for use in step.clause.uses
    )


def _answers_for(sign: ClauseResult, unverified: ClauseResult, today: date) -> bool:
    """Whether a signature under `sign` also covers what the machine did not check: both belong to
    one rule, so that one waiver excuses both, and `sign` holds the release just as strictly.
    """
    same_rule = sign.step.rule.key == unverified.step.rule.key
    return same_rule and sign.severity(today) <= unverified.severity(today)


def _use_of(finding: Finding, step: Step) -> Use | None:
    return next((use for use in step.clause.uses if use.kind == finding.check), None)


def _is_failed_look(finding: Finding, step: Step, world: World) -> bool:
    """Whether the machine tried the check without a result, or without one yet. It does not try
    without a value, a connection or a token: that applies to many items; the report says it once.
    """
    if finding.outcome is Outcome.FAIL:
        return False
    use = _use_of(finding, step)
    if use is None or use.params is None:
        return True
    found = [world.variables.lookup(name) for name in variables_needed(use, step.subject)]
    if any(isinstance(each, Absence) and each is not Absence.EMPTY for each in found):
        return False
    needs = kinds()[use.kind].reads(use.params)
    if Needs.NETWORK in needs and (world.offline or step.rule.inferred):
        return False
    return Needs.GITHUB not in needs or world.has_github


def _fails(finding: Finding, step: Step, world: World) -> bool:
    """Whether a check that found something wrong fails the item."""
    if not step.rule.inferred:
        return True
    return step.rule.may_fail and finding.check != "absent" and _has_no_value(step, world)


def _has_no_value(step: Step, world: World) -> bool:
    """Whether the step's variable is empty, or has a text that is certainly not a value."""
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
