"""Requests and round trips of each event, as docs/costs.md tells them, whatever the number of workflow files."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from servers.github.state import Pull

from . import telling
from .rounds import Rounds
from .telling import LEAD_BOX, SECTION_BOX, Ran, Story, documents

MOST_REQUESTS, MOST_ROUND_TRIPS = 10, 5  # up to the verdict
MOST_PUBLISHING = 4  # round trips after it
DOCS = Path(__file__).parents[2] / "docs/costs.md"
CHECKLIST = """\
# Deployment checklist

## Before
- [ ] `PAYMENT_PROVIDER` set to the active gateway
- [ ] `PAYMENT_CALLBACK_URL` matches the deployed domain
- [ ] Changelog written
- [ ] CI runs the tests
- [ ] The tests are green

## Sign-off
- [ ] Checklist reviewed and signed by the backend lead
- [ ] Status page announced

## Deployment log
| Date | Version | Result |
|---|---|---|
| | | |
"""
RULES = f"""\
{telling.RULES}\
  Changelog written: {{ file: {{ path: CHANGELOG.md, contains: "1.4" }} }}
  CI runs the tests: {{ workflow: {{ runs: "npm test" }} }}
  The tests are green: {{ ci: {{ runs: "npm test" }} }}
"""
CI = ".github/workflows/ci.yml"
WORKFLOW = "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: {}\n"
TICKET = "Release ticket: #1"


class Event(NamedTuple):
    """An event, and what its run asks: how many requests each round trip has."""

    name: str
    begun: Callable[[Story], Callable[[], Ran]]  # makes the scene; gives what starts the run
    looking: Sequence[int]  # up to the verdict
    publishing: Sequence[int]


def release(story: Story, *, body: str = "") -> Pull:
    """A release PR with the gate's comment, in which everything is signed, and CI's runs."""
    pull = story.repo.open_pull(files={"src/a.js": "b"}, body=body)
    story.on_pull(pull)
    story.hub.tick("octo-lead", story.comment(pull.number), LEAD_BOX)
    story.hub.tick("octo-dev", story.comment(pull.number), SECTION_BOX)
    return ci_ran(story, pull.head) and pull


def ci_ran(story: Story, sha: str) -> str:
    """Every workflow file has run on the commit."""
    files = story.repo.commits[sha].files
    for path in (path for path in files if path.startswith(".github/workflows/")):
        story.repo.run(sha, path, jobs=[("test", "success", [("Run npm test", "success")])])
    return sha


def merged(story: Story, *, body: str = "") -> str:
    return ci_ran(story, story.repo.merge(release(story, body=body)))


def first_run(story: Story) -> Callable[[], Ran]:
    pull = story.repo.open_pull(files={"src/a.js": "b"})
    ci_ran(story, pull.head)
    return lambda: story.on_pull(pull)


def run_again(story: Story) -> Callable[[], Ran]:
    pull = story.repo.open_pull(files={"src/a.js": "b"})
    ci_ran(story, pull.head)
    story.on_pull(pull)
    return lambda: story.on_pull(pull)


def other_pull(story: Story) -> Callable[[], Ran]:
    pull = story.repo.open_pull(head="feature/search")
    return lambda: story.on_pull(pull)


def tick(story: Story) -> Callable[[], Ran]:
    pull = release(story)
    return lambda: story.on_comment(pull)


def queue(story: Story) -> Callable[[], Ran]:
    pull = release(story)
    return lambda: story.on_queue(pull)[1]


def push(story: Story) -> Callable[[], Ran]:
    sha = ci_ran(story, story.repo.commit("main", {"a": "b"}))
    return lambda: story.on_push(sha)


def push_of_merge(story: Story) -> Callable[[], Ran]:
    sha = merged(story)
    return lambda: story.on_push(sha)


def tick_after_merge(story: Story) -> Callable[[], Ran]:
    pull = release(story)
    ci_ran(story, story.repo.merge(pull))
    return lambda: story.on_comment(pull)


def ci_ended(story: Story) -> Callable[[], Ran]:
    sha = merged(story)
    payload = {"action": "completed", "workflow_run": {"head_sha": sha}}
    return lambda: story.run("workflow_run", payload, ref="refs/heads/main", sha=sha)


def dispatch(story: Story) -> Callable[[], Ran]:
    sha = merged(story)
    tip = story.repo.commit("main", {"later": "x"})
    given = {"commit": sha}
    return lambda: story.run("workflow_dispatch", {}, ref="refs/heads/main", sha=tip, inputs=given)


def tag(story: Story) -> Callable[[], Ran]:
    story.repo.open_issue("octo-lead", "Release 1.4")
    story.repo.tag("v1.4.0", merged(story, body=TICKET))
    return lambda: story.on_tag("v1.4.0")


def after(story: Story) -> Callable[[], Ran]:
    story.repo.tag("v1.4.0", merged(story))
    return lambda: story.on_tag("v1.4.0", inputs={"phase": "after"})


EVENTS = (
    Event("a release PR, first run", first_run, (1, 1, 2, 2, 1), (1, 2, 1, 2)),
    Event("the same, run again", run_again, (1, 1, 2, 2, 1), (1, 1, 1)),
    Event("another PR: only linted", other_pull, (1, 1), ()),
    Event("a tick on the PR", tick, (1, 1, 2, 3, 1), (2, 2, 1, 2)),
    Event("a merge queue's commit", queue, (1, 1, 2, 2), (1, 1, 1)),
    Event("a push without a PR", push, (2, 2, 2, 1, 1), (1, 1, 1)),
    Event("the push of a merged PR", push_of_merge, (2, 2, 2, 2, 1), (2, 2, 1, 2)),
    Event("a tick after the merge", tick_after_merge, (1, 1, 2, 2, 1), (2, 2, 1, 2)),
    Event("CI's end (`workflow_run`)", ci_ended, (3, 2, 2, 2, 1), (2, 2, 1, 2)),
    Event("`workflow_dispatch` with `commit`", dispatch, (3, 2, 2, 2, 1), (2, 2, 1, 2)),
    Event("the deploy job of a tag, with a ticket", tag, (3, 3, 2, 1, 1), (1, 1)),
    Event("the step after the deployment", after, (3, 2), ()),
)


def row(event: Event) -> str:
    looking = f"{sum(event.looking)} | {len(event.looking)}"
    return f"| {event.name} | {looking} | {sum(event.publishing)} | {len(event.publishing)} |"


def scene(story: Story, event: Event, workflows: int) -> Callable[[], Ran]:
    """What starts the run, in a repository with so many workflow files and one of CI."""
    files = {f".github/workflows/w{n}.yml": WORKFLOW.format(f"echo {n}") for n in range(workflows)}
    files |= {CI: WORKFLOW.format("npm test"), "CHANGELOG.md": "# 1.4\n- x\n"}
    files["package.json"] = '{\n"scripts": {"test": "jest"}}\n'
    story.repo.commit("main", {**documents(CHECKLIST, RULES), **files})
    return event.begun(story)


def measured(story: Story, event: Event, workflows: int) -> Rounds:
    start = scene(story, event, workflows)
    rounds = Rounds([*event.looking, *event.publishing])
    story.hub.before = rounds.before  # type: ignore[method-assign]
    ran = start()
    assert ran.code in (0, 1), ran.log
    return rounds


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: re.sub(r"\W+", "-", event.name))
def test_the_requests_and_round_trips_of_an_event(story: Story, event: Event) -> None:
    rounds = measured(story, event, workflows=32)
    assert rounds.widths == [*event.looking, *event.publishing], rounds.rounds
    assert row(event) in DOCS.read_text()


def test_a_hundred_workflow_files_cost_no_request_more(story: Story) -> None:
    """Each of them has run, and with the gate's own that is one page of runs."""
    (event,) = (event for event in EVENTS if event.begun is push)
    rounds = measured(story, event, workflows=98)
    assert rounds.widths == [*event.looking, *event.publishing], rounds.rounds


def test_no_event_costs_more_than_was_promised() -> None:
    assert max(sum(event.looking) for event in EVENTS) <= MOST_REQUESTS
    assert max(len(event.looking) for event in EVENTS) <= MOST_ROUND_TRIPS
    assert max(len(event.publishing) for event in EVENTS) <= MOST_PUBLISHING
    assert max(width for event in EVENTS for width in (*event.looking, *event.publishing)) <= 4
