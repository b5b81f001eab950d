"""Whose turn it is, for another step of the job: told anew only where it is somebody else's."""

from __future__ import annotations

from .telling import LEAD_BOX, RULES, RULES_PATH, SECTION_BOX, Ran, Story


def turn(ran: Ran) -> tuple[str, str]:
    return ran.outputs["turn"], ran.outputs["turn-changed"]


def test_it_is_reported_once_for_each_change_of_people(story: Story) -> None:
    """A lower count of the same people is no change, nor is what somebody writes into the comment."""
    pull = story.repo.open_pull()
    payment = {"PAYMENT_PROVIDER": "paypal", "PAYMENT_CALLBACK_URL": "https://x.example/"}
    first = story.on_pull(pull, values=payment)
    assert turn(first) == ("no owner 2, backend-lead 1, anyone with write access 1", "true")
    one_less = story.on_pull(pull, values={**story.values, "PAYMENT_PROVIDER": "paypal"})
    assert turn(one_less) == ("no owner 1, backend-lead 1, anyone with write access 1", "false")
    mended = story.on_pull(pull)
    assert turn(mended) == ("backend-lead 1, anyone with write access 1", "true")
    comment = story.comment(pull.number)
    forged = comment.body.replace("**Your turn:** backend-lead 1", "**Your turn:** octo-cat 1")
    assert forged != comment.body
    story.hub.edit("octo-dev", comment, forged)
    assert turn(story.on_comment(pull)) == (turn(mended)[0], "false")
    story.hub.tick("octo-lead", comment, LEAD_BOX)
    story.hub.tick("octo-dev", comment, SECTION_BOX)
    ready = story.on_comment(pull)
    assert (ready.code, turn(ready)) == (0, ("", "true"))
    assert turn(story.on_pull(pull)) == ("", "false")


def test_without_a_comment_it_is_reported_each_time(story: Story) -> None:
    """Nobody knows then what was said before: a message too many is better than none."""
    pull = story.repo.open_pull()
    for _ in range(2):
        ran = story.on_pull(pull, inputs={"comment": "never"})
        assert turn(ran) == ("backend-lead 1, anyone with write access 1", "true")
    merged = story.repo.merge(pull)
    assert turn(story.on_push(merged, inputs={"phase": "after"})) == ("", "false")


def test_a_text_of_somebody_else_is_not_what_was_said_before(story: Story) -> None:
    """Also where what the gate wrote was deleted from the history: then it is told once more."""
    pull = story.repo.open_pull()
    payment = {"PAYMENT_PROVIDER": "paypal", "PAYMENT_CALLBACK_URL": "https://x.example/"}
    story.on_pull(pull, values=payment)
    comment = story.comment(pull.number)
    story.hub.edit("octo-dev", comment, comment.body.replace("no owner 2, ", ""))
    story.hub.blank("octo-dev", comment, 0)
    assert turn(story.on_pull(pull)) == ("backend-lead 1, anyone with write access 1", "true")


def test_each_environment_has_people_of_its_own(story: Story) -> None:
    rules = RULES.replace("environments:\n", "environments:\n  staging: { domain: acme.test }\n")
    story.repo.commit("main", {RULES_PATH: rules})
    pull = story.repo.open_pull()
    for changed in ("true", "false"):
        assert turn(story.on_pull(pull))[1] == changed
        assert turn(story.on_pull(pull, inputs={"environment": "staging"}))[1] == changed
