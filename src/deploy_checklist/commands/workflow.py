"""The two workflows of a team, ready to commit: the gate, and the deployment with the values."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from msgspec.structs import replace

from ..checklist.model import Checklist, Phase
from ..engine.plan import plan
from ..engine.variables import storage_of, variables_to_hand_over
from ..rules.bind import bind
from ..rules.model import Rules
from ..storage import Storage

CHECKOUT = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1"
ACTION = (
    "org/deploy-checklist@v1 "
    "# zizmor: ignore[unpinned-uses] moves with compatible releases; or pin a commit"
)
_TEMPLATES = Path(__file__).parent / "templates"
_YAML_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})


def workflows(
    checklist: Checklist, rules: Rules, inputs: Mapping[str, str], gate: str | None = None
) -> str:
    """Both workflows, one YAML document each; the first line of each says where it belongs.

    `inputs` are those that every step is given: `environment`, and what the action would not find
    by itself. `gate` is the gate's name: files, workflows and queues of two gates are two.
    """
    environment = inputs.get("environment")
    names = variables_to_hand_over(checklist, rules)
    storage = storage_of(names, checklist, rules)
    fields = {
        "<checkout>": CHECKOUT,
        "<action>": ACTION,
        "<inputs>": "".join(
            f"\n          {name}: {_scalar(value)}" for name, value in inputs.items()
        ),
        "<file>": f"-{_slug(gate)}" if gate else "",
        "<of-gate>": f" {gate}" if gate else "",
        "<queue>": (f"{gate}/" if gate else "") + (f"{_slug(environment)}-" if environment else ""),
        "<name>": _scalar(environment or "production"),
        "<group>": _scalar("/".join(filter(None, (gate, f"deploy-{environment or 'production'}")))),
        "<env>": _env(names, storage, _companions(rules), _absent(rules)),
        "<after-env>": _env(_names_after(checklist, rules), storage, {}, _absent(rules)),
    }
    templates = [_TEMPLATES / "gate.yml.txt", _TEMPLATES / "deploy.yml.txt"]
    text = "---\n".join(template.read_text(encoding="utf-8") for template in templates)
    return re.sub("|".join(fields), lambda field: fields[field[0]], text)


def _env(
    names: Iterable[str],
    storage: Storage,
    companions: Mapping[str, Sequence[str]],
    absent: Collection[str],
) -> str:
    """One `env:` line per variable. `toJSON(secrets)` would hand every secret over."""
    lines: list[str] = []
    for name in names:
        note = " # empty where GitHub has none, as it must be" if name in absent else ""
        lines.append(storage.env_line(name) + note)
        for dated in companions.get(name, ()):
            lines.append(f"{storage.env_line(dated)} # not needed with a `metadata-token`")
    if not lines:
        return ""
    return "\n          ".join(("\n        env: # on the step, never the job", *lines))


def _absent(rules: Rules) -> frozenset[str]:
    """The variables that must be absent. Handed over, they show whether GitHub still has them."""
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


def _slug(name: str) -> str:
    """A name as a part of a file's name."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", name)


def _scalar(name: str) -> str:
    """A name as YAML: plain where nothing in it could mean anything else."""
    if re.fullmatch(r"[A-Za-z][A-Za-z-]*", name) and name.lower() not in _YAML_WORDS:
        return name
    return json.dumps(name, ensure_ascii=False)
