"""Every kind has a row, and every row passes on a good world: else its cells would show nothing."""

from __future__ import annotations

from collections import Counter

import pytest

from deploy_checklist.checks.registry import kinds
from deploy_checklist.outcome import Outcome
from no_false_green.asking import Row, ask
from no_false_green.conftest import Servers
from no_false_green.rows.table import ROWS, called


def test_no_kind_of_the_registry_is_without_a_row() -> None:
    """A new kind has to be put into a file of rows/."""
    covered = {kind for row in ROWS for kind in (row.kind, *row.covers)}
    assert set(kinds()) - covered == set()


def test_no_two_rows_have_one_name() -> None:
    assert [name for name, count in Counter(map(called, ROWS)).items() if count > 1] == []


@pytest.mark.parametrize("row", ROWS, ids=called)
def test_every_row_passes_where_all_is_well(row: Row, servers: Servers) -> None:
    cell = ask(row, **servers.at_their_best(row))
    assert (cell.outcome, cell.verdict.value) == (Outcome.PASS, "ready"), cell
