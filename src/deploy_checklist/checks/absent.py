"""the variable is empty or not set

If the step was not given the variable at all, the action cannot tell, and the item is not checked.
On a laptop it passes.

A program may read any other text as a value, even one that means nothing to people (`none`, `-`,
`changeme`, a space). With such a text the check fails, and the report says which one it is.
"""

from __future__ import annotations

from ..outcome import Finding, failed, passed
from ..values.no_value import no_value_fault
from ..world.ports import World
from . import base
from .base import JudgeContext, Needs, Observation


class Params(base.Params):
    """Takes `true`."""


def reads(params: Params) -> frozenset[Needs]:
    return frozenset({Needs.VALUE})


def observe(params: Params, subject: str | None, world: World) -> Observation:
    return Observation(source=world.variables.place(), data=base.value_of(subject, world))


def judge(params: Params, observation: Observation, context: JudgeContext) -> Finding:
    if not observation.data:
        return passed(f"not set in {observation.source}")
    message = "is set, but must not be"
    if fault := no_value_fault(observation.data, context.subject):
        message += f" (it {fault}, but a program may still use it)"
    return failed(message, context.delete_command())
