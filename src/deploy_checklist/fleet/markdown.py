"""The page as Markdown, for a job's summary or an issue."""

from __future__ import annotations

from ..report import escape
from ..report.tables import markdown_rows
from .model import Fleet, FleetRow
from .texts import COLUMNS, LIGHTS, moment, row_texts, summary


def render(fleet: Fleet) -> str:
    """One table, what needs people first."""
    table = markdown_rows([COLUMNS, ["---"] * len(COLUMNS), *(_cells(row) for row in fleet.rows)])
    return "\n".join(
        (f"## {summary(fleet)}", "", *table, "", f"<sub>{moment(fleet.at)} UTC</sub>", "")
    )


def _cells(row: FleetRow) -> list[str]:
    shown = row_texts(row)
    others = (shown.turn, shown.waived, shown.red)
    return [
        escape.code(shown.name) if shown.is_file else escape.words(shown.name),
        escape.words(shown.environment),
        escape.words(shown.release),
        f"{LIGHTS[row.standing]} {escape.inline(shown.verdict)}",
        *(escape.words(text) for text in others),
        escape.link(escape.words(shown.judged), row.run),
        escape.words(shown.version),
    ]
