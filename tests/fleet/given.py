"""Reports as a run writes them, and a page that is made of some."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, BinaryIO

from msgspec.structs import replace

import reports
from deploy_checklist.fleet.model import Fleet, FleetRow
from deploy_checklist.fleet.read import MOST_REPORTS, read_fleet
from deploy_checklist.outcome import Unobservable
from deploy_checklist.report.json_v1 import document
from deploy_checklist.report.model import Report, TargetRef

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def of(repository: str | None, report: Report, **changed: Any) -> Report:
    """The report as another repository's, its run among that repository's."""
    run = f"https://github.example/{repository}/actions/runs/9000001842"
    plain: dict[str, Any] = {
        "target": TargetRef(repository=repository, commit="4f2c91a" + "0" * 33, tag="v2.4.0"),
        "links": {"run": run},
    }
    return replace(report, **(plain | changed))


def written(report: Report | None = None, **changed: Any) -> dict[str, Any]:
    """The report as plain data, with other values of some keys."""
    return json.loads(json.dumps(document(report or reports.blocked()))) | changed


def data(value: object) -> bytes:
    return json.dumps(value).encode()


def file(content: object) -> BinaryIO:
    """A file of these bytes, or of this value as JSON."""
    return io.BytesIO(content if isinstance(content, bytes) else data(content))


def fleet(*contents: object, most: int = MOST_REPORTS, now: datetime = NOW) -> Fleet:
    """The page of these files, which are called `0.json`, `1.json`, …"""
    return named({f"{number}.json": each for number, each in enumerate(contents)}, most, now)


def named(contents: Mapping[str, object], most: int = MOST_REPORTS, now: datetime = NOW) -> Fleet:
    files: Iterable[tuple[str, BinaryIO | Unobservable]] = (
        (name, each if isinstance(each, Unobservable) else file(each))
        for name, each in contents.items()
    )
    return read_fleet(files, now, most=most)


def row(content: object) -> FleetRow:
    """The only row of a file."""
    (only,) = fleet(content).rows
    return only
