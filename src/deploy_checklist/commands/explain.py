"""How each item was understood: its checks, and what is left for a person."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from ..checklist.model import Item, Phase
from ..engine.plan import ItemPlan, clause_text
from ..report.json_v1 import data_text
from ..report.tables import text_table
from ..rules.model import Use
from .explain_rules import Background, parameters, rule_lines


class Explanation(Struct, frozen=True, kw_only=True):
    """One item: which rule speaks of it, what the machine does, what a person does."""

    item: Item
    rule: str  # where its rules come from: rules | inferred | none
    automation: str  # full | partial | person
    checks: tuple[Use, ...]
    person: str | None
    clauses: tuple[str, ...] = ()  # inferred only: each clause with the words that were used
    why: str | None = None
    environment: str | None = None  # the only one that it is asked in
    maybe: tuple[Use, ...] = ()  # inferred only: what its words may ask, and perhaps do not
    rules: tuple[str, ...] = ()  # each rule and what is decided by it today, or why there is none


def explanations(planned: Sequence[ItemPlan], background: Background) -> tuple[Explanation, ...]:
    """Every item, in the document's order."""
    return tuple(_explanation(each, background) for each in planned)


def _explanation(planned: ItemPlan, background: Background) -> Explanation:
    uses = [use for step in planned.steps for use in step.clause.uses]
    rules = [step.rule for step in planned.steps]
    inferred = [rule for rule in rules if rule.inferred]
    source = "inferred" if len(inferred) == len(rules) else "rules"
    return Explanation(
        item=planned.item,
        rule=source if rules else "none",
        automation=planned.automation,
        checks=tuple(use for use in uses if use.kind != "sign"),
        person=_person(planned, [use for use in uses if use.kind == "sign"]),
        clauses=tuple(dict.fromkeys(clause for rule in inferred for clause in rule.understood)),
        why=planned.skip or ("never asked" if planned.phase is Phase.REFERENCE else None),
        environment=planned.environment,
        maybe=background.maybe.get(planned.item.line, ()),
        rules=rule_lines(planned, background),
    )


def _person(planned: ItemPlan, signs: Sequence[Use]) -> str | None:
    """What a person must confirm; None if nothing."""
    if planned.by_person:
        return clause_text(planned.item)
    texts = [getattr(use.params, "that", None) or clause_text(planned.item) for use in signs]
    texts += [step.rule.remainder for step in planned.steps if step.rule.remainder]
    return "; ".join(dict.fromkeys(texts)) or None


def as_json(explained: Sequence[Explanation]) -> str:
    """A list of objects; the keys are those that the docs promise."""
    rows = [
        {
            "id": each.item.id,
            "line": each.item.line,
            "text": each.item.text,
            "rule": each.rule,
            "automation": each.automation,
            "checks": [{"kind": use.kind, "params": parameters(use)} for use in each.checks],
            "person": each.person,
            "maybe": [{"kind": use.kind, "params": parameters(use)} for use in each.maybe],
        }
        for each in explained
    ]
    return data_text(rows)


def as_text(explained: Sequence[Explanation]) -> str:
    """A table of all items, then each with the words that were used."""
    paragraphs = "\n".join(_paragraph(each) for each in explained)
    if len(explained) < 2:
        return paragraphs
    rows = []
    for each in explained:
        kinds = _cut(" ".join(dict.fromkeys(use.kind for use in each.checks)), 34)
        rows.append((each.item.line, _cut(each.item.id, 36), _WHO[each.automation], kinds))
    overview = text_table(("line", "item", "who", "checks"), rows)
    return f"{overview}\n\n{paragraphs}"


_WHO = {"full": "a machine", "partial": "machine and person", "person": "a person"}


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _paragraph(each: Explanation) -> str:
    lines = [f"{each.item.line:>4}  {each.item.id}  ({_WHO[each.automation]})"]
    lines.append(f"      {each.item.text}")
    lines += [f"      · {clause}" for clause in each.clauses]
    if each.environment:
        lines.append(f"      only in {each.environment}")
    lines += [f"      {line}" for line in each.rules]
    if each.person:
        lines.append(f"      person   {each.person}")
    if each.why:
        lines.append(f"      skipped  {each.why}")
    return "\n".join(lines) + "\n"
