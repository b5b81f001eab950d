"""it was not given a value; not handed over at all is unknown in the action and passes on a laptop"""

from __future__ import annotations

from ..outcome import Finding, failed, passed
from ..world.ports import Absence, World
from . import base
from .base import JudgeContext, Needs, Observation


class Params(base.Params):
    """Takes `true`."""


def reads(params: Params) -> frozenset[Needs]:
    return frozenset({Needs.VALUE})


def observe(params: Params, subject: str | None, world: World) -> Observation:
    value = base.value_or_absence(subject, world)
    return Observation(source=world.variables.place(), data=isinstance(value, Absence) or not value)


def judge(params: Params, seen: Observation, context: JudgeContext) -> Finding:
    if seen.data:
        return passed(f"not set in {seen.source}")
    return failed("is set, and must not be", context.delete_command())
