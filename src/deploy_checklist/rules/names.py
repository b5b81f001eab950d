"""`${name}`: an environment's own values in the parameters of a check."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ..documents import Node
from .faults import Faults, did_you_mean, one_line

BUILTINS = ("environment", "tag", "version", "commit")  # exist everywhere; unknown if the run has none
MARK = "${"

_REFERENCE = re.compile(r"\$\$\{|\$\{([^${}]*)\}|\$\{")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_SPECIAL = re.compile(r"[\\.+*?()|\[\]{}^$#&~-]")  # what Rust's regex::escape escapes


def is_name(text: str) -> bool:
    """Whether an environment may declare it for use as `${name}`."""
    return _NAME.fullmatch(text) is not None


def substituted(value: object, values: Mapping[str, object], *, in_regex: bool = False) -> object:
    """The same data with every `${name}` replaced; what is put into a `matches` is escaped."""
    if isinstance(value, str):
        return _in_text(value, values, in_regex) if MARK in value else value
    if isinstance(value, list):
        return [substituted(each, values, in_regex=in_regex) for each in value]
    if isinstance(value, dict):
        return {key: substituted(each, values, in_regex=key == "matches") for key, each in value.items()}
    return value


def _in_text(text: str, values: Mapping[str, object], in_regex: bool) -> object:
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
    """What a person reads, with the names of this environment; any other (a shell's own, say) stays as it is."""
    if text is None or MARK not in text:
        return text
    known = {name: value for name, value in values.items() if value is not None}
    return _REFERENCE.sub(lambda found: _as_text(known.get(found[1] or "", found[0] if found[1] else MARK)), text)


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def references(node: Node) -> Iterator[tuple[str, Node]]:
    """Every `${name}` below a Node and the scalar it stands in. A `${` without a name is the name ""."""
    value = node.value
    if isinstance(value, str):
        if MARK in value:
            for found in _REFERENCE.finditer(value):
                if found[0] != "$${":
                    yield found[1] or "", node
    elif isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from references(each)


def used(node: Node, environments: Mapping[str, Mapping[str, object]], faults: Faults) -> frozenset[str]:
    """The names that a use of a check needs, each of which must exist in every environment."""
    found = list(references(node))
    for name, scalar in found:
        if name not in BUILTINS:
            _must_exist(name, scalar, environments, faults)
    return frozenset(name for name, _ in found)


def _must_exist(name: str, scalar: Node, environments: Mapping[str, Mapping[str, object]], faults: Faults) -> None:
    if not is_name(name):
        faults.at(scalar, "`${` without a name and a closing `}`", "Write `$${` for these two characters themselves")
        return
    lacking = [environment for environment, values in environments.items() if name not in values]
    if not environments or len(lacking) == len(environments):
        known = dict.fromkeys([*(key for values in environments.values() for key in values), *BUILTINS])
        message = f"`${{{one_line(name)}}}` is declared in no environment"
        faults.at(scalar, message, did_you_mean(name, known) or "Declare it under `environments:`")
    elif lacking:
        message = f"`${{{name}}}` is missing in {', '.join(lacking)}"
        faults.at(scalar, message, "Every environment must declare every name that is used")
    elif scalar.value != f"${{{name}}}" and any(isinstance(each[name], list) for each in environments.values()):
        faults.at(scalar, f"`${{{name}}}` is a list and cannot stand inside a text; use it alone")
