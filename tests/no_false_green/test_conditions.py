"""Conditions × junk: what decides whether a rule is asked is no way round it either."""

from __future__ import annotations

import pytest

from deploy_checklist.outcome import Outcome
from fakes import job
from no_false_green.asking import Row, ask, hold
from no_false_green.junk import LONG, SMALL, junk_of
from no_false_green.rows.good import VALUE

# Each is on for the value that is beside it.
FACTS = {
    "a switch": ({"env": "LIVE"}, "true"),
    "a comparison": ({"env": "LIVE", "equals": "live"}, "live"),
    "not another": ({"env": "LIVE", "not_one_of": ["test"]}, "live"),
    "a pattern": ({"env": "LIVE", "matches": "li.*"}, "live"),
    "a bound": ({"env": "LIVE", "above": 1}, "2"),
    "another variable": ({"env": "LIVE", "equals_env": "OTHER"}, "live"),
}


def under(fact: dict[str, object]) -> Row:
    """A rule that passes wherever it is asked."""
    return Row(
        kind="present",
        written=True,
        when={"live": fact},
        values={"NAME": VALUE, "LIVE": "", "OTHER": "live"},
    )


@pytest.mark.parametrize("name", FACTS)
def test_a_fact_that_nothing_tells_is_unknown(name: str) -> None:
    """Neither on, which would be a pass, nor off, which would skip what should be asked."""
    fact, on = FACTS[name]
    row = under(fact)
    assert ask(row, values={"LIVE": on}).is_green
    cells = {
        what: ask(row, values={"LIVE": text})
        for what, text in junk_of("LIVE").items()
        if what not in {*SMALL, *LONG}
    }
    cells["not handed over"] = ask(row, without="LIVE")
    cells["withheld"] = ask(row, place=lambda values: job(values, withheld=True))
    hold(cells, Outcome.UNKNOWN)
