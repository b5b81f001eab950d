"""What a printed workflow passes to its steps: one `env:` line for each variable."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from ..checklist.model import Checklist, Phase
from ..engine.plan import plan
from ..engine.variables import storage_of, variables_to_hand_over
from ..rules.bind import bind
from ..rules.model import Rules
from ..storage import Storage

_YAML_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})


class StepValues(Struct, frozen=True, kw_only=True):
    """The `env:` lines of the step before the deployment, and of the one after it."""

    before: tuple[str, ...]
    after: tuple[str, ...]


def step_values(checklist: Checklist, of_each: Sequence[Rules]) -> StepValues:
    """`of_each`: the rules for each environment that the steps are for. `toJSON(secrets)` would
    pass every secret.
    """
    before, after = dict[str, None](), dict[str, None]()
    for rules in of_each:
        names = variables_to_hand_over(checklist, rules)
        storage, absent = storage_of(names, checklist, rules), _absent(rules)
        before.update(dict.fromkeys(_lines(names, storage, _companions(rules), absent)))
        after.update(dict.fromkeys(_lines(_names_after(checklist, rules), storage, {}, absent)))
    return StepValues(before=tuple(before), after=tuple(after))


def scalar(name: str) -> str:
    """A name as YAML: plain where nothing in it could mean anything else."""
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", name) and name.lower() not in _YAML_WORDS:
        return name
    if re.fullmatch(r"\$\{\{ [\w.-]+ \}\}", name):
        return name
    return json.dumps(name, ensure_ascii=False)


def _lines(
    names: Iterable[str],
    storage: Storage,
    companions: Mapping[str, Sequence[str]],
    absent: Collection[str],
) -> Iterable[str]:
    for name in names:
        note = " # must stay empty if GitHub has none" if name in absent else ""
        yield storage.env_line(name) + note
        for dated in companions.get(name, ()):
            yield f"{storage.env_line(dated)} # not needed with a `metadata-token`"


def _absent(rules: Rules) -> frozenset[str]:
    """The variables that must be absent. If the step passes them, they show whether GitHub still
    has them.
    """
    return frozenset(
        subject
        for rule in rules.rules
        for clause in rule.clauses
        if (subject := clause.env or rule.variable)
        if any(use.kind == "absent" for use in clause.uses)
    )


def _companions(rules: Rules) -> Mapping[str, Sequence[str]]:
    """By variable, those that go with it: the date of a secret, which GitHub may not know."""
    found: dict[str, Sequence[str]] = {}
    for rule in rules.rules:
        for clause in rule.clauses:
            subject = clause.env or rule.variable
            for use in clause.uses:
                names = use.params.companion_variables(subject) if subject and use.params else ()
                if subject and names:
                    found[subject] = names
    return found


def _names_after(checklist: Checklist, rules: Rules) -> tuple[str, ...]:
    """The variables that the phase `after` needs: in the items' text, their rules and the facts."""
    planned = plan(checklist, rules, bind(checklist, rules))
    after = [
        each
        for each in planned
        if Phase.AFTER in ({step.phase for step in each.steps} or {each.phase})
    ]
    if not after:
        return ()
    steps = (step for each in after for step in each.steps if step.phase is Phase.AFTER)
    rules_after = {step.rule.key: step.rule for step in steps}
    items = tuple(each.item for each in after)
    return variables_to_hand_over(
        replace(checklist, items=items), replace(rules, rules=tuple(rules_after.values()))
    )
