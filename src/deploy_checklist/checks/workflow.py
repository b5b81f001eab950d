"""a workflow step runs the command, the workflow names the checklist or this action, and no tag
comes before it
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from posixpath import basename, normpath
from typing import Literal

from msgspec.structs import replace
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ..data_formats import Malformed, UnsupportedYaml
from ..opaque import OpaqueStruct
from ..outcome import Finding, Unobservable, failed, passed, unknown
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
_THIS_ACTION = re.compile(r"(?:^|/)deploy-checklist(?:[@/]|$)", re.IGNORECASE)


class Params(base.Params):
    """At least one of `runs` and `mentions`; `before` needs `runs`."""

    shorthand = "runs"

    runs: str | None = Field(default=None, min_length=1, description="the command, word for word")
    mentions: str | None = Field(
        default=None,
        min_length=1,
        description="occurs in a name, a comment or a script of that workflow; a step with this action will do as well",
    )
    before: Literal["tag"] | None = Field(
        default=None,
        description="every job of that workflow that tags, releases or deploys a tag needs the step's job",
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
        """The command's."""
        return commands(self.runs or "")[0].words


class _Observed(OpaqueStruct, frozen=True, kw_only=True):
    workflows: Mapping[str, Workflow]
    actions: Mapping[str, Workflow]  # by folder
    packages: Mapping[str, bytes | Unobservable]  # package.json by folder
    notices: tuple[str, ...]
    trouble: Unobservable | None  # a file that could not be looked at

    @property
    def others(self) -> Mapping[str, Workflow]:
        return {**self.workflows, **self.actions}

    def acts(self) -> Iterator[ExecutedStep]:
        """What the workflows do that start, by themselves or because another one uses them."""
        runs = running_files(self.workflows)
        for path, each in self.workflows.items():
            if path in runs:
                yield from executed_steps(each, self.others)


def reads(params: Params) -> frozenset[Needs]:
    return frozenset({Needs.REPOSITORY})


# Looking


def observe(params: Params, subject: str | None, world: World) -> Observation:
    repository = world.repository
    reader = _WorkflowReader(repository)
    paths = [
        path
        for path in repository.files(FOLDER)
        if re.fullmatch(rf"{re.escape(FOLDER)}/[^/]+\.ya?ml", path)
    ]
    workflows = {path: found for path in paths if (found := reader.read(path))}
    looked = _Observed(
        workflows=workflows,
        actions=_actions(workflows, reader),
        packages={},
        notices=tuple(reader.notices),
        trouble=reader.trouble,
    )
    starting = params.runs is not None and package_scripts.may_start_script(params.words)
    running_it = (act for act in looked.acts() if starting and _runs(act, params.words))
    folders = {package_scripts.folder_of(params.words, act.folder) for act in running_it}
    packages = {folder: _package(folder, repository) for folder in folders if folder is not None}
    known = {folder: data for folder, data in packages.items() if data is not None}
    return Observation(
        source=f"`{FOLDER}` in {repository.place()}", data=replace(looked, packages=known)
    )


