"""A row says what its report says, and what its reader has to do with it stands first."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec import NODEFAULT, UNSET
from msgspec.structs import fields

import reports
from deploy_checklist.fleet.model import Dated, Standing
from deploy_checklist.fleet.shapes import ReadReport, ReportedItem
from deploy_checklist.fleet.texts import summary
from deploy_checklist.report import wire
from deploy_checklist.report.model import Verdict
from fleet.given import NOW, fleet, of, row, written

OLD = Path(__file__).parent.parent / "fixtures" / "written_by_1_0_0" / "report.json"
RUN = "https://github.example/acme/shop/actions/runs/9000001842"


def item(**changed: Any) -> dict[str, Any]:
    plain = {"id": "KEY", "outcome": "pass", "severity": "blocker"}
    return written()["items"][0] | plain | changed


def ready(*items: dict[str, Any], **changed: Any) -> dict[str, Any]:
    return written(reports.ready(), items=list(items), **changed)


def test_a_row_tells_whose_turn_it_is_what_is_waived_and_where_it_was_judged() -> None:
    found = row(written())
    assert (found.repository, found.gate, found.environment) == ("acme/shop", None, "production")
    assert (found.standing, found.verdict) == (Standing.BLOCKED, Verdict.BLOCKED)
    assert found.your_turn is not None
    assert ("Backend Lead", 4) in [(each.who, each.count) for each in found.your_turn]
    assert found.waived == 1
    assert found.first_waiver_to_end == Dated(item="METRICS_ENDPOINT_URL", on=date(2026, 12, 15))
    assert (found.release, found.version) == ("PR 412", "1.0.0")
    assert (found.at, found.run, found.run_number) == (reports.NOW, RUN, 1842)


def test_a_release_is_its_tag_else_its_pull_request_else_its_commit() -> None:
    target = {"repository": "a/b", "commit": "4f2c91a" * 5, "pull_request": 7, "tag": "v1"}
    seen = []
    for gone in ("", "tag", "pull_request", "commit"):
        target = {key: None if key == gone else value for key, value in target.items()}
        seen.append(row(written(target=target)).release)
    assert seen == ["v1", "PR 7", "4f2c91a", None]


def test_the_waiver_that_ends_first_is_reported() -> None:
    def waived(name: str, expires: str) -> dict[str, Any]:
        waiver = {
            "reason": "x",
            "approved_by": "y",
            "expires": expires,
            "instead_of": "fail",
        }
        return item(id=name, outcome="waived", waived=waiver)

    title = waived("TITLE", "2026-12-01") | {"title": True}
    found = row(ready(title, waived("LATE", "2027-01-01"), waived("SOON", "2026-12-01"), item()))
    assert (found.waived, found.first_waiver_to_end) == (
        2,
        Dated(item="SOON", on=date(2026, 12, 1)),
    )


@pytest.mark.parametrize(
    ("outcome", "to", "severity", "red"),
    [
        ("pass", "fail", "blocker", True),
        ("pass", "pending", "blocker", True),
        ("pass", "unknown", "blocker", True),
        ("waived", "fail", "blocker", True),
        ("pass", "fail", "warning", False),  # holds nothing
        ("fail", "unknown", "blocker", False),  # is red already
        ("pending", "pass", "blocker", False),
        ("pass", "skipped", "blocker", False),
    ],
)
def test_a_day_turns_red_if_a_blocker_gets_worse_on_it(
    outcome: str, to: str, severity: str, red: bool
) -> None:
    turns = {"to": to, "on": "2026-12-04"}
    found = row(ready(item(outcome=outcome, severity=severity, turns=turns)))
    assert found.turns_red == (Dated(item="KEY", on=date(2026, 12, 4)) if red else None)


def test_the_first_of_the_days_that_turn_red_is_reported() -> None:
    days = ("2026-12-09", "2026-12-04", "2026-12-24")
    found = row(ready(*(item(id=day, turns={"to": "fail", "on": day}) for day in days)))
    assert found.turns_red == Dated(item="2026-12-04", on=date(2026, 12, 4))


@pytest.mark.parametrize(
    ("day", "standing"),
    [("2026-11-24", Standing.READY), ("2026-11-23", Standing.OUTDATED)],
)
def test_what_was_ready_is_out_of_date_from_the_day_on_which_it_turns_red(
    day: str, standing: Standing
) -> None:
    found = row(ready(item(turns={"to": "fail", "on": day})))
    assert (found.standing, found.verdict) == (standing, Verdict.READY)


@pytest.mark.parametrize(
    ("day", "standing"),
    [("2026-11-23", Standing.READY), ("2026-11-22", Standing.OUTDATED)],
)
def test_what_was_ready_is_out_of_date_after_the_last_day_of_a_waiver(
    day: str, standing: Standing
) -> None:
    waiver = {"reason": "x", "approved_by": "y", "expires": day, "instead_of": "fail"}
    assert row(ready(item(outcome="waived", waived=waiver))).standing is standing


def test_a_waiver_that_ended_blocks_nothing_where_its_item_is_no_blocker() -> None:
    waiver = {"reason": "x", "approved_by": "y", "expires": "2026-11-01", "instead_of": "fail"}
    found = row(ready(item(outcome="waived", severity="warning", waived=waiver)))
    assert found.standing is Standing.READY


def test_what_needs_people_stands_first_then_by_name_and_of_one_gate_the_newest() -> None:
    def report(repository: str, verdict: str, **changed: Any) -> dict[str, Any]:
        target = written()["target"] | {"repository": repository}
        return written(verdict=verdict, target=target, items=[item()], **changed)

    found = fleet(
        report("acme/b", "ready"),
        report("acme/a", "ready", nothing_in_phase=True),
        report("acme/B", "waiting"),
        report("acme/a", "waiting", at="2026-11-20T00:00:00Z"),
        report("acme/a", "waiting", at="2026-11-21T00:00:00Z"),
        report("acme/a", "undetermined"),
        b"no report",
        report("acme/z", "blocked", gate="services/b"),
        report("acme/z", "blocked", gate="services/a"),
    )
    told = [(each.standing.value, each.repository, each.gate) for each in found.rows]
    assert told == [
        ("blocked", "acme/z", "services/a"),
        ("blocked", "acme/z", "services/b"),
        ("unreadable", None, None),
        ("undetermined", "acme/a", None),
        ("waiting", "acme/a", None),
        ("waiting", "acme/a", None),
        ("waiting", "acme/B", None),
        ("ready", "acme/b", None),
        ("nothing_to_do", "acme/a", None),
    ]
    assert [each.source for each in found.rows[4:6]] == ["4.json", "3.json"]
    assert summary(found) == (
        "9 reports: 2 blocked, 1 could not be read, 1 undetermined, 3 waiting, 1 ready, "
        "1 nothing to do"
    )


def test_a_report_of_1_0_0_is_a_row_of_what_it_tells() -> None:
    """It has neither whose turn it is, nor waivers, nor when it was judged."""
    found = row(json.loads(OLD.read_bytes()))
    assert (found.standing, found.environment) == (Standing.BLOCKED, "production")
    assert found.your_turn is found.waived is found.version is found.at is None


def test_what_is_read_of_a_report_is_what_is_written_into_it() -> None:
    """The shapes that are read have fields of the shapes that are written; a later version may add
    some, an earlier one lacks those that have a default.
    """
    for read, whole in ((ReadReport, wire.JsonReport), (ReportedItem, wire.JsonItem)):
        assert {each.encode_name for each in fields(read)} <= {
            each.encode_name for each in fields(whole)
        }
    old = json.loads(OLD.read_bytes())
    for read, known in ((ReadReport, old), (ReportedItem, old["items"][0])):
        required = {
            each.encode_name
            for each in fields(read)
            if each.default in (NODEFAULT, UNSET) and each.default_factory is NODEFAULT
        }
        assert required <= set(known)


def test_every_report_that_a_run_writes_is_read() -> None:
    made = (reports.blocked(), reports.ready(), reports.first_run(), reports.undetermined())
    found = fleet(*(written(each) for each in made))
    assert found.complete
    assert len(found.rows) == len(made)


def test_a_report_of_a_later_version_may_say_more() -> None:
    found = row(written(news={"a": 1}, items=[item(news=1)]))
    assert found.standing is Standing.BLOCKED


def test_a_run_is_linked_only_if_it_is_one_of_that_repository() -> None:
    for url in (
        RUN.replace("https:", "http:"),
        RUN.replace("acme/shop", "evil/shop"),
        RUN.replace("github.example", "github.example@evil.example"),
        RUN.replace("github.example", 'a.example/"onclick="'),
        f"{RUN}?x=1",
        f"{RUN}/../../..",
        "javascript:alert(1)",
        "",
    ):
        assert row(written(run={"url": url, "number": 1})).run is None, url
    assert row(written(run={"url": f"{RUN}/attempts/2", "number": 1})).run == f"{RUN}/attempts/2"
    assert row(written(run=None)).run is None
    assert row(written(of(None, reports.blocked()))).run is None


def test_a_time_is_reported_in_utc() -> None:
    found = row(written(at="2026-11-22T23:14:00+02:00"))
    assert found.at == datetime(2026, 11, 22, 21, 14, tzinfo=UTC)
    assert found.at.utcoffset() == NOW.utcoffset()


@pytest.mark.parametrize("outcome", ["fail", "unknown", "pending"])
def test_a_verdict_that_its_own_items_deny_is_no_green_row(outcome: str) -> None:
    """Who writes a report may write anything; `verify` says all that does not agree."""
    found = row(ready(item(), item(outcome=outcome)))
    assert found.standing is Standing.UNREADABLE
    assert found.fault == f"it says that it is ready, but a blocker in it is `{outcome}`"
    assert (found.repository, found.verdict) == ("acme/shop", Verdict.READY)
    nothing = row(ready(item(outcome=outcome), nothing_in_phase=True))
    assert nothing.standing is Standing.UNREADABLE
    for holds_nothing in ({"severity": "warning"}, {"title": True}):
        assert row(ready(item(outcome=outcome, **holds_nothing))).standing is Standing.READY


def test_drift_denies_a_verdict_where_it_holds_the_release() -> None:
    drift = [{"kind": "orphan", "message": "x", "file": None, "line": None, "hint": None}]
    assert row(ready(item(), drift=drift)).standing is Standing.READY
    strict = row(ready(item(), drift=drift, strict=True))
    assert strict.standing is Standing.UNREADABLE
