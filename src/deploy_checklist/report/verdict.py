"""Totals and verdict, by the items alone: the gate makes a report by them, `verify` holds it to
them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sized
from typing import Protocol

from ..outcome import Outcome, Severity
from .model import Totals, Verdict


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
) -> Verdict:
    """The verdict by the worst open blocker. With `strict`, drift holds the release, too.

    `ready` needs a blocker that passed, was signed, or is left to the deploy gate.
    """
    if strict and drift and not nothing_in_phase:
        return Verdict.BLOCKED
    judged = [each for each in items if not each.title]
    outcomes = {each.outcome for each in judged if each.severity is Severity.BLOCKER}
    if Outcome.FAIL in outcomes:
        return Verdict.BLOCKED
    if Outcome.UNKNOWN in outcomes:
        return Verdict.UNDETERMINED
    if Outcome.PENDING in outcomes:
        return Verdict.WAITING
    if any(each.counts_toward_ready and each.outcome is not Outcome.WAIVED for each in judged):
        return Verdict.READY
    return Verdict.UNDETERMINED
