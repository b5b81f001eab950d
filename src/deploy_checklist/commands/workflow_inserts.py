"""What to add to a team's own workflow files, and remarks about it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from ..data_formats import Malformed
from ..workflows.deploy_environments import Owned
from ..workflows.deploy_jobs import CERTAIN, DeployJob, best, deploy_jobs, owned_environments
from ..workflows.deploy_steps import is_checklist
from ..workflows.events import takes_input
from ..workflows.expand import Reusable
from ..workflows.files import read_workflow
from ..workflows.jobs import Workflow, WorkflowJob, WorkflowStep
from ..workflows.layout import LineChange, YamlEntry, changed, job_layout
from .workflow_files import METADATA_TOKEN, Gate
from .workflow_jobs import job_changes
from .workflow_steps import (
    GateStep,
    Permissions,
    gate_steps,
    permission_changes,
    shared_condition,
    step_changes,
    step_name,
)
from .workflow_values import StepValues

_ROLLBACK = (
    "the rules allow a rollback, and a run has to ask for it: add `rollback: { type: "
    "boolean, default: false }` to the `inputs:` of its `workflow_dispatch:`. If the "
    "workflow is called, also add it to those of its `workflow_call:`, and let the "
    "callers pass it on"
)
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class Insertion(Struct, frozen=True, kw_only=True):
    """What one job takes; without changes, `remarks` say what to do instead."""

    found: DeployJob
    changes: tuple[LineChange, ...]
    remarks: tuple[str, ...]
    by_hand: tuple[str, ...] = ()  # the steps, where no line for them is known


class DeployingJobs(Struct, frozen=True, kw_only=True):
    """Which jobs deploy to one environment; None: the rules name none."""

    environment: str | None
    chosen: tuple[DeployJob, ...]
    unclear: tuple[DeployJob, ...] = ()  # it may be one of these, and a person has to say which
    beside: tuple[DeployJob, ...] = ()  # use the environment too, but look less like a deployment


def deployments(
    workflows: Mapping[str, Workflow],
    reusable: Reusable,
    environments: Sequence[str],
    named: str | None,
) -> list[DeployingJobs]:
    """For each environment its jobs. `named`: "release.yml:ship", the one that a person chose."""
    elsewhere = deploy_jobs(workflows, reusable, None)
    found = list[DeployingJobs]()
    for environment in environments or (None,):
        here = deploy_jobs(workflows, reusable, environment)
        others = [replace(each, owns=False, environments=_one(environment)) for each in elsewhere]
        if named is not None:
            every = {each.place: each for each in (*others, *here)}
            chosen = (every[named],) if named in every else ()
            found.append(DeployingJobs(environment=environment, chosen=chosen))
        elif not here:
            # These appear to deploy to other environments: a person may know better.
            found.append(
                DeployingJobs(environment=environment, chosen=(), unclear=tuple(best(others)))
            )
        else:
            found.append(_deployment(environment, here, workflows))
    return found


def _one(environment: str | None) -> tuple[str, ...]:
    return (environment,) if environment else ()


def _deployment(
    environment: str | None,
    found: Sequence[DeployJob],
    workflows: Mapping[str, Workflow],
) -> DeployingJobs:
    most = best(found)
    sure = all(each.owns and (each.closed or each.says == CERTAIN) for each in most)
    several = {name for each in most for name in each.environments}
    others = owned_environments(workflows)
    guess = not sure and not all(each.says_environment for each in most)
    guess = guess and bool(others or any(each.documents for each in most))
    doubt = not sure and any(each.says < CERTAIN for each in most)
    if (
        guess
        or doubt
        or (len(most) > 1 and (not sure or (environment is None and len(several) > 1)))
    ):
        return DeployingJobs(environment=environment, chosen=(), unclear=tuple(most))
    owners = (each for each in found if each.owns and each.closed and each not in most)
    return DeployingJobs(environment=environment, chosen=tuple(most), beside=tuple(owners))


def insertion(found: DeployJob, gate: Gate, values: StepValues) -> Insertion:
    """The changes for one job, tried on its file: what GitHub would refuse is not printed."""
    asking = [step for step in found.job.steps if is_checklist(step.uses)]
    if any(str(step.inputs.get("phase")) == "deploy" for step in asking):
        to_change = tuple(_passing_values(asking)) if gate.names_only else ()
        done = f"it already runs the checklist{'' if to_change else ': nothing to add'}"
        return Insertion(found=found, changes=(), remarks=(done, *to_change))
    condition, inputs = _environment(found, gate)
    shared = shared_condition(found.deploying)
    if shared and condition:
        condition = f"({shared}) && ({condition})"
    steps_if = condition or shared
    steps = gate_steps(gate, inputs, values, steps_if)
    remarks = list(_remarks(found, steps_if, steps[0].permissions))
    if gate.rollback and not takes_input(found.at.workflow, "rollback"):
        remarks.append(_ROLLBACK)
    obstacle, changes = _changes(found, steps)
    if obstacle is not None:
        remarks.insert(0, obstacle)
    by_hand = (*steps[0].lines(_PLAIN), "", *steps[1].lines(_PLAIN)) if obstacle else ()
    return Insertion(found=found, changes=changes, remarks=tuple(remarks), by_hand=by_hand)


def _passing_values(asking: Sequence[WorkflowStep]) -> Iterator[str]:
    """What to change in steps that were written to pass values, or no token for names."""
    for step in asking:
        if step.env and not step.fetched:  # the inputs of one that is fetched are variables, too
            yield f"{step_name(step)} passes values: remove its `env:`"
        if "metadata-token" not in step.inputs:
            yield f"{step_name(step)} needs `metadata-token: {METADATA_TOKEN}` under `with:`"


def _changes(
    found: DeployJob, steps: tuple[GateStep, GateStep]
) -> tuple[str | None, tuple[LineChange, ...]]:
    """The changes; or why there are none."""
    text = found.at.workflow.text
    layout = job_layout(text, found.job.id)
    if layout is None:
        return "the job is an alias or is written on one line: write it out first", ()
    if not found.takes_steps:
        changes = job_changes(text, layout, found, steps)
    elif layout.obstacle is not None:
        return f"{layout.obstacle}: first write them out, one below the other", ()
    else:
        changes = permission_changes(text, layout, found.job, steps[0].permissions)
        changes += step_changes(text, layout, found, steps)
    if not changes or not _fits(found, changes):
        return "no safe place for them was found: add them yourself", ()
    return None, tuple(changes)


def _fits(found: DeployJob, changes: Sequence[LineChange]) -> bool:
    """Whether the changed file is read as the old one, with nothing but the new steps or jobs."""
    old = found.at.workflow
    if any(CONTROL.search(line) for change in changes for line in change.lines):
        return False
    try:
        new = read_workflow(changed(old.text, changes).encode(), old.path)
    except Malformed:
        return False
    kept = {job_id: job for job_id, job in new.jobs.items() if job_id in old.jobs}
    if list(kept) != list(old.jobs) or new.triggers != old.triggers:
        return False
    others = [job_id for job_id in old.jobs if job_id != found.job.id]
    if any(_words(kept[job_id]) != _words(old.jobs[job_id]) for job_id in others):
        return False
    job = kept[found.job.id]
    added = len(job.steps) - len(found.job.steps) + len(new.jobs) - len(old.jobs)
    return added == 2 and _other_steps(job) == _other_steps(found.job)


def _other_steps(job: WorkflowJob) -> object:
    return _step_words([step for step in job.steps if not is_checklist(step.uses)])


def _words(job: WorkflowJob) -> object:
    return (job.needs, job.condition, job.uses, job.writes, _step_words(job.steps))


def _step_words(steps: Sequence[WorkflowStep]) -> object:
    # A file's last script gets an end of line where the file had none.
    return [(step.id, step.name, step.uses, step.run.rstrip(), step.condition) for step in steps]


def _environment(found: DeployJob, gate: Gate) -> tuple[str, Mapping[str, str]]:
    """The condition under which the steps are asked, and their inputs.

    A job may deploy to environments that the rules do not know, or that were not asked for: there
    the gate would refuse to judge.
    """
    asked = gate.environments
    if not asked:
        return "", gate.inputs_for(None)
    written = found.written
    if "${{" not in written or not found.owns:
        return "", gate.inputs_for(next(iter(found.environments), asked[0]))
    known = {name.lower() for name in asked}
    possible = found.possible or Owned(names=frozenset())
    plain = re.fullmatch(r"\$\{\{\s*((?:matrix|inputs)\.[\w.-]+)\s*\}\}", written)
    named = {name.lower() for name in possible.names}
    if plain and not possible.others and named <= known:
        return "", gate.inputs_for(written)
    whole = re.fullmatch(r"\$\{\{((?:(?!\}\}).)*)\}\}", written)
    value = f"({whole[1].strip()})" if whole else f"format('{written}')"
    if plain:
        value = plain[1]
    if len(asked) == 1:
        return f"{value} == {_quoted(asked[0])}", gate.inputs_for(asked[0])
    listed = json.dumps(list(asked), ensure_ascii=False)
    return f"contains(fromJSON({_quoted(listed)}), {value})", gate.inputs_for(written)


def _quoted(text: str) -> str:
    """A text in an expression of GitHub's."""
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def _remarks(found: DeployJob, condition: str, permissions: Permissions) -> Iterator[str]:
    job = found.job
    if found.alias is not None:
        yield (
            f"the job calls its environment `{found.alias}`, the rules "
            f"`{found.environments[0]}`: use the same name in the rules, or its values count "
            f"as those of another environment"
        )
    elif found.takes_steps and not job.environment_written:
        yield (
            "the job has no `environment:`, so nothing proves which environment its values "
            "come from, and the gate checks them before this step"
        )
    elif "${{" in found.written:
        yield (
            "its `environment:` is an expression that the gate cannot evaluate, so the gate "
            "checks the values before this step"
        )
    if condition:
        yield (
            "its steps have an `if:`, because not every run deploys to every environment; so "
            "the gate checks the values before these steps"
        )
    if found.takes_steps and job.writes is None and found.at.workflow.writes is None:
        needed = ", ".join(f"{name}: {value}" for name, (value, _) in permissions.items())
        yield (
            f"the job has no `permissions:`, and none are added, because that would remove "
            f"its default permissions. The steps need {needed}"
        )
    if found.called:
        yield (
            "other workflows call this one: the calling jobs must grant these permissions, "
            "and pass on secrets that are not in an environment (`secrets: inherit`)"
        )
    if not found.takes_steps:
        what = f"it calls `{job.uses}`" if job.uses else f"it runs on `{job.runs_on}`"
        yield (
            f"{what}, which cannot run a container step, so the checklist gets its own jobs. "
            f"An environment with reviewers asks them once for each job"
        )
    for step in found.careless:
        yield (
            f"{step_name(step)} (line {step.line}) may run after an earlier step failed, so "
            f"also after the checklist failed: add `success()` to its `if:`"
        )


_PLAIN = YamlEntry(start=1, end=1, indent=6)
