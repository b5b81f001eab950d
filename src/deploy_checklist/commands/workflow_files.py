"""The workflow files that a team adds: the gate, its comments, and a deployment if it has none."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from ..workflows.deploy_steps import is_checklist, says_deploy
from ..workflows.events import starts_on_push_to
from ..workflows.jobs import FOLDER, Workflow
from .workflow_values import StepValues, scalar

CHECKOUT = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1"
_UNPINNED = "# zizmor: ignore[unpinned-uses] follows compatible releases; to pin it, use a commit"
_ACTION = f"org/deploy-checklist@v1 {_UNPINNED}"
# The first comment in each new file that has it.
PLACEHOLDER = "# org/ is a placeholder: put the owner of your copy, and delete this line\n"
ROLLBACK = "${{ inputs.rollback }}"
METADATA_TOKEN = "${{ secrets.DEPLOY_CHECKLIST_METADATA_TOKEN }}"  # noqa: S105 - a secret's name
_ROLLBACK_INPUT = (
    "\n    inputs:"
    "\n      rollback:"
    "\n        description: go back to this tag"
    "\n        type: boolean"
    "\n        default: false"
)
_DEPLOYMENTS = "\n      deployments: read # what was deployed before"
_TEMPLATES = Path(__file__).parent / "templates"
_VERSION_TAGS = "v*.*.*"
_CI = re.compile(r"(?i)(?<![a-z])(?:ci|tests?|build|checks?|verify|quality|e2e|lint)(?![a-z])")
_GATE = re.compile(r"(?i)deploy-checklist[^/]*\Z")


class NewFile(Struct, frozen=True, kw_only=True):
    """A file that is only written if it does not exist."""

    path: str
    text: str


class Habits(Struct, frozen=True, kw_only=True):
    """What the repository calls its default branch, its tags and its CI."""

    branch: str
    tags: str = _VERSION_TAGS  # a glob
    ci: tuple[str, ...] = ()  # names of workflows


class Gate(Struct, frozen=True, kw_only=True):
    """What is gated: a name if there are several, the environments, the steps' other inputs."""

    name: str | None
    environments: tuple[str, ...]  # none: the rules name none, and none was typed
    inputs: Mapping[str, str]
    action: str = _ACTION  # behind `uses:`
    rollback: bool = False  # the rules let a run go back to what was deployed before
    names_only: bool = False  # the steps get a token for the names of secrets, and no value

    def inputs_for(self, environment: str | None) -> Mapping[str, str]:
        """The inputs of every step of an environment; of the gate's own, of all of them."""
        several = "${{ matrix.environment }}" if len(self.environments) > 1 else None
        named = environment or several or next(iter(self.environments), None)
        token = {"metadata-token": METADATA_TOKEN} if self.names_only else {}
        return {**({"environment": named} if named else {}), **self.inputs, **token}


def gate_files(gate: Gate, habits: Habits) -> tuple[NewFile, NewFile]:
    """The workflow that judges, and the one that ticks and comments start."""
    fields = {
        **_common(gate),
        "<inputs>": _inputs(gate.inputs_for(None)),
        "<branch>": scalar(habits.branch),
        "<branch-name>": habits.branch.replace("'", "''"),
        "<commit>": scalar(f"commit on {habits.branch} (default: its tip)"),
        "<ci>": _ci_lines(habits),
        "<matrix>": _matrix(gate.environments),
    }
    suffix = f"-{_slug(gate.name)}" if gate.name else ""
    return (
        NewFile(
            path=f"{FOLDER}/deploy-checklist{suffix}.yml", text=_filled("gate.yml.txt", fields)
        ),
        NewFile(
            path=f"{FOLDER}/deploy-checklist{suffix}-comments.yml",
            text=_filled("comments.yml.txt", fields),
        ),
    )


def deploy_file(gate: Gate, habits: Habits, values: Mapping[str | None, StepValues]) -> NewFile:
    """A whole workflow: one job for each environment, in the order of the rules."""
    common = {
        **_common(gate),
        "<tags>": scalar(habits.tags) if habits.tags != _VERSION_TAGS else f'"{_VERSION_TAGS}"',
        "<dispatch-inputs>": _ROLLBACK_INPUT if gate.rollback else "",
        "<deployments>": _DEPLOYMENTS if gate.rollback else "",
        "<rollback>": _inputs({"rollback": ROLLBACK}) if gate.rollback else "",
        "<tag-prefix>": re.split(r"[*?\[]", habits.tags, maxsplit=1)[0],
    }
    text, before = _filled("deploy.yml.txt", common), ""
    environments: Sequence[str | None] = gate.environments or (None,)
    several = len(environments) > 1
    for environment, job in zip(environments, _job_ids(environments), strict=True):
        called = environment or "production"
        fields = {
            **common,
            "<job>": scalar(job),
            "<job-name>": scalar(f"Deploy to {environment}") if several else "Deploy",
            "<needs>": f"\n    needs: [{before}] # in the order of the rules" if before else "",
            "<name>": scalar(called),
            "<group>": scalar("/".join(filter(None, (gate.name, f"deploy-{called}")))),
            "<inputs>": _inputs(gate.inputs_for(environment)),
            "<env>": _env(values[environment].before),
            "<after-env>": _env(values[environment].after),
        }
        text, before = text + _filled("deploy-job.yml.txt", fields), scalar(job)
    suffix = f"-{_slug(gate.name)}" if gate.name else ""
    return NewFile(path=f"{FOLDER}/deploy{suffix}.yml", text=text)


