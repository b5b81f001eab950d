"""What a started workflow runs: its jobs with those that they call, and the steps of each in order.

A called workflow's jobs replace the job that calls them, and a composite action's steps replace the
step that uses it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from posixpath import basename

from msgspec import Struct

from . import conditions, waiting
from .jobs import Workflow, WorkflowJob, WorkflowStep, local_path

_DEEPEST = 10  # levels of calls, as at GitHub
_INPUT = re.compile(r"\s*\$\{\{\s*inputs\.([\w-]+)\s*\}\}\s*")


class Reusable(Struct, frozen=True, kw_only=True):
    """What jobs and steps may use of this repository."""

    workflows: Mapping[str, Workflow]  # by path
    actions: Mapping[str, Workflow]  # by folder
    own_name: str | None = None  # "acme/shop"

    def find(self, uses: str) -> Workflow | None:
        """The workflow or the composite action that `uses` names; None if it is elsewhere."""
        path = local_path(uses, self.own_name)
        return None if path is None else (self.workflows.get(path) or self.actions.get(path))


class JobAt(Struct, frozen=True, kw_only=True):
    """A job and the workflow file that it is in."""

    workflow: Workflow
    job: WorkflowJob

    @property
    def name(self) -> str:
        """ "job `deploy` of `release.yml`"."""
        return f"job `{self.job.id}` of `{basename(self.workflow.path)}`"


class RunningJob(Struct, frozen=True, kw_only=True):
    """A job with steps, or one that calls a workflow elsewhere, and the jobs that call it.

    `calls` leads from the job of the started workflow to this one.
    """

    calls: tuple[JobAt, ...]
    inputs: Mapping[str, object]  # what is passed to the workflow that it is in
    elsewhere: str = ""  # the workflow of another repository that it calls

    @property
    def workflow(self) -> Workflow:
        """The workflow that an event starts."""
        return self.calls[0].workflow

    @property
    def job(self) -> WorkflowJob:
        """The job itself, in the file that it is in."""
        return self.calls[-1].job

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the calling jobs and of its own, which name it within the workflow."""
        return tuple(at.job.id for at in self.calls)

    @property
    def name(self) -> str:
        """ "job `deploy` of `release.yml`", with the file that the job is in."""
        return self.calls[-1].name

    def is_same(self, other: RunningJob) -> bool:
        """Whether both are one job of one started workflow."""
        return self.workflow is other.workflow and self.ids == other.ids

    def apart_from(self, other: RunningJob) -> JobAt:
        """The job, of those that call this one and itself, that does not call the other, too."""
        return next(
            (
                at
                for at, beside in zip(self.calls, other.calls, strict=False)
                if at.job.id != beside.job.id or at.workflow is not beside.workflow
            ),
            self.calls[-1],
        )

    def why_ineffective(self) -> str | None:
        """Why it never runs, may fail without failing the workflow, or may be skipped unseen."""
        for at in self.calls:
            if why := waiting.why_ineffective(at.workflow, at.job):
                return why
        for at in self.calls[1:]:
            if waiting.is_conditional(at.workflow, at.job):
                return (
                    f"is skipped if the `if:` of job `{at.job.id}`, or of a job it needs, is "
                    f"false, and the call goes on"
                )
        return None


class RunningStep(Struct, frozen=True, kw_only=True):
    """A step of a job with a `run:`, or with a `uses:` that is not read."""

    job: RunningJob
    listed: WorkflowStep  # the step of the job's own file, which GitHub lists
    step: WorkflowStep  # this step, perhaps in a composite action that the listed one uses
    files: tuple[str, ...]  # from the starting workflow to the file it is in
    position: tuple[int, ...]
    inputs: Mapping[str, object]  # what is passed to the file it is in
    # Why its failure does not fail the job, or why it may not run though the job does.
    why_ineffective: str | None
    # Whether it runs even if a step before it in the job has failed; None in doubt.
    after_failure: bool | None
    never: bool

    def place(self) -> str:
        """ "`release.yml` step 4 (line 31)"."""
        at = self.job.calls[-1]
        return f"`{basename(at.workflow.path)}` step {self.listed.number} (line {self.listed.line})"


