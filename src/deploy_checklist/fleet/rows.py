"""One report → its row."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from ..outcome import Outcome, Severity
from ..report import wire
from ..report.model import Verdict
from ..report.states import verdict_word
from .model import Dated, FleetRow, Standing
from .shapes import ReadReport, ReportedItem, utc

_RUN = re.compile(
    r"https://[a-z0-9.-]{1,253}(?::\d{1,5})?/(?P<repository>[\w.-]{1,100}/[\w.-]{1,100})"
    r"/actions/runs/\d{1,20}(?:/attempts/\d{1,9})?",
    re.ASCII,
)
_OPEN = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.PENDING)


def row_of(report: ReadReport, source: str, today: date) -> FleetRow:
    """`source`: the file, and where in it."""
    target = report.target
    items = [each for each in report.items if not each.title]  # what a title has, others have, too
    ends = [Dated(item=each.id, on=each.waived.expires) for each in items if each.waived]
    first_red = _first(_red_days(items))
    fault = _contradiction(report, items)
    return FleetRow(
        source=source,
        standing=Standing.UNREADABLE if fault else _standing(report, first_red, today),
        fault=fault,
        repository=target.repository,
        gate=report.gate,
        environment=report.environment,
        phase=report.phase,
        release=_release(target),
        verdict=report.verdict,
        overridden_until=utc(report.override.until) if report.override else None,
        blocks=report.mode == "enforce",
        your_turn=report.your_turn,
        waived=len(ends) if report.tool else None,
        first_waiver_to_end=_first(ends),
        turns_red=first_red,
        version=report.tool.version if report.tool else None,
        at=utc(report.at),
        run=_page(report.run, target.repository),
        run_number=report.run.number if report.run else None,
    )


def _contradiction(report: ReadReport, items: Iterable[ReportedItem]) -> str | None:
    """That an item blocks the release although the verdict lets it through."""
    if report.verdict is Verdict.OVERRIDDEN and report.override is None:
        return "it says that it is overridden, but not by whom"
    if report.verdict is Verdict.ROLLED_BACK and report.rollback is None:
        return "it says that it is rolled back, but not to what"
    done = (Verdict.READY, Verdict.ROLLED_BACK)
    if report.verdict not in done and not report.nothing_in_phase:
        return None
    says = f"that it is {verdict_word(report.verdict)}"
    if report.nothing_in_phase:
        says = "that there is nothing to do"
    for item in items:
        if item.severity is Severity.BLOCKER and item.outcome in _OPEN:
            return f"it says {says}, but a blocker in it is `{item.outcome}`"
    if report.strict and report.drift and not report.nothing_in_phase:
        return f"it says {says}, but its checklist and rules disagree"
    return None


def _red_days(items: Iterable[ReportedItem]) -> Iterable[Dated]:
    """The days on which time alone makes a blocker worse."""
    for item in items:
        turns = item.turns
        if turns is None or item.severity is not Severity.BLOCKER:
            continue
        if turns.to in _OPEN and turns.to.rank < item.outcome.rank:
            yield Dated(item=item.id, on=turns.on)


def _first(days: Iterable[Dated]) -> Dated | None:
    return min(days, key=lambda each: each.on, default=None)


def _standing(report: ReadReport, red: Dated | None, today: date) -> Standing:
    if report.nothing_in_phase:
        return Standing.NOTHING
    has_turned = red is not None and red.on <= today
    has_ended = any(
        item.waived.expires < today
        for item in report.items
        if item.waived and item.severity is Severity.BLOCKER
    )
    if report.verdict is Verdict.READY and (has_turned or has_ended):
        return Standing.OUTDATED
    return Standing(report.verdict.value)


def _release(target: wire.JsonTarget) -> str | None:
    if target.tag or target.pull_request is None:
        return target.tag or (target.commit[:7] if target.commit else None)
    return f"PR {target.pull_request}"


def _page(run: wire.JsonRun | None, repository: str | None) -> str | None:
    """The address of the run, if it is that of a run of this repository."""
    found = _RUN.fullmatch(run.url) if run else None
    return found[0] if found and found["repository"] == repository else None
