"""The variables that a checklist and its rules name, and which of them are secrets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator

from ..checklist.model import Checklist
from ..checks.value import Comparison
from ..rules.model import Fact, Rules, Use
from ..storage import Storage, check_shows_public, named_like_a_secret, url_rule_shows_public


def named_variables(checklist: Checklist, rules: Rules) -> tuple[str, ...]:
    """Every variable that items, tables of secrets, rules or facts name, in order, once each."""
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
    """The names of secrets among these.

    A secret is what a rule calls one or sends as one, what a table of secrets names, and what ends
    in a word for a secret.
    """
    secret = {row.name for row in checklist.secret_rows if row.name}
    for rule in rules.rules:
        for clause in rule.clauses:
            subject = clause.env or rule.variable
            for use in clause.uses:
                if subject and use.kind in ("secret", "rotated_within"):
                    secret.add(subject)
                secret.update(use.params.credentials() if use.params is not None else ())
    return frozenset([name for name in names if name in secret or named_like_a_secret(name)])


def storage_of(names: Collection[str], checklist: Checklist, rules: Rules) -> Storage:
    """Where the variables of these names are to be stored."""
    settings = (fact.env for fact in rules.facts.values() if fact.env and _asks_a_setting(fact))
    public = frozenset((*_shown_by_rules(rules), *settings))
    return Storage(secrets=secrets_among(names, checklist, rules), public=public)


def _shown_by_rules(rules: Rules) -> Iterator[str]:
    """The variables that a rule shows to be public."""
    uses_of: defaultdict[str, list[Use]] = defaultdict(list)
    for rule in rules.rules:
        for clause in rule.clauses:
            subject = clause.env or rule.variable
            if subject:
                uses_of[subject] += clause.uses
    for subject, uses in uses_of.items():
        # Where it must be absent, nothing is stored: the line only shows that there is none.
        if any(_shows(use, subject) for use in uses) or all(use.kind == "absent" for use in uses):
            yield subject
        for use in uses:
            if use.kind == "rotated_within" and use.params is not None:  # they hold a date
                yield from use.params.companion_variables(subject)
                yield from {*use.params.variables()} - {*use.params.credentials()}


def _shows(use: Use, subject: str) -> bool:
    if use.kind == "url" and use.params is not None:
        hosts, schemes = getattr(use.params, "host", ()), getattr(use.params, "scheme", ())
        return url_rule_shows_public(subject, hosts, schemes)
    return check_shows_public(use.kind)


def _asks_a_setting(fact: Fact) -> bool:
    """Whether the fact is a yes or no, or a comparison that shows the value.

    A yes or no has a default here: what has none may be a comparison with an unknown `${name}`.
    """
    if isinstance(fact.comparison, Comparison):
        return any(map(check_shows_public, fact.comparison.given))
    return fact.default is not None
