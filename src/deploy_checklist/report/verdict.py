"""Totals and verdict, by the items alone: the gate makes a report by them, `verify` holds it to
them.
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
    """As much of an item as these two ask about; it stands in a run and on the wire."""

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
    """How many items came to what, titles left out."""
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
) -> Verdict:
    """The verdict by the worst open blocker. With `strict`, drift holds the release, too.

    `ready` needs a blocker that passed, was signed, or is left to the deploy gate. Only after the
    deployment, which nothing can hold any more, it is enough that nothing is asked.
    """
    if strict and drift and not nothing_in_phase:
        return Verdict.BLOCKED
    tally = Tally()
    for each in items:
        tally.add(each)
    if nothing_in_phase and phase is Phase.AFTER and not tally.has_open():
        return Verdict.READY
    return tally.verdict()


def with_exception(
    by_items: Verdict,
    items: Iterable[Judged],
    *,
    override: Override | None,
    rollback: Rollback | None,
) -> Verdict:
    """The verdict of the release: that of its items, unless it is let through all the same.

    A rollback is let through once no item of it holds the release, and is never `ready`. An
    override lets through whatever is open.
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
    """What the verdict depends on, of items that are added, and may be taken off again."""

    def __init__(self) -> None:
        self._blockers = dict.fromkeys(Outcome, 0)
        self._counting = 0  # toward `ready`

    def add(self, item: Judged, times: int = 1) -> None:
        """Adds an item, or with -1 takes it off; titles do not count."""
        if item.title:
            return
        if item.severity is Severity.BLOCKER:
            self._blockers[item.outcome] += times
        if item.counts_toward_ready and item.outcome is not Outcome.WAIVED:
            self._counting += times

    def has_open(self) -> bool:
        """Whether any blocker holds the release."""
        return any(
            self._blockers[each] for each in (Outcome.FAIL, Outcome.UNKNOWN, Outcome.PENDING)
        )

    def verdict(self) -> Verdict:
        """By the worst open blocker."""
        if self._blockers[Outcome.FAIL]:
            return Verdict.BLOCKED
        if self._blockers[Outcome.UNKNOWN]:
            return Verdict.UNDETERMINED
        if self._blockers[Outcome.PENDING]:
            return Verdict.WAITING
        return Verdict.READY if self._counting else Verdict.UNDETERMINED
