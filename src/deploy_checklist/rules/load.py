"""A rules file's text becomes Rules: read and checked once, then resolved for one environment."""

from __future__ import annotations

from collections.abc import Mapping

from ..documents import Malformed, Node, yaml
from ..errors import Unusable
from ..frozen import frozen
from . import fields
from .clauses import ClauseReader, Names, RuleDraft
from .faults import Faults, did_you_mean
from .head import (
    FactDraft,
    read_environments,
    read_facts,
    read_roles,
    read_sections,
    read_signed,
    read_waivers,
)
from .model import Fact, Rule, Rules, SectionSetting, Signed, Waiver
from .names import BUILTINS

TOP = (
    *("version", "checklist", "unverified", "environments", "facts", "roles", "sections", "items", "waivers"),
    "signed",
)


@frozen(shown=False)
class RulesFile:
    """A rules file that has no mistake of its own, for every environment at once."""

    path: str
    checklist: str | None
    environments: Mapping[str, Mapping[str, object]]
    facts: Mapping[str, Fact | FactDraft]
    roles: Mapping[str, tuple[str, ...]]
    sections: Mapping[str, SectionSetting]
    rules: tuple[Rule | RuleDraft, ...]
    waivers: tuple[Waiver, ...]
    signed: tuple[Signed, ...]
    lines: Mapping[str, int]
    helps: bool = False


def load(text: str, file: str) -> RulesFile:
    """The rules file in `text`. Raises Unusable with every mistake in it, those of any environment too."""
    faults = Faults(file)
    found = _read(_root(text, file, faults), faults)
    for environment in found.environments if faults else ():
        _resolved(found, environment, {}, faults)  # a file with mistakes: say those of its `${name}` uses as well
    faults.stop_if_any()
    return found


def resolve(rules_file: RulesFile, environment: str | None, builtins: Mapping[str, str | None]) -> Rules:
    """The Rules for one environment. Raises Unusable if it cannot be chosen, or for mistakes that only it has.

    `builtins` are `environment`, `tag`, `version` and `commit`; None or missing: this run has none.
    """
    faults = Faults(rules_file.path)
    rules = _resolved(rules_file, chosen(rules_file, environment), builtins, faults)
    faults.stop_if_any()
    return rules


def chosen(rules_file: RulesFile, given: str | None) -> str | None:
    """The environment to resolve for: where some are declared, the given one or the only one; else any or none."""
    declared = list(rules_file.environments)
    if not declared or given in declared:
        return given
    listed = f"{rules_file.path} declares {', '.join(declared)}"
    if given is not None:
        near = did_you_mean(given, declared)
        hint = f"{near} {listed}" if near and "mean" in near else listed
        raise Unusable(f"`{given}` is not an environment of the rules file", hint=hint)
    if len(declared) > 1:
        raise Unusable("which environment?", hint=f"name it with `-e`; {listed}")
    return declared[0]


def _resolved(found: RulesFile, environment: str | None, builtins: Mapping[str, str | None], faults: Faults) -> Rules:
    given = {name: builtins.get(name) for name in BUILTINS}
    values = {**found.environments.get(environment or "", {}), **given, "environment": environment}
    return Rules(
        path=found.path,
        checklist=found.checklist,
        environments=found.environments,
        environment=environment,
        facts={
            name: each if isinstance(each, Fact) else each.fact_in(values, faults) for name, each in found.facts.items()
        },
        roles=found.roles,
        sections=found.sections,
        rules=tuple(
            each if isinstance(each, Rule) else each.rule_in(environment, values, faults) for each in found.rules
        ),
        waivers=found.waivers,
        signed=found.signed,
        lines=found.lines,
        helps=found.helps,
    )


def _root(text: str, file: str, faults: Faults) -> Node:
    """The document, as far as it can be read; what cannot be read at all stops here."""
    try:
        return yaml(text, file)
    except Malformed as malformed:
        for trouble in malformed.troubles:
            faults.add(trouble.line, trouble.column, trouble.why)
        if malformed.node is None:
            faults.stop_if_any()
        return malformed.node or Node({}, 1, 1)


def _read(root: Node, faults: Faults) -> RulesFile:
    top = fields.fields(root, "the rules file", faults, known=TOP, needed=("version", "items"))
    _check_version(top.get("version"), faults)
    empty = Node(None, root.line, root.column)
    part = {name: top.get(name, empty) for name in TOP}
    environments = read_environments(part["environments"], faults)
    facts = read_facts(part["facts"], environments, faults)
    reader = ClauseReader(Names(facts=tuple(facts), environments=environments), faults)
    return RulesFile(
        path=faults.file,
        checklist=fields.text(top.get("checklist"), "`checklist`", faults),
        environments=environments,
        facts=facts,
        roles=read_roles(part["roles"], faults),
        sections=read_sections(part["sections"], faults),
        rules=tuple(reader.rule(key, node) for key, node in fields.entries(part["items"], "`items`", faults).items()),
        waivers=read_waivers(part["waivers"], environments, faults),
        signed=read_signed(part["signed"], environments, faults),
        lines={name: node.key_line for name, node in top.items()},
        helps=_helps(top.get("unverified"), faults),
    )


def _helps(node: Node | None, faults: Faults) -> bool:
    return node is not None and fields.one_of(node, "`unverified`", ["sign"], faults) == "sign"


def _check_version(node: Node | None, faults: Faults) -> None:
    if node is not None and (node.value != 1 or node.value is True):
        faults.at(node, "this version of the rules file is not known", "Write `version: 1`")
