"""Single fields of the rules file. The type of a field decides how its scalar is read.

Each function reports a value of another type as a fault, and then returns nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar

from ..data_formats import Node
from ..values.near_names import did_you_mean
from .faults import TEXT, TRUE_OR_FALSE, Faults, unknown
from .model import is_variable

Member = TypeVar("Member", bound=StrEnum)


def entries(node: Node, what: str, faults: Faults) -> Mapping[str, Node]:
    """The entries of a mapping whose keys are names of the team's own."""
    if isinstance(node.value, dict):
        return node.value
    if node.value is not None:
        faults.at(node, f"{what} must be a mapping (`key: value` lines)")
    return {}


def fields(
    node: Node, what: str, faults: Faults, *, known: Collection[str], needed: Collection[str] = ()
) -> Mapping[str, Node]:
    """The known fields of a mapping with fixed keys. Unknown and missing ones are faults."""
    if not isinstance(node.value, dict):
        faults.at(node, f"{what} must be a mapping with {_listed(needed or known)}")
        return {}
    found: dict[str, Node] = node.value
    for key in found.keys() - set(known):
        faults.at_key(found[key], *unknown(key, f"is not a key of {what}", known))
    missing = [key for key in needed if key not in found or found[key].value is None]
    if missing:
        faults.at(node, f"{what} needs {_listed(missing)}")
    return {key: value for key, value in found.items() if key in known}


def _listed(keys: Collection[str]) -> str:
    return ", ".join(f"`{key}:`" for key in keys)


def sequence(node: Node, what: str, faults: Faults) -> list[Node]:
    """The entries of a list."""
    if isinstance(node.value, list):
        return node.value
    if node.value is not None:
        faults.at(node, f"{what} must be a list (each line begins with `- `)")
    return []


def text(node: Node | None, what: str, faults: Faults) -> str | None:
    """Text as written, numbers too; None for a field that is not there."""
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
    """A list of texts, or a single one."""
    if not isinstance(node.value, list):
        single = text(node, what, faults)
        return () if single is None else (single,)
    if not node.value:
        faults.at(node, f"{what} is an empty list")
    found = [text(each, f"each entry of {what}", faults) for each in node.value]
    return tuple(each for each in found if each is not None)


def boolean(node: Node, what: str, faults: Faults) -> bool:
    """True or false; texts like `yes` are faults."""
    if not isinstance(node.value, bool):
        faults.at(node, f"{what} {TRUE_OR_FALSE}")
    return node.value is True


def variable(node: Node | None, what: str, faults: Faults) -> str | None:
    """A variable's name; None for a field that is not there."""
    if node is None:
        return None
    name = node.value
    if isinstance(name, str) and is_variable(name):
        return name
    faults.at(node, f"{what} must be a variable's name in UPPER_SNAKE")
    return None


def day(node: Node | None, what: str, faults: Faults) -> date | None:
    """A date, written like 2026-12-31 and in no other form; None for a field that is not there."""
    if node is None:
        return None
    value = node.value
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass  # a thirteenth month is the same fault as any other wrong date
    faults.at(node, f"{what} must be a real date such as 2026-12-31 (YYYY-MM-DD)")
    return None


def one_of(node: Node | None, what: str, allowed: Collection[str], faults: Faults) -> str | None:
    """One of a few words; None for a field that is not there."""
    if node is None:
        return None
    value = node.value
    hint = None
    if isinstance(value, str):
        if value in allowed:
            return value
        hint = did_you_mean(value, allowed)
    faults.at(node, f"{what} must be one of {', '.join(allowed)}", hint)
    return None


def member(node: Node | None, what: str, enum: type[Member], faults: Faults) -> Member | None:
    """The member of an enumeration with this value; None for a field that is not there."""
    word = one_of(node, what, list(enum), faults)
    return enum(word) if word else None
