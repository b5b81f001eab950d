"""A rules file's text becomes Rules: parsed once, then read for one environment at a time."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from msgspec.structs import replace

from ..data_formats import Malformed, Node, parse_yaml
from ..errors import Unusable
from ..opaque import OpaqueStruct
from . import fields
from .clauses import KnownNames, RuleReader, may_differ
from .faults import Faults, did_you_mean
from .model import Rules
from .substitute import BUILTINS, Environments, Substitutes
from .top_level import (
    read_environments,
    read_facts,
    read_roles,
    read_sections,
    read_signed,
    read_waivers,
)

TOP = (
    *("version", "checklist", "unverified", "environments", "facts", "roles", "sections", "items"),
    *("waivers", "signed"),
)

Builtins = Mapping[str, str | None]  # those of BUILTINS that are known


class RulesFile(OpaqueStruct, frozen=True, kw_only=True):
    """A rules file, parsed: what is the same in every environment, and what is read for each."""

    common: Rules  # without facts, and without the rules that an environment may change
    facts: Node
    rules: Mapping[str, Node]  # all of them, by key, as they are written

    @property
    def path(self) -> str:
        """As shown to people."""
        return self.common.path or ""

    @property
    def environments(self) -> Environments:
        """The declared environments and their names."""
        return self.common.environments


def load(text: str, file: str) -> RulesFile:
    """The rules file in `text`.

    Raises Unusable if it has a mistake in every environment, with all mistakes of all of them. What
    is wrong in some of them only, `resolve` says.
    """
    faults = Faults(file)
    found = _parsed(_root(text, file, faults), faults)
    if faults or _faults_in(found, next(iter(found.environments), None)):
        of_each = _faults_of_each(found)
        if faults or set.intersection(*(set(each.all()) for each in of_each)):
            faults.add_all(of_each)
            faults.stop_if_any()
    return found


def resolve(rules_file: RulesFile, environment: str | None, builtins: Builtins) -> Rules:
    """The Rules for one environment.

    `builtins` are `environment`, `tag`, `version` and `commit`; None or missing: this run has none.
    Raises Unusable if the environment cannot be chosen, or has mistakes: with those of the others.
    """
    faults = Faults(rules_file.path)
    rules = _read(rules_file, chosen(rules_file, environment), builtins, faults)
    if faults:
        faults.add_all(_faults_of_each(rules_file))
        faults.stop_if_any()
    return rules


def chosen(rules_file: RulesFile, given: str | None) -> str | None:
    """The environment to resolve for: where some are declared, the given one or the only one; else
    any or none.
    """
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


def _root(text: str, file: str, faults: Faults) -> Node:
    """The document, as far as it can be read; what cannot be read at all stops here."""
    try:
        return parse_yaml(text, file)
    except Malformed as malformed:
        for fault in malformed.faults:
            faults.add(fault.line, fault.column, fault.why)
        if malformed.node is None:
            faults.stop_if_any()
        return malformed.node or Node({}, 1, 1)


def _parsed(root: Node, faults: Faults) -> RulesFile:
    """The file, with the mistakes that do not depend on an environment."""
    needed = ("version", "items")
    top = fields.fields(root, "the rules file", faults, known=TOP, needed=needed)
    _check_version(top.get("version"), faults)
    empty = Node(None, root.line, root.column)
    part = {name: top.get(name, empty) for name in TOP}
    environments = read_environments(part["environments"], faults)
    rules = fields.entries(part["items"], "`items`", faults)
    common = Rules(
        path=faults.file,
        checklist=fields.text(top.get("checklist"), "`checklist`", faults),
        environments=environments,
        environment=None,
        facts={},
        roles=read_roles(part["roles"], faults),
        sections=read_sections(part["sections"], faults),
        rules=(),
        waivers=read_waivers(part["waivers"], environments, faults),
        signed=read_signed(part["signed"], environments, faults),
        lines={name: node.key_line for name, node in top.items()},
        assist=_helps(top.get("unverified"), faults),
    )
    facts = fields.entries(part["facts"], "`facts`", faults)
    nothing = Substitutes(environments=environments, values={})
    scope = KnownNames(facts=facts, substitutes=nothing, environment=None)
    read = RuleReader(scope, faults).rule
    same = tuple([read(key, node) for key, node in rules.items() if not may_differ(node)])
    return RulesFile(common=replace(common, rules=same), facts=part["facts"], rules=rules)


def _read(found: RulesFile, environment: str | None, builtins: Builtins, faults: Faults) -> Rules:
    """The file with the names of one environment and of this run."""
    own = found.environments.get(environment or "", {})
    given = Substitutes(environments=found.environments, values=own)
    facts = read_facts(found.facts, given, faults)
    of_run = {name: builtins.get(name) for name in BUILTINS}
    given = replace(given, values={**own, **of_run, "environment": environment})
    scope = KnownNames(facts=facts, substitutes=given, environment=environment)
    read = RuleReader(scope, faults).rule
    same = {rule.key: rule for rule in found.common.rules}
    rules = tuple([same.get(key) or read(key, node) for key, node in found.rules.items()])
    return replace(found.common, environment=environment, facts=facts, rules=rules)


def _faults_in(found: RulesFile, environment: str | None) -> Faults:
    """The mistakes that only an environment's names make, where nothing is known of a run."""
    faults = Faults(found.path)
    _read(found, environment, {}, faults)
    return faults


def _faults_of_each(found: RulesFile) -> list[Faults]:
    """Those of every environment; of a file with too many, of as many as anybody reads about."""
    environments = islice(found.environments or (None,), Unusable.MOST)
    return [_faults_in(found, environment) for environment in environments]


def _helps(node: Node | None, faults: Faults) -> bool:
    return node is not None and fields.one_of(node, "`unverified`", ["sign"], faults) == "sign"


def _check_version(node: Node | None, faults: Faults) -> None:
    if node is not None and (node.value != 1 or node.value is True):
        faults.at(node, "this version of the rules file is not known", "Write `version: 1`")
