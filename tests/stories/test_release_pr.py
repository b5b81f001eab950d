"""The release PR: one comment that is always true, and a status that says whose turn it is."""

from __future__ import annotations

from .telling import LEAD_BOX, SECTION_BOX, Story


def test_a_release_pr_is_opened_and_told_what_is_missing(story: Story) -> None:
    """The comment lists what to fix and sign; the review status is pending first, then failure."""
    pull = story.repo.open_pull()
    ran = story.on_pull(pull, values={**story.values, "PAYMENT_PROVIDER": "paypal"})
    assert ran.code == 1, ran.log
    body = story.comment(pull.number).body
    assert body.startswith("## 🔴 production is blocked: 1 to fix, 2 to sign")
    assert LEAD_BOX in body
    assert SECTION_BOX in body
    assert story.states(pull.head) == ["pending", "failure"]
    assert story.status(pull.head) == ("failure", "1 to fix, 2 to sign")
    assert "production is blocked" in ran.summary
    assert ran.requests <= 10


def test_values_handed_over_turn_the_same_comment(story: Story) -> None:
    pull = story.repo.open_pull()
    story.on_pull(pull, values={})
    assert story.status(pull.head)[0] == "error"
    first = story.comment(pull.number)
    ran = story.on_pull(pull)
    assert story.comment(pull.number) is first
    assert first.body.startswith("## 🔵 production waits for people: 2 to sign")
    assert story.status(pull.head) == ("pending", "2 to sign: backend-lead")
    assert ran.code == 1
    assert ran.requests <= 10
