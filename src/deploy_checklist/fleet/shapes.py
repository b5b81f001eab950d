"""What the fleet reads of a report that somebody else wrote."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from msgspec import Struct

from ..data_formats.shapes import Moment
from ..outcome import Outcome, Severity
from ..report import wire
from ..report.model import Verdict


class ReportedItem(Struct, frozen=True, kw_only=True):
    """What the fleet needs of an item of a report."""

    id: str
    outcome: Outcome
    severity: Severity
    title: bool = False
    waived: wire.JsonWaived | None = None
    turns: wire.JsonTurns | None = None


class ReadReport(Struct, frozen=True, kw_only=True):
    """What the fleet needs of a report, by the names of wire.JsonReport. What reports of 1.0.0 do
    not have may be missing, so that a row shows what is known.
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
    strict: bool = False
    nothing_in_phase: bool = False
    drift: tuple[object, ...] = ()
    at: Moment | None = None
    looked_at: Moment | None = None  # then it is a forecast
    run: wire.JsonRun | None = None
    override: wire.JsonOverride | None = None
    rollback: wire.JsonRollback | None = None

    def __post_init__(self) -> None:
        try:
            utc(self.at)
            utc(self.override.until if self.override else None)
        except OverflowError:
            raise ValueError("`at` is not a time between the years 1 and 9999 in UTC") from None


def utc(moment: datetime | None) -> datetime | None:
    """The same moment in UTC. OverflowError if no calendar has it."""
    return moment.astimezone(UTC) if moment else None
