"""Loads a rules file: its text is parsed once, then read for one environment at a time."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from msgspec.structs import replace

from ..data_formats import Malformed, Node, parse_yaml
from ..errors import Unusable
from ..opaque import OpaqueStruct
from ..values.near_names import did_you_mean
from . import fields
from .clauses import RuleReader, may_differ
from .faults import Faults
from .model import Rules
from .open_questions import open_lines, open_questions
from .override import read_override
from .substitute import BUILTINS, Environments, Substitutes
from .top_level import (
    read_environments,
    read_facts,
    read_ignore,
    read_name,
    read_roles,
    read_sections,
    read_signed,
    read_waivers,
)
from .unfillable import report_unfillable

TOP = (
    *("version", "name", "checklist", "unverified", "environments", "facts", "roles", "sections"),
    *("items", "waivers", "signed", "override", "rollback", "ignore"),
)

Builtins = Mapping[str, str | None]  # those of BUILTINS that are known


class RulesFile(OpaqueStruct, frozen=True, kw_only=True):
    """A parsed rules file: what is the same in every environment, and what is read for each."""

    common: Rules  # without facts, and without the rules that an environment may change
    facts: Node
    rules: Mapping[str, Node]  # all of them by key, as they are written
    text: str

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

    Raises Unusable with the mistakes of all environments, if one of them is in every environment.
    If each is in some environments only, `resolve` raises it for these.
    """
    faults = Faults(file)
    rules_file = _parsed(_root(text, file, faults), text, faults)
    first = next(iter(rules_file.environments), None)
    if faults or _faults_in(rules_file, first):
        by_environment = _faults_by_environment(rules_file)
        common = set.intersection(*(set(each.all()) for each in by_environment))
        if faults or common:
            faults.add_all(by_environment)
            faults.stop_if_any()
    return rules_file


def resolve(rules_file: RulesFile, environment: str | None, builtins: Builtins) -> Rules:
    """The Rules for one environment.

    `builtins` are `environment`, `tag`, `version` and `commit`; None or missing: this run has none.
    Raises Unusable if the environment cannot be chosen, or if the file has a mistake in it; then
    with the mistakes of all environments.
    """
    faults = Faults(rules_file.path)
    rules = _read(rules_file, chosen(rules_file, environment), builtins, faults)
    if faults:
        faults.add_all(_faults_by_environment(rules_file))
        faults.stop_if_any()
    return rules


def chosen(rules_file: RulesFile, given: str | None) -> str | None:
    """The environment to resolve for: the given one, else the only declared one, else none.

    Raises Unusable if some are declared, and none or another is given.
    """
    declared = list(rules_file.environments)
    if not declared or given in declared:
        return given
    listed = f"{rules_file.path} declares {', '.join(declared)}"
    if given is not None:
        near = did_you_mean(given, declared)
        hint = f"{near} {listed}" if near else listed
        raise Unusable(f"`{given}` is not an environment of the rules file", hint=hint)
    if len(declared) > 1:
        raise Unusable("which environment?", hint=f"choose one with `-e`; {listed}")
    return declared[0]


def _root(text: str, file: str, faults: Faults) -> Node:
    """The document, as far as it can be read. Raises Unusable if it cannot be read at all."""
    try:
        return parse_yaml(text, file)
    except Malformed as malformed:
        for fault in malformed.faults:
            faults.add(fault.line, fault.column, fault.why)
        if malformed.node is None:
            faults.stop_if_any()
        return malformed.node or Node({}, 1, 1)


def _parsed(root: Node, text: str, faults: Faults) -> RulesFile:
    """The file, with the mistakes that do not depend on an environment."""
    needed = ("version", "items")
    top = fields.fields(root, "the rules file", faults, known=TOP, needed=needed)
    version = top.get("version")
    if version is not None and (version.value != 1 or version.value is True):
        hint = "Write `version: 1`"
        faults.at(version, "unknown version of the rules file", hint)
    empty = Node(None, root.line, root.column)
    part = {name: top.get(name, empty) for name in TOP}
    environments = read_environments(part["environments"], faults)
    rules = fields.entries(part["items"], "`items`", faults)
    roles = read_roles(part["roles"], faults)
    facts = fields.entries(part["facts"], "`facts`", faults)
    read = RuleReader(facts, Substitutes(environments=environments, values={}), faults).rule
    common = Rules(
        path=faults.file,
        name=read_name(top.get("name"), faults),
        checklist=fields.text(top.get("checklist"), "`checklist`", faults),
        environments=environments,
        environment=None,
        roles=roles,
        sections=read_sections(part["sections"], environments, faults),
        rules=tuple([read(key, node) for key, node in rules.items() if not may_differ(node)]),
        waivers=read_waivers(part["waivers"], environments, faults),
        signed=read_signed(part["signed"], environments, faults),
        override=read_override(part["override"], roles, faults),
        ignore=read_ignore(part["ignore"], faults),
        lines={name: node.key_line for name, node in top.items()},
        assist=fields.one_of(top.get("unverified"), "`unverified`", ["sign"], faults) == "sign",
        rollback="rollback" in top and fields.boolean(top["rollback"], "`rollback`", faults),
        open_questions=open_questions(text),
        open_lines=open_lines(text),
    )
    return RulesFile(common=common, facts=part["facts"], rules=rules, text=text)


def _read(
    rules_file: RulesFile, environment: str | None, builtins: Builtins, faults: Faults
) -> Rules:
    """The file with the values of one environment and of this run."""
    environments = rules_file.environments
    declared = environments.get(environment or "", {})
    values = {**declared, **{name: builtins.get(name) for name in BUILTINS}}
    values["environment"] = environment
    of_environment = Substitutes(environments=environments, values=declared)
    facts = read_facts(rules_file.facts, of_environment, faults)
    of_run = Substitutes(environments=environments, values=values)
    read = RuleReader(facts, of_run, faults).rule
    same = {rule.key: rule for rule in rules_file.common.rules}
    rules = tuple([same.get(key) or read(key, node) for key, node in rules_file.rules.items()])
    report_unfillable(rules, rules_file.common.roles, faults)
    return replace(rules_file.common, environment=environment, facts=facts, rules=rules)


def _faults_in(rules_file: RulesFile, environment: str | None) -> Faults:
    """The mistakes in one environment, where nothing is known of a run."""
    faults = Faults(rules_file.path)
    _read(rules_file, environment, {}, faults)
    return faults


def _faults_by_environment(rules_file: RulesFile) -> list[Faults]:
    """The mistakes in each environment. More environments than faults are shown are not read."""
    environments = islice(rules_file.environments or (None,), Unusable.MOST)
    return [_faults_in(rules_file, environment) for environment in environments]
