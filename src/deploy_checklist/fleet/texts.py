"""The words of the page, for every form of it. They are not escaped yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from ..report import states
from ..report.model import Verdict
from ..report.view import counted
from .model import Dated, Fleet, FleetRow, Standing

COLUMNS = (
    "Repository",
    "Environment",
    "Release",
    "Verdict",
    "Whose turn",
    "Waived until",
    "Turns red",
    "Judged (UTC)",
    "Version",
)
LIGHTS = {
    **{Standing(verdict.value): light for verdict, light in states.LIGHTS.items()},
    Standing.UNREADABLE: "❔",
    Standing.OUTDATED: "🟠",
    Standing.NOTHING: "⏭️",
}
_WORDS = {
    **{Standing(verdict.value): states.verdict_word(verdict) for verdict in Verdict},
    Standing.UNREADABLE: "could not be read",
    Standing.OUTDATED: "out of date",
    Standing.NOTHING: "nothing to do",
}
_NOT_KNOWN = "not known"
_MOST_CHARACTERS = 120  # of one name
_MOST_NAMES = 5


class RowTexts(Struct, frozen=True, kw_only=True):
    """One row in words; empty if there is nothing to show."""

    name: str
    is_file: bool  # the name is that of the file: the report names no repository
    environment: str
    release: str
    verdict: str
    turn: str
    waived: str
    red: str
    judged: str  # the run is linked here
    version: str


def summary(fleet: Fleet) -> str:
    """ "7 reports: 2 blocked, 1 could not be read, 4 ready"."""
    counts = [f"{count} {_word(standing)}" for standing, count in fleet.counts.items() if count]
    text = f"{counted(len(fleet.rows), 'report')}: {', '.join(counts)}"
    return f"{text}; there are more, which were not read" if fleet.more else text


def row_texts(row: FleetRow) -> RowTexts:
    """What each column says of a row."""
    is_read = row.standing is not Standing.UNREADABLE
    name = " · ".join(_cut(part) for part in (row.repository, row.gate) if part)
    return RowTexts(
        name=name if row.repository else " · ".join(filter(None, (_cut(row.source), name))),
        is_file=not row.repository,
        environment=_environment(row),
        release=_cut(row.release or ""),
        verdict=_verdict(row),
        turn=_turn(row) if is_read else "",
        waived=_waived(row) if is_read else "",
        red=_dated(row.turns_red),
        judged=_judged(row) if is_read else "",
        version=_cut(row.version or "1.0.0 or older") if is_read else "",
    )


def moment(at: datetime) -> str:
    """ "2026-11-22 21:14", in UTC."""
    return f"{at:%Y-%m-%d %H:%M}"


def _environment(row: FleetRow) -> str:
    environment = _cut(row.environment or "")
    if row.phase in (None, "before"):
        return environment
    return f"{environment} ({_cut(row.phase or '')})".lstrip()


def _word(standing: Standing) -> str:
    return _WORDS[standing]


def _verdict(row: FleetRow) -> str:
    parts = [_word(row.standing)]
    if row.fault:
        parts.append(f": {row.fault}")
    if row.standing is Standing.OUTDATED:
        parts.append(": was ready when it was judged")
    if row.standing is Standing.OVERRIDDEN and row.overridden_until:
        parts.append(f" until {moment(row.overridden_until)} UTC")
    if not row.blocks:
        parts.append(" (trial run)")
    return "".join(parts)


def _turn(row: FleetRow) -> str:
    if row.your_turn is None:
        return _NOT_KNOWN
    names = [f"{_cut(each.who)} {each.count}" for each in row.your_turn[:_MOST_NAMES]]
    return _several(names, len(row.your_turn) - len(names))


def _waived(row: FleetRow) -> str:
    if row.waived is None:
        return _NOT_KNOWN
    others = row.waived - 1
    text = _dated(row.first_waiver_to_end)
    return f"{text}, and {others} more" if others > 0 else text


def _dated(day: Dated | None) -> str:
    return f"{day.on} {_cut(day.item)}" if day else ""


def _judged(row: FleetRow) -> str:
    when = moment(row.at) if row.at else ""
    number = f"run {row.run_number}" if row.run_number else "run"
    return ", ".join(filter(None, (when, number if row.run else "")))


def _several(names: Sequence[str], others: int) -> str:
    text = ", ".join(names)
    return f"{text} and {others} more" if others else text


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_CHARACTERS else f"{text[: _MOST_CHARACTERS - 1]}…"
