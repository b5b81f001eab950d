"""Forecasts: the day on which an item turns, by what was looked at today."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from dated import Dated, options, release
from deploy_checklist.engine.gate import gate, observe, report_at
from deploy_checklist.engine.turns import HORIZON
from deploy_checklist.outcome import Outcome, Severity
from deploy_checklist.report.model import ItemResult, Report
from fakes import NOW

OPEN = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.PENDING)
RULES, RELEASES = 40, 25


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def state(entry: ItemResult) -> tuple[Outcome, Severity | None]:
    return entry.outcome, entry.severity if entry.outcome in OPEN else None


def first_days_by_fresh_runs(found: Dated, today: Report) -> dict[int, tuple[date, Outcome]]:
    """By line: the first day on which a run that looks anew on that day comes to something else."""
    first: dict[int, tuple[date, Outcome]] = {}
    day = NOW.date() + timedelta(days=1)
    while day <= (NOW + HORIZON).date():
        fresh = gate(found.checklist, found.rules, found.on(midnight(day)), options())
        for then, now in zip(fresh.entries, today.entries, strict=True):
            if state(then) != state(now):
                first.setdefault(then.item.line, (day, then.outcome))
        day += timedelta(days=1)
    return first


@pytest.mark.parametrize("seed", range(RELEASES))
def test_the_day_named_is_the_first_on_which_a_fresh_run_differs(seed: int) -> None:
    """1,000 random rules × dates, each day of the horizon looked at anew."""
    found = release(seed, RULES)
    today = gate(found.checklist, found.rules, found.on(NOW), options())
    named = {each.item.line: (each.turns.on, each.turns.to) for each in today.entries if each.turns}
    assert named == first_days_by_fresh_runs(found, today)


@pytest.mark.parametrize("seed", range(3))
def test_a_later_day_is_judged_as_a_fresh_run_would_and_asks_nobody(seed: int) -> None:
    found = release(seed, RULES)
    seen = observe(found.checklist, found.rules, found.on(NOW), options())
    asked = found.requests
    for days in (1, 10, 30, 89, 200):
        on = midnight(NOW.date() + timedelta(days=days))
        forecast = report_at(seen, on)
        assert found.requests == asked
        fresh = gate(found.checklist, found.rules, found.on(on), options())
        assert [state(each) for each in forecast.entries] == [state(each) for each in fresh.entries]
        assert [each.turns for each in forecast.entries] == [each.turns for each in fresh.entries]
        assert forecast.verdict is fresh.verdict
        assert forecast.looked_at == NOW
        asked = found.requests
