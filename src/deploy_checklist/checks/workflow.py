"""a workflow step runs the command, the workflow names the checklist or this action, and no tag
comes before it
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from posixpath import basename, join, normpath
from typing import Literal

from msgspec.structs import replace
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ..data_formats import Malformed, UnsupportedYaml
from ..opaque import OpaqueStruct
from ..outcome import Finding, Outcome, Unobservable, failed, passed, unknown
from ..workflows import package_scripts
from ..workflows.files import read_workflow
from ..workflows.flatten import ExecutedStep, executed_steps
from ..workflows.jobs import FOLDER, Workflow, is_local
from ..workflows.order import reaches, running_files
from ..workflows.shell import commands
from ..workflows.tagged import deploys_a_tag, may_deploy_a_tag
from ..world.ports import Repository, World
from . import base
from .base import JudgeContext, Needs, Observation

_MOST_ACTIONS = 50
_LARGEST = 1_048_576
_NO_CHANGE = frozenset(("workflow_dispatch", "repository_dispatch", "schedule"))
_WORKFLOW_FILE = re.compile(rf"{re.escape(FOLDER)}/[^/]+\.ya?ml")
_THIS_ACTION = re.compile(r"(?:^|/)deploy-checklist(?:[@/]|$)", re.IGNORECASE)


class Params(base.Params):
    """At least one of `runs` and `mentions`; `before` needs `runs`."""

    shorthand = "runs"

    runs: str | None = Field(default=None, min_length=1, description="the command, word for word")
    mentions: str | None = Field(
        default=None,
        min_length=1,
        description="occurs in a name, a comment or a script of that workflow; "
        "a step with this action will do as well",
    )
    before: Literal["tag"] | None = Field(
        default=None,
        description="every job of that workflow that tags, releases or deploys a tag "
        "needs the step's job",
    )

    @model_validator(mode="after")
    def _asks_something(self) -> Params:
        if self.runs is None and self.mentions is None:
            raise PydanticCustomError("vacuous", "needs `runs` or `mentions`, or both")
        if self.before is not None and self.runs is None:
            raise PydanticCustomError(
                "vacuous", "`before` needs `runs`: the command that comes before the tag"
            )
        if self.runs is not None and len(commands(self.runs)) != 1:
            raise PydanticCustomError(
                "command", "`runs` is one simple command, such as `npm run test:e2e`"
            )
        return self

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the command `runs`."""
        return commands(self.runs or "")[0].words


class _Observed(OpaqueStruct, frozen=True, kw_only=True):
    workflows: Mapping[str, Workflow]
    actions: Mapping[str, Workflow]  # by folder
    packages: Mapping[str, bytes | Unobservable | None]  # package.json by folder
    notices: tuple[str, ...]
    fault: Unobservable | None  # the first file that could not be looked at

    @property
    def reusable(self) -> Mapping[str, Workflow]:
        """What a job or a step may use: the workflows by path, the actions by folder."""
        return {**self.workflows, **self.actions}

    def steps(self) -> Iterator[ExecutedStep]:
        """The steps of the workflows that start by themselves or are used by one that does."""
        running = running_files(self.workflows)
        for path, each in self.workflows.items():
            if path in running:
                yield from executed_steps(each, self.reusable)

    def steps_running(self, words: tuple[str, ...]) -> list[ExecutedStep]:
        """The steps that run exactly this command."""
        return [
            step
            for step in self.steps()
            if step.command is not None and step.command.words == words
        ]


def reads(params: Params) -> frozenset[Needs]:
    return frozenset({Needs.REPOSITORY})


def observe(params: Params, subject: str | None, world: World) -> Observation:
    repository = world.repository
    reader = _WorkflowReader(repository)
    paths = [path for path in repository.files(FOLDER) if _WORKFLOW_FILE.fullmatch(path)]
    workflows = {path: found for path in paths if (found := reader.read(path)) is not None}
    observed = _Observed(
        workflows=workflows,
        actions=_actions(workflows, reader),
        packages={},
        notices=tuple(reader.notices),
        fault=reader.fault,
    )
    if params.runs is not None and package_scripts.may_start_script(params.words):
        observed = replace(observed, packages=_packages(params.words, observed, repository))
    return Observation(source=f"`{FOLDER}` in {repository.place()}", data=observed)