def size(workflow: Workflow, reusable: Reusable) -> int:
    """How many jobs and steps a workflow has, with those of all that it calls; or more, where
    files call one another in a circle.
    """
    sizes: dict[tuple[str, int], int] = {}

    def of(called: Workflow, depth: int) -> int:
        key = (called.path, depth)
        if key not in sizes:
            uses = [used for job in called.jobs.values() for used in (job.uses, *_used_by(job))]
            inner = [reusable.find(used) for used in uses if used and depth < _DEEPEST]
            sizes[key] = len(uses) + sum(of(each, depth + 1) for each in inner if each is not None)
        return sizes[key]

    return of(workflow, 0)


def _used_by(job: WorkflowJob) -> Iterator[str]:
    return (step.uses for step in job.steps)


def running_jobs(workflow: Workflow, reusable: Reusable) -> Iterator[RunningJob]:
    """The jobs of a started workflow, with those that it calls instead of the call."""
    return _jobs(workflow, reusable, (), {})


def _jobs(
    workflow: Workflow,
    reusable: Reusable,
    above: tuple[JobAt, ...],
    inputs: Mapping[str, object],
) -> Iterator[RunningJob]:
    for job in workflow.jobs.values():
        calls = (*above, JobAt(workflow=workflow, job=job))
        called = reusable.find(job.uses) if job.uses else None
        known = {at.workflow.path for at in calls}
        if called is not None and called.path not in known and len(calls) < _DEEPEST:
            handed = _handed(job.inputs, inputs, called)
            yield from _jobs(called, reusable, calls, handed)
        else:
            yield RunningJob(calls=calls, inputs=inputs, elsewhere=job.uses)


def running_steps(job: RunningJob, reusable: Reusable) -> Iterator[RunningStep]:
    """The steps of a job, in order."""
    why = job.why_ineffective()
    files = tuple(at.workflow.path for at in job.calls)
    for step in job.job.steps:
        outer = RunningStep(
            job=job,
            listed=step,
            step=step,
            files=files,
            position=(step.number,),
            inputs=job.inputs,
            why_ineffective=why,
            after_failure=False,
            never=False,
        )
        yield from _steps(outer, reusable)


def _steps(at: RunningStep, reusable: Reusable) -> Iterator[RunningStep]:
    """One step, or those of the composite action that it uses."""
    step = at.step
    found = RunningStep(
        job=at.job,
        listed=at.listed,
        step=step,
        files=at.files,
        position=at.position,
        inputs=at.inputs,
        why_ineffective=at.why_ineffective or why_step_is_ineffective(step),
        after_failure=_after_failure(at),
        never=at.never or conditions.never(step.condition),
    )
    action = reusable.find(step.uses) if step.uses else None
    inner = [each for job in action.jobs.values() for each in job.steps] if action else []
    if action is None or not inner or action.path in at.files or len(at.files) > _DEEPEST:
        yield found
        return
    for each in inner:
        yield from _steps(
            RunningStep(
                job=at.job,
                listed=at.listed,
                step=each,
                files=(*at.files, action.path),
                position=(*at.position, each.number),
                inputs=_handed(step.inputs, at.inputs, action),
                why_ineffective=found.why_ineffective,
                after_failure=found.after_failure,
                never=found.never,
            ),
            reusable,
        )


def _after_failure(at: RunningStep) -> bool | None:
    """An action that runs after a failure runs its steps. Where it waits itself, a step of it that
    does not may run after a failure in the action.
    """
    own = conditions.after_failure(at.step.condition)
    if len(at.position) == 1:
        return own
    if at.after_failure is False and own is not False:
        return None
    return at.after_failure


def _handed(
    given: Mapping[str, object], inputs: Mapping[str, object], called: Workflow
) -> Mapping[str, object]:
    """The inputs of what is called, by names in lower case: literal ones, those passed on, and
    defaults for the others.
    """
    handed = {name.lower(): value for name, value in called.defaults.items()}
    for name, value in given.items():
        passed = _INPUT.fullmatch(value) if isinstance(value, str) else None
        handed[name.lower()] = inputs.get(passed[1].lower()) if passed else value
    return handed


def why_step_is_ineffective(step: WorkflowStep) -> str | None:
    """Why a step may not run though its job does, or may fail without failing the job."""
    if conditions.never(step.condition):
        return "never runs: the step has `if: false`"
    if step.tolerated:
        return "may fail without failing the job: the step has `continue-on-error`"
    if conditions.always(step.condition):
        return None
    return "is skipped if the step's `if:` is false, and the job goes on"
