"""Two runs at once, and runs that come late."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from servers.github.state import Pull

from .telling import CHECKLIST_PATH, LEAD_BOX, SECTION_BOX, TOKEN, VALUES, Ran, Story, documents

ONE_ITEM = "# Deployment checklist\n- [ ] `PAYMENT_PROVIDER` set to the active gateway\n"
BY_VALUES = documents(
    ONE_ITEM,
    """\
version: 1
checklist: docs/deployment-checklist.md
items:
  PAYMENT_PROVIDER: { one_of: [stripe, paynow] }
""",
)
Values = Mapping[str, str]
RIGHT, WRONG = VALUES, {**VALUES, "PAYMENT_PROVIDER": "paypal"}
MOST = 12  # requests of a run on a release PR
EACH = "RACES" in os.environ  # by hand: in every scene each request is held back, in 5 minutes
TOLD = "Another run ended while this one was running"
SLOW_ONE = "ghs_of_the_slow_one_which_is_held_back"


def one_held_back(
    story: Story, number: int, run: Callable[..., Ran], old: Values, new: Values
) -> tuple[Ran, Ran]:
    """An old run, whose request of that number waits until a new run has begun and ended."""
    story.hub.token(SLOW_ONE)
    held, ended, asked = Event(), Event(), iter(range(1, 99))

    def before(method: str, path: str, token: str) -> None:
        if token == SLOW_ONE and next(asked) == number:
            held.set()
            ended.wait(30)

    story.hub.before = before  # type: ignore[method-assign]
    with ThreadPoolExecutor(1) as other:
        slow = other.submit(run, values=old, token=SLOW_ONE)
        while not held.wait(0.02) and not slow.done():
            pass
        try:
            quick = run(values=new)
        finally:
            ended.set()
        return slow.result(), quick


def succeeded(ran: Ran) -> bool:
    """What a run says of itself, in two places that must agree."""
    assert (ran.code == 0) == (ran.outputs["ready"] == "true"), ran.log
    return ran.code == 0


def judged_by_values(story: Story, *, again: bool) -> Pull:
    """A pull request; `again`: with a comment that says something else than both runs will."""
    story.repo.commit("main", BY_VALUES)
    story.inputs["comment"] = "always"
    pull = story.repo.open_pull()
    if again:
        story.on_pull(pull, values={})
    return pull


def held(first: range, changed: range) -> pytest.MarkDecorator:
    """The requests to hold back on a pull request without a comment (`first`), and on one whose
    comment changes. The ranges are those of the suite; by hand they are whole.
    """
    cases = [
        pytest.param(number, again, id=f"{number}-{'changed' if again else 'first'}")
        for again, numbers in enumerate((first, changed))
        for number in (range(1, numbers.stop) if EACH else numbers)
    ]
    return pytest.mark.parametrize(("number", "again"), cases)


@held(range(1, MOST + 1), range(1, MOST + 1, 3))
def test_an_old_green_never_stands_over_a_newer_red(story: Story, number: int, again: bool) -> None:
    pull = judged_by_values(story, again=again)
    slow, quick = one_held_back(
        story, number, lambda **given: story.on_pull(pull, **given), RIGHT, WRONG
    )
    states = story.states(pull.head)
    assert states[-1] in ("failure", "error"), states
    assert not succeeded(quick)
    if succeeded(slow):  # it had ended before the other one began
        assert states[-4:] == ["pending", "success", "pending", "failure"]
    body = story.comment(pull.number).body
    assert body.startswith("## 🔴")
    assert (TOLD in body) == (states[-1] == "error")


@held(range(2, MOST + 1, 3), range(3, MOST + 1, 3))
def test_an_old_red_never_stands_over_a_newer_green(story: Story, number: int, again: bool) -> None:
    pull = judged_by_values(story, again=again)
    slow, _ = one_held_back(
        story, number, lambda **given: story.on_pull(pull, **given), WRONG, RIGHT
    )
    assert not succeeded(slow)
    state, body = story.status(pull.head)[0], story.comment(pull.number).body
    assert state in ("success", "error")
    assert body.startswith("## 🟢")
    assert (TOLD in body) == (state == "error")


@held(range(1, MOST - 3, 3), range(2, MOST - 3, 3))
def test_in_report_mode_the_one_comment_says_the_newest_verdict(
    story: Story, number: int, again: bool
) -> None:
    """There is no status that would tell one run of the other."""
    story.inputs["mode"] = "report"
    pull = judged_by_values(story, again=again)
    one_held_back(story, number, lambda **given: story.on_pull(pull, **given), RIGHT, WRONG)
    assert "production would be blocked" in story.comment(pull.number).body.splitlines()[0]


@pytest.mark.parametrize("number", range(1, MOST - 3, 1 if EACH else 2))
def test_a_commit_of_main_has_no_old_green_over_a_newer_red(story: Story, number: int) -> None:
    commit = story.repo.commit("main", BY_VALUES)
    slow, quick = one_held_back(
        story, number, lambda **given: story.on_push(commit, **given), RIGHT, WRONG
    )
    states = story.states(commit, "production")
    assert states[-1] in ("failure", "error"), states
    assert not succeeded(quick)
    if succeeded(slow):
        assert states == ["pending", "success", "pending", "failure"]


@held(range(2, MOST - 3, 3), range(3, MOST - 3, 3))
def test_the_release_ticket_has_one_row_which_tells_the_newest_verdict(
    story: Story, number: int, again: bool
) -> None:
    story.inputs["ticket"] = "1"
    issue = story.repo.open_issue("octo-lead", "Release 1.4")
    log = "\n## Deployment log\n| Date | Version | Result |\n|---|---|---|\n| | | |\n"
    commit = story.repo.commit("main", BY_VALUES | {CHECKLIST_PATH: f"{ONE_ITEM}{log}"})
    story.repo.tag("v1.4.0", commit)
    if again:
        story.on_tag("v1.4.0", values={})
    slow, quick = one_held_back(
        story, number, lambda **given: story.on_tag("v1.4.0", **given), RIGHT, WRONG
    )
    assert (slow.code, quick.code) == (0, 1)
    assert "| v1.4.0 | blocked |" in story.comment(issue.number).body


@pytest.mark.parametrize("mode", ["enforce", "report"])
@pytest.mark.parametrize("_time", range(3))
def test_two_runs_at_once_leave_one_comment(story: Story, mode: str, _time: int) -> None:
    """On a pull request that had none, and without a run after them."""
    pull = story.repo.open_pull()
    with ThreadPoolExecutor(2) as both:
        list(both.map(lambda _: story.on_pull(pull, inputs={"mode": mode}), range(2)))
    assert len(story.comments(pull.number)) == 1


def test_of_two_runs_that_see_each_others_status_one_writes_the_comment(story: Story) -> None:
    """The first one finds the `pending` of the second, which finds that the first one has ended."""
    pull = story.repo.open_pull()
    story.hub.token(SLOW_ONE)
    second_looked, first_waits, second_began, first_ended = (Event() for _ in range(4))
    posted = {SLOW_ONE: False, TOKEN: False}

    def before(method: str, path: str, token: str) -> None:
        """The second run (slow) looks before, and posts after, the first one's `pending`."""
        posting = method == "POST" and "/statuses/" in path
        if token == SLOW_ONE:
            if posted[SLOW_ONE]:
                second_began.set()
                first_ended.wait(30)
            elif posting:
                second_looked.set()
                while not first_waits.wait(0.02) and not first_ended.is_set():
                    pass
        elif posted[TOKEN]:
            first_waits.set()
            second_began.wait(30)
        elif posting:
            second_looked.wait(30)
        posted[token] = posted[token] or posting

    story.hub.before = before  # type: ignore[method-assign]
    with ThreadPoolExecutor(2) as both:
        second = both.submit(story.on_pull, pull, token=SLOW_ONE)
        first = both.submit(story.on_pull, pull)
        first.result()
        first_ended.set()
        second.result()
    assert story.states(pull.head)[:3] == ["pending", "pending", "pending"]
    assert len(story.comments(pull.number)) == 1


