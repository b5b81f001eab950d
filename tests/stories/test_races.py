"""Two runs at once, and runs that come late."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from .telling import LEAD_BOX, SECTION_BOX, Story


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
    assert "production waits" in story.comment(pull.number).body
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
