"""The order within the job that runs the command: what comes before it and after it."""

from __future__ import annotations

from msgspec import Struct

from .could_release import only_installs, only_prepares
from .expand import Reusable, RunningStep, running_steps
from .order import OrderFault
from .search import CommandUse


class OwnJob(Struct, frozen=True, kw_only=True):
    """The steps around the command that do more than to check out, set up or install."""

    use: CommandUse
    before: tuple[RunningStep, ...]
    after: tuple[RunningStep, ...]

    @property
    def legs(self) -> int | None:
        """How many times it runs at least, by its matrix or that of a job which calls it; these
        runs do not wait for one another. None if that is not certain.
        """
        legs = [at.job.legs for at in self.use.step.job.calls]
        known = [each for each in legs if each is not None]
        most = max(known, default=1)
        return most if most > 1 or len(known) == len(legs) else None

    @property
    def careless(self) -> RunningStep | None:
        """The first step after the command that runs, or may run, if the command has failed."""
        careless = [step for step in self.after if step.after_failure is not False]
        return next((step for step in careless if step.after_failure), next(iter(careless), None))


def own_job(use: CommandUse, reusable: Reusable) -> OwnJob:
    """The command's own job. The step with the command counts where its script does more."""
    at = use.step
    steps = [step for step in running_steps(at.job, reusable) if not only_prepares(step)]
    before = [step for step in steps if step.position < at.position]
    after = [step for step in steps if step.position > at.position]
    if use.script is not None:
        commands = use.script.commands
        if not only_installs(commands[: use.index]):
            before.append(at)
        if not only_installs(commands[use.index + 1 :]):
            after.insert(0, at)
    return OwnJob(use=use, before=tuple(before), after=tuple(after))


def own_job_fault(own: OwnJob, remedy: str) -> OrderFault | None:
    """What is wrong with the order in a job that could release, and what to do about it."""
    return _fault(own, remedy, certain=False)


def named_own_job_fault(own: OwnJob, *, alone: bool) -> OrderFault | None:
    """The same where the rule says that this job releases, or one that calls it.

    `alone`: this job, so something has to come after the command in it.
    """
    job = own.use.step.job
    if alone and not own.before and not own.after:
        return OrderFault(
            message=f"{job.name} runs the command, but no step after it could release",
            remedy="name the job that releases: `before: { jobs: […] }`",
            certain=False,
        )
    apart = f"give the release its own job, with `needs: [{job.job.id}]`"
    return _fault(own, apart, certain=alone)


def _fault(own: OwnJob, remedy: str, *, certain: bool) -> OrderFault | None:
    """`certain`: this job releases for certain; so what follows the command does."""
    job = own.use.step.job
    if own.before:
        return OrderFault(
            message=f"{own.before[0].place()} comes before the command and does more than check "
            f"out, set up or install, and {job.name} "
            f"{'releases' if certain else 'could release'}",
            remedy=remedy,
            certain=False,
        )
    if own.after and own.legs != 1:
        return OrderFault(
            message=f"{job.name} has a matrix whose runs do not wait for each other: one can "
            f"release while the command fails in another",
            remedy=remedy,
            certain=certain and own.legs is not None,
        )
    if own.careless is not None:
        runs = "runs" if own.careless.after_failure else "may run"
        return OrderFault(
            message=f"{own.careless.place()} {runs} even if the command has failed, and "
            f"{job.name} could release",
            remedy=f"add `success()` to the `if:` of that step; or {remedy}",
            certain=certain and own.careless.after_failure is True,
        )
    return None