def test_two_runs_racing_leave_one_truth(story: Story) -> None:
    """However they interleave, the next run finds one comment and the status tells the last look."""
    pull = story.repo.open_pull()
    with ThreadPoolExecutor(2) as both:
        list(both.map(lambda _: story.on_pull(pull), range(2)))
    story.on_pull(pull)
    assert len(story.comments(pull.number)) == 1
    assert story.status(pull.head) == ("pending", "2 to sign: backend-lead")


def test_duplicates_are_folded_away_but_their_ticks_are_read(story: Story) -> None:
    pull = story.repo.open_pull()
    story.on_pull(pull)
    double = story.repo.comment(pull.number, story.hub.bot, story.comment(pull.number).body)
    story.hub.tick("octo-lead", double, LEAD_BOX)
    story.on_comment(pull)
    assert double.minimized
    assert "signed by @octo-lead" in story.comment(pull.number).body.replace("<!-- -->", "")


def test_an_old_run_that_finishes_late_overwrites_nothing(story: Story) -> None:
    """It began before the values were right; its comment and status must not replace those of the run after it."""
    pull = story.repo.open_pull()
    story.on_pull(pull)
    story.hub.fault("slow", "POST", "/statuses/", seconds=4)
    with ThreadPoolExecutor(1) as other:
        late = other.submit(story.on_pull, pull, values={})
        while story.hub.counted("POST", "/statuses/") < 2 and not late.done():
            pass
        while not any(fault.times == 0 for fault in story.hub.faults):
            pass
        story.on_pull(pull)
        late.result()
    assert "production is waiting" in story.comment(pull.number).body
    assert story.status(pull.head) == ("pending", "2 to sign: backend-lead")


def test_a_tick_made_while_a_run_writes_is_not_lost(story: Story) -> None:
    """The run that overtakes it keeps the box ticked, and the next one credits it."""
    pull = story.repo.open_pull()
    story.on_pull(pull)
    comment = story.comment(pull.number)
    story.hub.fault("slow", "GET", "/commits/.*/statuses", seconds=0)
    struck = story.hub.struck

    def tick_meanwhile(method: str, path: str) -> object:
        if (
            method == "GET"
            and path.endswith(f"/issues/comments/{comment.id}")
            and not comment.edits[1:]
        ):
            story.hub.tick("octo-lead", comment, LEAD_BOX)
        return struck(method, path)

    story.hub.struck = tick_meanwhile  # type: ignore[method-assign, assignment]
    story.on_pull(pull, values={**story.values, "PAYMENT_PROVIDER": "paypal"})
    assert f"- [x] **{LEAD_BOX}**" in comment.body
    assert comment.body.startswith("## 🔴")
    story.on_comment(pull)
    assert "signed by @octo-lead" in comment.body.replace("<!-- -->", "")
    assert f"- [ ] {SECTION_BOX}" in comment.body
