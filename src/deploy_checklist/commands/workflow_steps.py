"""The steps for a team's own deploy job, as lines that fit between its own."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from msgspec import Struct

from ..data_formats import Node, parse_yaml
from ..workflows.deploy_jobs import DeployJob
from ..workflows.jobs import WorkflowJob, WorkflowStep
from ..workflows.layout import JobLayout, LineChange, YamlEntry, above, text_lines
from .workflow_files import ROLLBACK, Gate
from .workflow_values import StepValues, scalar

# What the steps do with the job's token; the comments are printed.
_PERMISSIONS = {
    "contents": ("read", ""),
    "pull-requests": ("write", " # the comment"),
    "issues": ("write", " # the release ticket and follow-ups"),
    "statuses": ("write", " # the status of phase `after`"),
    "checks": ("read", ""),
    "actions": ("read", ""),
    "id-token": ("write", " # proves which environment the values come from"),
}
_OF_ROLLBACK = {"deployments": ("read", " # what was deployed before")}
_RANKS = {"none": 0, "read": 1, "write": 2}
_PLAIN_CONDITION = re.compile(r"[A-Za-z$(!][^#:\n\"]*")


Permissions = Mapping[str, tuple[str, str]]  # by name: the access, and a comment


class GateStep(Struct, frozen=True, kw_only=True):
    """One step that runs the gate."""

    name: str
    inputs: Mapping[str, str]  # with the phase
    env: tuple[str, ...]
    condition: str = ""
    action: str  # behind `uses:`

    @property
    def permissions(self) -> Permissions:
        """What it does with the job's token."""
        return {**_PERMISSIONS, **(_OF_ROLLBACK if "rollback" in self.inputs else {})}

    def lines(self, entry: YamlEntry) -> tuple[str, ...]:
        """The step in a list that is indented as this entry of it."""
        at, deeper = " " * (entry.indent + entry.inner), " " * (entry.indent + entry.inner + 2)
        found = [f"{' ' * entry.indent}-{' ' * (entry.inner - 1)}name: {self.name}"]
        if self.condition:
            found.append(f"{at}if: {_condition(self.condition)}")
        found += [f"{at}uses: {self.action}", f"{at}with:"]
        found += [f"{deeper}{name}: {scalar(value)}" for name, value in self.inputs.items()]
        if self.env:
            found.append(f"{at}env: # on the step, never the job")
            found += [deeper + line for line in self.env]
        return tuple(found)


def gate_steps(
    gate: Gate, inputs: Mapping[str, str], values: StepValues, condition: str
) -> tuple[GateStep, GateStep]:
    """The step before the deployment, and the one after it."""
    back = {"rollback": ROLLBACK} if gate.rollback else {}
    return (
        GateStep(
            name="Checklist, with the values",
            inputs={**inputs, "phase": "deploy", **back},
            env=values.before,
            condition=condition,
            action=gate.action,
        ),
        GateStep(
            name="Checklist, after",
            inputs={**inputs, "phase": "after"},
            env=values.after,
            condition=condition,
            action=gate.action,
        ),
    )


def step_changes(
    text: str, layout: JobLayout, found: DeployJob, steps: tuple[GateStep, GateStep]
) -> list[LineChange]:
    """Where the two steps go: before the first step that deploys, and after the last one."""
    if found.first is None or found.last is None or len(layout.steps) < found.last.number:
        return []
    first, last = layout.steps[found.first.number - 1], layout.steps[found.last.number - 1]
    before, after = (step.lines(first) for step in steps)
    blank = ("",) if layout.apart else ()
    which = "the first that deploys" if found.strength > 1 else "the first that does more than"
    if found.strength <= 1:
        which += " check out, set up or install; no step clearly deploys"
    return [
        LineChange(
            line=above(text_lines(text), first),
            lines=(*before, *blank),
            what=f"{step_name(found.first)}, {which}",
        ),
        LineChange(
            line=last.end + 1,
            lines=(*blank, *after),
            what=f"{step_name(found.last)}"
            + (", the last that deploys" if found.strength > 1 else ""),
            how="after",
        ),
    ]


