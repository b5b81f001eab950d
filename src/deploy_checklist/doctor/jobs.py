"""Which jobs of the default branch's workflows run the gate, and how."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from ..outcome import Outcome, Severity, Unobservable
from ..run.deploy_gate import (
    DeployGateStep,
    StartedJob,
    asks_again,
    started_jobs,
    unread_workflows,
)
from ..workflows import waiting
from ..workflows.deploy_steps import Deploys, how_much
from ..workflows.expand import (
    JobAt,
    Reusable,
    RunningJob,
    running_steps,
    why_step_is_ineffective,
)
from ..workflows.jobs import WorkflowStep, local_path
from ..workflows.pushes import PushedRefs, pushed_branches, pushed_tags
from .legs import by_leg
from .model import Examined, ExaminedGate

_NAME = "deploy-checklist"
_GLOB_SIGNS = re.compile(r"[*?+\[\]\\]")


class FoundGateStep(Struct, frozen=True, kw_only=True):
    """A step that runs the gate."""

    at: StartedJob
    step: WorkflowStep
    action: str | None  # None: this repository's

    @property
    def inputs(self) -> Mapping[str, str]:
        """By their names in lower case."""
        return {str(name).lower(): str(value) for name, value in self.step.inputs.items()}


class GateJobs(Struct, frozen=True, kw_only=True):
    """The jobs that run at all, and the steps of the gate in them."""

    jobs: tuple[StartedJob, ...]
    steps: tuple[FoundGateStep, ...]
    unread: tuple[str, ...]  # files of workflows that are not understood here

    @classmethod
    def of(cls, files: Mapping[str, bytes], repository: str) -> GateJobs:
        """Of the workflows among these files. An action is known by its name."""
        jobs = by_leg(tuple(started_jobs(files)), repository)
        steps = tuple(_gate_steps(jobs, repository))
        return cls(jobs=jobs, steps=steps, unread=tuple(unread_workflows(files)))

    @property
    def own_token(self) -> bool:
        """Whether a step passes `status-token`."""
        return any(each.inputs.get("status-token") for each in self.steps)


def _gate_steps(jobs: Sequence[StartedJob], repository: str) -> Iterator[FoundGateStep]:
    is_the_action = repository.lower().endswith(f"/{_NAME}")
    for at in jobs:
        for step in at.job.steps:
            name = step.uses.partition("@")[0]
            if name.lower().endswith(f"/{_NAME}") and local_path(step.uses) is None:
                yield FoundGateStep(at=at, step=step, action=name)
            elif is_the_action and local_path(step.uses) == ".":
                yield FoundGateStep(at=at, step=step, action=None)


def asks_before_deploying(found: GateJobs, gate: ExaminedGate) -> Examined:
    """Whether every job that uses the environment runs the gate with `phase: deploy`, or waits for
    one that does.
    """
    gated, owners, of_others = _owners(found, gate)
    ungated = [each for each in owners if each not in gated and not _waits(each, gated)]
    remedy = f"insert the step that deploy-checklist workflow{gate.flags} prints"
    if ungated:
        why = _why_not_gated(ungated[0], found, gate)
        told = f"{place_of(ungated[0])} uses the environment and {why}"
        return _deploy(Outcome.FAIL, told, remedy)
    if found.unread:
        told = f"{found.unread[0]} cannot be read as a workflow, so one of its jobs may deploy"
        return _deploy(Outcome.UNKNOWN, told, "correct it, or remove it")
    by_expression = [each for each in found.jobs if each.job.deploys and not each.job.environment]
    if by_expression:
        told = f"the environment of {place_of(by_expression[0])} is an expression"
        return _deploy(Outcome.UNKNOWN, told, "write its name into the job's `environment:`")
    for each in gated:
        if (early := _deploys_before(each, found)) is not None:
            step = f"step {early.number} (line {early.line}), which appears to deploy"
            told = f"{place_of(each)} runs the gate after {step}"
            return _warned(told, "move the gate's step before it")
    if gated and of_others:
        told = f"{place_of(of_others[0])} also uses the environment, and runs the gate with "
        told += "another checklist or rules file, as another service would"
        return _warned(told, "check whether it deploys anything that this gate is for")
    if gated:
        told = f"{place_of(gated[0])} runs the gate with `phase: deploy`"
        return _deploy(Outcome.PASS, told)
    named = f" `{gate.environment}`" if gate.environment else ""
    told = f"no job of the default branch's workflows uses the environment{named}"
    return _deploy(Outcome.UNKNOWN, told, remedy)


def _deploy(outcome: Outcome, message: str, remedy: str | None = None) -> Examined:
    return Examined(fact="deploy", outcome=outcome, message=message, remedy=remedy)


def _warned(message: str, remedy: str) -> Examined:
    return Examined(
        fact="deploy",
        outcome=Outcome.FAIL,
        severity=Severity.WARNING,
        message=message,
        remedy=remedy,
    )


def _deploys_before(each: StartedJob, found: GateJobs) -> WorkflowStep | None:
    """A step that deploys, as far as its words show it, before the job asks the gate."""
    asking = [step for step in found.steps if step.at is each]
    first = min(step.step.number for step in asking if step.inputs.get("phase") == "deploy")
    run = RunningJob(calls=(JobAt(workflow=each.workflow, job=each.job),), inputs={})
    steps = running_steps(run, Reusable(workflows={}, actions={}))
    early = (step for step in steps if step.listed.number < first)
    return next((step.listed for step in early if how_much(step) is Deploys.YES), None)


def _owners(
    found: GateJobs, gate: ExaminedGate
) -> tuple[list[StartedJob], list[StartedJob], list[StartedJob]]:
    """The jobs that use the environment: those that run this gate before they deploy, these and all
    that have to; and those of other gates, where there are both, or where this one has a name.
    """
    wanted = gate.environment.casefold() if gate.environment else None
    owned = [(each, each.job.environment) for each in found.jobs if each.job.environment]
    owners = [each for each, name in owned if wanted in (None, name.casefold())]
    expected = [_expected(each.action, gate) for each in found.steps]
    gated = [each for each in owners if any(asks_again(each, one) for one in expected)]
    if not gated and gate.checklist is None and gate.rules is None:
        return gated, owners, []
    others = [each for each in owners if each not in gated and _asks_another(each, found, gate)]
    return gated, [each for each in owners if each not in others], others


def _asks_another(each: StartedJob, found: GateJobs, gate: ExaminedGate) -> bool:
    """Whether a job waits for the gate of another checklist or rules file."""
    steps = [step for step in found.steps if step.at is each]
    return any(
        asks_again(
            each,
            DeployGateStep(
                action=step.action,
                environment=gate.environment,
                checklist=step.inputs.get("checklist"),
                rules=step.inputs.get("rules"),
            ),
        )
        for step in steps
    )


def _expected(action: str | None, gate: ExaminedGate) -> DeployGateStep:
    return DeployGateStep(
        action=action, environment=gate.environment, checklist=gate.checklist, rules=gate.rules
    )


def _waits(each: StartedJob, gated: Sequence[StartedJob]) -> bool:
    """Whether a job runs only after a gated one of its workflow has succeeded."""
    return any(
        waiting.waits_for(each.workflow, each.job.id, other.job.id) is waiting.Waits.YES
        for other in gated
        if other.workflow is each.workflow
    )


def _why_not_gated(each: StartedJob, found: GateJobs, gate: ExaminedGate) -> str:
    """What is wrong with how a job runs the gate."""
    steps = [step for step in found.steps if step.at.job is each.job]
    deploying = [step for step in steps if step.inputs.get("phase") == "deploy"]
    if not steps:
        return "does not run the gate"
    if not deploying:
        return "does not run it with `phase: deploy`"
    inputs = deploying[0].inputs
    if inputs.get("mode", "enforce") != "enforce":
        return "runs it with `mode: report`, which blocks nothing"
    if why := why_step_is_ineffective(deploying[0].step):
        return f"runs it in a step that {why}"
    if why := waiting.why_ineffective(each.workflow, each.job):
        return why
    if gate.environment not in (None, each.job.environment):
        return f"calls it `{each.job.environment}`: call it `{gate.environment}`, as the rules do"
    same = (inputs.get("checklist"), inputs.get("rules")) == (gate.checklist, gate.rules)
    return "runs it with other inputs" if same else "runs it with another checklist or rules file"


def is_of(each: FoundGateStep, gate: ExaminedGate) -> bool:
    """Whether a step's inputs are those of this gate."""
    inputs = each.inputs
    if (inputs.get("checklist"), inputs.get("rules")) != (gate.checklist, gate.rules):
        return False
    return inputs.get("environment") in (None, gate.environment)


