"""the variable has a real value: not empty, blank or in quotes, not a placeholder or an unresolved
reference, and without spaces at either end
"""

from __future__ import annotations

from collections.abc import Collection

from ..outcome import Finding, failed, passed
from ..values.no_value import no_value_fault
from ..world.ports import Absence, World
from . import base
from .base import JudgeContext, Needs, Observation


class Params(base.Params):
    """Takes `true`."""


def reads(params: Params) -> frozenset[Needs]:
    return frozenset({Needs.VALUE})


def observe(params: Params, subject: str | None, world: World) -> Observation:
    return Observation(source=world.variables.place(), data=base.value_or_absence(subject, world))


def judge(params: Params, observation: Observation, context: JudgeContext) -> Finding:
    fault = fault_of(observation.data, context.subject, context.written_values)
    if fault:
        return failed(fault, context.set_command())
    return passed(f"present in {observation.source}")


def fault_of(value: str | Absence, name: str | None, written: Collection[str] = ()) -> str | None:
    """Why a value does not count as present, in words that follow the variable's name; None if it
    does. `written` are the values that the variable's rule writes out.
    """
    if value is Absence.UNSET:
        return "is not set"
    if isinstance(value, Absence) or not value:
        return "is empty"
    return no_value_fault(value, name, written)
