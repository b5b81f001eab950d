"""Replaces `${name}` in a check's parameters by the environment's value, before they are read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ..data_formats import Node
from ..opaque import OpaqueStruct
from .faults import Faults, one_line, suggestion

BUILTINS = ("environment", "tag", "version", "commit")  # of the run, which may lack them
MARK = "${"

Environments = Mapping[str, Mapping[str, object]]

_REFERENCE = re.compile(r"\$\$\{|\$\{([^${}]*)\}|\$\{")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_SPECIAL = re.compile(r"[\\.+*?()|\[\]{}^$#&~-]")  # what Rust's regex::escape escapes


class Substitutes(OpaqueStruct, frozen=True, kw_only=True):
    """The values for `${name}`: of one environment and this run, and all that are declared."""

    environments: Environments
    values: Mapping[str, object]  # None: this run has no such value


class Unresolved(str):
    """A scalar with a `${name}` that has no value, so that it cannot be validated."""

    __slots__ = ()


def is_name(text: str) -> bool:
    """Whether an environment may declare this name, for use as `${name}`."""
    return _NAME.fullmatch(text) is not None


def substituted(node: Node, given: Substitutes, faults: Faults, *, in_regex: bool = False) -> Node:
    """The same tree with every `${name}` replaced, positions kept. Inside `matches` the value is
    escaped. A name must exist in every environment; one without a value here leaves an Unresolved.
    """
    value = node.value
    if isinstance(value, str):
        return _scalar(node, value, given, faults, in_regex) if MARK in value else node
    if isinstance(value, list):
        return node.with_value(
            [substituted(each, given, faults, in_regex=in_regex) for each in value]
        )
    if isinstance(value, dict):
        found = {}
        for key, each in value.items():
            found[key] = substituted(each, given, faults, in_regex=key == "matches")
        return node.with_value(found)
    return node


def _scalar(node: Node, text: str, given: Substitutes, faults: Faults, in_regex: bool) -> Node:
    names = _names_in(text)
    for name in names:
        if name not in BUILTINS:
            _check_declared(name, node, given.environments, faults)
    if any(given.values.get(name) is None for name in names):
        return node.with_value(Unresolved(text))
    alone = _REFERENCE.fullmatch(text)
    if alone and alone[1] and not in_regex:  # keeps its type: a number, true, a list
        value = given.values[alone[1]]
        if isinstance(value, list):
            value = [node.with_value(each) for each in value]
        return node.with_value(value)

    def value_of(found: re.Match[str]) -> str:
        if found[1] is None:
            return MARK
        text = _as_text(given.values[found[1]])
        return _SPECIAL.sub(r"\\\g<0>", text) if in_regex else text

    return node.with_value(_REFERENCE.sub(value_of, text))


def _names_in(text: str) -> list[str]:
    """Every `${name}` of a text; a `${` without a name is the name ""."""
    return [found[1] or "" for found in _REFERENCE.finditer(text) if found[0] != "$${"]


def substituted_text(text: str, values: Mapping[str, object]) -> str:
    """A text for people with the values that are known. Other references stay, a shell's too."""

    def value_of(found: re.Match[str]) -> str:
        if not found[1]:
            return MARK
        value = values.get(found[1])
        return found[0] if value is None else _as_text(value)

    return _REFERENCE.sub(value_of, text)


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def unresolved(node: Node) -> Iterator[str]:
    """The names below a node that have no value here."""
    value = node.value
    if isinstance(value, Unresolved):
        yield from _names_in(value)
    elif isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from unresolved(each)


def is_resolved(node: Node) -> bool:
    """Whether every name below it had a value."""
    return next(unresolved(node), None) is None


def _check_declared(name: str, node: Node, environments: Environments, faults: Faults) -> None:
    if not is_name(name):
        message = "`${` has no name or no closing `}`"
        faults.at(node, message, "For the two characters themselves, write `$${`")
        return
    missing = [environment for environment, values in environments.items() if name not in values]
    if len(missing) == len(environments):  # also if there are no environments
        declared = [key for values in environments.values() for key in values]
        message = f"no environment declares `${{{one_line(name)}}}`"
        hint = suggestion(name, [*declared, *BUILTINS])
        faults.at(node, message, hint or "Declare it under `environments:`")
        return
    if missing:
        message = f"`${{{name}}}` is missing in {', '.join(missing)}"
        faults.at(node, message, "Every environment must declare each name that a rule uses")
        return
    inside_text = node.value != f"${{{name}}}"
    if inside_text and any(isinstance(values[name], list) for values in environments.values()):
        message = f"`${{{name}}}` is a list, so it cannot be part of a text: write it by itself"
        faults.at(node, message)
