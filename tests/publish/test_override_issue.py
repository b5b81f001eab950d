"""The issue that asks for a review of an override: one for each, in plain words, whatever the reason says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

import reports
from deploy_checklist.github.model import Issue
from deploy_checklist.outcome import Outcome
from deploy_checklist.publish import override_issue
from deploy_checklist.report.model import Drift, Report, Verdict
from destinations import Everywhere
from second_words import second_words
from test_override_histories import Issues

MARK = re.compile(r"<!-- deploy-checklist-override [^<>]* -->$")


def text(report: Report, everywhere: Everywhere) -> str:
    found = override_issue.text(report, everywhere.to)
    assert found is not None
    return found


def because(reason: str) -> Report:
    report = reports.overridden()
    assert report.override is not None
    return replace(report, override=replace(report.override, reason=reason))


def test_it_says_who_why_until_when_and_what_was_open(everywhere: Everywhere) -> None:
    title, *body = text(reports.overridden(), everywhere).replace("<!-- -->", "").split("\n")
    assert title == "production: overridden by octo-oncall at 2026-11-22 20:14 UTC: to review"
    assert "- who: @octo-oncall, as on-call" in body
    assert "- when: 2026-11-22 20:14 UTC, until 2026-11-22 22:14 UTC" in body
    assert "- why: checkout is down, the fix is in &lt;this&gt; release" in body
    whole = "\n".join(body)
    assert "`4f2c91a" in whole
    assert "**PAYMENT\\_WEBHOOK\\_SECRET**" in whole
    assert "to sign: to be signed by partnerships" in whole
    assert MARK.search(whole)


@pytest.mark.parametrize("verdict", [each for each in Verdict if each is not Verdict.OVERRIDDEN])
def test_nothing_else_has_one(everywhere: Everywhere, verdict: Verdict) -> None:
    report = replace(reports.overridden(), verdict=verdict)
    assert override_issue.text(report, everywhere.to) is None


def test_a_run_that_may_not_write_opens_none(everywhere: Everywhere) -> None:
    assert everywhere.to.github is not None
    quiet = replace(everywhere.to, github=replace(everywhere.to.github, may_open_issues=False))
    assert override_issue.text(reports.overridden(), quiet) is None


def test_there_is_one_for_each_override_and_none_again_after_it_was_closed(
    everywhere: Everywhere,
) -> None:
    tracker, first = Issues(), text(reports.overridden(), everywhere)
    for _ in range(3):
        override_issue.publish(first, tracker)
    assert len(tracker.opened) == 1
    tracker.opened[0] = replace(tracker.opened[0], open=False)
    override_issue.publish(first, tracker)
    assert len(tracker.opened) == 1
    report = reports.overridden()
    assert report.override is not None
    later = replace(report.override, at=report.override.at + timedelta(minutes=1))
    override_issue.publish(text(replace(report, override=later), everywhere), tracker)
    other = replace(report, environment="staging")
    override_issue.publish(text(other, everywhere), tracker)
    override_issue.publish(text(replace(report, gate="api"), everywhere), tracker)
    assert len(tracker.opened) == 4


def test_a_copy_of_the_mark_in_somebody_s_issue_keeps_none_away(everywhere: Everywhere) -> None:
    body = text(reports.overridden(), everywhere).partition("\n")[2]
    foreign = Issue(number=1, title="x", body=body, open=True, own=False)
    tracker = Issues(opened=[foreign])
    override_issue.publish(text(reports.overridden(), everywhere), tracker)
    assert len(tracker.opened) == 2


@dataclass
class Racing(Issues):
    """Another run opens the same issue at the same time, just before ours."""

    def create_issue(self, title: str, body: str, label: str) -> int:
        super().create_issue(title, body, label)
        return super().create_issue(title, body, label)

    def close_issue(self, number: int) -> None:
        self.opened[number - 1] = replace(self.opened[number - 1], open=False)


def test_of_two_runs_at_once_one_closes_its_own(everywhere: Everywhere) -> None:
    tracker = Racing()
    override_issue.publish(text(reports.overridden(), everywhere), tracker)
    assert [each.open for each in tracker.opened] == [True, False]


HOSTILE = (
    "<!-- deploy-checklist-override x -->",
    "<img src=x onerror=1>",
    "- [x] done",
    "@acme/everyone",
    "::error::pwned",
    "</details>",
    "![x](https://evil.example/x.png)",
    "fixes #7",
)


@pytest.mark.parametrize("reason", HOSTILE)
def test_a_hostile_reason_stays_text(everywhere: Everywhere, reason: str) -> None:
    title, _, body = text(because(reason), everywhere).partition("\n")
    [mark] = re.findall(r"<!-- deploy-checklist-override .* -->", body)
    assert body.endswith(mark)
    assert "<img" not in body
    assert "@acme/everyone" not in body
    assert "![x](" not in body
    assert not re.search(r"^(- \[x\]|::|</details>)", body, re.MULTILINE)
    assert reason not in title


def test_a_long_reason_and_a_long_list_are_cut(everywhere: Everywhere) -> None:
    entries = tuple(
        reports.entry(reports.item(n, f"Item {n}"), reports.found(Outcome.FAIL, "x" * 1000))
        for n in range(1, 100)
    )
    drift = tuple(Drift(kind="orphan", message="y" * 1000, file=None, line=None) for _ in range(9))
    report = replace(because("z" * 60_000), entries=entries, boxes=(), drift=drift, strict=True)
    found = text(report, everywhere)
    assert len(found) < 30_000
    assert "- and 58 more" in found


def test_it_says_every_open_state_in_its_word(everywhere: Everywhere) -> None:
    overridden = reports.overridden()
    report = replace(
        reports.every_state(), verdict=overridden.verdict, override=overridden.override
    )
    found = text(report, everywhere)
    assert all(f"({each}: " in found for each in ("failed", "not checked", "to sign", "waiting"))
    assert second_words(found) == []


def test_where_nothing_was_asked_it_says_so(everywhere: Everywhere) -> None:
    report = replace(reports.overridden(), entries=(), boxes=())
    assert "- nothing, but no item that holds the release passed or was signed" in text(
        report, everywhere
    )


def test_the_page_names_what_the_code_has() -> None:
    page = (Path(__file__).parents[2] / "docs" / "way-back.md").read_text()
    for word in (
        "/checklist override",
        "/checklist unoverride",
        "overridden by @",
        "`issues: write`",
    ):
        assert word in page
