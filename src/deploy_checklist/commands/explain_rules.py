"""The rules that an item has, as a person reads them: where they stand, what they say, and what is
decided today by their conditions, severities, roles and waivers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct

from ..checklist.model import Checklist, Phase
from ..checks.sign import Params as SignParams
from ..data_formats import Node
from ..engine.facts import FactState, condition_result
from ..engine.plan import ItemPlan, Step
from ..report.view import ANYONE
from ..rules.bind import Binding, WaiverScope, waiver_scope
from ..rules.load import RulesFile
from ..rules.model import Clause, Rule, Rules, Use, Waiver
from ..rules.yaml_writer import to_yaml, to_yaml_key

_NAME_IN_RULE = re.compile(r"\$\{([^${}]{1,200})\}")
_LINES_MOST = 40  # of one rule


class Background(Struct, frozen=True, kw_only=True):
    """What the rules of an item are explained with."""

    rules: Rules
    today: date
    states: Mapping[str, FactState]  # of every fact that a rule's `when` names
    waivers: Sequence[tuple[Waiver, WaiverScope]]  # of this environment
    written: Mapping[str, Node]  # each rule of the file by its key; empty without a file
    lines: Sequence[str]  # of the file
    maybe: Mapping[int, tuple[Use, ...]]  # what an item may ask, by the line it stands in


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


def rule_lines(planned: ItemPlan, background: Background) -> tuple[str, ...]:
    """The item's rules, one after the other; without any, why there is none."""
    steps: dict[str, list[Step]] = {}
    for step in planned.steps:
        steps.setdefault(step.rule.key, []).append(step)
    lines = [line for of_rule in steps.values() for line in _rule(planned, of_rule, background)]
    if not steps:
        lines = [f"no rule  {_why_none(planned, background.rules)}"]
    if planned.by_person or any(step.rule.remainder for step in planned.steps):
        lines.append(f"signs    {ANYONE['write']}, in the box of its section")
    return tuple(lines)


def _why_none(planned: ItemPlan, rules: Rules) -> str:
    item = planned.item
    if item.is_title:
        return "it is a title: the items below it decide"
    if planned.phase is Phase.REFERENCE:
        return "it is reference, never asked"
    if planned.skip:
        return planned.skip
    if rules.path is None:
        return "there is no rules file, and a machine can verify nothing of these words"
    add = f"{item.names[0]}: present" if item.names else f"{to_yaml_key(item.id)}: sign"
    return f"none in {rules.path} speaks of it; to add one, write `{add}` under `items:`"


def _rule(planned: ItemPlan, steps: Sequence[Step], background: Background) -> Iterator[str]:
    rule, rules = steps[0].rule, background.rules
    if rule.key not in background.written:
        yield "rule     read from its own words; there is no rules file"
        yield from (f"    {_as_yaml(step)}" for step in steps)
    else:
        yield f"rule     {rules.path}:{rule.line}"
        written = _as_written(rule.key, background)
        yield from (f"    {line}" for line in written)
        yield from _values("\n".join(written), rules)
    yield from dict.fromkeys(_when(step.clause, background) for step in steps if step.clause.when)
    yield from dict.fromkeys(
        f"signs    {_signers(use.params, rules)}"
        for step in steps
        for use in step.clause.uses
        if isinstance(use.params, SignParams)
    )
    yield f"severity {_severities(steps, background.today)}"
    yield from dict.fromkeys(f"owner    {step.clause.owner}" for step in steps if step.clause.owner)
    yield from _waivers(planned, rule, background)


def _as_written(key: str, background: Background) -> list[str]:
    """The rule as it stands in the file, without the indentation of all its lines."""
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
        written = parameters(use)
        checks[use.kind] = written.get(use.kind, written or True)
    text = to_yaml(checks)
    return f"{step.subject}: {text}" if step.subject else text


def parameters(use: Use) -> dict[str, object]:
    """The parameters of a use, as its rule gives them."""
    if use.params is None:
        return dict(use.written) if isinstance(use.written, Mapping) else {}
    return use.params.model_dump(mode="json", exclude_unset=True)


def _values(written: str, rules: Rules) -> Iterator[str]:
    """What each `${name}` of a rule is in this environment."""
    declared = rules.environments.get(rules.environment or "", {})
    for name in dict.fromkeys(_NAME_IN_RULE.findall(written)):
        if name in declared:
            yield f"value    ${{{name}}} is {declared[name]}"


def _when(clause: Clause, background: Background) -> str:
    found = condition_result(clause.when, background.states, background.rules.environment)
    if found.holds is None:
        return f"when     cannot be told now: {found.why}"
    return f"when     {'asked' if found.holds else 'not asked'} now: {found.why}"


def _severity(clause: Clause, today: date) -> str:
    if clause.enforce_from and today < clause.enforce_from:
        return f"warning until {clause.enforce_from}, then {clause.severity.value}"
    return clause.severity.value


def _severities(steps: Sequence[Step], today: date) -> str:
    """The severity of all checks, or of each if they differ: "warning: present; blocker: sign"."""
    checks: dict[str, dict[str, None]] = {}
    for step in steps:
        kinds = dict.fromkeys(use.kind for use in step.clause.uses)
        checks.setdefault(_severity(step.clause, today), {}).update(kinds)
    if len(checks) == 1:
        return next(iter(checks))
    return "; ".join(f"{severity}: {', '.join(kinds)}" for severity, kinds in checks.items())


def _signers(params: SignParams, rules: Rules) -> str:
    who = [_role(role, rules) for role in params.by]
    text = f"{' or '.join(who)}, by {' or '.join(params.from_)}"
    if params.count > 1:
        text = f"{params.count} of {text}"
    if params.not_author:
        text += ", not the author"
    return text + {"commit": ", for each commit", "once": ", once for all"}.get(params.per, "")


def _role(role: str, rules: Rules) -> str:
    members = rules.roles.get(role)
    return f"{role} ({', '.join(members)})" if members else ANYONE.get(role, role)


def _waivers(planned: ItemPlan, rule: Rule, background: Background) -> Iterator[str]:
    for waiver, scope in background.waivers:
        if planned.item.line not in scope.lines or scope.rule not in (None, rule.key):
            continue
        ends = "expired on" if background.today > waiver.expires else "until"
        about = f"{ends} {waiver.expires}: {waiver.reason}, {waiver.approved_by}"
        yield f"waiver   {about} ({background.rules.path}:{waiver.line})"
