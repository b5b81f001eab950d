"""Outcomes × what lets a release through: nothing that holds a release becomes ready, by whatever exception."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import product

import pytest
from msgspec.structs import replace

import reports
from deploy_checklist.checklist.model import Phase
from deploy_checklist.deadline import Deadline
from deploy_checklist.engine.decide import decide
from deploy_checklist.engine.observed import Options
from deploy_checklist.outcome import Outcome, Severity
from deploy_checklist.report.model import Drift, TargetRef, Verdict
from fakes import NOW
from test_gate import OPTIONS
from test_gate import judged as report_of

OPEN = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.PENDING)
OVERRIDE, ROLLBACK = reports.overridden().override, reports.rolled_back().rollback
DRIFT = (Drift(kind="orphan", message="x", file=None, line=None),)


@pytest.mark.parametrize("outcome", Outcome)
def test_an_exception_makes_nothing_ready(outcome: Outcome) -> None:
    assert OVERRIDE is not None
    over = replace(OVERRIDE, until=reports.NOW - timedelta(seconds=1))
    item = reports.item(3, "It is so")
    for severity, counts, strict, nothing, override, rollback in product(
        Severity,
        (False, True),
        (False, True),
        (False, True),
        (None, OVERRIDE, over),
        (None, ROLLBACK),
    ):
        entries = [
            reports.entry(
                item,
                reports.found(outcome, "x"),
                severity=severity,
                counts_toward_ready=counts and outcome not in OPEN,
            )
        ]
        options = Options(
            phase=Phase.BEFORE, deadline=Deadline.after(5), target=TargetRef(), strict=strict
        )

        judged = partial(decide, entries, DRIFT, now=reports.NOW, nothing_in_phase=nothing)
        without = judged(options=options).verdict
        found = judged(options=replace(options, override=override, rollback=rollback)).verdict
        case = (severity, counts, strict, nothing, override, rollback)
        if found is Verdict.READY:
            assert without is Verdict.READY, case
        if found is Verdict.OVERRIDDEN:
            assert override is OVERRIDE, case
        if found is Verdict.ROLLED_BACK:
            assert rollback is not None, case
            assert outcome not in OPEN or severity is Severity.WARNING, case
        if override is None and rollback is None:
            assert found is without, case


class Clock:
    """Tells these times, one after the other, and then the last one."""

    def __init__(self, *times: datetime) -> None:
        self.times: Iterator[datetime] = iter(times)
        self.last = times[-1]

    def now(self) -> datetime:
        return next(self.times, self.last)


@pytest.mark.parametrize(
    ("ends", "verdict"), [(59, Verdict.BLOCKED), (60, Verdict.BLOCKED), (61, Verdict.OVERRIDDEN)]
)
def test_an_override_that_ends_while_the_run_looks_lets_nothing_through(
    ends: int, verdict: Verdict
) -> None:
    assert OVERRIDE is not None
    override = replace(OVERRIDE, until=NOW + timedelta(seconds=ends))
    report = report_of(
        "- [ ] `MODE`\n",
        "items: { MODE: { equals: live } }\n",
        {"MODE": "test"},
        options=replace(OPTIONS, override=override),
        clock=Clock(NOW, NOW + timedelta(seconds=60)),
    )
    assert report.verdict is verdict
