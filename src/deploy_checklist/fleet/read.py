"""Files → the Fleet. No report is trusted: it is data of a declared shape, or a row that says why
it is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import BinaryIO

from .. import __version__
from ..data_formats import Malformed, load_document
from ..data_formats.shapes import WrongShape, shaped
from ..outcome import Unobservable
from .documents import TOO_LARGE, documents
from .model import Fleet, FleetRow, Standing, in_order
from .rows import row_of
from .shapes import ReadReport

MOST_REPORTS = 20_000  # rows of one page
MOST_FAULTS = 1_000  # in one file, of which the rest is then not read: each takes time


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
                yield row_of(report, f"{name}, {place}" if place else name, today)
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
    """The place of each report in a file, and the report, or why it is not one."""
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
        yield "", "cannot be read completely"


def _report(document: object) -> ReadReport | str:
    """The report, or why the file is not one, without quoting it."""
    try:
        report = shaped(document, ReadReport)
    except WrongShape as error:
        schema = document.get("schema") if isinstance(document, dict) else None
        if isinstance(schema, int) and schema > 1:
            return "a report of a later major version, which this one does not read"
        return f"not a report: {error}"
    if report.looked_at is not None:
        return "a forecast (`check --on`), not a report of a release"
    return report
