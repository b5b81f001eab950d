"""A run once a week: what turns wrong by its date has one issue before the day, and never a second."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import yaml

from scenes import written
from servers.github.state import Issue

from .telling import RULES, Ran, Story, documents

DATED = RULES.replace(
    "{ one_of: [stripe, paynow] }",
    "{ one_of: [stripe, paynow], rotated_within: { within: 90d, name: ROTATED_AT } }",
)
WORKFLOW = yaml.safe_load(written("forecast"))
JOB = WORKFLOW["jobs"]["forecast"]
FORECAST = JOB["steps"][-1]["with"]  # of the recipe


def test_the_recipe_runs_once_a_week_with_no_more_permissions_than_it_needs() -> None:
    assert set(WORKFLOW[True]) == {"schedule", "workflow_dispatch"}  # YAML 1.1 reads `on` so
    assert WORKFLOW["permissions"] == {}
    assert [name for name, may in JOB["permissions"].items() if may == "write"] == ["issues"]


def days_ago(days: int) -> str:
    return f"{datetime.now(UTC).date() - timedelta(days=days)}"


def weekly(story: Story, rotated: str, **inputs: str) -> Ran:
    """A scheduled run on the tip of the default branch."""
    ran = story.run(
        "schedule",
        {"schedule": "0 6 * * 1"},
        ref="refs/heads/main",
        sha=story.repo.branches["main"],
        inputs={**FORECAST, **inputs},
        values={**story.values, "ROTATED_AT": rotated},
    )
    assert ran.code == 0, ran.log
    return ran


def issues(story: Story) -> list[Issue]:
    return [each for each in story.repo.issues.values() if "deploy-checklist" in each.labels]


def test_a_weekly_run_opens_one_issue_before_the_day(story: Story) -> None:
    story.repo.commit("main", documents(rules=DATED))
    weekly(story, days_ago(50))  # in 41 days: too early
    assert issues(story) == []
    for _ in range(3):
        weekly(story, days_ago(70))
    [issue] = issues(story)
    day = datetime.now(UTC).date() + timedelta(days=21)
    assert issue.title == f"production: PAYMENT_PROVIDER: failed from {day} on"
    assert f"was rotated 91 days ago, on {days_ago(70)}; the limit is 90" in issue.body
    assert "- whose turn: no owner" in issue.body
    weekly(story, days_ago(0))  # it was rotated
    assert not issue.open
    assert len(issues(story)) == 1


def test_the_next_time_that_it_is_due_is_another_issue(story: Story) -> None:
    story.repo.commit("main", documents(rules=DATED))
    weekly(story, days_ago(80))
    weekly(story, days_ago(70))
    first, second = issues(story)
    assert (first.open, second.open) == (False, True)


def test_what_people_closed_is_not_opened_again(story: Story) -> None:
    story.repo.commit("main", documents(rules=DATED))
    weekly(story, days_ago(70))
    [issue] = issues(story)
    issue.open = False
    weekly(story, days_ago(70))
    assert [each.open for each in issues(story)] == [False]


def test_another_run_leaves_the_issue_open_until_its_day(story: Story) -> None:
    """The run of a release has `follow-ups: true`, and the item passes there."""
    story.repo.commit("main", documents(rules=DATED))
    weekly(story, days_ago(70))
    weekly(story, days_ago(70), **{"follow-ups": "true"})
    [issue] = issues(story)
    assert issue.open


def test_a_forecast_asks_github_for_nothing_more(story: Story) -> None:
    story.repo.commit("main", documents(rules=DATED))
    weekly(story, days_ago(70))
    plain = weekly(story, days_ago(70), **{"follow-ups": "true"})
    assert weekly(story, days_ago(70)).requests == plain.requests
    assert weekly(story, "2020-01-01").writes == ()
