"""The deployment log's row, in the checklist's own columns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from ..checklist.model import LogTemplate, fold

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "date": ("date", "when", "time", "day"),
    "environment": ("environment", "env", "stage", "target"),
    "tag": ("tag", "version", "release", "build"),
    "commit": ("commit", "sha", "revision"),
    "reviewer": ("reviewer", "signed", "approver", "approved", "owner", "by", "who"),
    "result": ("result", "status", "outcome", "verdict"),
    "notes": ("notes", "note", "comments", "comment", "remarks", "summary"),
}


def log_row(template: LogTemplate, values: Mapping[str, str]) -> str:
    """One Markdown row. `values` has what is known, by the keys of `_COLUMNS`.

    A column of another meaning stays empty: nothing is guessed into somebody's log.
    """
    cells = [values.get(meaning(column) or "", "") for column in template.columns]
    escaped = [" ".join(cell.replace("|", "\\|").split()) for cell in cells]
    return "| " + " | ".join(escaped) + " |"


def meaning(column: str) -> str | None:
    """Which value a column with that heading takes; None if no word of the heading is known."""
    words = set(fold(column).split())
    return next((key for key, known in _COLUMNS.items() if words.intersection(known)), None)


def day(at: datetime) -> str:
    """The date in UTC, as the log shows it."""
    return at.strftime("%Y-%m-%d")
