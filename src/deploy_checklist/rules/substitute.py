"""`${name}`: an environment's own values, put into a check's parameters before these are read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ..data_formats import Node
from ..opaque import OpaqueStruct
from .faults import Faults, did_you_mean, one_line

BUILTINS = (
    "environment",
    "tag",
    "version",
    "commit",
)  # exist everywhere; unknown if the run has none
MARK = "${"

Environments = Mapping[str, Mapping[str, object]]

_REFERENCE = re.compile(r"\$\$\{|\$\{([^${}]*)\}|\$\{")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_SPECIAL = re.compile(r"[\\.+*?()|\[\]{}^$#&~-]")  # what Rust's regex::escape escapes


class Substitutes(OpaqueStruct, frozen=True, kw_only=True):
    """What may stand for a `${name}`: the names of every environment, and the values of one."""

    environments: Environments
    values: Mapping[str, object]  # None: this run has none


class Unresolved(str):
    """A scalar with a `${name}` that has no value here: whether it is right cannot be said."""

    __slots__ = ()


def is_name(text: str) -> bool:
    """Whether an environment may declare it for use as `${name}`."""
    return _NAME.fullmatch(text) is not None


def substituted(node: Node, given: Substitutes, faults: Faults, *, in_regex: bool = False) -> Node:
    """The same tree with every `${name}` replaced, in its place; inside `matches` it is escaped.

    A name must exist in every environment. One without a value leaves its scalar Unresolved.
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
    used = _names_in(text)
    for name in used:
        if name not in BUILTINS:
            _must_exist(name, node, given.environments, faults)
    if any(given.values.get(name) is None for name in used):
        return node.with_value(Unresolved(text))
    put_in = _put_into(text, given.values, in_regex)
    if isinstance(put_in, list):
        put_in = [node.with_value(each) for each in put_in]
    return node.with_value(put_in)


def _names_in(text: str) -> list[str]:
    """Every `${name}` of a text; a `${` without a name is the name ""."""
    return [found[1] or "" for found in _REFERENCE.finditer(text) if found[0] != "$${"]


def _put_into(text: str, values: Mapping[str, object], in_regex: bool) -> object:
    alone = _REFERENCE.fullmatch(text)
    if alone and alone[1] and not in_regex:
        return values[alone[1]]

    def put(found: re.Match[str]) -> str:
        if found[1] is None:
            return MARK
        put_in = _as_text(values[found[1]])
        return _SPECIAL.sub(r"\\\g<0>", put_in) if in_regex else put_in

    return _REFERENCE.sub(put, text)


def in_words(text: str | None, values: Mapping[str, object]) -> str | None:
    """What a person reads, with this environment's names; others (a shell's) stay as they are."""
    if text is None or MARK not in text:
        return text
    known = {name: value for name, value in values.items() if value is not None}

    def put(found: re.Match[str]) -> str:
        return _as_text(known.get(found[1] or "", found[0] if found[1] else MARK))

    return _REFERENCE.sub(put, text)


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


def _must_exist(name: str, scalar: Node, environments: Environments, faults: Faults) -> None:
    if not is_name(name):
        message = "`${` without a name and a closing `}`"
        faults.at(scalar, message, "Write `$${` for these two characters themselves")
        return
    lacking = [environment for environment, values in environments.items() if name not in values]
    if not environments or len(lacking) == len(environments):
        declared = (key for values in environments.values() for key in values)
        message = f"`${{{one_line(name)}}}` is declared in no environment"
        hint = did_you_mean(name, dict.fromkeys([*declared, *BUILTINS]))
        faults.at(scalar, message, hint or "Declare it under `environments:`")
    elif lacking:
        message = f"`${{{name}}}` is missing in {', '.join(lacking)}"
        faults.at(scalar, message, "Every environment must declare every name that is used")
    elif scalar.value != f"${{{name}}}" and _is_list_somewhere(name, environments):
        message = f"`${{{name}}}` is a list and cannot stand inside a text; use it alone"
        faults.at(scalar, message)


def _is_list_somewhere(name: str, environments: Environments) -> bool:
    return any(isinstance(values[name], list) for values in environments.values())
