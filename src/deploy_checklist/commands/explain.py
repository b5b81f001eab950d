"""How each item was understood: its checks, and what is left for a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..checklist.model import Phase
from ..engine.plan import ItemPlan, clause_text
from ..rules.model import Use
from .explain_result import Explanation
from .explain_rules import Background, explained_checks, explained_rules, why_no_rule


def explanations(planned: Iterable[ItemPlan], background: Background) -> tuple[Explanation, ...]:
    """Every item, in the document's order."""
    return tuple(_explanation(each, background) for each in planned)


def _explanation(planned: ItemPlan, background: Background) -> Explanation:
    item = planned.item
    uses = [use for step in planned.steps for use in step.clause.uses]
    rules = [step.rule for step in planned.steps]
    inferred = [rule for rule in rules if rule.inferred]
    source = "inferred" if len(inferred) == len(rules) else "rules"
    in_box = planned.by_person or any(rule.remainder for rule in rules)
    return Explanation(
        id=item.id,
        file=background.checklist,
        line=item.line,
        text=item.text,
        rule=source if rules else "none",
        automation=planned.automation,
        checks=explained_checks(use for use in uses if use.kind != "sign"),
        person=_person(planned, [use for use in uses if use.kind == "sign"]),
        maybe=explained_checks(background.maybe.get(item.line, ())),
        understood=tuple(dict.fromkeys(clause for rule in inferred for clause in rule.understood)),
        environment=planned.environment,
        skipped=planned.skip
        or ("for reference, never checked" if planned.phase is Phase.REFERENCE else None),
        rules=explained_rules(planned, background),
        no_rule=None if planned.steps else why_no_rule(planned, background.rules),
        box_signers=("write",) if in_box else (),
    )


def _person(planned: ItemPlan, signs: Sequence[Use]) -> str | None:
    """What a person must confirm; None if nothing."""
    if planned.by_person:
        return clause_text(planned.item)
    texts = [getattr(use.params, "that", None) or clause_text(planned.item) for use in signs]
    texts += [step.rule.remainder for step in planned.steps if step.rule.remainder]
    return "; ".join(dict.fromkeys(texts)) or None
