"""it was not given a value; not handed over at all is unknown in the action and passes on a
laptop
"""

from __future__ import annotations

from ..outcome import Finding, failed, passed
from ..world.ports import World
from . import base
from .base import JudgeContext, Needs, Observation


class Params(base.Params):
    """Takes `true`."""


def reads(params: Params) -> frozenset[Needs]:
    return frozenset({Needs.VALUE})


def observe(params: Params, subject: str | None, world: World) -> Observation:
    return Observation(source=world.variables.place(), data=not base.value_of(subject, world))


def judge(params: Params, observation: Observation, context: JudgeContext) -> Finding:
    if observation.data:
        return passed(f"not set in {observation.source}")
    return failed("is set, and must not be", context.delete_command())
