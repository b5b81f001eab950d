"""a workflow does what the rule asks: a step runs the command, the file mentions the checklist or
this action, and releases wait for the step
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from posixpath import basename, join
from typing import Annotated, Literal

from msgspec.structs import replace
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ..opaque import OpaqueStruct
from ..outcome import Finding, Outcome, Unobservable, failed, passed, unknown
from ..workflows import package_scripts
from ..workflows.before_jobs import order_before_jobs
from ..workflows.before_tag import order_before_tag
from ..workflows.job_graph import JobGraph
from ..workflows.jobs import FOLDER, Workflow
from ..workflows.order import Order
from ..workflows.script import command_words
from ..workflows.search import CommandUse, Found
from ..world.ports import Repository, World
from . import base
from .base import ONE_OR_MORE, JudgeContext, Needs, Observation
from .shared.workflow_files import (
    LARGEST,
    SimpleCommand,
    WorkflowFiles,
    effective_uses,
    find_in_workflows,
    no_effective_use,
    read_workflows,
)

_NO_CHANGE = frozenset(("workflow_dispatch", "repository_dispatch", "schedule"))
_THIS_ACTION = re.compile(r"(?:^|/)deploy-checklist(?:[@/]|$)", re.IGNORECASE)


class BeforeJobs(base.Params):
    """The jobs that release."""

    jobs: Annotated[
        tuple[Annotated[str, Field(min_length=1)], ...], Field(min_length=1), ONE_OR_MORE
    ] = Field(
        description="Ids of jobs in the workflow of the step, or in a workflow that starts when "
        "that one ends (`workflow_run`). For a job in another file, write "
        "`release.yml:ship`. Each of these jobs must need the job of the step.",
        examples=[["ship"]],
    )


class Params(base.Params):
    """At least one of `runs` and `mentions`; `before` needs `runs`."""

    shorthand = "runs"

    runs: SimpleCommand | None = Field(
        default=None, description="The command, word for word.", examples=["npm test"]
    )
    mentions: str | None = Field(
        default=None,
        min_length=1,
        description="A text that must be in a name, a comment or a script of that workflow. A step "
        "with this action counts, too.",
        examples=["docs/deployment-checklist.md"],
    )
    before: Literal["tag"] | BeforeJobs | None = Field(
        default=None,
        description="`tag`: every job that could release (by its permissions, secrets or "
        "environment) waits for the step. `{ jobs: [ship] }`: the named jobs wait for "
        "it.",
        examples=[{"jobs": ["ship"]}],
    )

    @model_validator(mode="after")
    def _asks_something(self) -> Params:
        if self.runs is None and self.mentions is None:
            raise PydanticCustomError("vacuous", "needs `runs` or `mentions`, or both")
        if self.before is not None and self.runs is None:
            raise PydanticCustomError(
                "vacuous", "`before` needs `runs`: the command that comes before the release"
            )
        return self

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the command `runs`."""
        return command_words(self.runs or "") or ()


class _Observed(OpaqueStruct, frozen=True, kw_only=True):
    files: WorkflowFiles
    found: Found | None  # where the command runs; None if the rule asks only for a mention
    packages: Mapping[str, bytes | Unobservable | None]  # package.json by folder


def reads(params: Params) -> frozenset[Needs]:
    return frozenset({Needs.REPOSITORY})


def observe(params: Params, subject: str | None, world: World) -> Observation:
    files = read_workflows(world.repository)
    found = None
    packages: Mapping[str, bytes | Unobservable | None] = {}
    if params.runs is not None:
        found = find_in_workflows(params.runs, files, world.repository)
        if package_scripts.may_start_script(params.words):
            packages = _packages(params.words, found.uses, world.repository)
    source = f"`{FOLDER}` in {world.repository.place()}"
    return Observation(source=source, data=_Observed(files=files, found=found, packages=packages))


def _packages(
    words: tuple[str, ...], uses: tuple[CommandUse, ...], repository: Repository
) -> dict[str, bytes | Unobservable | None]:
    """The package.json of every folder where the command runs, or why it cannot be read."""
    read: dict[str, bytes | Unobservable | None] = {}
    for use in uses:
        folder = package_scripts.folder_of(words, use.folder)
        if folder is None or folder in read:
            continue
        try:
            read[folder] = repository.read(join(folder, "package.json"), LARGEST)
        except Unobservable as error:
            read[folder] = error
    return read


