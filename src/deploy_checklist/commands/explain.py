"""How each item was understood: its checks, and what is left for a person."""

from __future__ import annotations

import json
from collections.abc import Sequence

from msgspec import Struct

from ..checklist.model import Item
from ..engine.plan import ItemPlan, clause_text
from ..report.json_v1 import data_text
from ..report.tables import text_table
from ..rules.model import Rule, Use


class Explanation(Struct, frozen=True, kw_only=True):
    """One item: which rule speaks of it, what the machine does, what a person does."""

    item: Item
    rule: str  # rules | inferred | none
    automation: str  # full | partial | person
    checks: tuple[Use, ...]
    person: str | None
    clauses: tuple[str, ...] = ()  # inferred only: each clause with the words that were used
    why: str | None = None


def explanations(planned: Sequence[ItemPlan]) -> tuple[Explanation, ...]:
    """Every item, in the document's order."""
    return tuple(_explained(each) for each in planned)


def _explained(planned: ItemPlan) -> Explanation:
    uses = [use for step in planned.steps for use in step.clause.uses]
    checks = tuple(use for use in uses if use.kind != "sign")
    rules = [step.rule for step in planned.steps]
    person = _person(planned, [use for use in uses if use.kind == "sign"])
    inferred = [rule for rule in rules if rule.inferred]
    return Explanation(
        item=planned.item,
        rule=_source(rules),
        automation=planned.automation,
        checks=checks,
        person=person,
        clauses=tuple(clause for rule in inferred for clause in rule.understood),
        why=planned.skip,
    )


def _source(rules: Sequence[Rule]) -> str:
    if not rules:
        return "none"
    return "inferred" if all(rule.inferred for rule in rules) else "rules"


def _person(planned: ItemPlan, signs: Sequence[Use]) -> str | None:
    if planned.by_person:
        return clause_text(planned.item)
    asked = [getattr(use.params, "that", None) or clause_text(planned.item) for use in signs]
    asked += [step.rule.remainder for step in planned.steps if step.rule.remainder]
    return "; ".join(dict.fromkeys(asked)) or None


def as_json(explained: Sequence[Explanation]) -> str:
    """The form of design §10."""
    rows = [
        {
            "id": each.item.id,
            "line": each.item.line,
            "text": each.item.text,
            "rule": each.rule,
            "automation": each.automation,
            "checks": [{"kind": use.kind, "params": _params(use)} for use in each.checks],
            "person": each.person,
        }
        for each in explained
    ]
    return data_text(rows)


def as_text(explained: Sequence[Explanation]) -> str:
    """An overview of all items, then each with the words that were used."""
    paragraphs = "\n".join(_paragraph(each) for each in explained)
    return paragraphs if len(explained) < 2 else f"{_overview(explained)}\n\n{paragraphs}"


def _overview(explained: Sequence[Explanation]) -> str:
    rows = []
    for each in explained:
        kinds = " ".join(use.kind for use in each.checks)
        rows.append(
            (each.item.line, _short(each.item.id, 36), _SIGNS[each.automation], _short(kinds, 34))
        )
    return text_table(("line", "item", "", "checks"), rows)


_SIGNS = {"full": "a machine", "partial": "machine and person", "person": "a person"}


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _paragraph(each: Explanation) -> str:
    lines = [
        f"{each.item.line:>4}  {each.item.id}  ({_SIGNS[each.automation]})",
        f"      {each.item.text}",
    ]
    lines += [f"      · {clause}" for clause in each.clauses]
    for use in each.checks:
        params = _params(use)
        lines.append(
            f"      check   {use.kind}"
            + (f" {json.dumps(params, ensure_ascii=False)}" if params else "")
        )
    if each.person:
        lines.append(f"      person  {each.person}")
    if each.why:
        lines.append(f"      skipped {each.why}")
    return "\n".join(lines) + "\n"


def _params(use: Use) -> dict[str, object]:
    if use.params is None:
        return {}
    return use.params.model_dump(mode="json", exclude_unset=True)
