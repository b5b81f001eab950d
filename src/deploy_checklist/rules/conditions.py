"""A `when:`: read from the rules file, and decided from facts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from ..data_formats import Node
from .faults import Faults, did_you_mean, one_line
from .model import Condition

_YES = frozenset({"true", "1", "yes", "on"})
_NO = frozenset({"false", "0", "no", "off"})


def yes_or_no(text: str) -> bool | None:
    """What a fact's variable says: true 1 yes on, false 0 no off; None for anything else."""
    word = text.lower()
    return word in _YES if word in _YES | _NO else None


def evaluate(
    condition: Condition, facts: Mapping[str, bool | str], environment: str | None
) -> bool | str:
    """Whether the condition holds, or why that is unknown. A fact's text says why the fact itself
    is unknown.

    An unknown part decides nothing that a known part decides already: `any_of: [yes, unknown]`
    holds.
    """
    if condition.op == "fact":
        return facts.get(condition.name or "", f"{condition.name} was not looked at")
    if condition.op == "environment":
        return environment == condition.name if environment else "no environment was named"
    parts = [evaluate(part, facts, environment) for part in condition.parts]
    if condition.op == "not":
        return parts[0] if isinstance(parts[0], str) else not parts[0]
    deciding = condition.op == "any"  # one yes decides `any`, one no decides `all`
    if deciding in [part for part in parts if isinstance(part, bool)]:
        return deciding
    return next((part for part in parts if isinstance(part, str)), not deciding)


def read_condition(
    node: Node, facts: Collection[str], environments: Collection[str], faults: Faults
) -> Condition:
    """A `when:` as it is written: a name, `not name`, a list (all), or `{any_of: […]}`."""
    value = node.value
    if isinstance(value, str):
        return _named(value, node, facts, environments, faults)
    if isinstance(value, list) and value:
        return Condition(op="all", parts=_parts(value, facts, environments, faults))
    if isinstance(value, dict) and list(value) == ["any_of"]:
        parts = value["any_of"].value
        if isinstance(parts, list) and parts:
            return Condition(op="any", parts=_parts(parts, facts, environments, faults))
    faults.at(
        node,
        "`when` takes a fact, `not fact`, an environment, a list of them (all), or `{ any_of: [a, b] }`",
    )
    return Condition(op="all")


def _parts(
    nodes: Sequence[Node], facts: Collection[str], environments: Collection[str], faults: Faults
) -> tuple[Condition, ...]:
    return tuple(read_condition(node, facts, environments, faults) for node in nodes)


def _named(
    text: str, node: Node, facts: Collection[str], environments: Collection[str], faults: Faults
) -> Condition:
    words = text.split()
    name = words[-1] if words else ""
    if (
        (name not in facts and name not in environments)
        or len(words) > 2
        or (len(words) == 2 and words[0] != "not")
    ):
        shown = one_line(name if len(words) < 3 else text)
        hint = did_you_mean(name, [*facts, *environments]) or "Declare it under `facts:`"
        faults.at(node, f"`{shown}` is neither a fact nor an environment of this file", hint)
    found = Condition(op="fact" if name in facts else "environment", name=name)
    return (
        Condition(op="not", parts=(found,)) if words[:1] == ["not"] and len(words) == 2 else found
    )
