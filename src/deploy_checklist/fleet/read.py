"""Files → the Fleet. No report is trusted: it is data of a declared shape, or a row that says why
it is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import BinaryIO, Literal

from msgspec import Struct

from .. import __version__
from ..data_formats import Malformed, load_document
from ..data_formats.shapes import Moment, WrongShape, shaped
from ..outcome import Outcome, Severity, Unobservable
from ..report import wire
from ..report.model import Verdict
from .documents import TOO_LARGE, documents
from .model import Dated, Fleet, FleetRow, Standing, in_order

MOST_REPORTS = 20_000  # rows of one page
MOST_FAULTS = 1_000  # in one file, of which the rest is then not read: each takes time
_RUN = re.compile(
    r"https://[a-z0-9.-]{1,253}(?::\d{1,5})?/(?P<repository>[\w.-]{1,100}/[\w.-]{1,100})"
    r"/actions/runs/\d{1,20}(?:/attempts/\d{1,9})?",
    re.ASCII,
)
_OPEN = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.PENDING)


class ReportedItem(Struct, frozen=True, kw_only=True):
    """What the fleet needs of an item of a report."""

    id: str
    outcome: Outcome
    severity: Severity
    waived: wire.JsonWaived | None = None
    turns: wire.JsonTurns | None = None


class ReadReport(Struct, frozen=True, kw_only=True):
    """What the fleet needs of a report, by the names of wire.JsonReport. What reports of 1.0.0 do
    not have may be missing, so that a row tells what is known.
    """

    schema: Literal[1]
    verdict: Verdict
    environment: str | None
    phase: str
    target: wire.JsonTarget
    items: tuple[ReportedItem, ...]
    your_turn: tuple[wire.JsonYourTurn, ...] | None = None
    tool: wire.JsonTool | None = None
    gate: str | None = None
    mode: Literal["enforce", "report"] = "enforce"
    nothing_in_phase: bool = False
    at: Moment | None = None
    run: wire.JsonRun | None = None

    def __post_init__(self) -> None:
        try:
            _utc(self.at)
        except OverflowError:
            raise ValueError("`at` is no moment of the years 1 to 9999 in UTC") from None


def _utc(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC) if moment else None


def read_fleet(
    files: Iterable[tuple[str, BinaryIO | Unobservable]],
    now: datetime,
    *,
    most: int = MOST_REPORTS,
) -> Fleet:
    """Reads one file after another and keeps a row of each report; `most` of them.

    `files`: the name of each, and it, opened, or why it cannot be read.
    """
    rows: list[FleetRow] = []
    for row in _rows(files, now.date()):
        if len(rows) == most:
            return Fleet(rows=in_order(rows), at=now, version=__version__, more=True)
        rows.append(row)
    return Fleet(rows=in_order(rows), at=now, version=__version__)


def _rows(files: Iterable[tuple[str, BinaryIO | Unobservable]], today: date) -> Iterator[FleetRow]:
    """A row of each report; and one of each file, however much of it is wrong."""
    for name, file in files:
        first_fault, faults = "", 0
        found = [("", file.reason)] if isinstance(file, Unobservable) else _reports(file)
        for place, report in found:
            if isinstance(report, ReadReport):
                yield _row(f"{name}, {place}" if place else name, report, today)
                continue
            faults += 1
            if faults == 1:
                first_fault = f"{place}: {report}" if place else report
            if faults == MOST_FAULTS:
                break
        if faults:
            fault = first_fault + _others(faults - 1)
            yield FleetRow(source=name, standing=Standing.UNREADABLE, fault=fault)


def _others(faults: int) -> str:
    if not faults:
        return ""
    rest = ", the rest of which was not read" if faults + 1 == MOST_FAULTS else ""
    return f"; and {faults} more in this file{rest}"


def _reports(file: BinaryIO) -> Iterator[tuple[str, ReadReport | str]]:
    """Where each report of a file stands, and it, or why it is none."""
    try:
        for place, data in documents(file):
            if data is None:
                yield place, TOO_LARGE
                continue
            try:
                document = load_document(data, "report.json")
            except Malformed as error:
                yield place, error.why
                continue
            if not isinstance(document, list):
                yield place, _report(document)
                continue
            for number, entry in enumerate(document, 1):
                yield ", ".join(filter(None, (place, f"entry {number}"))), _report(entry)
    except OSError:
        yield "", "cannot be read to its end"


def _report(document: object) -> ReadReport | str:
    """The report, or why it is none, without a word of it."""
    try:
        return shaped(document, ReadReport)
    except WrongShape as error:
        schema = document.get("schema") if isinstance(document, dict) else None
        if isinstance(schema, int) and schema > 1:
            return "a report of a later major version, which this one does not read"
        return f"no report: {error}"


def _row(source: str, report: ReadReport, today: date) -> FleetRow:
    target = report.target
    waived = [item for item in report.items if item.waived]
    ends = [Dated(item=item.id, on=item.waived.expires) for item in waived if item.waived]
    red = [
        Dated(item=item.id, on=item.turns.on)
        for item in report.items
        if item.turns and _turns_red(item, item.turns.to)
    ]
    first_end, first_red = _first(ends), _first(red)
    known = report.tool is not None
    return FleetRow(
        source=source,
        standing=_standing(report, first_end, first_red, today),
        repository=target.repository,
        gate=report.gate,
        environment=report.environment,
        phase=report.phase,
        release=_release(target),
        verdict=report.verdict,
        blocks=report.mode == "enforce",
        your_turn=report.your_turn,
        waived=len(waived) if known else None,
        first_waiver_to_end=first_end,
        turns_red=first_red,
        version=report.tool.version if report.tool else None,
        at=_utc(report.at),
        run=_page(report.run, target.repository),
        run_number=report.run.number if report.run else None,
    )


def _turns_red(item: ReportedItem, to: Outcome) -> bool:
    is_worse = to.rank < item.outcome.rank
    return is_worse and to in _OPEN and item.severity is Severity.BLOCKER


def _first(days: Iterable[Dated]) -> Dated | None:
    return min(days, key=lambda each: each.on, default=None)


def _standing(report: ReadReport, waiver: Dated | None, red: Dated | None, today: date) -> Standing:
    if report.nothing_in_phase:
        return Standing.NOTHING
    has_ended = waiver is not None and waiver.on < today
    has_turned = red is not None and red.on <= today
    if report.verdict is Verdict.READY and (has_ended or has_turned):
        return Standing.OUTDATED
    return Standing(report.verdict.value)


def _release(target: wire.JsonTarget) -> str | None:
    if target.tag or target.pull_request is None:
        return target.tag or (target.commit[:7] if target.commit else None)
    return f"PR {target.pull_request}"


def _page(run: wire.JsonRun | None, repository: str | None) -> str | None:
    """The address of the run, if it is that of a run of this very repository."""
    found = _RUN.fullmatch(run.url) if run else None
    return found[0] if found and found["repository"] == repository else None
