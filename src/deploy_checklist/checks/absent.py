"""it was not given a value; not handed over at all is unknown in the action and passes on a laptop"""

from __future__ import annotations

from ..outcome import Finding, failed, passed
from ..world.ports import Absence, World
from . import base
from .base import Context, Reads, Seen


class Params(base.Params):
    """Takes `true`."""


def reads(params: Params) -> frozenset[Reads]:
    return frozenset({Reads.VALUE})


def observe(params: Params, subject: str | None, world: World) -> Seen:
    value = base.handed_over(subject, world)
    return Seen(source=world.environment.place(), what=isinstance(value, Absence) or not value)


def judge(params: Params, seen: Seen, context: Context) -> Finding:
    if seen.what:
        return passed(f"not set in {seen.source}")
    return failed("is set, and must not be", context.delete_command())
