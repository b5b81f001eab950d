"""The rules that an item has: where they are, what they say, and what is decided today by their
conditions, severities, roles and waivers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct

from ..checklist.model import Checklist, Phase
from ..checks.sign import Params as SignParams
from ..data_formats import Node, format_duration
from ..engine.facts import FactState, condition_result
from ..engine.plan import ItemPlan, Step
from ..rules.bind import Binding, WaiverScope, waiver_scope
from ..rules.load import RulesFile
from ..rules.model import Condition, Rule, Rules, Use, Waiver
from ..rules.yaml_writer import to_yaml, to_yaml_key
from .explain_result import (
    ExplainedCheck,
    ExplainedClause,
    ExplainedRole,
    ExplainedRule,
    ExplainedSignOff,
    ExplainedWaiver,
    ExplainedWhen,
)

_NAME_IN_RULE = re.compile(r"\$\{([^${}]{1,200})\}")
_LINES_MOST = 40  # of one rule


class Background(Struct, frozen=True, kw_only=True):
    """What the rules of an item are explained with."""

    checklist: str  # its path
    rules: Rules
    today: date
    states: Mapping[str, FactState]  # of every fact that a rule's `when` names
    waivers: Sequence[tuple[Waiver, WaiverScope]]  # of this environment
    written: Mapping[str, Node]  # each rule of the file by its key; empty without a file
    lines: Sequence[str]  # of the file
    maybe: Mapping[int, tuple[Use, ...]]  # what an item may ask, by its line


def background_of(
    checklist: Checklist,
    rules: Rules,
    binding: Binding,
    today: date,
    file: RulesFile | None = None,
    states: Mapping[str, FactState] | None = None,
) -> Background:
    """What all items are explained with, found once."""
    waivers = [each for each in rules.waivers if each.environment in (None, rules.environment)]
    return Background(
        checklist=checklist.path,
        rules=rules,
        today=today,
        states=states or {},
        waivers=[(each, waiver_scope(checklist, binding, each.item)) for each in waivers],
        written=file.rules if file else {},
        lines=file.text.split("\n") if file else (),
        maybe={
            rule.line: tuple(use for clause in rule.clauses for use in clause.uses)
            for rule in rules.maybe
        },
    )


def explained_rules(planned: ItemPlan, background: Background) -> tuple[ExplainedRule, ...]:
    """The item's rules, one after the other."""
    steps: dict[str, list[Step]] = {}
    for step in planned.steps:
        steps.setdefault(step.rule.key, []).append(step)
    return tuple(_rule(planned, of_rule, background) for of_rule in steps.values())


def why_no_rule(planned: ItemPlan, rules: Rules) -> str:
    """Why an item has none, and how to give it one."""
    item = planned.item
    if item.is_title:
        return "it is a title; the items below it decide"
    if planned.phase is Phase.REFERENCE:
        return "it is for reference and never checked"
    if planned.skip:
        return planned.skip
    if rules.path is None:
        return (
            "there is no rules file, and nothing in the item's words can be checked automatically"
        )
    add = f"{item.names[0]}: present" if item.names else f"{to_yaml_key(item.id)}: sign"
    return f"{rules.path} has no rule for it; to add one, write `{add}` under `items:`"


def _rule(planned: ItemPlan, steps: Sequence[Step], background: Background) -> ExplainedRule:
    rule, rules = steps[0].rule, background.rules
    is_written = rule.key in background.written
    lines = _as_written(rule.key, background) if is_written else [_as_yaml(each) for each in steps]
    written = "\n".join(lines)
    return ExplainedRule(
        key=rule.key,
        file=rules.path if is_written else None,
        line=rule.line if is_written else None,
        written=written,
        placeholders=dict(_placeholders(written, rules)) if is_written else {},
        clauses=tuple(_clause(step, background) for step in steps),
        waivers=tuple(_waivers(planned, rule, background)),
    )


