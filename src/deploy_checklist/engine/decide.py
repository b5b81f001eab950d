"""The verdict of a release, by its items and by an override or a rollback."""

from __future__ import annotations

from collections.abc import Sequence, Sized
from datetime import datetime

from msgspec import Struct

from ..report.model import ItemResult, Notice, Override, Rollback, Verdict
from ..report.verdict import verdict, with_exception
from .observed import Options


class Decision(Struct, frozen=True, kw_only=True):
    """The verdict, and what decides it besides the items."""

    verdict: Verdict
    override: Override | None
    rollback: Rollback | None
    notices: tuple[Notice, ...]


def decide(
    entries: Sequence[ItemResult],
    drifted: Sized,
    options: Options,
    now: datetime,
    *,
    nothing_in_phase: bool,
    environment_is_known: bool = True,
) -> Decision:
    """Decides about judged items. An override counts only before its end, and only where it is
    needed. `environment_is_known`: the rules declare it, or none was named.
    """
    by_items = verdict(
        entries,
        drifted,
        strict=options.strict,
        nothing_in_phase=nothing_in_phase,
        phase=options.phase,
        environment_is_known=environment_is_known,
    )
    override, rollback = options.override, options.rollback
    if nothing_in_phase:
        override, rollback = None, None
    if override is not None and now >= override.until:
        override = None
    found = with_exception(by_items, entries, override=override, rollback=rollback)
    notices: tuple[Notice, ...] = ()
    if override is not None and found is not Verdict.OVERRIDDEN:
        message = f"The override by @{override.by} was not needed"
        notices, override = (Notice(message=message, prominent=True),), None
    return Decision(verdict=found, override=override, rollback=rollback, notices=notices)
