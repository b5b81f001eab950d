"""CI succeeded on the gated commit: all checks that reported, the checks named here, or the step
that runs a command

A skipped or neutral check did not succeed. While a check is running, the item waits. The gate's own
runs and statuses do not count, nor do jobs of other workflows that do nothing but ask a gate
(besides actions/checkout and steps with `continue-on-error`), nor jobs that are skipped because
they come after such a job.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Annotated, Literal

from msgspec import Struct
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ..outcome import Finding, failed, passed, pending
from ..values.plain import quoted
from ..workflows.gate_jobs import name_pattern, tells_of_a_gate_alone
from ..workflows.jobs import Workflow
from ..workflows.search import CommandUse
from ..world.ports import CommitCheckResult, Repository, WorkflowStepResult, World
from . import base
from .base import ONE_OR_MORE, JudgeContext, Needs, Observation
from .shared.workflow_files import (
    SimpleCommand,
    effective_uses,
    find_in_workflows,
    no_effective_use,
    read_workflows,
    workflow_at,
)

OF_RUNNING_WORLD = True
Text = Annotated[str, Field(min_length=1)]
# A run of another event may test another commit than the one that GitHub lists it under.
_EVENTS = frozenset({"push", "pull_request", "merge_group", "schedule", "workflow_dispatch"})
_RUNNING = frozenset({"pending", "queued", "in_progress", "waiting", "requested", "expected"})
_NOUNS = (("check run", "check", "checks"), ("status", "status", "statuses"))


class Params(base.Params):
    """One of the three; `ci: true` is `green`."""

    green: Literal[True] | None = Field(
        default=None,
        description="Every other check and status of the commit succeeded, and there is at least "
        "one.",
    )
    checks: Annotated[tuple[Text, ...], Field(min_length=1), ONE_OR_MORE] | None = Field(
        default=None,
        description="Names of checks or statuses. Each of them must succeed.",
        examples=["unit tests"],
    )
    runs: SimpleCommand | None = Field(
        default=None,
        description="A command. The workflow step that runs it must succeed.",
        examples=["npm test"],
    )

    @model_validator(mode="after")
    def _asks_one_thing(self) -> Params:
        if sum(each is not None for each in (self.green, self.checks, self.runs)) > 1:
            raise PydanticCustomError(
                "contradiction", "takes at most one of `green`, `checks` and `runs`"
            )
        return self


class _Listed(Struct, frozen=True, kw_only=True):
    """The names under which GitHub lists a step."""

    workflow: str  # path of the file whose run it is part of
    job: re.Pattern[str]
    step: re.Pattern[str]


class _Steps(Struct, frozen=True, kw_only=True):
    """The steps of the workflow files that run the command, and GitHub's results of all steps."""

    written: tuple[_Listed, ...]
    results: Sequence[WorkflowStepResult]
    none_written: Finding | None  # the finding if no step runs it


def reads(params: Params) -> frozenset[Needs]:
    return frozenset({Needs.GITHUB, Needs.REPOSITORY}) if params.runs else frozenset({Needs.GITHUB})


def observe(params: Params, subject: str | None, world: World) -> Observation:
    if not params.runs:
        results = [result for result in world.github.check_results() if not result.own]
        of_gates = _of_gates(results, world.repository)
        return Observation(
            source="GitHub's checks of the commit",
            data=[result for result in results if result not in of_gates],
        )
    files = read_workflows(world.repository)
    found = find_in_workflows(params.runs, files, world.repository)
    written = tuple(_listed_as(use) for use in effective_uses(found))
    none_written = None if written else no_effective_use(params.runs, found, files)
    if none_written is not None and files.fault is not None:
        raise files.fault
    return Observation(
        source="GitHub's workflow runs of the commit",
        data=_Steps(
            written=written,
            results=world.github.step_results({step.workflow for step in written})
            if written
            else (),
            none_written=none_written,
        ),
    )


def _of_gates(
    results: Sequence[CommitCheckResult], repository: Repository
) -> list[CommitCheckResult]:
    """The results without success whose jobs only run a gate, by the gated commit's files."""
    files: dict[str, Workflow | None] = {}
    found = []
    for result in results:
        if not result.workflow or result.state == "success":
            continue
        if result.workflow not in files:
            files[result.workflow] = workflow_at(result.workflow, repository)
        workflow = files[result.workflow]
        skipped = result.state == "skipped"
        if workflow is not None and tells_of_a_gate_alone(workflow, result.name, skipped=skipped):
            found.append(result)
    return found


