"""From an item's own words to rules, where there is no rules file.

The law (design §4): an item passes automatically only if each of its clauses has a closed sentence
form and was verified. For any other item, the understood part is verified and a person signs the
rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from msgspec.structs import replace

from ..checklist.environments import environments_called
from ..checklist.model import Checklist
from ..data_formats import Node
from ..rules.clauses import RuleReader
from ..rules.faults import Faults
from ..rules.model import InitGain, Rule, Rules
from ..rules.substitute import Substitutes
from .paths import Exists, nothing_exists
from .patterns.sentence import ProposedCheck
from .subject import with_subject
from .surroundings import Runs
from .understand import Understood, understood


def inferred(
    checklist: Checklist,
    environment: str | None,
    builtins: Mapping[str, str | None] | None = None,
    exists: Exists = nothing_exists,
    runs: Runs | None = None,
) -> Rules:
    """The rules that the words of the checklist state. Each has the line of its item.

    `exists` tells which files are in the repository, `runs` which commands its workflows run.
    """
    values = {**(builtins or {}), "environment": environment, "domain": None}
    here = environments_called(environment) if environment else frozenset[str]()
    found = understood(checklist, exists, lambda item: item.known_environment in here, runs)
    # The loader of rules files reads what was understood, so that both mean the same.
    faults = Faults(checklist.path)
    undeclared = {"": {"domain": None}}
    reader = RuleReader((), Substitutes(environments=undeclared, values=values), faults)

    def loaded(checks: tuple[ProposedCheck, ...], line: int) -> Rule | None:
        rule = reader.rule(" ", _node([check.as_rule() for check in checks], line))
        if not faults:
            return rule
        faults.clear()  # the loader refuses it: then a person decides about all of the item
        return None

    rules, maybe = list[Rule](), list[Rule]()
    for each in found.values():
        asked = (*each.checks, *each.with_domain)
        if asked and (rule := loaded(asked, each.item.line)) is not None:
            rules.append(_inferred_rule(rule, each))
        if each.maybe and (rule := loaded(each.maybe, each.item.line)) is not None:
            maybe.append(replace(rule, line=each.item.line))
    whole = frozenset(rule.line for rule in rules if rule.remainder is None)

    @cache
    def gain() -> InitGain:
        from .drafting.gain import init_gain  # it takes a while: `explain` and `lint` need it not

        return init_gain(checklist, found, whole, exists, runs)

    return Rules(
        path=None,
        checklist=checklist.path,
        environment=environment,
        rules=tuple(rules),
        maybe=tuple(maybe),
        init_gain=gain,
    )


def _inferred_rule(loaded: Rule, found: Understood) -> Rule:
    explanation = [
        f"“{check.words}”: {check.description}" for check in (*found.checks, *found.with_domain)
    ]
    if found.why:
        explanation.append(f"left to a person: {found.why}")
    return replace(
        loaded,
        key=found.item.text or found.item.id,
        line=found.item.line,
        inferred=True,
        may_fail=found.may_fail,
        understood=tuple(explanation),
        remainder=with_subject(found.item, found.remainder) if found.remainder else None,
    )


def _node(value: object, line: int) -> Node:
    if isinstance(value, Mapping):
        return Node({key: _node(each, line) for key, each in value.items()}, line, 1)
    if isinstance(value, list):
        return Node([_node(each, line) for each in value], line, 1)
    return Node(value, line, 1)
