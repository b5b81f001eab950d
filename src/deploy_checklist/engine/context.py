"""What decides in this run which steps are asked, and how."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache

from msgspec import Struct

from ..checklist.model import Phase
from ..checks.base import JudgeContext
from ..rules.model import Rules
from ..values.secret_forms import looks_like_a_secret
from ..world.ports import Absence, World
from .facts import FactState
from .pool import Pool


class EngineContext(Struct, frozen=True, kw_only=True):
    """Everything about this run that decides what is asked and how."""

    rules: Rules
    world: World
    states: Mapping[str, FactState]  # of each fact that is asked
    judge_context: Callable[[str | None], JudgeContext]  # of a variable, or of none
    phase: Phase
    now: datetime
    recurring_at: datetime | None = None  # of which what recurs is judged; None: of `now`, too
    pool: Pool
    rollback: bool = False  # the items are judged as those of a rollback
    deploy_gate: bool  # a job with this environment was proven to run the gate with `phase: deploy`

    @property
    def today(self) -> date:
        """The day in UTC."""
        return self.now.date()

    @property
    def may_leave_to_deploy(self) -> bool:
        """Whether values that this run was not given may be left to the deploy gate."""
        return self.deploy_gate and self.phase is Phase.BEFORE


def judge_contexts(
    rules: Rules, world: World, now: datetime
) -> Callable[[str | None], JudgeContext]:
    """What checks of a variable may know of this run, made once for each variable."""

    @cache
    def judge_context(subject: str | None) -> JudgeContext:
        return JudgeContext(
            now=now,
            environment=rules.environment,
            environments=rules.environments,
            subject=subject,
            secret=subject in world.storage.secrets,
            stored_as_secret=subject is not None and _is_stored_as_secret(subject, world),
            laptop=world.variables.laptop,
            may_be_old=world.variables.may_be_old,
        )

    return judge_context


def _is_stored_as_secret(name: str, world: World) -> bool:
    """Whether the variable is stored as a secret: by its name and rules, or because its value in
    this run has the form of one.
    """
    value = world.variables.lookup(name)
    return world.storage.is_secret(name) or (
        not isinstance(value, Absence) and looks_like_a_secret(value.text)
    )
