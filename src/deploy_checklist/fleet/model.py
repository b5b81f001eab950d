"""The Fleet: the reports of many repositories, a row for each, what needs people first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct

from ..report.model import Verdict
from ..report.wire import JsonYourTurn


class Standing(StrEnum):
    """What a row means for its reader. Declared in the order of the page."""

    BLOCKED = "blocked"
    UNREADABLE = "unreadable"  # the file is not a report, so nothing is known
    UNDETERMINED = "undetermined"
    WAITING = "waiting"
    OVERRIDDEN = "overridden"  # released although it is not ready
    OUTDATED = "outdated"  # was ready when it was judged; time changed that since
    ROLLED_BACK = "rolled_back"
    READY = "ready"
    NOTHING = "nothing_to_do"  # no item belongs to the phase, so nothing was asked


class Dated(Struct, frozen=True, kw_only=True):
    """An item, and the day on which something ends or begins for it."""

    item: str
    on: date


class FleetRow(Struct, frozen=True, kw_only=True):
    """One report, or one file that holds none. None: the report does not say."""

    source: str  # the file, and where in it; `-` is standard input
    standing: Standing
    fault: str | None = None  # why it is unreadable
    repository: str | None = None
    gate: str | None = None
    environment: str | None = None
    phase: str | None = None
    release: str | None = None  # the tag, else the pull request, else the commit
    verdict: Verdict | None = None
    overridden_until: datetime | None = None
    blocks: bool = True  # False: a trial run, which blocks nothing
    your_turn: tuple[JsonYourTurn, ...] | None = None
    waived: int | None = None  # how many items
    first_waiver_to_end: Dated | None = None  # the last day on which it excuses
    turns_red: Dated | None = None  # the first day on which time alone makes a blocker worse
    version: str | None = None  # None: 1.0.0 or older, whose reports do not say
    at: datetime | None = None
    run: str | None = None  # its page, only where it is one of GitHub Actions
    run_number: int | None = None


class Fleet(Struct, frozen=True, kw_only=True):
    """Every row, what needs people first, then by name."""

    rows: tuple[FleetRow, ...]
    at: datetime  # when the page was made
    version: str  # of the program that made it
    more: bool = False  # more reports were given than are read

    @property
    def complete(self) -> bool:
        """Whether every report was read."""
        return not self.more and all(row.standing is not Standing.UNREADABLE for row in self.rows)

    @property
    def counts(self) -> Mapping[Standing, int]:
        """How many rows are of each standing, in the order of the page."""
        found = Counter(row.standing for row in self.rows)
        return {standing: found[standing] for standing in Standing}


_ORDER = {standing: number for number, standing in enumerate(Standing)}


def in_order(rows: Iterable[FleetRow]) -> tuple[FleetRow, ...]:
    """What needs people first, then by name, and of one gate the newest first."""

    def place(row: FleetRow) -> tuple[object, ...]:
        names = (row.repository or row.source, row.gate or "", row.environment or "")
        newest = -row.at.timestamp() if row.at else 0.0
        return (_ORDER[row.standing], *(name.casefold() for name in names), newest, row.source)

    return tuple(sorted(rows, key=place))