def place_of(at: StartedJob) -> str:
    return f"job `{at.job.id}` ({at.workflow.path}:{at.job.line})"


def deploying_tags(found: GateJobs, gate: ExaminedGate) -> list[PushedRefs]:
    """The tags whose push starts a workflow with a job that uses the environment, once for each."""
    refs = [pushed_tags(each.workflow, each.job) for each in _starters(found, gate)]
    return list(dict.fromkeys(each for each in refs if each is not None))


def deploying_branches(found: GateJobs, gate: ExaminedGate, branch: str) -> list[PushedRefs]:
    """The same for branches, for jobs that run for this one at all."""
    refs = [pushed_branches(each.workflow, each.job, branch) for each in _starters(found, gate)]
    return list(dict.fromkeys(each for each in refs if each is not None))


def _starters(found: GateJobs, gate: ExaminedGate) -> list[StartedJob]:
    """The jobs that use the environment, and those by which their workflows are called."""
    _, starters, _ = _owners(found, gate)
    for each in starters:
        path = each.workflow.path
        calls = [job for job in found.jobs if local_path(job.job.uses, gate.repository) == path]
        starters += [call for call in calls if call not in starters]
    return starters


def branch_names(pushed: Iterable[PushedRefs]) -> list[str]:
    """The branches by name. Unobservable where they are named by a pattern: future ones are not
    known.
    """
    names: dict[str, None] = {}
    for refs in pushed:
        for pattern in refs.include:
            if _GLOB_SIGNS.search(pattern):
                raise Unobservable(
                    f"a push to any branch that matches `{pattern}` starts the deployment, "
                    f"so the branches are not known",
                    "list the branches that deploy under `on.push.branches`, or deploy from tags",
                )
            names[pattern] = None
    return list(names)
