"""Where the checklist and its rules disagree: the place, and what to do. Reads only these two."""

from __future__ import annotations

from collections.abc import Container, Iterator

from ..checklist.model import Checklist, Drift, Item, Phase, SecretRow, fold
from ..rules.bind import Binding
from ..rules.faults import one_line, suggestion
from ..rules.model import Rule, Rules
from ..rules.top_level import LEVELS
from ..rules.yaml_writer import to_yaml_key
from .orphans import OrphanFinder
from .reworded import disagreements


def drift(checklist: Checklist, rules: Rules, binding: Binding) -> tuple[Drift, ...]:
    """Every disagreement, in the order of the files. Inferred rules have none.

    Lines that look like a box are among them, whatever the rules are.
    """
    if rules.path is None:
        return near_boxes(checklist)
    finder = OrphanFinder(checklist, binding)
    orphans = [(rule, finder.diagnosis(rule.key)) for rule in binding.orphans]
    diagnosed = {item.line for _, found in orphans for item in found.items}
    found = [
        *near_boxes(checklist),
        *_unbound(checklist, rules, binding, diagnosed),
        *(_of_rule(rules, rule, each.kind, each.message, each.hint) for rule, each in orphans),
        *_reworded(checklist, rules, binding),
        *_tables(checklist, rules),
        *_unknown_roles(rules),
        *_unknown_sections(checklist, rules),
    ]
    if not rules.assist:
        found += _weakened(checklist, binding)
    return tuple(sorted(found, key=lambda each: (each.file != checklist.path, each.line or 0)))


def near_boxes(checklist: Checklist) -> tuple[Drift, ...]:
    """The lines that look like a box to people but not to GitHub: nobody is asked about them."""
    lines = checklist.source.split("\n")
    return tuple(
        Drift(
            kind="box",
            message=f"“{one_line(lines[line - 1].strip())}” looks like a box, "
            "but GitHub displays none",
            file=checklist.path,
            line=line,
            hint="if it is an item, write `- [ ] words` on a line of its own",
        )
        for line in checklist.near_boxes
    )


def _unbound(
    checklist: Checklist, rules: Rules, binding: Binding, diagnosed: Container[int]
) -> Iterator[Drift]:
    """Items without a rule, and variables without a rule in other items. An item that was found
    for an orphaned rule (`diagnosed`) is reported there.
    """
    left_out = {
        fold(title)
        for title, setting in rules.sections.items()
        if setting.skip or setting.phase is Phase.REFERENCE
    }
    keys = {rule.key for rule in rules.rules}
    keys |= {clause.env for rule in rules.rules for clause in rule.clauses if clause.env}
    for item in checklist.items:
        if item.is_title or item.struck or item.phase is Phase.REFERENCE or item.line in diagnosed:
            continue
        if left_out and any(fold(title) in left_out for title in item.section):
            continue
        bound = binding.rules_of.get(item.line, ())
        missing = [name for name in item.names if name not in keys]
        if not bound:
            message = f"no rule covers “{one_line(item.text)}”, so a person must sign it"
            rule = f"{to_yaml_key(binding.index.key_of(item))}: sign"
            if missing:
                rule = f"{missing[0]}: present"
            yield _of_item(checklist, item, "unbound", message, f"add `{rule}` under `items:`")
        elif not rules.assist and not any(rule.key == item.pin for rule in bound):
            for name in missing:
                message = f"no rule covers `{name}`, which this item names"
                hint = f"add `{name}: present` under `items:`"
                yield _of_item(checklist, item, "unbound", message, hint)


def _reworded(checklist: Checklist, rules: Rules, binding: Binding) -> Iterator[Drift]:
    shared = {str(value) for values in rules.environments.values() for value in values.values()}
    for item in checklist.items:
        for rule in binding.rules_of.get(item.line, ()):
            for message in disagreements(item, rule, shared):
                hint = f"change the text, or line {rule.line} of {rules.path}"
                yield _of_item(checklist, item, "reworded", message, hint)


