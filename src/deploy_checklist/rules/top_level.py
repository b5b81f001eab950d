"""Everything in the rules file except its rules: environments, facts, roles, sections, waivers and
sign-offs.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from ..checklist.model import Phase
from ..checks import value
from ..data_formats import Node
from ..values.globs import glob_fault
from . import fields
from .conditions import yes_or_no
from .faults import TRUE_OR_FALSE, Faults, one_line, unknown
from .model import EVERY_ENVIRONMENT, Fact, SectionSetting, SignedLine, Waiver
from .params import validated
from .substitute import BUILTINS, MARK, Environments, Substitutes, is_name, substituted, unresolved

LEVELS = ("write", "maintain", "admin")  # GitHub's permissions, accepted wherever a role is

MOST_OF_NAME = 100  # characters; a status's name holds the environment's, too
NAME = r"[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*"  # of a gate
WHO = r"@[A-Za-z0-9][A-Za-z0-9-]*(/[A-Za-z0-9._-]+)?"  # a person or a team
_ALONE = ("changed", "ready")  # keys of a fact that take no other beside them
_NAME_PATTERN = re.compile(r"[A-Z_*][A-Z0-9_*]{0,199}")
_WHO = re.compile(WHO)


def read_name(node: Node | None, faults: Faults) -> str | None:
    """The gate's name; "" if it says that it has none, and None if it says nothing."""
    if node is None or node.value == "":
        return None if node is None else ""
    name = fields.text(node, "`name`", faults)
    if name and (len(name) > MOST_OF_NAME or not re.fullmatch(NAME, name, re.ASCII)):
        allowed = f"Use A-Z a-z 0-9 . _ - and single slashes, at most {MOST_OF_NAME} characters"
        faults.at(node, f"`{one_line(name)}` is not a valid name for a gate", allowed)
    return name


def read_environments(node: Node, faults: Faults) -> Environments:
    """The declared environments, each with the values of its names."""
    found = {}
    for name, each in fields.entries(node, "`environments`", faults).items():
        values = fields.entries(each, f"the environment `{one_line(name)}`", faults)
        found[name] = {key: _value(key, inner, faults) for key, inner in values.items()}
    return found


def _value(name: str, node: Node, faults: Faults) -> object:
    given = f"`{one_line(name)}`"
    if not is_name(name):
        faults.at_key(node, f"{given} is not a valid name for `${{name}}`", "Use a-z 0-9 _ . -")
    if name in BUILTINS:
        faults.at_key(node, f"`{name}` is reserved: each run sets it", "Choose another name")
    plain = node.plain()
    parts = plain if isinstance(plain, list) else [plain]
    if any(part is None or isinstance(part, list | dict) for part in parts):
        faults.at(node, f"{given} must be text, a number, true, false, or a list of these")
    elif any(isinstance(part, str) and MARK in part for part in parts):
        faults.at(node, f"`${{…}}` does not work inside `environments:`: write {given} in full")
    return plain


def read_facts(node: Node, given: Substitutes, faults: Faults) -> Mapping[str, Fact]:
    """The facts that a `when:` may name. `given` must hold nothing that only a run knows."""
    found = {}
    for name, each in fields.entries(node, "`facts`", faults).items():
        if name in given.environments:
            fact = one_line(name)
            message = f"`{fact}` is also an environment, so `when: {fact}` is ambiguous"
            faults.at_key(each, message)
        found[name] = _fact(name, each, given, faults)
    return found


def _fact(name: str, node: Node, given: Substitutes, faults: Faults) -> Fact:
    what = f"the fact `{one_line(name)}`"
    found: Mapping[str, Node] = {}
    if not isinstance(node.value, dict) or not ({"env", *_ALONE} & node.value.keys()):
        needs = "write `env: NAME` (a variable), `changed: [globs]` (files) or `ready: ENVIRONMENT`"
        faults.at(node, f"{what} has no source: {needs}")
    else:
        known = ("env", *_ALONE, "default", *value.KEYS)
        found = fields.fields(node, what, faults, known=known)
    alone = next((key for key in _ALONE if key in found), None)
    if alone and len(found) > 1:
        takes = f"has either `{alone}` and no other key, or `env` with comparators and `default`"
        faults.at(node, f"{what} {takes}")
    compared = {key: each for key, each in found.items() if key in value.KEYS}
    comparison = None
    if compared:
        comparison = _comparison(node.with_value(compared), what, given, faults)
    return Fact(
        name=name,
        env=fields.variable(found.get("env"), "`env`", faults),
        comparison=comparison,
        default=_default(found["default"], faults) if "default" in found else None,
        changed=_globs(found["changed"], what, faults) if "changed" in found else (),
        ready=_environment(found.get("ready"), given.environments, faults, key="ready"),
        line=node.key_line,
    )


def _comparison(node: Node, what: str, given: Substitutes, faults: Faults) -> value.Params | None:
    node = substituted(node, given, faults)
    if not set(BUILTINS).isdisjoint(unresolved(node)):
        hint = "Name the environment in the `when:` instead"
        faults.at(node, f"{what} compares with a value that only a run has", hint)
    return validated(value.Params, node.plain(), node, (), faults)


def _globs(node: Node, what: str, faults: Faults) -> tuple[str, ...]:
    for each in node.value if isinstance(node.value, list) else [node]:
        if isinstance(each.value, str) and each.value.strip():
            reason = glob_fault(each.value)
            if reason:
                faults.at(each, f"`changed` of {what} {reason}")
    return fields.texts(node, "`changed`", faults)


