"""The variables that a checklist and its rules name, and which of them are secrets."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ..checklist.model import Checklist
from ..checks.base import Params, named_like_a_secret
from ..rules.model import Rule, Rules


def named(checklist: Checklist, rules: Rules) -> tuple[str, ...]:
    """Every variable that items, tables of secrets, rules or facts name, once each, in that order."""
    found = [name for item in checklist.items for name in item.names]
    for rule in rules.rules:
        found += [name for name in (rule.variable, *(clause.env for clause in rule.clauses)) if name]
        found += [name for params in _params(rule) for name in params.variables()]
    for fact in rules.facts.values():
        found += [fact.env] if fact.env else []
        found += fact.comparison.variables() if fact.comparison else ()
    return tuple(dict.fromkeys(found))


def secrets_among(names: Collection[str], checklist: Checklist, rules: Rules) -> frozenset[str]:
    """Names of secrets: by a rule that says so or sends it, a row in a table, or the name's own last word."""
    ruled = {
        subject
        for rule in rules.rules
        for clause in rule.clauses
        for use in clause.uses
        if use.kind in ("secret", "rotated_within") and (subject := clause.env or rule.variable)
    }
    ruled |= {name for rule in rules.rules for params in _params(rule) for name in params.credentials()}
    rows = {row.name for row in checklist.secret_rows if row.name}
    return frozenset(name for name in names if name in ruled or name in rows or named_like_a_secret(name))


def _params(rule: Rule) -> Iterator[Params]:
    return (use.params for clause in rule.clauses for use in clause.uses if use.params is not None)