def _tables(checklist: Checklist, rules: Rules) -> Iterator[Drift]:
    """Rows of the tables of secrets that disagree with the rules, and secrets without a row."""
    by_key = {rule.key: rule for rule in rules.rules}
    in_items = {name for item in checklist.items for name in item.names}
    listed = {row.name: row for row in checklist.secret_rows if row.name}
    for name, row in listed.items():
        rule = by_key.get(name)
        if rule is not None:
            yield from _owners(checklist, row, rule)
        elif name not in in_items:
            message = f"the table lists `{name}`, but no item and no rule names it"
            yield _of_row(checklist, row, message, "add an item for it")
    if not listed:
        return
    for rule in rules.rules:
        if rule.variable and rule.key not in listed and _is_secret(rule):
            message = f"no table lists the secret `{rule.key}` with its source and owner"
            hint = f"add a row for it to a table of {checklist.path}"
            yield _of_rule(rules, rule, "table", message, hint)


def _is_secret(rule: Rule) -> bool:
    return any(use.kind == "secret" for clause in rule.clauses for use in clause.uses)


def _owners(checklist: Checklist, row: SecretRow, rule: Rule) -> Iterator[Drift]:
    for owner in dict.fromkeys(clause.owner for clause in rule.clauses if clause.owner):
        if row.owner and fold(owner) != fold(row.owner):
            message = f"two owners of `{row.name}`: {one_line(row.owner)} in the table, "
            message += f"{one_line(owner)} in the rule"
            hint = f"make both the same; the rule is in line {rule.line}"
            yield _of_row(checklist, row, message, hint)


def _unknown_roles(rules: Rules) -> Iterator[Drift]:
    known = (*rules.roles, *LEVELS)
    for rule in rules.rules:
        signs = [use for clause in rule.clauses for use in clause.uses if use.kind == "sign"]
        for role in dict.fromkeys(role for use in signs for role in getattr(use.params, "by", ())):
            if role not in known and not role.startswith("@"):
                message = f"`{one_line(rule.key)}` is signed by `{one_line(role)}`, "
                message += "but there is no such role"
                hint = suggestion(role, known) or "declare it under `roles:`"
                yield _of_rule(rules, rule, "role", message, hint)


def _unknown_sections(checklist: Checklist, rules: Rules) -> Iterator[Drift]:
    titles = {fold(section.title): section.title for section in checklist.sections}
    for title, setting in rules.sections.items():
        if fold(title) not in titles:
            message = f"the checklist has no section `{one_line(title)}`"
            hint = suggestion(title, titles.values())
            line = setting.line
            yield Drift(kind="section", message=message, file=rules.path, line=line, hint=hint)


def _weakened(checklist: Checklist, binding: Binding) -> Iterator[Drift]:
    """Items that are struck out, optional or reference, although they have a rule that counts."""
    for item in checklist.items:
        bound = binding.rules_of.get(item.line)
        if not bound:
            continue
        if item.struck:
            says = "is struck through or N/A"
        elif item.optional:
            says = "says that it is optional"
        elif item.phase is Phase.REFERENCE:
            says = "is marked as reference"
        else:
            continue
        message = f"“{one_line(item.text)}” {says}, but its rule still counts"
        hint = f"remove the rule in line {bound[0].line}, or those words"
        yield _of_item(checklist, item, "optional", message, hint)


def _of_item(checklist: Checklist, item: Item, kind: str, message: str, hint: str) -> Drift:
    return Drift(kind=kind, message=message, file=checklist.path, line=item.line, hint=hint)


def _of_row(checklist: Checklist, row: SecretRow, message: str, hint: str) -> Drift:
    return Drift(kind="table", message=message, file=checklist.path, line=row.line, hint=hint)


def _of_rule(rules: Rules, rule: Rule, kind: str, message: str, hint: str | None) -> Drift:
    return Drift(kind=kind, message=message, file=rules.path, line=rule.line, hint=hint)
