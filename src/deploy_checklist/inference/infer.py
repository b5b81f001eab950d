"""From an item's own words to rules, where there is no rules file.

The law (design §4): an item passes by itself only if every clause of it is a closed sentence form
and was verified; of any other the understood part is verified and the rest waits for a person.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from ..checklist.model import Checklist
from ..data_formats import Node
from ..rules.clauses import KnownNames, RuleReader
from ..rules.faults import Faults
from ..rules.model import Rule, Rules
from ..rules.substitute import Substitutes
from .understand import Understood, understood


def inferred(
    checklist: Checklist, environment: str | None, builtins: Mapping[str, str | None] | None = None
) -> Rules:
    """The rules that the words of `checklist` state by themselves. Each stands in the line of the
    item it speaks of.
    """
    values = {**(builtins or {}), "environment": environment}
    given = Substitutes(environments={}, values=values)
    scope = KnownNames(facts=(), substitutes=given, environment=environment)
    reader = _Reader(checklist.path, scope)
    found = understood(checklist)
    rules = (reader.rule(each) for each in found.values())
    return Rules(
        path=None,
        checklist=checklist.path,
        environments={},
        environment=environment,
        facts={},
        roles={},
        sections={},
        rules=tuple(rule for rule in rules if rule is not None),
        waivers=(),
        signed=(),
        lines={},
        questions=sum(len(each.questions) for each in found.values()),
    )


def written(found: Understood) -> list[dict[str, object]]:
    """The item's checks as rules-file data: one mapping for each thing that is looked at."""
    return [
        {**({"env": check.variable} if check.variable else {}), **check.rule}
        for check in found.checks
    ]


def _told(found: Understood) -> tuple[str, ...]:
    """What was understood, with the words that were used; and why anything is left."""
    lines = [f"“{check.said}”: {check.description}" for check in found.checks]
    return (*lines, f"left to a person: {found.why}") if found.why else tuple(lines)


class _Reader:
    """Reads what was understood with the loader of rules files, so that both mean the same."""

    def __init__(self, path: str, scope: KnownNames) -> None:
        self._faults = Faults(path)
        self._rules = RuleReader(scope, self._faults)

    def rule(self, found: Understood) -> Rule | None:
        """None if the loader refuses it: then all of the item is a person's."""
        line = found.item.line
        loaded = self._rules.rule(" ", _node(written(found), line))
        if self._faults:
            self._faults.clear()
            return None
        return replace(
            loaded,
            key=found.item.text or found.item.id,
            line=line,
            inferred=True,
            may_fail=found.may_fail,
            understood=_told(found),
            remainder=found.remainder,
        )


def _node(value: object, line: int) -> Node:
    if isinstance(value, Mapping):
        return Node({key: _node(each, line) for key, each in value.items()}, line, 1)
    if isinstance(value, list):
        return Node([_node(each, line) for each in value], line, 1)
    return Node(value, line, 1)
