"""The variables that a checklist and its rules name, and which of them are secrets."""

from __future__ import annotations

from collections.abc import Collection

from ..checklist.model import Checklist
from ..checks.base import named_like_a_secret
from ..rules.model import Rules


def named(checklist: Checklist, rules: Rules) -> tuple[str, ...]:
    """Every variable that items, tables of secrets, rules or facts name, once each, in that order."""
    found = [name for item in checklist.items for name in item.names]
    for rule in rules.rules:
        found += [rule.variable] if rule.variable else []
        for clause in rule.clauses:
            found += [clause.env] if clause.env else []
            for use in clause.uses:
                found += use.params.variables() if use.params is not None else ()
    for fact in rules.facts.values():
        found += [fact.env] if fact.env else []
        found += fact.comparison.variables() if fact.comparison else ()
    return tuple(dict.fromkeys(found))


def secrets_among(names: Collection[str], checklist: Checklist, rules: Rules) -> frozenset[str]:
    """Names of secrets: by a rule that says so or sends it, a row in a table, or the name's own last word."""
    secret = {row.name for row in checklist.secret_rows if row.name}
    for rule in rules.rules:
        for clause in rule.clauses:
            subject = clause.env or rule.variable
            for use in clause.uses:
                if subject and use.kind in ("secret", "rotated_within"):
                    secret.add(subject)
                secret.update(use.params.credentials() if use.params is not None else ())
    return frozenset([name for name in names if name in secret or named_like_a_secret(name)])
