"""What the jobs of a workflow do in order, and what each of it leaves undone or unseen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from posixpath import normpath

from msgspec import Struct
from msgspec.structs import replace

from . import conditions, order
from .folders import below_root
from .jobs import Workflow, WorkflowJob, WorkflowStep, is_local
from .shell import ShellCommand, commands

_DEEPEST = (
    5  # composite actions and reusable workflows in one another; GitHub's own limits are close
)
# A shell with options that leave what it runs as it is; `-n` and `-c` do not.
_OPTION = r"(?:-[eEilux]+|-[eEilux]*o (?:errexit|nounset|pipefail|xtrace)|--(?:login|noprofile|norc|posix))"
_SHELL = re.compile(rf"(?:\S*/)?(?:ba)?sh(?: {_OPTION})* \{{0\}}")
_SUBSTITUTION = re.compile(r"\$\(([^()]+)\)|`([^`]+)`")


class ExecutedStep(Struct, frozen=True, kw_only=True):
    """One thing that a job does: a command of a script, a text that may be some, or an action of
    somebody else.

    `job` and `step` are those of the workflow that starts it all; `files` the ones that lead to it.
    `flaw` says why its failure does not fail the job, or why it may not run though the job does.
    """

    workflow: str
    job: str
    step: WorkflowStep | None  # None: in a reusable workflow
    files: tuple[str, ...]
    position: tuple[int, ...]
    command: ShellCommand | None = None
    uses: str = ""
    text: str = ""  # of a script that is not read as commands
    inputs: Mapping[str, object]
    flaw: str | None = None
    folder: str | None = None
    after_failure: bool = False  # runs even if a step before it in the job has failed

    @property
    def never(self) -> bool:
        """Switched off by `if: false`."""
        return self.flaw is not None and self.flaw.startswith("never runs")


def executed_steps(workflow: Workflow, others: Mapping[str, Workflow]) -> Iterator[ExecutedStep]:
    """What the jobs of a workflow do, in order. `others`: reusable workflows by path, actions by
    folder.
    """
    for job in workflow.jobs.values():
        yield from _of_job(workflow, job, others, ())


def _of_job(
    workflow: Workflow, job: WorkflowJob, others: Mapping[str, Workflow], above: tuple[str, ...]
) -> Iterator[ExecutedStep]:
    files = (*above, workflow.path)
    flaw = order.why_ineffective(workflow, job)
    called = others.get(normpath(job.uses)) if is_local(job.uses) else None
    for act in _called(called, others, files):
        skipped = _call_flaw(called, act.job) if called is not None else None
        yield replace(
            act, workflow=workflow.path, job=job.id, step=None, flaw=flaw or act.flaw or skipped
        )
    if job.uses and called is None:
        yield ExecutedStep(
            workflow=workflow.path,
            job=job.id,
            step=None,
            files=files,
            position=(),
            uses=job.uses,
            inputs={},
            flaw=flaw,
        )
    for step in job.steps:
        for act in _of_step(workflow, job, step, others, files):
            yield replace(act, flaw=flaw or why_step_is_ineffective(step) or act.flaw)


def _called(
    workflow: Workflow | None, others: Mapping[str, Workflow], above: tuple[str, ...]
) -> Iterator[ExecutedStep]:
    if workflow is not None and len(above) < _DEEPEST and workflow.path not in above:
        for job in workflow.jobs.values():
            yield from _of_job(workflow, job, others, above)


def _call_flaw(called: Workflow, job: str) -> str | None:
    """A job that is skipped takes those along that need it, but not those that need the call it is
    in.
    """
    if order.is_conditional(called, called.jobs[job]):
        return f"is skipped where the `if:` of job `{job}` or of one it needs does not hold, and the call goes on"
    return None


def _of_step(
    workflow: Workflow,
    job: WorkflowJob,
    step: WorkflowStep,
    others: Mapping[str, Workflow],
    files: tuple[str, ...],
) -> Iterator[ExecutedStep]:
    act = ExecutedStep(
        workflow=workflow.path,
        job=job.id,
        step=step,
        files=files,
        position=(step.number,),
        uses=step.uses,
        inputs=step.inputs,
        folder=step.folder,
        after_failure=not conditions.waits(step.condition),
    )
    script = _commands(step)
    for number, command in enumerate(script):
        yield replace(
            act,
            command=command,
            flaw=command.flaw,
            position=(step.number, number),
            folder=_below(step, command),
        )
    if text := _unread(step.run, script):
        yield replace(act, text=text)
    called = others.get(normpath(step.uses)) if is_local(step.uses) else None
    for inner in _called(called, others, files):
        yield replace(
            inner,
            workflow=workflow.path,
            job=job.id,
            step=step,
            position=(step.number, *inner.position),
            after_failure=act.after_failure or inner.after_failure,
        )
    if step.uses and (called is None or not any(inner.steps for inner in called.jobs.values())):
        yield act


def _commands(step: WorkflowStep) -> tuple[ShellCommand, ...]:
    """What its shell runs; nothing for a shell that is not read here."""
    shell = step.shell
    if not step.run or (shell not in (None, "bash", "sh") and not _SHELL.fullmatch(shell or "")):
        return ()
    options = (shell or "").split()[1:]
    errexit = not options or any(re.fullmatch(r"-\w*e\w*|errexit", option) for option in options)
    return commands(step.run, errexit=errexit, pipefail=shell == "bash" or "pipefail" in options)


def _unread(script: str, read: tuple[ShellCommand, ...]) -> str:
    """What of a script is not among its commands: everything if there are none, else what `$(…)`
    has in it.
    """
    bare = re.sub(r"(?m)(?:^|(?<=\s))#.*$", "", script)
    return (
        "\n".join(found[1] or found[2] for found in _SUBSTITUTION.finditer(bare)) if read else bare
    )


def _below(step: WorkflowStep, command: ShellCommand) -> str | None:
    if step.folder is None or command.folder is None:
        return None
    return below_root(f"{step.folder or '.'}/{command.folder or '.'}")


def why_step_is_ineffective(step: WorkflowStep) -> str | None:
    """Why a step may not run though its job does, or may fail unseen."""
    if conditions.never(step.condition):
        return "never runs: `if: false` stands on the step"
    if step.tolerated:
        return "may fail: `continue-on-error` stands on the step"
    always = conditions.always(step.condition)
    return (
        None if always else "is skipped where the step's `if:` does not hold, and the job goes on"
    )
