"""The workflow files and composite actions of the repository, for the checks `workflow` and `ci`;
and the finding if no step runs a command so that its failure counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from posixpath import basename
from typing import Annotated

from msgspec import Struct
from msgspec.structs import replace
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from ...data_formats import Malformed, UnsupportedYaml
from ...outcome import Finding, Unobservable, failed, unknown
from ...values.plain import quoted
from ...workflows.before_tag import jobs_that_release
from ...workflows.expand import Reusable, size
from ...workflows.files import read_workflow
from ...workflows.job_graph import JobGraph
from ...workflows.jobs import FOLDER, Workflow, local_path
from ...workflows.script import command_words
from ...workflows.search import (
    CommandUse,
    Found,
    UnclearUse,
    find_command,
    run_it_plainly,
    run_line,
    started,
)
from ...world.ports import Repository

LARGEST = 1_048_576  # bytes of a file
_MOST_ACTIONS = 50
_SCRIPT_FILES = ("package.json", "Makefile", "makefile", "GNUmakefile", "justfile", "Taskfile.yml")
_MOST_STEPS = 50_000  # jobs and steps of all workflows, each as often as it is called
_WORKFLOW_FILE = re.compile(rf"{re.escape(FOLDER)}/[^/]+\.ya?ml")


def _simple_command(command: str) -> str:
    if command_words(command) is None:
        raise PydanticCustomError(
            "command", "must be one simple command, such as `npm run test:e2e`"
        )
    return command


# The parameter `runs`: a command that a workflow step runs, word for word.
SimpleCommand = Annotated[str, Field(min_length=1), AfterValidator(_simple_command)]


class WorkflowFiles(Struct, frozen=True, kw_only=True):
    """What could be read."""

    workflows: Mapping[str, Workflow]  # by path
    actions: Mapping[str, Workflow]  # by folder
    own_name: str | None  # the repository's
    notices: tuple[str, ...]
    fault: Unobservable | None  # the first file that could not be read

    @property
    def reusable(self) -> Reusable:
        """What jobs and steps may use."""
        return Reusable(workflows=self.workflows, actions=self.actions, own_name=self.own_name)

    def all(self) -> Iterator[Workflow]:
        """The workflows, and the actions."""
        yield from self.workflows.values()
        yield from self.actions.values()


def read_workflows(repository: Repository) -> WorkflowFiles:
    """All workflow files, and the composite actions that they use. Raises Unobservable."""
    reader = _Reader(repository)
    paths = [path for path in repository.files(FOLDER) if _WORKFLOW_FILE.fullmatch(path)]
    workflows = {path: found for path in paths if (found := reader.read(path)) is not None}
    own_name = repository.name() if workflows else None
    actions = _actions(workflows, reader, own_name)
    reader.leave_out_the_largest(workflows, actions, own_name)
    return WorkflowFiles(
        workflows=workflows,
        actions=actions,
        own_name=own_name,
        notices=tuple(reader.notices),
        fault=reader.fault,
    )


def workflow_at(path: str, repository: Repository) -> Workflow | None:
    """One workflow file; None if it does not exist or cannot be read or used."""
    return _Reader(repository).read(path)


class _Reader:
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
            data = self._repository.read(path, LARGEST)
            return None if data is None else read_workflow(data, path)
        except Unobservable as error:
            self.fault = self.fault or error
            self.notices.append(error.reason)
        except Malformed as error:
            why = f"`{path}` cannot be read: line {error.line}: {error.why}"
            self.notices.append(why)
            if isinstance(error, UnsupportedYaml):  # GitHub may run it
                self.fault = self.fault or Unobservable(why)
        return None

    def leave_out_the_largest(
        self, workflows: dict[str, Workflow], actions: Mapping[str, Workflow], own_name: str | None
    ) -> None:
        """Removes workflows with too many steps to check; no real workflow has that many."""
        reusable = Reusable(workflows=workflows, actions=actions, own_name=own_name)
        sizes = {each.path: size(each, reusable) for each in started(workflows)}
        total = 0
        for path in sorted(sizes, key=sizes.__getitem__):
            total += sizes[path]
            if total > _MOST_STEPS:
                del workflows[path]
                why = f"`{path}` calls too many jobs and steps to check"
                self.fault = self.fault or Unobservable(why)
                self.notices.append(why)


def _actions(
    workflows: Mapping[str, Workflow], reader: _Reader, own_name: str | None
) -> dict[str, Workflow]:
    """The composite actions of this repository that the workflows or such actions use."""
    found: dict[str, Workflow] = {}
    to_search, known = list(workflows.values()), set[str]()
    while to_search and len(known) < _MOST_ACTIONS:
        for folder in _local_actions(to_search.pop(), own_name) - known:
            known.add(folder)
            action = reader.read(f"{folder}/action.yml") or reader.read(f"{folder}/action.yaml")
            if action is not None:
                found[folder] = action
                to_search.append(action)
    return found


def _local_actions(workflow: Workflow, own_name: str | None) -> set[str]:
    steps = (step for job in workflow.jobs.values() for step in job.steps)
    return {path for step in steps if (path := local_path(step.uses, own_name)) is not None}


def find_in_workflows(command: str, files: WorkflowFiles, repository: Repository) -> Found:
    """Where the started workflows run a command. If none does, a Makefile or package.json that
    names it, because a step may run that line.
    """
    found = find_command(command, started(files.workflows), files.reusable)
    if found.uses or found.unclear or found.longer:
        return found
    for path in _SCRIPT_FILES:
        try:
            text = (repository.read(path, LARGEST) or b"").decode(errors="replace")
        except Unobservable:
            continue
        if command in text:
            line = text.count("\n", 0, text.index(command)) + 1
            unclear = UnclearUse(
                text=f"line {line} of `{path}` names it, and a step may run that line",
                remedy=run_it_plainly(command),
            )
            return replace(found, unclear=(unclear,))
    return found


def jobs_after(command: str, repository: Repository) -> tuple[str, ...]:
    """The ids of the jobs that release after a command; none if that is not known."""
    try:
        files = read_workflows(repository)
        found = find_in_workflows(command, files, repository)
    except Unobservable:
        return ()
    uses = effective_uses(found)
    if not uses:
        return ()
    return jobs_that_release(JobGraph(uses, files.workflows, files.reusable))


def effective_uses(found: Found) -> list[CommandUse]:
    """The steps that run the command so that its failure fails their job."""
    return [use for use in found.uses if use.why_ineffective is None]


def no_effective_use(command: str, found: Found, files: WorkflowFiles) -> Finding:
    """The finding if there is no such step. If the command may run in a form that proves nothing,
    the result is unknown.
    """
    if not found.uses or found.unclear:
        return _not_found(command, found, files)
    use = found.uses[0]
    return failed(
        f"{use.step.place()} does not stop the release: {quoted(command)} {use.why_ineffective}",
        "change that, or run the command in its own step, which always runs and must succeed: "
        f"`- {run_line(command)}`",
    )


def _not_found(command: str, found: Found, files: WorkflowFiles) -> Finding:
    shown = quoted(command)
    if found.unclear:
        unclear = found.unclear[0]
        return unknown(
            f"{unclear.text}, so it is not known whether a failure of {shown} fails the job",
            unclear.remedy,
        )
    if found.longer:
        place = found.longer[0].place()
        return failed(
            f"no workflow step runs {shown}; {place} runs it with more arguments",
            "write the whole command in `runs`",
        )
    if found.elsewhere:
        job = found.elsewhere[0]
        return unknown(
            f"{job.name} calls `{job.elsewhere}` in another repository, which may run "
            f"{shown}; that repository could not be checked",
            "run the command in a step of this repository, or check its result: "
            "`ci: { checks: [its name] }`",
        )
    for path, each in files.workflows.items():
        if command in each.text:
            return failed(
                f"no workflow step runs {shown}; `{basename(path)}` only mentions it, in a "
                "comment, a name or a text",
                f"add the step `- {run_line(command)}`",
            )
    return failed(f"no workflow step runs {shown}", f"add the step `- {run_line(command)}`")