class _WorkflowReader:
    """Reads workflow files, and remembers what it could not read."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self.notices: list[str] = []
        self.trouble: Unobservable | None = None

    def read(self, path: str) -> Workflow | None:
        """The file, None if it is not there or cannot be used: then GitHub does not run it either,
        as a rule.
        """
        try:
            data = self._repository.read(path, _LARGEST)
            return None if data is None else read_workflow(data, path)
        except Unobservable as trouble:
            self.trouble = self.trouble or trouble
            self.notices.append(trouble.reason)
        except Malformed as error:
            why = f"`{path}` cannot be read: line {error.line}: {error.why}"
            self.notices.append(why)
            if isinstance(error, UnsupportedYaml):  # GitHub may run it: it reads anchors
                self.trouble = self.trouble or Unobservable(why)
        return None


def _actions(workflows: Mapping[str, Workflow], reader: _WorkflowReader) -> dict[str, Workflow]:
    """The composite actions of this repository that the workflows use, in one another too."""
    found: dict[str, Workflow] = {}
    open_, known = list(workflows.values()), set[str]()
    while open_ and len(known) < _MOST_ACTIONS:
        for folder in _local_actions(open_.pop()) - known:
            known.add(folder)
            action = reader.read(f"{folder}/action.yml") or reader.read(f"{folder}/action.yaml")
            if action is not None:
                found[folder] = action
                open_.append(action)
    return found


def _local_actions(workflow: Workflow) -> set[str]:
    return {
        normpath(step.uses)
        for job in workflow.jobs.values()
        for step in job.steps
        if is_local(step.uses)
    }


def _package(folder: str, repository: Repository) -> bytes | Unobservable | None:
    try:
        return repository.read(_package_file(folder), _LARGEST)
    except Unobservable as trouble:
        return trouble


# Judging


def judge(params: Params, seen: Observation, context: JudgeContext) -> Finding:
    looked: _Observed = seen.data
    finding = _command(params, looked) if params.runs else _mention(params, looked)
    if finding.outcome == "fail" and looked.trouble is not None:
        return unknown(looked.trouble.reason, looked.trouble.remedy)
    return replace(finding, notices=finding.notices + looked.notices)


def _mention(params: Params, looked: _Observed) -> Finding:
    path = next(
        (path for path, each in looked.workflows.items() if _names(each, params.mentions or "")),
        None,
    )
    if path is None:
        return failed(
            f"no workflow names `{params.mentions}`",
            f"name it in a comment of a file in `{FOLDER}`",
        )
    return passed(f"`{basename(path)}` names `{params.mentions}`")


def _command(params: Params, looked: _Observed) -> Finding:
    found = [act for act in looked.acts() if _runs(act, params.words)]
    sound = [act for act in found if act.why_ineffective is None]
    if not found:
        return failed(
            f"no workflow step runs `{params.runs}`{_near(params, looked)}",
            f"add the step `run: {params.runs}`",
        )
    if not sound:
        return failed(
            f"{_place(found[0])} does not hold the release: `{params.runs}` {found[0].why_ineffective}"
        )
    wrong = [_wrong(params, act, looked) for act in sound]
    best = next((act for act, why in zip(sound, wrong, strict=True) if why is None), None)
    if best is None:
        unseen = next(
            (why for why in wrong if why is not None and why.outcome == "unknown"), wrong[0]
        )
        return unseen or failed(f"{_place(sound[0])} is not as the rule says")
    return passed(
        f"{_place(best)}{', before the tag' if params.before else ''}",
        notices=tuple(_notices(params, best, looked)),
    )


def _notices(params: Params, act: ExecutedStep, looked: _Observed) -> Iterator[str]:
    """What a pass still depends on."""
    around, name = looked.workflows[act.workflow], basename(act.workflow)
    if around.jobs[act.job].condition:
        yield f"job `{act.job}` of `{name}` runs only where its `if:` holds"
    if params.before is None and around.triggers.keys() <= _NO_CHANGE:
        yield f"`{name}` runs only at set times or when somebody starts it, not for a change"
    if (
        around.jobs[act.job].windows_too
        and act.step
        and not act.step.shell
        and "\n" in act.step.run.strip()
    ):
        yield f"{_place(act)} runs on Windows too, where PowerShell goes on after a failed line: add `shell: bash`"
    if (
        package_scripts.may_start_script(params.words)
        and package_scripts.folder_of(params.words, act.folder) is None
    ):
        yield f"{_place(act)}: the script that it starts could not be looked at, since its folder is not certain"


def _runs(act: ExecutedStep, words: tuple[str, ...]) -> bool:
    return act.command is not None and act.command.words == words


def _place(act: ExecutedStep) -> str:
    """ "`release.yml` step 4 (line 31)"."""
    name = f"`{basename(act.workflow)}`"
    if act.step is None:
        return f"{name} job `{act.job}` (through `{basename(act.files[-1])}`)"
    return f"{name} step {act.step.number} (line {act.step.line})"


def _near(params: Params, looked: _Observed) -> str:
    """Where it is almost there, and why that does not count."""
    for act in looked.acts():
        if act.command is not None and act.command.words[: len(params.words)] == params.words:
            return f"; {_place(act)} runs it with more words: name the whole command"
    for path, each in looked.workflows.items():
        if (params.runs or "") in each.text:
            return f"; `{basename(path)}` only names it (in a comment, a text, or a script that could not be read)"
    return ""


def _wrong(params: Params, act: ExecutedStep, looked: _Observed) -> Finding | None:
    """What keeps a step that runs the command from being enough; None if nothing does."""
    if (wrong := _script(params, act, looked.packages)) is not None:
        return wrong
    files = [each for each in looked.others.values() if each.path in act.files]
    if params.mentions is not None and not any(_names(each, params.mentions) for each in files):
        remedy = f"add the comment `# {params.mentions}` to the step"
        return failed(
            f"{_place(act)} runs `{params.runs}`, but nothing there names `{params.mentions}`",
            remedy,
        )
    return _tagged_before(act, looked) if params.before else None


def _names(workflow: Workflow, what: str) -> bool:
    uses = (step.uses for job in workflow.jobs.values() for step in job.steps)
    return any(_folded(what) in _folded(said) for said in workflow.words()) or any(
        map(_THIS_ACTION.search, uses)
    )


def _folded(text: str) -> str:
    return re.sub(r"[\s_-]+", "-", text.casefold())


def _script(
    params: Params, act: ExecutedStep, packages: Mapping[str, bytes | Unobservable]
) -> Finding | None:
    """What is wrong with the script that `npm run X` starts; where there is no package.json, npm
    itself fails.
    """
    folder = package_scripts.folder_of(params.words, act.folder)
    data = packages.get(folder) if folder is not None else None
    if isinstance(data, Unobservable):
        return unknown(data.reason, data.remedy)
    why = (
        None
        if data is None
        else package_scripts.script_fault(params.words, data, _package_file(folder or ""))
    )
    return failed(f"{_place(act)} runs `{params.runs}`, but {why}") if why else None


def _package_file(folder: str) -> str:
    return f"{folder}/package.json" if folder else "package.json"


def _tagged_before(act: ExecutedStep, looked: _Observed) -> Finding | None:
    """A job of the same workflow that tags or releases without waiting for the step, or the absence
    of any.
    """
    from ..workflows.releasing import (
        releases,
    )  # its words cost 12 ms of start-up, and few rules ask for an order

    around, name = looked.workflows[act.workflow], basename(act.workflow)
    own = list(executed_steps(around, looked.others))
    releasing = [each for each in own if not each.never and releases(each)]
    if not releasing and not any(deploys_a_tag(around, job) for job in around.jobs.values()):
        return failed(
            f"{_place(act)} runs it, but no job of `{name}` tags, releases or deploys a tag",
            "`needs:` works within one workflow: run it in the one that tags, in or before its job",
        )
    jobs = [each.job for each in releasing if not _follows(each, act, around)]
    deploying = [job.id for job in around.jobs.values() if may_deploy_a_tag(around, job)]
    jobs += [job for job in deploying if job != act.job and not reaches(around, job, act.job)]
    if not jobs:
        return None
    early = jobs[0]
    if early == act.job:
        return failed(
            f"job `{early}` of `{name}` tags or releases without waiting for {_place(act)}"
        )
    remedy = f"add `needs: [{act.job}]` to job `{early}`, without `always()` in its `if:`"
    return failed(
        f"job `{early}` of `{name}` tags or releases without needing job `{act.job}`", remedy
    )


def _follows(release: ExecutedStep, act: ExecutedStep, around: Workflow) -> bool:
    if release.job == act.job and release.step is not None and act.step is not None:
        return act.position < release.position and not release.after_failure
    return reaches(around, release.job, act.job)
