"""All rows of the table."""

from __future__ import annotations

from no_false_green.asking import Row
from no_false_green.rows.documents import DOCUMENTS
from no_false_green.rows.probes import PROBES
from no_false_green.rows.repository import PEOPLE, REPOSITORY, RESULTS_OF_STEPS, TIMES
from no_false_green.rows.rotation import ROTATED
from no_false_green.rows.services import SERVICES
from no_false_green.rows.variables import VARIABLES

ROWS: tuple[Row, ...] = (
    *VARIABLES,
    *PROBES,
    *DOCUMENTS,
    *REPOSITORY,
    *PEOPLE,
    *TIMES,
    *RESULTS_OF_STEPS,
    *SERVICES,
    *ROTATED,
)
OVER_HTTP = [row for row in ROWS if row.over == "http"]


def called(row: object) -> str | None:
    """What a row is called in a test's name."""
    return row.name if isinstance(row, Row) else None
