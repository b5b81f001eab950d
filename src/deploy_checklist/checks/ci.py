"""CI ended in success on the target commit: every check that reported, those named here, or the
step with a command

Skipped and neutral are not success, and what still runs is waited for. The gate's own runs and
statuses are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from msgspec import Struct
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ..outcome import Finding, failed, passed, pending
from ..values.plain import quoted
from ..workflows.steps import FOLDER, CommandStep, steps_running
from ..world.ports import CheckResult, StepResult, World
from . import base
from .base import ONE_OR_MORE, JudgeContext, Needs, Observation

Text = Annotated[str, Field(min_length=1)]
# Runs of other events test another commit than the one they are listed under, or one that their
# input names.
_EVENTS = frozenset({"push", "pull_request", "merge_group", "schedule", "workflow_dispatch"})
_RUNNING = frozenset({"pending", "queued", "in_progress", "waiting", "requested", "expected"})


class Params(base.Params):
    """One of the three; `ci: true` is `green`."""

    green: Literal[True] | None = Field(
        default=None, description="every other check and status, and at least one"
    )
    checks: Annotated[tuple[Text, ...], Field(min_length=1), ONE_OR_MORE] | None = Field(
        default=None, description="names of checks or statuses: each of them"
    )
    runs: Text | None = Field(default=None, description="a command: the workflow step that runs it")

    @model_validator(mode="after")
    def _asks_one_thing(self) -> Params:
        if sum(each is not None for each in (self.green, self.checks, self.runs)) > 1:
            raise PydanticCustomError("contradiction", "takes one of `green`, `checks` and `runs`")
        return self


class _Steps(Struct, frozen=True, kw_only=True):
    """What the workflow files say, and what GitHub says of their runs."""

    written: tuple[CommandStep, ...]
    results: Sequence[StepResult]


def reads(params: Params) -> frozenset[Needs]:
    return frozenset({Needs.GITHUB, Needs.REPOSITORY}) if params.runs else frozenset({Needs.GITHUB})


def observe(params: Params, subject: str | None, world: World) -> Observation:
    if not params.runs:
        return Observation(
            source="GitHub's checks of the commit", data=world.github.check_results()
        )
    paths = [path for path in world.repository.files(FOLDER) if path.endswith((".yml", ".yaml"))]
    files = {path: data for path in paths if (data := world.repository.read(path)) is not None}
    written = steps_running(params.runs, files)
    results = world.github.step_results() if written else ()
    return Observation(
        source="GitHub's workflow runs of the commit", data=_Steps(written=written, results=results)
    )


def judge(params: Params, seen: Observation, context: JudgeContext) -> Finding:
    if params.runs:
        return _of_command(params.runs, seen.data)
    others: Sequence[CheckResult] = [result for result in seen.data if not result.own]
    if params.checks:
        return _of_named(params.checks, others)
    if not others:
        return pending(
            "no other check or status has reported on this commit yet",
            remedy="wait for CI, or start it",
        )
    ended = _ended([(result.name, result.state) for result in others])
    return ended or passed(f"{_counted(others)} ended in success")


def _of_named(names: tuple[str, ...], others: Sequence[CheckResult]) -> Finding:
    found = [(result.name, result.state) for result in others if result.name in names]
    absent = [name for name in names if name not in {name for name, _ in found}]
    ended = _ended([*found, *((name, "pending") for name in absent)])
    return ended or passed(f"{_listed(names)} ended in success")


def _of_command(command: str, seen: _Steps) -> Finding:
    if not seen.written:
        return failed(
            f"no workflow step runs {quoted(command)}", f"add one to a workflow in `{FOLDER}`"
        )
    ran = [result for result in _newest(seen.results) if _is_one(result, seen.written)]
    if not ran:
        where = _listed(tuple(dict.fromkeys(step.workflow for step in seen.written)))
        return pending(
            f"{where} has not run {quoted(command)} on this commit yet",
            remedy="wait for CI, or start it",
        )
    ended = _ended([(f"{result.workflow} step {result.number}", result.state) for result in ran])
    where = _listed(
        tuple(dict.fromkeys(f"{result.workflow} step {result.number}" for result in ran))
    )
    return ended or passed(f"{where} ran {quoted(command)} with success")


def _is_one(result: StepResult, written: tuple[CommandStep, ...]) -> bool:
    return any(
        result.workflow == step.workflow
        and step.job.fullmatch(result.job)
        and step.step.fullmatch(result.step)
        for step in written
    )


def _newest(results: Sequence[StepResult]) -> list[StepResult]:
    """The steps of the newest run of each workflow, event and branch: an older run was superseded."""
    tests = [result for result in results if result.event in _EVENTS]
    last = {
        _series(result): result.run_started
        for result in sorted(tests, key=lambda result: result.run_started)
    }
    return [result for result in tests if result.run_started == last[_series(result)]]


def _series(result: StepResult) -> tuple[str, str, str | None]:
    return result.workflow, result.event, result.branch


def _ended(states: Sequence[tuple[str, str]]) -> Finding | None:
    """What did not end in success, if anything: wrong first, then what is still running."""
    wrong = [
        f"{quoted(name)} ({state})"
        for name, state in states
        if state not in _RUNNING and state != "success"
    ]
    if wrong:
        return failed(
            f"did not end in success: {_shown(wrong)}",
            "look at the run, repair it, and let CI run again",
        )
    running = [quoted(name) for name, state in states if state in _RUNNING]
    if running:
        return pending(
            f"still running or not reported yet: {_shown(running)}", remedy="wait for CI"
        )
    return None


def _counted(others: Sequence[CheckResult]) -> str:
    kinds = [(sum(result.source == source for result in others), noun) for source, noun in _NOUNS]
    return " and ".join(
        f"{number} {noun if number == 1 else plural(noun)}" for number, noun in kinds if number
    )


_NOUNS = (("check run", "check"), ("status", "status"))


def plural(noun: str) -> str:
    return f"{noun}es" if noun.endswith("s") else f"{noun}s"


def _listed(names: tuple[str, ...]) -> str:
    return _shown([quoted(name) for name in names])


def _shown(names: list[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more