def _default(node: Node, faults: Faults) -> bool | None:
    default = node.value if isinstance(node.value, bool) else yes_or_no(str(node.value))
    if default is None:
        faults.at(node, f"`default` {TRUE_OR_FALSE}")
    return default


def read_roles(node: Node, faults: Faults) -> Mapping[str, tuple[str, ...]]:
    """The people and teams of each role."""
    found = {}
    for name, each in fields.entries(node, "`roles`", faults).items():
        role = f"the role `{one_line(name)}`"
        if name in LEVELS:
            faults.at_key(each, f"`{name}` is a GitHub permission, so a role cannot have this name")
        found[name] = fields.texts(each, role, faults)
        for who in found[name]:
            if who not in LEVELS and not _WHO.fullmatch(who):
                message = f"`{one_line(who)}` in {role} is not a person or a team"
                hint = f"Write `@user`, `@organisation/team`, or one of {', '.join(LEVELS)}"
                faults.at(each, message, hint)
    return found


def read_ignore(node: Node, faults: Faults) -> tuple[str, ...]:
    """The patterns of variables that `lint` does not report."""
    if node.value is None:
        return ()
    for each in node.value if isinstance(node.value, list) else [node]:
        is_scalar = isinstance(each.value, str | int | float) and not isinstance(each.value, bool)
        if is_scalar and not _NAME_PATTERN.fullmatch(str(each.value)):
            hint = "Write a variable's name in UPPER_SNAKE; `*` matches any characters"
            faults.at(each, f"`{one_line(str(each.value))}` is not a pattern for variables", hint)
    return fields.texts(node, "`ignore`", faults)


def read_sections(
    node: Node, environments: Collection[str], faults: Faults
) -> Mapping[str, SectionSetting]:
    """The settings of whole sections."""
    found = {}
    for title, each in fields.entries(node, "`sections`", faults).items():
        what = f"the section `{one_line(title)}`"
        setting = fields.fields(each, what, faults, known=("skip", "phase", "environment"))
        if not setting and isinstance(each.value, dict):
            takes = (
                "use `skip: reason`, `phase: before|deploy|after|reference` or `environment: name`"
            )
            faults.at(each, f"{what} has no setting: {takes}")
        phase = fields.member(setting.get("phase"), "`phase`", Phase, faults)
        skip = fields.text(setting.get("skip"), "`skip` (the reason)", faults)
        given = setting.get("environment")
        is_every = given is not None and given.value == EVERY_ENVIRONMENT
        found[title] = SectionSetting(
            title=title,
            skip=skip,
            phase=phase,
            environment=EVERY_ENVIRONMENT
            if is_every
            else _environment(given, environments, faults),
            line=each.key_line,
        )
    return found


def read_waivers(node: Node, environments: Collection[str], faults: Faults) -> tuple[Waiver, ...]:
    """The dated exceptions. One with a fault is left out: the fault stops the run."""
    needed = ("item", "reason", "approved_by", "expires")
    found = []
    for each in fields.sequence(node, "`waivers`", faults):
        known = (*needed, "environment")
        given = fields.fields(each, "a waiver", faults, known=known, needed=needed)
        item, reason, approved_by = (
            fields.text(given.get(key), f"`{key}`", faults)
            for key in ("item", "reason", "approved_by")
        )
        expires = fields.day(given.get("expires"), "`expires`", faults)
        environment = _environment(given.get("environment"), environments, faults)
        if item and reason and approved_by and expires:
            waiver = Waiver(
                item=item,
                environment=environment,
                reason=reason,
                approved_by=approved_by,
                expires=expires,
                line=each.line,
                column=given["item"].column,
            )
            found.append(waiver)
    return tuple(found)


def read_signed(
    node: Node, environments: Collection[str], faults: Faults
) -> tuple[SignedLine, ...]:
    """The sign-offs that outlive one release. One with a fault is left out, as with waivers."""
    needed = ("item", "by", "on", "words")
    found = []
    for each in fields.sequence(node, "`signed`", faults):
        known = (*needed, "until", "environment")
        given = fields.fields(each, "a sign-off", faults, known=known, needed=needed)
        item, by = (fields.text(given.get(key), f"`{key}`", faults) for key in ("item", "by"))
        on, until = (fields.day(given.get(key), f"`{key}`", faults) for key in ("on", "until"))
        words = fields.text(given.get("words"), "`words`", faults)
        if words and not re.fullmatch(r"[0-9a-f]{8}", words):
            message = "`words` must be the eight characters that the comment prints"
            faults.at(given["words"], message, "Copy the whole line from the comment")
        environment = _environment(given.get("environment"), environments, faults)
        if item and by and on and words:
            signed = SignedLine(
                item=item,
                by=by.removeprefix("@"),
                on=on,
                until=until,
                words=words,
                environment=environment,
                line=each.line,
                column=given["item"].column,
            )
            found.append(signed)
    return tuple(found)


def _environment(
    node: Node | None, environments: Collection[str], faults: Faults, key: str = "environment"
) -> str | None:
    """An environment's name. Any is accepted if the file declares none."""
    name = fields.text(node, f"`{key}`", faults)
    if node is not None and name and environments and name not in environments:
        faults.at(node, *unknown(name, "is not an environment in this file", environments))
    return name
