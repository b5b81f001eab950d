"""Forecasts: the day on which an item turns, by what was looked at today."""

from __future__ import annotations

import ast
import os
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from textwrap import dedent
from time import process_time

import pytest

from dated import Dated, jwt, options, release
from deploy_checklist.checklist.parse import parse
from deploy_checklist.checks import base
from deploy_checklist.engine.aggregate import close_parents
from deploy_checklist.engine.gate import gate, report_at
from deploy_checklist.engine.observed import ObservedRelease, observe
from deploy_checklist.engine.turns import HORIZON, forecast
from deploy_checklist.outcome import Outcome, Severity, SignOff
from deploy_checklist.report.model import ItemResult, Report, Verdict
from deploy_checklist.report.view import why
from deploy_checklist.rules.load import load, resolve
from deploy_checklist.run.document_files import Documents, resolve_rules
from deploy_checklist.signoffs.port import FoundSignOffs
from deploy_checklist.world.clock import FixedClock
from fakes import NOW, FakeRepository, FakeSignOffs, world

OPEN = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.PENDING)
RULES = 40
RELEASES = int(os.environ.get("FORECASTS", "4"))  # 25 make 1,000 rules


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def state(entry: ItemResult) -> tuple[Outcome, Severity | None]:
    return entry.outcome, entry.severity if entry.outcome in OPEN else None


def first_days_by_fresh_runs(found: Dated, today: Report) -> dict[int, tuple[date, Outcome]]:
    """By line: the first day on which a run that looks anew on that day comes to something else."""
    first: dict[int, tuple[date, Outcome]] = {}
    day = NOW.date() + timedelta(days=1)
    while day <= (NOW + HORIZON).date():
        on = midnight(day)
        judged, _ = observe(found.checklist, found.rules, found.on(on), options()).judged(on)
        for then, now in zip(close_parents(judged), today.entries, strict=True):
            if state(then) != state(now):
                first.setdefault(then.item.line, (day, then.outcome))
        day += timedelta(days=1)
    return first


@pytest.mark.parametrize("seed", range(RELEASES))
def test_the_day_named_is_the_first_on_which_a_fresh_run_differs(seed: int) -> None:
    """Random rules × dates, each day of the horizon looked at anew."""
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


def observed(document: str, rules: str, values: Mapping[str, str]) -> ObservedRelease:
    checklist = parse(document, "checklist.md")
    resolved = resolve(load("version: 1\n" + dedent(rules), "rules.yml"), "production", {})
    here = world(values, repository=FakeRepository(contents={"README.md": "hello"}))
    return observe(checklist, resolved, here, options())


def turns_of(
    document: str, rules: str, values: Mapping[str, str]
) -> Mapping[str, tuple[str, Outcome]]:
    """By item: the day on which it turns, and to what."""
    return {
        each.item.id: (f"{each.turns.on}", each.turns.to)
        for each in report_at(observed(document, rules, values)).entries
        if each.turns
    }


@pytest.mark.parametrize(
    ("rule", "more", "day", "to"),
    [
        # rotated on 1 September with a limit of 90 days: 30 November is the 90th
        ("rotated_within: { within: 90d, name: AT }", "", "2026-12-01", Outcome.FAIL),
        ("rotated_within: { within: 2200h, name: AT }", "", "2026-12-02", Outcome.FAIL),
        (
            "file: missing",
            'waivers: [{ item: KEY, reason: r, approved_by: "@o", expires: 2026-12-15 }]',
            "2026-12-16",
            Outcome.FAIL,
        ),
        ("file: missing, enforce_from: 2026-12-24", "", "2026-12-24", Outcome.FAIL),
    ],
)
def test_the_day_of_each_date(rule: str, more: str, day: str, to: Outcome) -> None:
    rules = f"items: {{ KEY: {{ {rule} }} }}\n{more}\n"
    values = {"KEY": "a-value-of-it", "AT": "2026-09-01"}
    assert turns_of("- [ ] `KEY` is right\n", rules, values) == {"KEY": (day, to)}


def test_an_item_without_a_date_and_one_whose_day_is_far_turn_on_no_day() -> None:
    rules = "items: { KEY: { file: README.md }, OTHER: { rotated_within: { within: 900d, name: AT } } }\n"
    values = {"KEY": "a-value-of-it", "OTHER": "a-value-of-it", "AT": "2026-09-01"}
    assert turns_of("- [ ] `KEY`\n- [ ] `OTHER`\n", rules, values) == {}


def test_an_item_waits_from_the_day_on_which_one_below_it_fails() -> None:
    rules = "items: { KEY: { file: README.md }, OTHER: { rotated_within: { within: 90d, name: AT } } }\n"
    values = {"KEY": "a-value-of-it", "OTHER": "a-value-of-it", "AT": "2026-09-01"}
    assert turns_of("- [ ] `KEY` is right\n  - [ ] `OTHER` is right\n", rules, values) == {
        "KEY": ("2026-12-01", Outcome.PENDING),
        "OTHER": ("2026-12-01", Outcome.FAIL),
    }


