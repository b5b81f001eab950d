"""Follow-up issues: one for what was let through, closed when it passes, never reopened against people's will."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from msgspec.structs import replace

from deploy_checklist.github.model import Issue
from deploy_checklist.outcome import Outcome, Severity
from deploy_checklist.publish import follow_ups
from deploy_checklist.report.model import ItemResult, Report, Turn, Waived
from reports import entry, found, item, ready

UNTIL = date(2026, 12, 15)


@dataclass
class Tracker:
    """The issues of a repository."""

    there: list[Issue] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)

    def issues(self, label: str) -> list[Issue]:
        return self.there

    def create_issue(self, title: str, body: str, label: str) -> int:
        number = len(self.there) + 1
        self.there.append(Issue(number=number, title=title, body=body, open=True, own=True))
        return number

    def close_issue(self, number: int) -> None:
        self.closed.append(number)


def of(each: ItemResult) -> Report:
    return replace(ready(), entries=(each,))


def waived(until: date = UNTIL, reason: str = "OPS-412") -> ItemResult:
    wrong = entry(item(4, "METRICS_URL", "METRICS_URL"), found(Outcome.FAIL, "answers 503"))
    why = Waived(reason=reason, approved_by="@octo-ops", expires=until, instead_of=Outcome.FAIL)
    return replace(wrong, outcome=Outcome.WAIVED, waived=why)


def warned(outcome: Outcome = Outcome.FAIL) -> ItemResult:
    return entry(
        item(4, "METRICS_URL", "METRICS_URL"),
        found(outcome, "answers 503"),
        severity=Severity.WARNING,
    )


def passed() -> ItemResult:
    return entry(item(4, "METRICS_URL", "METRICS_URL"), found(Outcome.PASS, "there"))


def publish(tracker: Tracker, *entries: ItemResult) -> Tracker:
    for each in entries:
        follow_ups.publish(follow_ups.issues(of(each)), of(each), tracker)
    return tracker


def test_a_waiver_and_a_warning_have_one_issue_each_however_often_they_are_seen() -> None:
    assert len(publish(Tracker(), waived(), waived()).there) == 1
    assert len(publish(Tracker(), warned(), warned(Outcome.UNKNOWN)).there) == 1
    assert len(publish(Tracker(), waived(), waived(date(2027, 1, 1))).there) == 2


def test_both_are_closed_once_the_item_passes() -> None:
    assert publish(Tracker(), waived(), warned(), passed()).closed == [1, 2]


def test_what_people_closed_stays_closed() -> None:
    tracker = publish(Tracker(), waived())
    tracker.there[0] = replace(tracker.there[0], open=False)
    assert len(publish(tracker, waived(), passed()).there) == 1
    assert tracker.closed == []


def test_anothers_issue_with_our_mark_is_none_of_ours() -> None:
    """It keeps no issue from being opened, and is not closed."""
    tracker = publish(Tracker(), waived())
    tracker.there[0] = replace(tracker.there[0], own=False)
    assert len(publish(tracker, waived(), passed()).there) == 2
    assert tracker.closed == [2]


def test_hostile_reasons_stay_text_and_every_text_is_checked_for_secrets() -> None:
    tracker = Tracker()
    hostile = of(waived(reason="@acme/all fixes #1 --> <img src=x>\f"))
    checked = follow_ups.issues(hostile)
    follow_ups.publish(checked, hostile, tracker)
    body = tracker.there[0].body
    assert "@acme" not in body
    assert "fixes #1" not in body
    assert "<img" not in body
    assert body in checked
    assert tracker.there[0].title in checked


def turning(on: date, to: Outcome = Outcome.FAIL, who: tuple[str, ...] = ("SRE",)) -> ItemResult:
    """It holds today."""
    turn = Turn(to=to, on=on, why="was rotated 91 days ago", who=who, commands=("gh secret set A",))
    return replace(passed(), turns=turn)


def forecast(tracker: Tracker, *entries: ItemResult) -> Tracker:
    for each in entries:
        follow_ups.publish(follow_ups.issues(of(each), forecast=True), of(each), tracker)
    return tracker


def test_what_turns_wrong_within_thirty_days_has_one_issue_until_it_no_longer_does() -> None:
    soon = date(2026, 12, 15)
    tracker = forecast(Tracker(), turning(soon), turning(soon))
    [issue] = tracker.there
    assert issue.title == "production: METRICS_URL: failed from 2026-12-15 on"
    assert "- whose turn: SRE\n- `gh secret set A`\n" in issue.body
    assert publish(tracker, turning(soon)).closed == []  # a run without a forecast
    assert forecast(tracker, turning(date(2027, 3, 15))).closed == [1]
    assert len(tracker.there) == 1


def test_what_turns_later_or_otherwise_has_none() -> None:
    assert forecast(Tracker(), turning(date(2026, 12, 23))).there == []  # in 31 days
    soon = date(2026, 12, 15)
    assert forecast(Tracker(), turning(soon, Outcome.UNKNOWN)).there == []
    assert forecast(Tracker(), turning(soon, Outcome.PENDING, who=())).there == []
    assert publish(Tracker(), turning(soon)).there == []  # `follow-ups: true`
    assert len(forecast(Tracker(), turning(soon, Outcome.PENDING)).there) == 1


def test_an_issue_that_was_opened_before_the_day_stays_while_the_item_fails() -> None:
    day = date(2026, 12, 15)
    tracker = forecast(Tracker(), turning(day))
    wrong = entry(item(4, "METRICS_URL", "METRICS_URL"), found(Outcome.FAIL, "too old"))
    assert forecast(tracker, wrong).closed == []
    assert forecast(tracker, passed()).closed == [1]
