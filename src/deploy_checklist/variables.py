"""The variables that a checklist and its rules name, and which of them are secrets."""

from __future__ import annotations

from collections.abc import Collection

from .checklist.model import Checklist
from .checks.base import named_like_a_secret
from .rules.model import Rules


def named(checklist: Checklist, rules: Rules) -> tuple[str, ...]:
    """Every variable that items, tables of secrets, rules or facts name, once each, in that order."""
    found = [name for item in checklist.items for name in item.names]
    for rule in rules.rules:
        found += [name for name in (rule.variable, *(clause.env for clause in rule.clauses)) if name]
    found += [fact.env for fact in rules.facts.values() if fact.env]
    return tuple(dict.fromkeys(found))


def secrets_among(names: Collection[str], checklist: Checklist, rules: Rules) -> frozenset[str]:
    """Names of secrets: by a rule that says so, a row in a table of secrets, or the name's own last word."""
    ruled = {
        subject
        for rule in rules.rules
        for clause in rule.clauses
        for use in clause.uses
        if use.kind in ("secret", "rotated_within") and (subject := clause.env or rule.variable)
    }
    rows = {row.name for row in checklist.secret_rows if row.name}
    return frozenset(name for name in names if name in ruled or name in rows or named_like_a_secret(name))