@pytest.mark.parametrize(
    ("of_presence", "today", "later"),
    [
        ("severity: warning", ["secret"], ["secret", "min_length"]),
        ("severity: blocker", ["secret", "min_length"], ["secret"]),
    ],
)
def test_what_presence_says_alone_may_be_other_once_a_rule_holds_the_release(
    of_presence: str, today: list[str], later: list[str]
) -> None:
    """Both clauses hold the release alike today, or from that day on only; the value is empty."""
    of_value = "min_length: 5, enforce_from: 2026-12-24"
    rules = f"items: {{ KEY: [ {{ secret: true, {of_presence} }}, {{ {of_value} }} ] }}\n"
    seen = observed("- [ ] `KEY` is right\n", rules, {"KEY": ""})
    [now], [then] = report_at(seen).entries, report_at(seen, midnight(date(2026, 12, 24))).entries
    assert [finding.check for finding in now.findings] == today
    assert [finding.check for finding in then.findings] == later


SIGNED = SignOff(by="octo-lead", by_id=1, role="write", at=NOW, commit=None, words=None, via="tick")


@pytest.mark.parametrize("signed", [(), (SIGNED,)])
def test_where_the_machine_assists_a_later_question_is_answered_by_what_was_read(
    signed: tuple[SignOff, ...],
) -> None:
    """Today the machine verifies the token; once it has expired, a person is asked."""
    values = {"API_KEY": jwt(datetime(2026, 11, 30, 12, tzinfo=UTC))}
    checklist = parse("- [ ] `API_KEY` is set\n", "checklist.md")
    documents = Documents(checklist=checklist, rules=None)
    rules = resolve_rules(documents, "production", {})
    sign_offs = FakeSignOffs(found=FoundSignOffs(counted=signed))
    seen = observe(checklist, rules, world(values, sign_offs=sign_offs), options())
    asked = len(sign_offs.terms)
    today, later = report_at(seen), report_at(seen, midnight(date(2026, 12, 1)))
    assert len(sign_offs.terms) == asked
    [now], [then] = today.entries, later.entries
    assert now.outcome is Outcome.PASS
    assert not now.signed
    assert then.outcome is (Outcome.PASS if signed else Outcome.PENDING)
    assert then.seen[0].message == "is a token (JWT) that has expired"
    assert (now.turns is None) is bool(signed)


def test_a_forecast_tells_every_change_and_when_the_verdict_turns() -> None:
    rules = """
        items:
          KEY: { rotated_within: { within: 90d, name: AT } }
          OTHER: { file: missing, severity: warning }
        waivers:
          - { item: KEY, reason: r, approved_by: "@o", expires: 2026-12-20 }
    """
    values = {"KEY": "a-value-of-it", "OTHER": "a-value-of-it", "AT": "2026-09-01"}
    seen = observed("- [ ] `KEY` is right\n- [ ] `OTHER` is right\n", rules, values)
    found = forecast(seen, report_at(seen), date(2027, 12, 31))
    assert [(f"{each.on}", each.before.outcome, each.after.outcome) for each in found.changes] == [
        ("2026-12-01", Outcome.PASS, Outcome.WAIVED),
        ("2026-12-21", Outcome.WAIVED, Outcome.FAIL),
    ]
    assert found.report.verdict is Verdict.READY
    assert [(f"{on}", verdict) for on, verdict in found.verdicts] == [
        ("2026-12-01", Verdict.UNDETERMINED),  # nothing that counts is left
        ("2026-12-21", Verdict.BLOCKED),
    ]
    assert found.dated == 1


@pytest.mark.parametrize("seed", range(2))
def test_the_verdicts_of_a_forecast_are_those_of_fresh_runs(seed: int) -> None:
    found = release(seed, 6)
    seen = observe(found.checklist, found.rules, found.on(NOW), options())
    told = forecast(seen, report_at(seen), NOW.date() + timedelta(days=200))
    by_day = dict(told.verdicts)
    last = told.report.verdict
    for days in range(1, 201):
        day = NOW.date() + timedelta(days=days)
        last = by_day.get(day, last)
        fresh = gate(found.checklist, found.rules, found.on(midnight(day)), options())
        assert fresh.verdict is last, day


KINDS = {path.stem: path for path in sorted(Path(base.__file__).parent.glob("*.py"))}


def attributes(path: Path, name: str) -> bool:
    tree = ast.parse(path.read_text())
    return any(isinstance(node, ast.Attribute) and node.attr == name for node in ast.walk(tree))


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_that_judges_by_time_says_when_it_may_change(kind: str) -> None:
    """Else a forecast would take what it comes to now for what it comes to on every day."""
    text = KINDS[kind].read_text()
    if attributes(KINDS[kind], "now") and "def judge(" in text:
        assert "def moments(" in text or "def recurs(" in text


