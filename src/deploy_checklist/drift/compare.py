"""Where the checklist and its rules disagree, each with its place and what to do. Looks at nothing
but the two.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from itertools import chain

from ..checklist.model import (
    Checklist,
    Drift,
    Item,
    Phase,
    SecretRow,
    fold,
)
from ..rules.bind import Binding
from ..rules.faults import one_line, suggestion
from ..rules.model import Rule, Rules
from ..rules.top_level import LEVELS
from ..rules.yaml_writer import written
from .orphans import Diagnosis, OrphanFinder
from .reworded import disagreements


def drift(checklist: Checklist, rules: Rules, binding: Binding) -> tuple[Drift, ...]:
    """Everything that has drifted apart, in the order of the files. Rules that were inferred cannot
    drift.
    """
    if rules.path is None:
        return ()
    orphans = _orphans(checklist, binding)
    claimed = {item.line for _, found in orphans for item in found.items}
    found = chain(
        _unbound(checklist, rules, binding, claimed),
        (_of_rule(rules, rule, each.kind, each.message, each.hint) for rule, each in orphans),
        _reworded(checklist, rules, binding),
        _tables(checklist, rules),
        _unknown_roles(rules),
        _unknown_sections(checklist, rules),
        () if rules.assist else _weakened(checklist, binding),
    )
    return tuple(sorted(found, key=lambda each: (each.file != checklist.path, each.line or 0)))


def _unbound(
    checklist: Checklist, rules: Rules, binding: Binding, claimed: Container[int]
) -> Iterator[Drift]:
    """Items that no rule speaks of, and variables of other items that none does. `claimed`: told
    with an orphan.
    """
    skipped = {fold(title) for title, setting in rules.sections.items() if setting.skip}
    skipped |= {
        fold(title) for title, setting in rules.sections.items() if setting.phase is Phase.REFERENCE
    }
    keys = {rule.key for rule in rules.rules} | {
        clause.env for rule in rules.rules for clause in rule.clauses if clause.env
    }
    for item in checklist.items:
        if item.is_title or item.struck or item.phase is Phase.REFERENCE or item.line in claimed:
            continue
        if skipped and any(fold(title) in skipped for title in item.section):
            continue
        bound = binding.rules_of.get(item.line, ())
        missing = [name for name in item.names if name not in keys]
        if not bound:
            message = f"no rule speaks of “{one_line(item.text)}”: it waits for a person"
            add = (
                f"{missing[0]}: present"
                if missing
                else f"{written(binding.index.key_of(item), key=True)}: sign"
            )
            yield _of_item(checklist, item, "unbound", message, f"add `{add}` under `items:`")
        elif not rules.assist and not any(rule.key == item.pin for rule in bound):
            for name in missing:
                message = f"`{name}` is named here, and no rule speaks of it"
                yield _of_item(
                    checklist, item, "unbound", message, f"add `{name}: present` under `items:`"
                )


def _orphans(checklist: Checklist, binding: Binding) -> list[tuple[Rule, Diagnosis]]:
    """Rules whose item is gone, with what became of it."""
    finder = OrphanFinder(checklist, binding)
    return [(rule, finder.diagnosis(rule.key)) for rule in binding.orphans]


def _reworded(checklist: Checklist, rules: Rules, binding: Binding) -> Iterator[Drift]:
    shared = {str(value) for values in rules.environments.values() for value in values.values()}
    for item in checklist.items:
        for rule in binding.rules_of.get(item.line, ()):
            for message in disagreements(item, rule, shared):
                hint = f"change the text, or line {rule.line} of {rules.path}"
                yield _of_item(checklist, item, "reworded", message, hint)


def _tables(checklist: Checklist, rules: Rules) -> Iterator[Drift]:
    """What the tables of secrets say, against the rules."""
    by_key = {rule.key: rule for rule in rules.rules}
    in_items = {name for item in checklist.items for name in item.names}
    listed = {row.name: row for row in checklist.secret_rows if row.name}
    for name, row in listed.items():
        rule = by_key.get(name)
        if rule is not None:
            yield from _owners(checklist, row, rule)
        elif name not in in_items:
            message = f"the table lists `{name}`, and neither an item nor a rule speaks of it"
            yield Drift(
                kind="table",
                message=message,
                file=checklist.path,
                line=row.line,
                hint="add an item for it",
            )
    if listed:
        for rule in rules.rules:
            if rule.variable and rule.key not in listed and _is_secret(rule):
                message = f"`{rule.key}` is a secret, and no table says where it comes from and whose it is"
                yield _of_rule(
                    rules,
                    rule,
                    "table",
                    message,
                    f"add a row for it to a table of {checklist.path}",
                )


def _is_secret(rule: Rule) -> bool:
    return any(use.kind == "secret" for clause in rule.clauses for use in clause.uses)


def _owners(checklist: Checklist, row: SecretRow, rule: Rule) -> Iterator[Drift]:
    for owner in dict.fromkeys(clause.owner for clause in rule.clauses if clause.owner):
        if row.owner and fold(owner) != fold(row.owner):
            message = f"the table says `{row.name}` is {one_line(row.owner)}'s, the rule {one_line(owner)}'s"
            hint = f"keep one of the two; the rule is in line {rule.line}"
            yield Drift(
                kind="table", message=message, file=checklist.path, line=row.line, hint=hint
            )


def _unknown_roles(rules: Rules) -> Iterator[Drift]:
    known = (*rules.roles, *LEVELS)
    for rule in rules.rules:
        asked = (
            getattr(use.params, "by", ())
            for clause in rule.clauses
            for use in clause.uses
            if use.kind == "sign"
        )
        for role in dict.fromkeys(chain.from_iterable(asked)):
            if role not in known and not role.startswith("@"):
                message = f"`{one_line(rule.key)}` is signed by `{one_line(role)}`, which is no role: nobody can sign it"
                hint = suggestion(role, known) or "declare it under `roles:`"
                yield _of_rule(rules, rule, "role", message, hint)


def _unknown_sections(checklist: Checklist, rules: Rules) -> Iterator[Drift]:
    titles = {fold(section.title): section.title for section in checklist.sections}
    for title, setting in rules.sections.items():
        if fold(title) not in titles:
            message = f"the checklist has no section `{one_line(title)}`"
            hint = suggestion(title, titles.values())
            yield Drift(
                kind="section", message=message, file=rules.path, line=setting.line, hint=hint
            )


def _weakened(checklist: Checklist, binding: Binding) -> Iterator[Drift]:
    """Words that take an item back while its rule still counts."""
    for item in checklist.items:
        bound = binding.rules_of.get(item.line)
        says = _takes_back(item) if bound else None
        if bound and says:
            message = f"“{one_line(item.text)}” {says}, and its rule counts all the same"
            hint = f"remove the rule in line {bound[0].line}, or the words"
            yield _of_item(checklist, item, "optional", message, hint)


def _takes_back(item: Item) -> str | None:
    if item.struck:
        return "is struck through or N/A"
    if item.optional:
        return "says it is optional"
    return "is pinned as reference" if item.phase is Phase.REFERENCE else None


def _of_item(checklist: Checklist, item: Item, kind: str, message: str, hint: str | None) -> Drift:
    return Drift(kind=kind, message=message, file=checklist.path, line=item.line, hint=hint)


def _of_rule(rules: Rules, rule: Rule, kind: str, message: str, hint: str | None) -> Drift:
    return Drift(kind=kind, message=message, file=rules.path, line=rule.line, hint=hint)