def _listed_as(use: CommandUse) -> _Listed:
    """GitHub lists "caller / name (matrix values)", and a step without a name as "Run " and the
    first line of its script, or the action.
    """
    jobs = [name_pattern(at.job.name or at.job.id) + r"(?: \(.*\))?" for at in use.step.job.calls]
    step = use.step.listed
    first = step.run.strip().split("\n")[0].strip() or step.uses
    return _Listed(
        workflow=use.step.job.workflow.path,
        job=re.compile(" / ".join(jobs)),
        step=re.compile(name_pattern(step.name or f"Run {first}")),
    )


def judge(params: Params, observation: Observation, context: JudgeContext) -> Finding:
    if params.runs:
        return _judge_command(params.runs, observation.data)
    others: Sequence[CommitCheckResult] = observation.data
    if params.checks:
        return _judge_named(params.checks, others)
    if not others:
        return pending(
            "no other check or status has reported on this commit yet",
            remedy="wait for CI, or start it",
        )
    unsuccessful = _without_success([(result.name, result.state) for result in others])
    return unsuccessful or passed(f"{_counts(others)} succeeded")


def _judge_named(names: tuple[str, ...], others: Sequence[CommitCheckResult]) -> Finding:
    states = [(result.name, result.state) for result in others if result.name in names]
    reported = {name for name, _ in states}
    states += [(name, "pending") for name in names if name not in reported]
    named = _shortened([quoted(name) for name in names])
    return _without_success(states) or passed(f"{named} succeeded")


def _judge_command(command: str, steps: _Steps) -> Finding:
    if steps.none_written is not None:
        return steps.none_written
    states = [
        (f"{result.workflow} step {result.number}", result.state)
        for result in _of_newest_runs(steps.results)
        if _is_one_of(result, steps.written)
    ]
    if not states:
        where = _listed(step.workflow for step in steps.written)
        return pending(
            f"{where} has not run {quoted(command)} on this commit yet",
            remedy="wait for CI, or start it",
        )
    where = _listed(name for name, _ in states)
    return _without_success(states) or passed(f"{where} ran {quoted(command)} successfully")


def _is_one_of(result: WorkflowStepResult, written: tuple[_Listed, ...]) -> bool:
    return any(
        result.workflow == step.workflow
        and step.job.fullmatch(result.job)
        and step.step.fullmatch(result.step)
        for step in written
    )


def _of_newest_runs(results: Sequence[WorkflowStepResult]) -> list[WorkflowStepResult]:
    """The steps of the newest run of each workflow, event and branch: it replaces older runs."""
    tests = [result for result in results if result.event in _EVENTS]
    newest = {
        (result.workflow, result.event, result.branch): result.run_started
        for result in sorted(tests, key=lambda result: result.run_started)
    }
    return [
        result
        for result in tests
        if result.run_started == newest[result.workflow, result.event, result.branch]
    ]


def _without_success(states: Sequence[tuple[str, str]]) -> Finding | None:
    """Failed if one did not succeed, pending if one still runs, None if all succeeded."""
    wrong = [
        f"{quoted(name)} ({state})"
        for name, state in states
        if state not in _RUNNING and state != "success"
    ]
    if wrong:
        return failed(
            f"did not succeed: {_shortened(wrong)}",
            "open the run, fix the cause, and run CI again",
        )
    running = [quoted(name) for name, state in states if state in _RUNNING]
    if running:
        return pending(
            f"still running or not reported yet: {_shortened(running)}", remedy="wait for CI"
        )
    return None


def _counts(others: Sequence[CommitCheckResult]) -> str:
    parts = []
    for source, noun, plural in _NOUNS:
        number = sum(result.source == source for result in others)
        if number:
            parts.append(f"{number} {noun if number == 1 else plural}")
    return " and ".join(parts)


def _listed(names: Iterable[str]) -> str:
    return _shortened([quoted(name) for name in dict.fromkeys(names)])


def _shortened(names: list[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more