class _WorkflowReader:
    """Reads workflow files, and remembers what it could not read."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self.notices: list[str] = []
        self.fault: Unobservable | None = None

    def read(self, path: str) -> Workflow | None:
        """The file; None if it does not exist or cannot be used, as GitHub then cannot use it
        either.
        """
        try:
            data = self._repository.read(path, _LARGEST)
            return None if data is None else read_workflow(data, path)
        except Unobservable as error:
            self.fault = self.fault or error
            self.notices.append(error.reason)
        except Malformed as error:
            why = f"`{path}` cannot be read: line {error.line}: {error.why}"
            self.notices.append(why)
            if isinstance(error, UnsupportedYaml):  # GitHub may run it: it reads anchors
                self.fault = self.fault or Unobservable(why)
        return None


def _actions(workflows: Mapping[str, Workflow], reader: _WorkflowReader) -> dict[str, Workflow]:
    """The composite actions of this repository that the workflows or such actions use."""
    found: dict[str, Workflow] = {}
    to_search, known = list(workflows.values()), set[str]()
    while to_search and len(known) < _MOST_ACTIONS:
        for folder in _local_actions(to_search.pop()) - known:
            known.add(folder)
            action = reader.read(f"{folder}/action.yml") or reader.read(f"{folder}/action.yaml")
            if action is not None:
                found[folder] = action
                to_search.append(action)
    return found


def _local_actions(workflow: Workflow) -> set[str]:
    steps = (step for job in workflow.jobs.values() for step in job.steps)
    return {normpath(step.uses) for step in steps if is_local(step.uses)}


def _packages(
    words: tuple[str, ...], observed: _Observed, repository: Repository
) -> dict[str, bytes | Unobservable | None]:
    """The package.json of every folder where the command runs, or why it cannot be read."""
    found: dict[str, bytes | Unobservable | None] = {}
    for step in observed.steps_running(words):
        folder = package_scripts.folder_of(words, step.folder)
        if folder is None or folder in found:
            continue
        try:
            found[folder] = repository.read(join(folder, "package.json"), _LARGEST)
        except Unobservable as error:
            found[folder] = error
    return found


def judge(params: Params, observation: Observation, context: JudgeContext) -> Finding:
    observed: _Observed = observation.data
    if params.runs:
        finding = _judge_command(params, observed)
    else:
        finding = _judge_mention(params.mentions or "", observed)
    if finding.outcome is Outcome.FAIL and observed.fault is not None:
        return unknown(observed.fault.reason, observed.fault.remedy)
    return replace(finding, notices=finding.notices + observed.notices)


def _judge_mention(text: str, observed: _Observed) -> Finding:
    for path, each in observed.workflows.items():
        if _mentions(each, text):
            return passed(f"`{basename(path)}` names `{text}`")
    return failed(f"no workflow names `{text}`", f"name it in a comment of a file in `{FOLDER}`")


def _judge_command(params: Params, observed: _Observed) -> Finding:
    found = observed.steps_running(params.words)
    if not found:
        return failed(
            f"no workflow step runs `{params.runs}`{_near_miss(params, observed)}",
            f"add the step `run: {params.runs}`",
        )
    effective = [step for step in found if step.why_ineffective is None]
    if not effective:
        why = found[0].why_ineffective
        return failed(f"{_place(found[0])} does not hold the release: `{params.runs}` {why}")
    findings = []
    for step in effective:
        finding = _fault_of(params, step, observed)
        if finding is None:
            order = ", before the tag" if params.before else ""
            notices = tuple(_notices(params, step, observed))
            return passed(f"{_place(step)}{order}", notices=notices)
        findings.append(finding)
    unknown_ones = [finding for finding in findings if finding.outcome is Outcome.UNKNOWN]
    return (unknown_ones or findings)[0]


def _notices(params: Params, step: ExecutedStep, observed: _Observed) -> Iterator[str]:
    """The conditions under which a step that passes does not run, or lets a failure through."""
    workflow, name = observed.workflows[step.workflow], basename(step.workflow)
    job = workflow.jobs[step.job]
    if job.condition:
        yield f"job `{step.job}` of `{name}` runs only where its `if:` holds"
    if params.before is None and workflow.triggers.keys() <= _NO_CHANGE:
        yield f"`{name}` runs only at set times or when somebody starts it, not for a change"
    if job.windows_too and step.step and not step.step.shell and "\n" in step.step.run.strip():
        yield (
            f"{_place(step)} runs on Windows too, where PowerShell goes on after a failed line:"
            " add `shell: bash`"
        )
    if (
        package_scripts.may_start_script(params.words)
        and package_scripts.folder_of(params.words, step.folder) is None
    ):
        yield (
            f"{_place(step)}: the script that it starts could not be looked at,"
            " since its folder is not certain"
        )


def _place(step: ExecutedStep) -> str:
    """ "`release.yml` step 4 (line 31)"."""
    name = f"`{basename(step.workflow)}`"
    if step.step is None:
        return f"{name} job `{step.job}` (through `{basename(step.files[-1])}`)"
    return f"{name} step {step.step.number} (line {step.step.line})"


def _near_miss(params: Params, observed: _Observed) -> str:
    """Where the command almost runs, and why that does not count; "" if nowhere."""
    for step in observed.steps():
        if step.command is not None and step.command.words[: len(params.words)] == params.words:
            return f"; {_place(step)} runs it with more words: name the whole command"
    for path, each in observed.workflows.items():
        if (params.runs or "") in each.text:
            return (
                f"; `{basename(path)}` only names it"
                " (in a comment, a text, or a script that could not be read)"
            )
    return ""


def _fault_of(params: Params, step: ExecutedStep, observed: _Observed) -> Finding | None:
    """Why a step that runs the command is not enough; None if it is."""
    if fault := _script_fault(params, step, observed):
        return fault
    files = [each for each in observed.reusable.values() if each.path in step.files]
    if params.mentions and not any(_mentions(each, params.mentions) for each in files):
        return failed(
            f"{_place(step)} runs `{params.runs}`, but nothing there names `{params.mentions}`",
            f"add the comment `# {params.mentions}` to the step",
        )
    return _order_fault(step, observed) if params.before else None


def _mentions(workflow: Workflow, text: str) -> bool:
    uses = (step.uses for job in workflow.jobs.values() for step in job.steps)
    if any(map(_THIS_ACTION.search, uses)):
        return True
    return any(_folded(text) in _folded(words) for words in workflow.words())


def _folded(text: str) -> str:
    return re.sub(r"[\s_-]+", "-", text.casefold())


def _script_fault(params: Params, step: ExecutedStep, observed: _Observed) -> Finding | None:
    """What is wrong with the script that `npm run X` starts; None where there is no package.json,
    since npm itself then fails.
    """
    folder = package_scripts.folder_of(params.words, step.folder)
    data = observed.packages.get(folder) if folder is not None else None
    if folder is None or data is None:
        return None
    if isinstance(data, Unobservable):
        return unknown(data.reason, data.remedy)
    fault = package_scripts.script_fault(params.words, data, join(folder, "package.json"))
    return failed(f"{_place(step)} runs `{params.runs}`, but {fault}") if fault else None


def _order_fault(step: ExecutedStep, observed: _Observed) -> Finding | None:
    """A job of the same workflow that tags or releases without waiting for the step, or that there
    is no job that tags or releases.
    """
    # Imported here: its words cost 12 ms of start-up, and few rules ask for an order.
    from ..workflows.releasing import releases

    workflow, name = observed.workflows[step.workflow], basename(step.workflow)
    steps = executed_steps(workflow, observed.reusable)
    releasing = [each for each in steps if not each.never and releases(each)]
    if not releasing and not any(deploys_a_tag(workflow, job) for job in workflow.jobs.values()):
        return failed(
            f"{_place(step)} runs it, but no job of `{name}` tags, releases or deploys a tag",
            "`needs:` works within one workflow: run it in the one that tags, in or before its job",
        )
    early = [each.job for each in releasing if not _waits_for(each, step, workflow)]
    early += [
        job.id
        for job in workflow.jobs.values()
        if may_deploy_a_tag(workflow, job)
        and job.id != step.job
        and not reaches(workflow, job.id, step.job)
    ]
    if not early:
        return None
    job = f"job `{early[0]}` of `{name}` tags or releases"
    if early[0] == step.job:
        return failed(f"{job} without waiting for {_place(step)}")
    return failed(
        f"{job} without needing job `{step.job}`",
        f"add `needs: [{step.job}]` to job `{early[0]}`, without `always()` in its `if:`",
    )


def _waits_for(release: ExecutedStep, step: ExecutedStep, workflow: Workflow) -> bool:
    """Whether a step that releases runs only after the other step has succeeded."""
    if release.job == step.job and release.step is not None and step.step is not None:
        return step.position < release.position and not release.after_failure
    return reaches(workflow, release.job, step.job)
