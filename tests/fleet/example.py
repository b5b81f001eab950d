"""The fleet of the docs' picture: one row of each standing, and a report of 1.0.0."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from msgspec.structs import replace

import reports
from deploy_checklist.fleet.model import Fleet
from deploy_checklist.outcome import Outcome
from deploy_checklist.report.model import ItemResult, Report, TargetRef, Turn, Verdict
from fleet.given import named, of, written

_OLD = Path(__file__).parent.parent / "fixtures" / "written_by_1_0_0" / "report.json"


def example() -> Fleet:
    """Six teams of one company, on a Monday morning."""
    shop = of("acme/shop", reports.blocked(), target=_pull("acme/shop", 412))
    waiting = _only(reports.blocked(), Outcome.PENDING)
    soon = _turning("PAYMENT_API_KEY", date(2026, 12, 4))
    past = _turning("PAYMENT_API_KEY", date(2026, 11, 23))
    old = json.loads(_OLD.read_bytes())
    old["target"]["repository"] = "acme/warehouse"
    api = of("acme/services", reports.undetermined(), gate="services/api")
    files: dict[str, object] = {
        "reports/acme/shop.json": _written(shop),
        "reports/acme/services-api.json": _written(api),
        "reports/acme/services-worker.json": _written(
            of("acme/services", waiting, gate="services/worker", verdict=Verdict.WAITING)
        ),
        "reports/acme/web.json": _written(of("acme/web", soon)),
        "reports/acme/mobile.json": _written(of("acme/mobile", past)),
        "reports/acme/warehouse.json": old,
        "reports/acme/docs.json": b'{"schema": 1, "verd',
    }
    return replace(named(files), version="1.1.0")


def _written(report: Report) -> dict[str, Any]:
    return written(report, tool={"version": "1.1.0"})


def _pull(repository: str, number: int) -> TargetRef:
    return TargetRef(repository=repository, commit="4f2c91a" + "0" * 33, pull_request=number)


def _only(report: Report, outcome: Outcome) -> Report:
    """The report with its entries of this outcome alone."""
    entries = tuple(each for each in report.entries if each.outcome is outcome)
    return replace(report, entries=entries, boxes=report.boxes)


def _turning(name: str, on: date) -> Report:
    """A report that is ready, and an item of which fails from a day on."""

    def changed(entry: ItemResult) -> ItemResult:
        if name not in entry.item.names:
            return entry
        return replace(entry, turns=Turn(to=Outcome.FAIL, on=on))

    report = reports.ready()
    return replace(report, entries=tuple(changed(each) for each in report.entries))
