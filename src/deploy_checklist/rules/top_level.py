"""Everything of the rules file but its rules: environments, facts, roles, sections, waivers,
signed.
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
from .model import Fact, SectionSetting, SignedLine, Waiver
from .params import validated
from .substitute import (
    BUILTINS,
    MARK,
    Environments,
    Substitutes,
    is_name,
    substituted,
    unresolved,
)

LEVELS = ("write", "maintain", "admin")  # GitHub's own, good wherever a role is


def read_environments(node: Node, faults: Faults) -> Environments:
    """The declared environments and their names."""
    found = {}
    for name, each in fields.entries(node, "`environments`", faults).items():
        values = fields.entries(each, f"the environment `{one_line(name)}`", faults)
        found[name] = {key: _value(key, inner, faults) for key, inner in values.items()}
    return found


def _value(name: str, node: Node, faults: Faults) -> object:
    if not is_name(name):
        faults.at_key(
            node, f"`{one_line(name)}` cannot be used as `${{name}}`", "Use a-z 0-9 _ . -"
        )
    if name in BUILTINS:
        faults.at_key(node, f"`{name}` is given by the run itself", "Take another name")
    plain = node.plain()
    parts = plain if isinstance(plain, list) else [plain]
    if plain is None or any(isinstance(part, list | dict) or part is None for part in parts):
        faults.at(
            node, f"`{one_line(name)}` must be text, a number, true, false, or a list of these"
        )
    elif any(isinstance(part, str) and MARK in part for part in parts):
        faults.at(
            node, f"`${{…}}` is not replaced inside `environments:`; write `{one_line(name)}` out"
        )
    return plain


def read_facts(node: Node, given: Substitutes, faults: Faults) -> Mapping[str, Fact]:
    """The facts that a `when:` may name. `given` is nothing that only a run knows."""
    found = {}
    for name, each in fields.entries(node, "`facts`", faults).items():
        if name in given.environments:
            faults.at_key(
                each,
                f"`{one_line(name)}` is an environment too, so `when: {one_line(name)}` is unclear",
            )
        found[name] = _fact(name, each, given, faults)
    return found


def _fact(name: str, node: Node, given: Substitutes, faults: Faults) -> Fact:
    what = f"the fact `{one_line(name)}`"
    if not isinstance(node.value, dict) or not ({"env", "changed"} & node.value.keys()):
        faults.at(
            node,
            f"{what} has no value: it needs `env: NAME` (a variable) or `changed: [globs]` (files)",
        )
        return Fact(
            name=name, env=None, comparison=None, default=None, changed=(), line=node.key_line
        )
    found = fields.fields(node, what, faults, known=("env", "changed", "default", *value.KEYS))
    if "changed" in found and len(found) > 1:
        faults.at(
            node, f"{what} takes either `changed` alone, or `env` with comparators and `default`"
        )
    compared = {key: each for key, each in found.items() if key in value.KEYS}
    comparison = None
    if compared:
        comparison = _comparison(node.with_value(compared), what, given, faults)
    return Fact(
        name=name,
        env=fields.variable(found["env"], "`env`", faults) if "env" in found else None,
        comparison=comparison,
        default=_default(found["default"], faults) if "default" in found else None,
        changed=_globs(found["changed"], what, faults) if "changed" in found else (),
        line=node.key_line,
    )


def _comparison(node: Node, what: str, given: Substitutes, faults: Faults) -> value.Params | None:
    node = substituted(node, given, faults)
    if not set(BUILTINS).isdisjoint(unresolved(node)):
        hint = "Name the environment in the `when:` instead"
        faults.at(node, f"{what} compares with what only a run knows", hint)
    return validated(value.Params, node.plain(), node, (), faults)


def _globs(node: Node, what: str, faults: Faults) -> tuple[str, ...]:
    for each in node.value if isinstance(node.value, list) else [node]:
        if isinstance(each.value, str) and each.value.strip() and (why := glob_fault(each.value)):
            faults.at(each, f"`changed` of {what} {why}")
    return fields.texts(node, "`changed`", faults)


def _default(node: Node, faults: Faults) -> bool | None:
    said = node.value if isinstance(node.value, bool) else yes_or_no(str(node.value))
    if said is None:
        faults.at(node, f"`default` {TRUE_OR_FALSE}")
    return said


_WHO = re.compile(r"@[A-Za-z0-9][A-Za-z0-9-]*(/[A-Za-z0-9._-]+)?")


def read_roles(node: Node, faults: Faults) -> Mapping[str, tuple[str, ...]]:
    """Who is meant by each role."""
    found = {}
    for name, each in fields.entries(node, "`roles`", faults).items():
        if name in LEVELS:
            faults.at_key(each, f"`{name}` is a permission of GitHub's and cannot be a role's name")
        found[name] = fields.texts(each, f"the role `{one_line(name)}`", faults)
        for who in found[name]:
            if who not in LEVELS and not _WHO.fullmatch(who):
                hint = f"Write `@user`, `@organisation/team`, or one of {', '.join(LEVELS)}"
                faults.at(
                    each,
                    f"`{one_line(who)}` is nobody that the role `{one_line(name)}` could mean",
                    hint,
                )
    return found


def read_sections(node: Node, faults: Faults) -> Mapping[str, SectionSetting]:
    """What is said of whole sections."""
    found = {}
    for title, each in fields.entries(node, "`sections`", faults).items():
        what = f"the section `{one_line(title)}`"
        said = fields.fields(each, what, faults, known=("skip", "phase"))
        if not said and isinstance(each.value, dict):
            faults.at(
                each,
                f"{what} says nothing: it takes `skip: reason` and `phase: before|deploy|after|reference`",
            )
        phase = (
            fields.one_of(said["phase"], "`phase`", list(Phase), faults)
            if "phase" in said
            else None
        )
        found[title] = SectionSetting(
            title=title,
            skip=fields.text(said.get("skip"), "`skip` is the reason, and", faults),
            phase=Phase(phase) if phase else None,
            line=each.key_line,
        )
    return found


def read_waivers(node: Node, environments: Collection[str], faults: Faults) -> tuple[Waiver, ...]:
    """The dated exceptions; one with a fault is left out, and the fault stops the run."""
    needed = ("item", "reason", "approved_by", "expires")
    found = []
    for each in fields.sequence(node, "`waivers`", faults):
        said = fields.fields(
            each, "a waiver", faults, known=(*needed, "environment"), needed=needed
        )
        texts = {
            key: fields.text(said.get(key), f"`{key}`", faults)
            for key in ("item", "reason", "approved_by")
        }
        expires = fields.day(said.get("expires"), "`expires`", faults)
        environment = _environment(said.get("environment"), environments, faults)
        item, reason, approved_by = texts["item"], texts["reason"], texts["approved_by"]
        if item and reason and approved_by and expires:
            found.append(
                Waiver(
                    item=item,
                    environment=environment,
                    reason=reason,
                    approved_by=approved_by,
                    expires=expires,
                    line=each.line,
                    column=said["item"].column,
                )
            )
    return tuple(found)


def read_signed(
    node: Node, environments: Collection[str], faults: Faults
) -> tuple[SignedLine, ...]:
    """The sign-offs that outlive one release."""
    needed = ("item", "by", "on", "words")
    found = []
    for each in fields.sequence(node, "`signed`", faults):
        said = fields.fields(
            each, "a sign-off", faults, known=(*needed, "until", "environment"), needed=needed
        )
        item, by = (fields.text(said.get(key), f"`{key}`", faults) for key in ("item", "by"))
        on, until = (fields.day(said.get(key), f"`{key}`", faults) for key in ("on", "until"))
        words = fields.text(said.get("words"), "`words`", faults)
        if words and not re.fullmatch(r"[0-9a-f]{8}", words):
            faults.at(
                said["words"],
                "`words` must be the eight signs that the comment prints",
                "Copy its line whole",
            )
        environment = _environment(said.get("environment"), environments, faults)
        if item and by and on and words:
            found.append(
                SignedLine(
                    item=item,
                    by=by.removeprefix("@"),
                    on=on,
                    until=until,
                    words=words,
                    environment=environment,
                    line=each.line,
                    column=said["item"].column,
                )
            )
    return tuple(found)


def _environment(node: Node | None, environments: Collection[str], faults: Faults) -> str | None:
    """An environment's name; any is accepted where none is declared."""
    name = fields.text(node, "`environment`", faults)
    if node is not None and name and environments and name not in environments:
        faults.at(node, *unknown(name, "is not an environment of this file", environments))
    return name
