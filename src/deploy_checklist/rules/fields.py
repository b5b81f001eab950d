"""Single fields of the rules file, each of one type; the field decides how a scalar is read."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date

from ..data_formats import Node
from .faults import TEXT, TRUE_OR_FALSE, Faults, did_you_mean, unknown
from .model import is_variable


def entries(node: Node, what: str, faults: Faults) -> Mapping[str, Node]:
    """The entries of a mapping with names of the team's own; none, with a fault, if it is no
    mapping.
    """
    if isinstance(node.value, dict):
        return node.value
    if node.value is not None:
        faults.at(node, f"{what} must be a mapping (`key: value` lines)")
    return {}


def fields(
    node: Node, what: str, faults: Faults, *, known: Collection[str], needed: Collection[str] = ()
) -> Mapping[str, Node]:
    """The fields of a mapping with fixed names: unknown ones are refused, missing ones named."""
    if not isinstance(node.value, dict):
        faults.at(node, f"{what} must be a mapping with {_listed(needed or known)}")
        return {}
    found: dict[str, Node] = node.value
    for key in found.keys() - set(known):
        faults.at_key(found[key], *unknown(key, f"is not known in {what}", known))
    missing = [key for key in needed if key not in found or found[key].value is None]
    if missing:
        faults.at(node, f"{what} needs {_listed(missing)}")
    return {key: value for key, value in found.items() if key in known}


def _listed(keys: Collection[str]) -> str:
    return ", ".join(f"`{key}:`" for key in keys)


def sequence(node: Node, what: str, faults: Faults) -> list[Node]:
    """The entries of a list; none, with a fault, if it is no list."""
    if isinstance(node.value, list):
        return node.value
    if node.value is not None:
        faults.at(node, f"{what} must be a list (lines that begin with `- `)")
    return []


def text(node: Node | None, what: str, faults: Faults) -> str | None:
    """Text as written, numbers too; None, with a fault, for anything else. A field that is not
    there is None.
    """
    if node is None:
        return None
    value = node.value
    if isinstance(value, str) and value.strip():
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    faults.at(node, f"{what} {TEXT}")
    return None


def texts(node: Node, what: str, faults: Faults) -> tuple[str, ...]:
    """A list of texts, or one alone."""
    nodes = node.value if isinstance(node.value, list) else [node]
    if not nodes:
        faults.at(node, f"{what} is an empty list")
    found = (
        text(each, f"each entry of {what}" if nodes[0] is not node else what, faults)
        for each in nodes
    )
    return tuple(each for each in found if each is not None)


def boolean(node: Node, what: str, faults: Faults) -> bool:
    """True or false, and nothing like them."""
    if not isinstance(node.value, bool):
        faults.at(node, f"{what} {TRUE_OR_FALSE}")
    return node.value is True


def variable(node: Node, what: str, faults: Faults) -> str | None:
    """A variable's name."""
    name = node.value
    if isinstance(name, str) and is_variable(name):
        return name
    faults.at(node, f"{what} must be a variable's name in UPPER_SNAKE")
    return None


def day(node: Node | None, what: str, faults: Faults) -> date | None:
    """A date in exactly one form: 2026-12-31."""
    if node is None:
        return None
    value = node.value
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass  # the thirteenth month: the same fault as any other wrong date
    faults.at(node, f"{what} must be a date that exists, written like 2026-12-31")
    return None


def one_of(node: Node, what: str, allowed: Collection[str], faults: Faults) -> str | None:
    """One of a few words."""
    value = node.value
    if isinstance(value, str) and value in allowed:
        return value
    hint = did_you_mean(value, allowed) if isinstance(value, str) else None
    faults.at(
        node,
        f"{what} must be one of {', '.join(allowed)}",
        hint if hint and "mean" in hint else None,
    )
    return None