def judge(params: Params, observation: Observation, context: JudgeContext) -> Finding:
    observed: _Observed = observation.data
    if observed.found is not None:
        finding = _judge_command(params, observed, observed.found)
    else:
        finding = _judge_mention(params.mentions or "", observed.files)
    fault = observed.files.fault
    if finding.outcome is Outcome.FAIL and fault is not None:
        return unknown(fault.reason, fault.remedy)
    return replace(finding, notices=finding.notices + observed.files.notices)


def _judge_mention(text: str, files: WorkflowFiles) -> Finding:
    for path, each in files.workflows.items():
        if _mentions(each, text):
            return passed(f"`{basename(path)}` mentions `{text}`")
    return failed(f"no workflow mentions `{text}`", f"add it as a comment to a file in `{FOLDER}`")


def _judge_command(params: Params, observed: _Observed, found: Found) -> Finding:
    command = params.runs or ""
    effective = effective_uses(found)
    if not effective:
        return no_effective_use(command, found, observed.files)
    faults, good = list[Finding](), list[CommandUse]()
    for use in effective:
        fault = _fault_of(params, use, observed)
        if fault is None:
            good.append(use)
        else:
            faults.append(fault)
    if not good:
        return next((each for each in faults if each.outcome is Outcome.UNKNOWN), faults[0])
    order = _order(params, good, observed.files)
    if order.fault is not None:
        outcome = failed if order.fault.certain else unknown
        return outcome(order.fault.message, order.fault.remedy)
    notices = (*_notices(params, good[0], observed), *order.notices)
    return passed(f"{good[0].step.place()}{_asked_order(params)}", notices=notices)


def _order(params: Params, uses: list[CommandUse], files: WorkflowFiles) -> Order:
    """Whether what releases waits for one of these steps."""
    if params.before is None:
        return Order()
    graph = JobGraph(uses, files.workflows, files.reusable)
    if isinstance(params.before, BeforeJobs):
        return order_before_jobs(graph, params.before.jobs)
    return order_before_tag(graph)


def _asked_order(params: Params) -> str:
    if isinstance(params.before, BeforeJobs):
        return f", before {', '.join(f'`{job}`' for job in params.before.jobs)}"
    return ", before the tag" if params.before else ""


def _notices(params: Params, use: CommandUse, observed: _Observed) -> Iterator[str]:
    """The conditions under which a step that passes does not run."""
    workflow, job = use.step.job.workflow, use.step.job.calls[0].job
    name = basename(workflow.path)
    if job.condition:
        yield f"job `{job.id}` of `{name}` runs only if its `if:` is true"
    if params.before is None and workflow.triggers.keys() <= _NO_CHANGE:
        yield f"`{name}` runs only on a schedule or when somebody starts it, not for each change"
    if (
        package_scripts.may_start_script(params.words)
        and package_scripts.folder_of(params.words, use.folder) is None
    ):
        yield (
            f"{use.step.place()}: the script that it starts could not be checked,"
            " because its folder is not known"
        )


def _fault_of(params: Params, use: CommandUse, observed: _Observed) -> Finding | None:
    """Why a step that runs the command does not satisfy the rule; None if it does."""
    if fault := _script_fault(params, use, observed):
        return fault
    files = [each for each in observed.files.all() if each.path in use.step.files]
    if params.mentions and not any(_mentions(each, params.mentions) for each in files):
        return failed(
            f"{use.step.place()} runs `{params.runs}`, but does not mention `{params.mentions}`",
            f"add the comment `# {params.mentions}` to the step",
        )
    return None


def _mentions(workflow: Workflow, text: str) -> bool:
    uses = (step.uses for job in workflow.jobs.values() for step in job.steps)
    if any(map(_THIS_ACTION.search, uses)):
        return True
    return any(_folded(text) in _folded(words) for words in workflow.words())


def _folded(text: str) -> str:
    return re.sub(r"[\s_-]+", "-", text.casefold())


def _script_fault(params: Params, use: CommandUse, observed: _Observed) -> Finding | None:
    """What is wrong with the script that `npm run X` starts; None if there is no package.json,
    because npm itself fails then.
    """
    folder = package_scripts.folder_of(params.words, use.folder)
    data = observed.packages.get(folder) if folder is not None else None
    if folder is None or data is None:
        return None
    if isinstance(data, Unobservable):
        return unknown(data.reason, data.remedy)
    fault = package_scripts.script_fault(params.words, data, join(folder, "package.json"))
    if fault is None:
        return None
    outcome = failed if fault.certain else unknown
    return outcome(f"{use.step.place()} runs `{params.runs}`, but {fault.text}")
