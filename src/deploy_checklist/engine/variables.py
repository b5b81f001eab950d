"""The variables that a checklist and its rules name, and which of them are secrets."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec.structs import replace

from ..checklist.model import Checklist, Item
from ..checks.value import Comparison
from ..rules.model import Clause, Fact, Rules, Use
from ..storage import Storage, check_shows_public, named_like_a_secret, url_rule_shows_public
from ..values.secret_forms import looks_like_a_secret

_ASSIGNMENT = re.compile(
    r"(?<![A-Za-z0-9_])(?P<name>[A-Z][A-Z0-9_]{0,199})[`\"']?"
    r"[ ]?(?:=|:|→|is set to|set to|equals)[ ]?[`\"']?(?P<value>[^\s`\"'<>|]{8,2000})"
)


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


def variables_to_hand_over(checklist: Checklist, rules: Rules) -> tuple[str, ...]:
    """The named variables that a run has to be handed: not those of which items only say that they
    are gone, or must not be there, and that no rule and no fact asks for.
    """
    names = named_variables(checklist, rules)
    asked = frozenset(named_variables(replace(checklist, items=()), rules))
    left = {
        name
        for item in checklist.items
        if not asked.issuperset(item.names) and not _says_it_is_gone(item)
        for name in item.names
    }
    return tuple(name for name in names if name in asked or name in left)


def _says_it_is_gone(item: Item) -> bool:
    # Imported here: few runs have items without a rule that name a variable.
    from ..inference.surroundings import asks_opposite

    return any(asks_opposite(text.lower()) for text in (item.text, *item.section[-1:]))


def variables_to_set(names: Sequence[str], rules: Rules) -> tuple[str, ...]:
    """Those of the names without which a check cannot pass or a fact has no answer. A name that is
    only signed for, or that must be absent, is not one of them.
    """
    read = {
        name
        for fact in rules.facts.values()
        for name in (fact.env, *(fact.comparison.variables() if fact.comparison else ()))
    }
    for rule in rules.rules:
        for clause in rule.clauses:
            for use in clause.uses:
                read |= set(use.params.variables() if use.params is not None else ())
                if use.kind not in ("absent", "sign"):
                    read.add(clause.env or rule.variable)
    answered = {fact.env for fact in rules.facts.values() if fact.default is not None}
    return tuple(name for name in names if name in read and name not in answered)


def companion_variables(names: Collection[str], rules: Rules) -> frozenset[str]:
    """The variables that may accompany these, such as the date of a secret's rotation."""
    companions = {f"{name}_ROTATED_AT" for name in names}
    for rule in rules.rules:
        for clause in rule.clauses:
            subject = clause.env or rule.variable
            for use in clause.uses if subject else ():
                if use.params is not None and subject:
                    companions.update(use.params.companion_variables(subject))
    return frozenset(companions)


def secrets_among(names: Collection[str], checklist: Checklist, rules: Rules) -> frozenset[str]:
    """The names of secrets among these.

    A secret is what a rule calls one or sends as one, what a table of secrets names, what ends in a
    word for a secret, and what a rule or the document gives a value in the form of a secret.
    """
    secret = {row.name for row in checklist.secret_rows if row.name}
    for rule in rules.rules:
        for clause in rule.clauses:
            subject = clause.env or rule.variable
            for use in clause.uses:
                if subject and use.kind in ("secret", "rotated_within"):
                    secret.add(subject)
                secret.update(use.params.credentials() if use.params is not None else ())
                if subject and isinstance(use.params, Comparison):
                    written = use.params.written_values()
                    secret.update([subject] if any(map(looks_like_a_secret, written)) else ())
    secret.update(
        found["name"]
        for found in _ASSIGNMENT.finditer(checklist.source)
        if found["name"] in names and looks_like_a_secret(found["value"])
    )
    return frozenset([name for name in names if name in secret or named_like_a_secret(name)])


def storage_of(names: Collection[str], checklist: Checklist, rules: Rules) -> Storage:
    """Where the variables of these names are to be stored."""
    settings = (fact.env for fact in rules.facts.values() if fact.env and _asks_a_setting(fact))
    clauses_of = _clauses_by_variable(rules)
    public = {name for name, clauses in clauses_of.items() if _show_public(clauses, name)}
    connections = {
        name
        for name, clauses in clauses_of.items()
        if any(use.kind == "redis" for clause in clauses for use in clause.uses)
    }
    return Storage(
        secrets=secrets_among(names, checklist, rules),
        public=frozenset((*public, *_dates(clauses_of), *settings)),
        connections=frozenset(connections),
    )


def _clauses_by_variable(rules: Rules) -> Mapping[str, list[Clause]]:
    clauses_of: defaultdict[str, list[Clause]] = defaultdict(list)
    for rule in rules.rules:
        for clause in rule.clauses:
            subject = clause.env or rule.variable
            if subject:
                clauses_of[subject].append(clause)
    return clauses_of


def _show_public(clauses: Sequence[Clause], name: str) -> bool:
    """Whether the clauses of a variable show that it is public."""
    uses = [use for clause in clauses for use in clause.uses]
    if any(check_shows_public(use.kind) for use in uses):
        return True
    urls = [use for use in uses if use.kind == "url"]
    if urls:
        return all(_url_shows_public(use, name) for use in urls)
    # Where it must be absent, nothing is stored: the line only shows that it is not there.
    return bool(uses) and all(
        use.kind == "absent" and clause.when is None for clause in clauses for use in clause.uses
    )


def _url_shows_public(use: Use, name: str) -> bool:
    hosts, schemes = getattr(use.params, "host", ()), getattr(use.params, "scheme", ())
    return url_rule_shows_public(name, hosts, schemes)


def _dates(clauses_of: Mapping[str, Sequence[Clause]]) -> Iterator[str]:
    """The variables with the date of a secret."""
    for name, clauses in clauses_of.items():
        for use in (use for clause in clauses for use in clause.uses):
            if use.kind == "rotated_within" and use.params is not None:
                yield from use.params.companion_variables(name)
                yield from {*use.params.variables()} - {*use.params.credentials()}


def _asks_a_setting(fact: Fact) -> bool:
    """Whether the fact is a yes or no, or a comparison that shows the value.

    A yes or no has a default here: what has none may be a comparison with an unknown `${name}`.
    """
    if isinstance(fact.comparison, Comparison):
        return any(map(check_shows_public, fact.comparison.given))
    return fact.default is not None
