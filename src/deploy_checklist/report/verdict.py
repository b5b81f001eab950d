"""Totals and verdict, from the items alone: the gate makes a report with them, and `verify` checks
a report against them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sized
from datetime import timedelta
from typing import Protocol

from ..checklist.model import Phase
from ..outcome import Outcome, Severity
from .model import Override, Rollback, Totals, Verdict

LONGEST_OVERRIDE = timedelta(hours=24)  # the rules file may say no more
_OPEN = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.PENDING)


class Judged(Protocol):
    """The part of an item that these two need. It is in a run and on the wire."""

    @property
    def title(self) -> bool: ...

    @property
    def outcome(self) -> Outcome: ...

    @property
    def severity(self) -> Severity: ...

    @property
    def counts_toward_ready(self) -> bool: ...

    @property
    def signed(self) -> object:
        """True, or not empty, if a person signed a part of it."""


def totals(items: Iterable[Judged]) -> Totals:
    """How many items have each outcome, titles left out."""
    count = Counter(
        "signed" if each.signed and each.outcome is Outcome.PASS else each.outcome.value
        for each in items
        if not each.title
    )
    return Totals(
        passed=count["pass"],
        signed=count["signed"],
        fail=count["fail"],
        pending=count["pending"],
        unknown=count["unknown"],
        waived=count["waived"],
        skipped=count["skipped"],
    )


def verdict(
    items: Iterable[Judged],
    drift: Sized = (),
    *,
    strict: bool = False,
    nothing_in_phase: bool = False,
    phase: Phase = Phase.BEFORE,
    environment_is_known: bool = True,
) -> Verdict:
    """The verdict by the worst open blocker. With `strict`, drift holds the release, too.

    `ready` needs a blocker that passed, was signed, or is left to the deploy gate. After the
    deployment nothing can be held, and so a run without items is ready as well: unless the
    environment may be misspelt, and its sections were skipped for that.
    """
    if strict and drift and not nothing_in_phase:
        return Verdict.BLOCKED
    tally = Tally()
    for each in items:
        tally.add(each)
    surely_nothing = nothing_in_phase or environment_is_known
    if phase is Phase.AFTER and surely_nothing and tally.asks_nothing():
        return Verdict.READY
    return tally.verdict()


def with_exception(
    by_items: Verdict,
    items: Iterable[Judged],
    *,
    override: Override | None,
    rollback: Rollback | None,
) -> Verdict:
    """The verdict of the release: that of its items, or what an override or a rollback makes of it.

    A rollback is let through once none of its items holds the release. It is never `ready`. An
    override lets everything through.
    """
    if rollback is not None and by_items in (Verdict.READY, Verdict.UNDETERMINED):
        tally = Tally()
        for each in items:
            tally.add(each)
        if not tally.has_open():
            return Verdict.ROLLED_BACK
    if override is not None and by_items is not Verdict.READY:
        return Verdict.OVERRIDDEN
    return by_items


class Tally:
    """The counts that decide the verdict. Items can be added and removed."""

    def __init__(self) -> None:
        self._blockers = dict.fromkeys(Outcome, 0)
        self._asked = 0
        self._counting = 0  # toward `ready`

    def add(self, item: Judged, times: int = 1) -> None:
        """Adds an item, or removes it with -1. Titles do not count."""
        if item.title:
            return
        if item.outcome is not Outcome.SKIPPED:
            self._asked += times
        if item.severity is Severity.BLOCKER:
            self._blockers[item.outcome] += times
        if item.counts_toward_ready and item.outcome is not Outcome.WAIVED:
            self._counting += times

    def asks_nothing(self) -> bool:
        """Whether every item was skipped."""
        return not self._asked

    def has_open(self) -> bool:
        """Whether any blocker holds the release."""
        return any(self._blockers[each] for each in _OPEN)

    def verdict(self) -> Verdict:
        """By the worst open blocker."""
        if self._blockers[Outcome.FAIL]:
            return Verdict.BLOCKED
        if self._blockers[Outcome.UNKNOWN]:
            return Verdict.UNDETERMINED
        if self._blockers[Outcome.PENDING]:
            return Verdict.WAITING
        return Verdict.READY if self._counting else Verdict.UNDETERMINED
