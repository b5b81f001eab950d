"""Waivers: which open results are excused, by whom and until when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from msgspec.structs import replace

from ..report.model import Notice, Waived
from ..rules.bind import WaiverScope
from ..rules.model import Waiver
from .aggregate import OPEN, ClauseResult
from .plan import ItemPlan

ENDS_SOON = timedelta(days=14)


def waive(
    planned: Sequence[ItemPlan],
    results: Sequence[Sequence[ClauseResult]],
    waivers: Iterable[tuple[Waiver, WaiverScope]],
    environment: str | None,
    today: date,
) -> tuple[list[Sequence[ClauseResult]], list[Notice]]:
    """The results with their waivers, and notices of waivers that expired or end soon.

    Each waiver comes with the scope that it excuses; of that, only what is planned here counts.
    """
    by_line = {each.item.line: index for index, each in enumerate(planned)}
    waived, notices = list(results), []
    for waiver, scope in waivers:
        if waiver.environment not in (None, environment):
            continue
        if today > waiver.expires:
            expired = f"its waiver expired on {waiver.expires} and has no effect"
            notices.append(_waiver_notice(waiver, expired))
            continue
        if waiver.expires - today <= ENDS_SOON:
            notices.append(_waiver_notice(waiver, f"its waiver ends on {waiver.expires}"))
        for index in sorted(by_line[line] for line in scope.lines if line in by_line):
            waived[index] = [_waived(each, waiver, scope.rule) for each in waived[index]]
    return waived, notices


def _waived(result: ClauseResult, waiver: Waiver, rule: str | None) -> ClauseResult:
    if result.outcome not in OPEN or rule not in (None, result.step.key):
        return result
    waived = Waived(
        reason=waiver.reason,
        approved_by=waiver.approved_by,
        expires=waiver.expires,
        instead_of=result.outcome,
    )
    return replace(result, waived=waived)


def _waiver_notice(waiver: Waiver, message: str) -> Notice:
    return Notice(item=waiver.item, message=f"{waiver.item}: {message}", line=waiver.line)