def _job_ids(environments: Sequence[str | None]) -> Sequence[str]:
    """An id for the job of each environment, all different. GitHub takes A-Z a-z 0-9 `_` `-`, and
    not a digit or `-` at its beginning.
    """
    if len(environments) == 1:
        return ["deploy"]
    ids: list[str] = []
    for environment in environments:
        words = re.sub(r"[^A-Za-z0-9_-]+", "-", environment or "").strip("-") or "deploy"
        first = f"_{words}" if words[0].isdigit() else words
        numbered = (f"{first}-{number}" for number in range(2, len(ids) + 2))
        ids.append(next(each for each in (first, *numbered) if each not in ids))
    return ids


def habits(branch: str | None, tags: Sequence[str], workflows: Mapping[str, Workflow]) -> Habits:
    """`tags`: the newest first."""
    branch = branch or "main"
    return Habits(branch=branch, tags=tag_glob(tags), ci=tuple(_ci_names(workflows, branch)))


def own_copy(workflows: Mapping[str, Workflow]) -> str:
    """What follows `uses:`: the copy of this action that the workflows use already, with its
    version; else a placeholder.
    """
    steps = (
        step for each in workflows.values() for job in each.jobs.values() for step in job.steps
    )
    used = next((step.uses for step in steps if is_checklist(step.uses)), None)
    if used is None:
        return _ACTION
    is_commit = re.fullmatch("[0-9a-f]{40}", used.partition("@")[2])
    return used if is_commit else f"{used} {_UNPINNED}"


def is_gate_file(path: str) -> bool:
    """Whether a workflow file is one that this command prints."""
    return bool(_GATE.search(path))


def _common(gate: Gate) -> dict[str, str]:
    one = gate.environments[0] if len(gate.environments) == 1 else None
    named = f"{_slug(one)}-" if one else ""
    if len(gate.environments) > 1:
        named = "${{ matrix.environment }}-"
    return {
        "<checkout>": CHECKOUT,
        "<action>": gate.action,
        "<placeholder>": PLACEHOLDER if gate.action == _ACTION else "",
        "<file>": f"-{_slug(gate.name)}" if gate.name else "",
        "<of-gate>": f" {gate.name}" if gate.name else "",
        "<queue>": (f"{gate.name}/" if gate.name else "") + named,
    }


def _filled(template: str, fields: Mapping[str, str]) -> str:
    text = (_TEMPLATES / template).read_text(encoding="utf-8")
    return re.sub("|".join(fields), lambda field: fields[field[0]], text)


def _inputs(inputs: Mapping[str, str]) -> str:
    return "".join(f"\n          {name}: {scalar(value)}" for name, value in inputs.items())


def _env(lines: Sequence[str]) -> str:
    if not lines:
        return ""
    return "\n          ".join(("\n        env: # on the step, never the job", *lines))


def _matrix(environments: Sequence[str]) -> str:
    if len(environments) < 2:
        return ""
    listed = ", ".join(map(scalar, environments))
    return (
        "\n    strategy:"
        "\n      fail-fast: false # each environment has its own verdict"
        "\n      matrix:"
        f"\n        environment: [{listed}]"
    )


def _ci_lines(habits: Habits) -> str:
    branches = f"branches: [{scalar(habits.branch)}]"
    if not habits.ci:  # on one line, so that one `#` brings it into force
        run = f"workflow_run: {{ workflows: [CI], types: [completed], {branches} }}"
        return f"# {run} # for `ci` rules: name your CI here"
    listed = ", ".join(map(scalar, habits.ci))
    head = "workflow_run: # for `ci` rules: runs the gate again when CI has ended"
    return "\n    ".join([head, f"workflows: [{listed}]", "types: [completed]", branches])


def _ci_names(workflows: Mapping[str, Workflow], branch: str) -> list[str]:
    """The workflows that test what is pushed to the default branch; by their names, or all."""
    found = [
        each
        for each in workflows.values()
        if starts_on_push_to(each, branch) and not is_gate_file(each.path)
    ]
    named = [each for each in found if _CI.search(f"{each.name} {each.path.rpartition('/')[2]}")]
    other = [each for each in found if not says_deploy(each.name, each.path.rpartition("/")[2])]
    return [each.name or each.path for each in named or other]


def tag_glob(tags: Sequence[str]) -> str:
    """The shape of most of the newest tags, as a filter of GitHub's. `tags`: the newest first."""
    shapes = dict[str, int]()
    for tag in tags[:50]:
        found = re.fullmatch(r"(?P<prefix>(?:[A-Za-z@/_-]*[@/_-])?v?)\d+(?:\.\d+){1,3}", tag)
        if found:
            dots = tag.count(".")
            star = "*" if found["prefix"] else "[0-9]*"
            shape = found["prefix"] + ".".join([star] * (dots + 1))
            shapes[shape] = shapes.get(shape, 0) + 1
    return max(shapes, key=shapes.__getitem__, default=_VERSION_TAGS)


def _slug(name: str) -> str:
    """A name as a part of a file's name."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", name)
