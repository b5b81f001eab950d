"""What decides in this run which steps are asked, and how."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache

from msgspec import Struct

from ..checklist.model import Phase
from ..checks.base import JudgeContext
from ..rules.model import Rules
from ..world.ports import World
from .facts import FactState
from .pool import Pool


class EngineContext(Struct, frozen=True, kw_only=True):
    """Everything about this run that decides what is asked and how."""

    rules: Rules
    world: World
    states: Mapping[str, FactState]  # of each fact that is asked
    judge_context: Callable[[str | None], JudgeContext]  # of a variable, or of none
    phase: Phase
    today: date
    pool: Pool
    deploy_gate: bool  # a job with this environment was proven to run the gate with `phase: deploy`

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
            stored_as_secret=subject is not None and world.storage.is_secret(subject),
            laptop=world.variables.laptop,
        )

    return judge_context
