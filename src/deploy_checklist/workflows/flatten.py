"""The steps that the jobs of a workflow execute, with all that they call, in order."""

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

_DEEPEST = 5  # levels of calls; GitHub's own limits are close
# Options after which a shell still runs the script: `-n` and `-c` are none.
_OPTION = (
    r"(?:-[eEilux]+|-[eEilux]*o (?:errexit|nounset|pipefail|xtrace)"
    r"|--(?:login|noprofile|norc|posix))"
)
_SHELL = re.compile(rf"(?:\S*/)?(?:ba)?sh(?: {_OPTION})* \{{0\}}")
_SUBSTITUTION = re.compile(r"\$\(([^()]+)\)|`([^`]+)`")


class ExecutedStep(Struct, frozen=True, kw_only=True):
    """One action of a job: a command of a script, a script that could not be read, or a `uses`.

    `workflow`, `job` and `step` are those of the file that an event starts, even if the action
    stands in a file that it calls.
    """

    workflow: str
    job: str
    step: WorkflowStep | None  # None: in a reusable workflow
    files: tuple[str, ...]  # from the starting workflow to the file it stands in
    position: tuple[int, ...]
    command: ShellCommand | None = None
    uses: str = ""
    text: str = ""  # of a script that is not read as commands
    inputs: Mapping[str, object]
    # Why its failure does not fail the job, or why it may not run though the job does.
    why_ineffective: str | None = None
    folder: str | None = None
    after_failure: bool = False  # runs even if a step before it in the job has failed

    @property
    def never(self) -> bool:
        """Whether `if: false` switches it off."""
        return self.why_ineffective is not None and self.why_ineffective.startswith("never runs")


def executed_steps(workflow: Workflow, others: Mapping[str, Workflow]) -> Iterator[ExecutedStep]:
    """What the jobs of a workflow do. `others`: reusable workflows by path, actions by folder."""
    for job in workflow.jobs.values():
        yield from _of_job(workflow, job, others, ())


def _of_job(
    workflow: Workflow, job: WorkflowJob, others: Mapping[str, Workflow], above: tuple[str, ...]
) -> Iterator[ExecutedStep]:
    files = (*above, workflow.path)
    why = order.why_ineffective(workflow, job)
    called = others.get(normpath(job.uses)) if is_local(job.uses) else None
    for act in _called(called, others, files):
        skipped = _why_skipped(called, act.job) if called is not None else None
        yield replace(
            act,
            workflow=workflow.path,
            job=job.id,
            step=None,
            why_ineffective=why or act.why_ineffective or skipped,
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
            why_ineffective=why,
        )
    for step in job.steps:
        for act in _of_step(workflow, job, step, others, files):
            reason = why or why_step_is_ineffective(step) or act.why_ineffective
            yield replace(act, why_ineffective=reason)


def _called(
    workflow: Workflow | None, others: Mapping[str, Workflow], above: tuple[str, ...]
) -> Iterator[ExecutedStep]:
    if workflow is not None and len(above) < _DEEPEST and workflow.path not in above:
        for job in workflow.jobs.values():
            yield from _of_job(workflow, job, others, above)


def _why_skipped(called: Workflow, job: str) -> str | None:
    """A skipped job in a called workflow skips its dependants there, but not the caller's."""
    if order.is_conditional(called, called.jobs[job]):
        return (
            f"is skipped where the `if:` of job `{job}` or of one it needs does not hold, "
            "and the call goes on"
        )
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
            why_ineffective=command.why_ineffective,
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
    """The commands of its script; none if its shell is not one that is read here."""
    shell = step.shell
    if not step.run or (shell not in (None, "bash", "sh") and not _SHELL.fullmatch(shell or "")):
        return ()
    options = (shell or "").split()[1:]
    errexit = not options or any(re.fullmatch(r"-\w*e\w*|errexit", option) for option in options)
    return commands(step.run, errexit=errexit, pipefail=shell == "bash" or "pipefail" in options)


def _unread(script: str, read: tuple[ShellCommand, ...]) -> str:
    """The text that is not read as commands: the whole script, or its substitutions."""
    text = re.sub(r"(?m)(?:^|(?<=\s))#.*$", "", script)
    if not read:
        return text
    return "\n".join(found[1] or found[2] for found in _SUBSTITUTION.finditer(text))


def _below(step: WorkflowStep, command: ShellCommand) -> str | None:
    if step.folder is None or command.folder is None:
        return None
    return below_root(f"{step.folder or '.'}/{command.folder or '.'}")


def why_step_is_ineffective(step: WorkflowStep) -> str | None:
    """Why a step may not run though its job does, or may fail without failing the job."""
    if conditions.never(step.condition):
        return "never runs: `if: false` stands on the step"
    if step.tolerated:
        return "may fail: `continue-on-error` stands on the step"
    if conditions.always(step.condition):
        return None
    return "is skipped where the step's `if:` does not hold, and the job goes on"