def _clause(step: Step, background: Background) -> ExplainedClause:
    clause = step.clause
    starts = clause.enforce_from
    problems = [use.problem for use in clause.uses if use.problem is not None]
    return ExplainedClause(
        variable=step.subject,
        checks=explained_checks(clause.uses),
        problem="; ".join(dict.fromkeys(problems)) or None,
        phase=step.phase.value,
        when=_when(clause.when, background) if clause.when else None,
        signs=tuple(
            _sign_off(use.params, background.rules)
            for use in clause.uses
            if isinstance(use.params, SignParams)
        ),
        severity=clause.severity.value,
        warns_until=starts if starts and background.today < starts else None,
        owner=clause.owner,
        fix=clause.fix,
        waivable=clause.waivable,
    )


def explained_checks(uses: Iterable[Use]) -> tuple[ExplainedCheck, ...]:
    """The checks, with the parameters that their rule gives."""
    return tuple(ExplainedCheck(kind=use.kind, params=_parameters(use)) for use in uses)


def _as_written(key: str, background: Background) -> list[str]:
    """The rule as written in the file, without the indentation of all its lines."""
    lines, node = background.lines, background.written[key]
    start, indent = node.key_line - 1, node.key_column - 1
    if lines[start][:indent].strip():  # several rules in one line
        value = node.plain()
        return [f"{to_yaml_key(key)}:" + ("" if value is None else f" {to_yaml(value)}")]
    found = [lines[start]]
    for line in lines[start + 1 : start + _LINES_MOST]:
        if line.strip() and len(line) - len(line.lstrip(" ")) <= indent:
            break
        found.append(line)
    while not found[-1].strip():
        found.pop()
    return [line[indent:].rstrip() for line in found]


def _as_yaml(step: Step) -> str:
    """One clause of a rule that no file has."""
    checks: dict[str, object] = {}
    for use in step.clause.uses:
        written = _parameters(use)
        checks[use.kind] = written.get(use.kind, written or True)
    text = to_yaml(checks)
    return f"{step.subject}: {text}" if step.subject else text


def _parameters(use: Use) -> dict[str, object]:
    if use.params is None:
        return dict(use.written) if isinstance(use.written, Mapping) else {}
    return use.params.model_dump(mode="json", exclude_unset=True)


def _placeholders(written: str, rules: Rules) -> Iterator[tuple[str, object]]:
    """What each `${name}` of a rule is in this environment."""
    declared = rules.environments.get(rules.environment or "", {})
    for name in dict.fromkeys(_NAME_IN_RULE.findall(written)):
        if name in declared:
            yield name, declared[name]


def _when(condition: Condition, background: Background) -> ExplainedWhen:
    found = condition_result(condition, background.states, background.rules.environment)
    return ExplainedWhen(condition=_as_data(condition), asked=found.holds, why=found.why)


def _as_data(condition: Condition) -> object:
    """A condition as a rules file has it."""
    if not condition.parts:
        return condition.name
    parts = [_as_data(part) for part in condition.parts]
    if condition.op == "not":
        return f"not {parts[0]}"
    return {"any_of": parts} if condition.op == "any" else parts


def _sign_off(params: SignParams, rules: Rules) -> ExplainedSignOff:
    return ExplainedSignOff(
        by=tuple(ExplainedRole(role=role, members=rules.roles.get(role, ())) for role in params.by),
        ways=params.from_,
        count=params.count,
        not_author=params.not_author,
        per=params.per,
        valid_for=format_duration(params.valid_for) if params.valid_for else None,
    )


def _waivers(planned: ItemPlan, rule: Rule, background: Background) -> Iterator[ExplainedWaiver]:
    for waiver, scope in background.waivers:
        if planned.item.line not in scope.lines or scope.rule not in (None, rule.key):
            continue
        yield ExplainedWaiver(
            expires=waiver.expires,
            expired=background.today > waiver.expires,
            reason=waiver.reason,
            approved_by=waiver.approved_by,
            file=background.rules.path,
            line=waiver.line,
        )
