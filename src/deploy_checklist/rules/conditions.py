"""A `when:`: read from the rules file, and decided from facts."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ..data_formats import Node
from .faults import Faults, one_line, suggestion
from .model import Condition

YES = frozenset({"true", "1", "yes", "on"})
NO = frozenset({"false", "0", "no", "off"})


def yes_or_no(text: str) -> bool | None:
    """What a fact's variable says: true 1 yes on, false 0 no off; None for anything else."""
    word = text.lower()
    return word in YES if word in YES | NO else None


def evaluate(
    condition: Condition, facts: Mapping[str, bool | str], environment: str | None
) -> bool | str:
    """Whether the condition holds, or the reason why that is unknown. So does `facts`, by name.

    An unknown part does not matter if a known part decides: `any_of: [yes, unknown]` is yes.
    """
    if condition.op == "fact":
        return facts.get(condition.name or "", f"{condition.name} was not checked")
    if condition.op == "environment":
        return environment == condition.name if environment else "no environment was named"
    parts = [evaluate(part, facts, environment) for part in condition.parts]
    if condition.op == "not":
        return parts[0] if isinstance(parts[0], str) else not parts[0]
    deciding = condition.op == "any"  # one yes decides `any`, one no decides `all`
    reasons = [part for part in parts if isinstance(part, str)]
    if deciding in parts:
        return deciding
    return reasons[0] if reasons else not deciding


def read_condition(
    node: Node, facts: Collection[str], environments: Collection[str], faults: Faults
) -> Condition:
    """A `when:` as it is written: a name, `not name`, a list (all), or `{any_of: […]}`."""

    def all_of(nodes: list[Node]) -> tuple[Condition, ...]:
        return tuple([read_condition(each, facts, environments, faults) for each in nodes])

    value = node.value
    if isinstance(value, str):
        return _named(value, node, facts, environments, faults)
    if isinstance(value, list) and value:
        return Condition(op="all", parts=all_of(value))
    if isinstance(value, dict) and list(value) == ["any_of"]:
        parts = value["any_of"].value
        if isinstance(parts, list) and parts:
            return Condition(op="any", parts=all_of(parts))
    message = "`when` takes a fact, `not fact`, an environment, a list of them (all), or "
    faults.at(node, message + "`{ any_of: [a, b] }`")
    return Condition(op="all")


def _named(
    text: str, node: Node, facts: Collection[str], environments: Collection[str], faults: Faults
) -> Condition:
    words = text.split()
    name = words[-1] if words else ""
    negated = len(words) == 2 and words[0] == "not"
    known = name in facts or name in environments
    if not known or len(words) > (2 if negated else 1):
        given = one_line(name if len(words) < 3 else text)
        hint = suggestion(name, [*facts, *environments]) or "Declare it under `facts:`"
        faults.at(node, f"`{given}` is not a fact and not an environment in this file", hint)
    found = Condition(op="fact" if name in facts else "environment", name=name)
    return Condition(op="not", parts=(found,)) if negated else found