@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_decides_by_the_time_while_it_looks(kind: str) -> None:
    """The shifts of on-call are asked for from now on; which of them count is judged."""
    assert attributes(KINDS[kind], "clock") is (kind == "on_call")


@pytest.mark.measures_time
def test_a_year_ahead_takes_hardly_longer_than_one_check() -> None:
    """Of 200 rules with dates; the least of several attempts, since other processes run beside."""
    found = release(3, 200)
    until = NOW.date() + timedelta(days=365)

    def seconds(ahead: date | None) -> float:
        began = process_time()
        seen = observe(found.checklist, found.rules, found.on(NOW), options())
        report = report_at(seen)
        if ahead:
            forecast(seen, report, ahead)
        return process_time() - began

    pairs = [(seconds(None), seconds(until)) for _ in range(7)]
    assert min(year for _, year in pairs) <= 1.3 * min(check for check, _ in pairs)


WINDOW = "- [ ] Inside of the release window\n- [ ] `API_KEY` is set\n"
WINDOW_RULES = """
version: 1
items:
  Inside of the release window:
    window: { tz: Europe/Berlin, days: [mon, tue, wed, thu], from: "09:00", to: "16:00" }
  API_KEY: secret
"""


def windowed(at: datetime) -> ObservedRelease:
    """What was looked at at that time, by a rule with a window."""
    checklist = parse(WINDOW, "checklist.md")
    rules = resolve(load(WINDOW_RULES, "rules.yml"), None, {})
    here = world({"API_KEY": "kqX82hd0aZ1b"}, clock=FixedClock(at))
    return observe(checklist, rules, here, options())


MONDAY = datetime(2026, 11, 30, 10, tzinfo=UTC)


def test_a_forecast_lists_the_next_change_of_a_window_alone_and_no_verdict() -> None:
    seen = windowed(MONDAY)
    found = forecast(seen, report_at(seen), date(2027, 2, 1))
    (change,) = found.changes
    assert (change.on, change.after.outcome) == (date(2026, 12, 4), Outcome.FAIL)
    assert found.verdicts == ()
    assert found.dated == 1
    assert [each.turns for each in report_at(seen).entries] == [None, None]


def test_a_closed_window_turns_on_the_day_on_which_it_opens() -> None:
    seen = windowed(datetime(2026, 12, 4, 10, tzinfo=UTC))
    (change,) = forecast(seen, report_at(seen), date(2027, 2, 1)).changes
    assert (change.on, change.after.outcome) == (date(2026, 12, 7), Outcome.PASS)


MIXED = """
version: 1
items:
  Inside of the release window:
    window: { tz: UTC, days: [mon, tue, wed, thu, fri] }
    enforce_from: 2026-12-05
  API_KEY:
    rotated_within: { within: 90d, name: AT }
    window: { tz: UTC, days: [mon, tue, wed, thu, fri] }
"""


def test_a_date_on_a_day_without_a_window_is_not_blamed_for_it() -> None:
    """The rule begins on a Saturday, and the key is too old from a Sunday on."""
    checklist = parse(WINDOW, "checklist.md")
    rules = resolve(load(MIXED, "rules.yml"), None, {})
    values = {"API_KEY": "kqX82hd0aZ1b", "AT": "2026-09-06"}
    seen = observe(checklist, rules, world(values, clock=FixedClock(MONDAY)), options())
    found = forecast(seen, report_at(seen), date(2027, 2, 1))
    told = [(f"{each.on:%m-%d}", each.after.item.line) for each in found.changes]
    assert told == [("12-05", 1), ("12-05", 2), ("12-06", 2)]
    assert "window" not in why(found.changes[-1].after)
    assert [on for on, _ in found.verdicts] == [date(2026, 12, 6)]
    turns = [each.turns for each in report_at(seen).entries]
    assert turns[0] is None
    assert turns[1] is not None
    assert turns[1].on == date(2026, 12, 6)


@pytest.mark.parametrize(
    ("on", "outcome", "says"),
    [
        (midnight(date(2026, 12, 1)), Outcome.PASS, "opens on Tue 2026-12-01 09:00"),
        (midnight(date(2026, 12, 5)), Outcome.FAIL, "opens on Mon 2026-12-07 09:00"),
        (datetime(2026, 12, 1, 8, tzinfo=UTC), Outcome.PASS, "is open until Tue 2026-12-01 16:00"),
        (datetime(2026, 12, 1, 15, tzinfo=UTC), Outcome.FAIL, "next opens on Wed 2026-12-02 09:00"),
    ],
    ids=["day with an open minute", "closed day", "open time", "closed time"],
)
def test_a_window_on_a_day_to_come_is_judged_by_all_of_it_and_at_a_time_by_that(
    on: datetime, outcome: Outcome, says: str
) -> None:
    entry = report_at(windowed(MONDAY), on).entries[0]
    assert entry.outcome is outcome
    assert says in entry.findings[0].message
