"""The comment says as long as no ruleset is active, at the price of one request and of no time."""

from __future__ import annotations

import pytest

from deploy_checklist.runtime.ruleset_notice import RulesetNotice
from deploy_checklist.world.enforcement_port import RulesetName
from servers.github.state import Ruleset

from .telling import Story

SAID = "No ruleset of this repository is active"


def asked(story: Story) -> int:
    return story.hub.counted("GET", "/rulesets")


def test_it_is_said_from_the_first_comment_on_until_a_ruleset_is_active(story: Story) -> None:
    pull = story.repo.open_pull(labels=["release"])
    story.on_pull(pull)
    assert SAID in story.comment(pull.number).body
    assert "`deploy-checklist doctor`" in story.comment(pull.number).body
    assert asked(story) == 1
    story.on_pull(pull)
    assert SAID in story.comment(pull.number).body
    assert asked(story) == 2
    story.repo.rulesets.append(Ruleset(id=7, name="tags", created_at=story.hub.now()))
    story.on_pull(pull)
    assert SAID not in story.comment(pull.number).body
    story.on_pull(pull)
    assert asked(story) == 3, "what is known is not asked for again"


STATES = [
    ("active", "tag", False),
    ("active", "branch", False),
    ("active", "push", True),
    ("evaluate", "tag", True),
    ("disabled", "tag", True),
]


@pytest.mark.parametrize(("enforcement", "target", "is_said"), STATES)
def test_only_a_ruleset_that_holds_a_ref_is_one(
    enforcement: str, target: str, is_said: bool
) -> None:
    found = RulesetName(
        id=7,
        name="tags",
        target=target,
        enforcement=enforcement,
        source="acme/shop",
        of_repository=True,
    )
    said = " ".join(each.message for each in RulesetNotice(lambda: [found]).notices())
    assert (SAID in said) is is_said


def test_what_github_does_not_say_is_no_news(story: Story) -> None:
    story.hub.fault("forbidden", "GET", "/rulesets")
    pull = story.repo.open_pull(labels=["release"])
    story.on_pull(pull)
    assert SAID not in story.comment(pull.number).body


def test_a_run_that_blocks_nothing_does_not_ask(story: Story) -> None:
    story.inputs["mode"] = "report"
    story.on_pull(story.repo.open_pull(labels=["release"]))
    assert asked(story) == 0