def step_name(step: WorkflowStep) -> str:
    """ "step 3 `Deploy to ECS`"."""
    words = step.name or step.uses.partition("@")[0] or step.run.strip().partition("\n")[0]
    shown = re.sub(r"[^ -~]|`", "?", words)[:60]
    return f"step {step.number} `{shown}`"


def shared_condition(steps: Sequence[WorkflowStep]) -> str:
    """The `if:` of the steps that deploy, where all have one: without it the gate would block runs
    that deploy nothing.
    """
    conditions = list(dict.fromkeys(step.condition for step in steps))
    if not conditions or not all(conditions):
        return ""
    if len(conditions) == 1:
        return conditions[0]
    return " || ".join(f"({condition})" for condition in conditions)


def permission_changes(
    text: str, layout: JobLayout, job: WorkflowJob, needed: Permissions
) -> list[LineChange]:
    """The lines that let the job's token do what the steps need. None where nothing narrows it: a
    line would remove the job's default permissions.
    """
    top = _mapping(parse_yaml(text, "", anchors=True))
    own = _mapping(_mapping(top.get("jobs"))[job.id]).get("permissions")
    if own is not None:
        return _in_block(layout, own, needed)
    around = top.get("permissions")
    if around is None or around.plain() == "write-all":
        return []
    known = {name: str(node.value) for name, node in _mapping(around).items()}
    at = layout.fields["steps" if "steps" in layout.fields else "uses"]
    return [
        LineChange(
            line=above(text_lines(text), at),
            lines=_block(at.indent, known, needed),
            what=f"`{'steps' if 'steps' in layout.fields else 'uses'}:` of the job; the "
            f"workflow's own permissions are included",
        )
    ]


def _in_block(layout: JobLayout, own: Node, needed: Permissions) -> list[LineChange]:
    if own.plain() == "write-all":
        return []
    known = {name: str(node.value) for name, node in _mapping(own).items()}
    missing = _missing(known, needed)
    if not missing:
        return []
    entry = layout.fields["permissions"]
    entries = list(_mapping(own).values())
    if not entries or own.line <= own.key_line:
        return [
            LineChange(
                line=entry.start,
                lines=_block(entry.indent, known, needed),
                what="the job's `permissions:`",
                how="instead of",
            )
        ] * (entry.start == entry.end)
    deeper = " " * (entries[0].key_column - 1)
    changes = [
        LineChange(
            line=node.key_line,
            lines=(f"{deeper}{name}: {needed[name][0]}{needed[name][1]}",),
            what=f"`{name}: {known[name]}`",
            how="instead of",
        )
        for name, node in _mapping(own).items()
        if name in missing
    ]
    new = [name for name in missing if name not in known]
    if new:
        lines = (f"{deeper}{name}: {needed[name][0]}{needed[name][1]}" for name in new)
        changes.append(
            LineChange(
                line=entry.end + 1,
                lines=tuple(lines),
                what="the job's other permissions",
                how="after",
            )
        )
    return changes


def _block(indent: int, known: Mapping[str, str], needed: Permissions) -> tuple[str, ...]:
    merged = {**known} | {name: needed[name][0] for name in _missing(known, needed)}
    notes = {name: note for name, (_, note) in needed.items() if name not in known}
    at = " " * indent
    return (
        f"{at}permissions:",
        *(f"{at}  {name}: {value}{notes.get(name, '')}" for name, value in merged.items()),
    )


def _missing(known: Mapping[str, str], needed: Permissions) -> list[str]:
    """The permissions that are not granted, or too few."""
    ranks = {name: _RANKS.get(known.get(name, "none"), 0) for name in needed}
    return [name for name, (access, _) in needed.items() if ranks[name] < _RANKS[access]]


def one_line(condition: str) -> str:
    """An `if:` on one line."""
    return " ".join(line.strip() for line in condition.splitlines())


def _condition(condition: str) -> str:
    """An `if:` on one line, as YAML."""
    line = one_line(condition)
    return line if _PLAIN_CONDITION.fullmatch(line) else json.dumps(line, ensure_ascii=False)


def _mapping(node: Node | None) -> Mapping[str, Node]:
    return node.value if node is not None and isinstance(node.value, dict) else {}
