"""What is not ready is let through by a person in a role, for a time, and never looks ready."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from servers.github.state import Comment, Pull

from .telling import DEPLOY, RULES, Story, documents
from .test_order import InOneProcess

OVERRIDE = "roles:\n  on-call: ['@octo-lead', '@octo-dev']"
KEY = "override: { by: [on-call], for: 4h, not_author: true }\n"
WITH_KEY = RULES.replace("roles:", OVERRIDE) + KEY
COMMAND = "/checklist override production checkout is down, see <b>#7</b> & @octo-cat"


@pytest.fixture
def story(story: Story) -> Story:
    return InOneProcess(story.hub, story.repo, story.folder)


def blocked(story: Story, rules: str = WITH_KEY, **more: object) -> Pull:
    """A release PR that nobody has signed, and whose gate has commented."""
    files = documents(rules=rules)
    story.repo.commit("main", {**files, ".github/workflows/deploy.yml": DEPLOY})
    pull = story.repo.open_pull(**more)  # type: ignore[arg-type]
    assert story.on_pull(pull).code == 1
    story.hub.advance(seconds=5)
    return pull


def say(
    story: Story, pull: Pull, text: str = COMMAND, by: str = "octo-lead", **more: bool
) -> Comment:
    return story.repo.comment(pull.number, by, text, **more)


def shown(story: Story, pull: Pull) -> str:
    return plain(story.comment(pull.number).body)


def plain(markdown: str) -> str:
    return markdown.replace("<!-- -->", "")


def reviews(story: Story) -> list[str]:
    """The issues that ask for a review of an override."""
    found = (each for each in story.repo.issues.values() if not isinstance(each, Pull))
    return [each.body for each in found if "deploy-checklist-override" in each.body]


def pass_time(pull: Pull, span: timedelta) -> None:
    """Everything that was said is older by that: the clock of this process cannot be set."""
    for comment in pull.comments:
        comment.created_at -= span
        for edit in comment.edits:
            edit.at -= span


def test_the_right_person_overrides_and_everything_says_so(story: Story) -> None:
    pull = blocked(story)
    typed = "cannot wait? `/checklist override production REASON`, by on-call"
    assert typed in shown(story, pull)
    said = say(story, pull)
    ran = story.on_comment(pull, inputs={"report-file": "report.json"})
    assert ran.code == 0, ran.log
    told = {name: ran.outputs[name] for name in ("verdict", "ready", "overridden", "rolled-back")}
    assert told == {
        "verdict": "overridden",
        "ready": "false",
        "overridden": "true",
        "rolled-back": "false",
    }
    until = f"{said.created_at + timedelta(hours=4):%Y-%m-%d %H:%M} UTC"
    state, sentence = story.status(pull.head)
    assert (state, sentence) == (
        "success",
        f"overridden by @octo-lead until {until}: 2 to sign: backend-lead",
    )
    body = shown(story, pull)
    assert body.startswith("## 🟣 production is overridden by @octo-lead")
    assert "checkout is down, see &lt;b&gt;#7&lt;/b&gt; &amp; @octo-cat" in body.replace("\\", "")
    assert "**Your turn:**" in body
    report = json.loads((story.folder / "1843" / "workspace" / "report.json").read_text())
    assert report["override"]["role"] == "on-call"
    [issue] = reviews(story)
    assert "<b>" not in issue
    assert "Checklist reviewed and signed" in issue

    # A re-run, and one of another event, come to the same and open nothing.
    assert story.on_comment(pull, attempt=2).outputs["verdict"] == "overridden"
    assert story.on_pull(pull).outputs["verdict"] == "overridden"
    assert len(reviews(story)) == 1

    # A push ends it.
    old = pull.head
    story.hub.advance(seconds=5)
    story.repo.commit("release/1.4", {"CHANGES.md": "more"})
    ran = story.on_pull(pull)
    assert (ran.code, ran.outputs["verdict"]) == (1, "waiting")
    assert pull.head != old
    assert story.status(pull.head)[0] == "pending"
    assert "it is for another commit" in shown(story, pull)


def test_nobody_else_does_and_each_is_told_why(story: Story) -> None:
    story.repo.roles["octo-other"] = "write"
    pull = blocked(story)
    say(story, pull, by="octo-other")
    say(story, pull, by="octo-dev")  # the author
    say(story, pull, by="some-app[bot]")
    say(story, pull, via_app=True)
    story.hub.edit("octo-lead", say(story, pull, "/checklist override production a"), COMMAND)
    say(story, pull, "/checklist override production")
    say(story, pull, "/checklist override staging checkout is down")
    say(story, pull, f"> {COMMAND}")
    ran = story.on_comment(pull)
    assert (ran.code, ran.outputs["overridden"]) == (1, "false")
    assert story.status(pull.head)[0] == "pending"
    body = shown(story, pull)
    for reason in (
        "octo-other is not in on-call",
        "octo-dev is the author, so somebody else must sign",
        "bots and Apps cannot sign",
        "the comment was edited; write a new one",
        "it gives no reason",
        "it does not name `production`",
        "it is not on a line of its own",
    ):
        assert reason in body.replace("\\", ""), reason
    assert reviews(story) == []


def test_without_the_key_in_the_trusted_rules_there_is_none(story: Story) -> None:
    """What the release PR itself brings gives nobody a right."""
    own = documents(rules=WITH_KEY)
    pull = blocked(story, RULES, files=own)
    say(story, pull)
    ran = story.on_comment(pull)
    assert (ran.code, ran.outputs["verdict"]) == (1, "waiting")
    assert "the trusted branch's rules have no `override:`, so nobody can override" in shown(
        story, pull
    )
    assert "`override:`" in shown(story, pull)  # that this PR changes it


def test_it_goes_on_to_the_tag_and_the_deploy_gate_judges_its_time_anew(story: Story) -> None:
    pull = blocked(story)
    say(story, pull)
    assert story.on_comment(pull).outputs["verdict"] == "overridden"
    merged = story.repo.merge(pull)
    assert story.on_push(merged).outputs["verdict"] == "overridden"
    assert story.status(merged, "production")[0] == "success"
    story.repo.tag("v1.4.0", merged)
    ran = story.on_tag("v1.4.0")
    assert (ran.code, ran.outputs["overridden"]) == (0, "true"), ran.log

    # Four hours later the status still stands: it does not expire by itself.
    pass_time(pull, timedelta(hours=4, minutes=1))
    ran = story.on_tag("v1.4.0")
    assert (ran.code, ran.outputs["overridden"]) == (1, "false"), ran.log
    assert story.status(merged, "production")[0] == "success"
    assert story.on_push(merged).code == 1
    assert story.status(merged, "production")[0] == "pending"
    assert "it expired at" in shown(story, pull)
    assert len(reviews(story)) == 1


def test_the_tip_of_the_trusted_branch_says_who_may_whatever_the_old_commit_says(
    story: Story,
) -> None:
    """Who lost the role, or the right, has lost it for the tags of last week, too."""
    pull = blocked(story)
    say(story, pull)
    assert story.on_comment(pull).outputs["verdict"] == "overridden"
    story.repo.tag("v1.4.0", story.repo.merge(pull))
    assert story.on_tag("v1.4.0").outputs["verdict"] == "overridden"
    for now, why in (
        (WITH_KEY.replace("'@octo-lead', ", ""), "@octo-lead is not in on-call"),
        (RULES, "the trusted branch's rules have no `override:`, so nobody can override"),
        (
            WITH_KEY + "roles: 7",
            "the trusted branch's rules have no `override:`, so nobody can override",
        ),
    ):
        story.repo.commit("main", documents(rules=now))
        ran = story.on_tag("v1.4.0")
        assert (ran.code, ran.outputs["verdict"]) == (1, "waiting"), ran.log
        assert why in plain(ran.summary)


def test_a_right_that_came_to_the_trusted_branch_later_is_one(story: Story) -> None:
    pull = blocked(story, RULES)
    merged = story.repo.merge(pull)
    story.repo.commit("main", documents(rules=WITH_KEY))
    assert story.on_push(merged).code == 1
    assert "cannot wait? `/checklist override production REASON`, by on-call" in shown(story, pull)
    story.hub.advance(seconds=5)
    say(story, pull)
    ran = story.on_push(merged)
    assert (ran.code, ran.outputs["verdict"]) == (0, "overridden"), ran.log


def test_a_runner_whose_clock_is_behind_lets_nothing_through_after_the_end(story: Story) -> None:
    pull = blocked(story)
    say(story, pull)
    assert story.on_comment(pull).outputs["verdict"] == "overridden"
    story.repo.tag("v1.4.0", story.repo.merge(pull))
    story.hub.advance(hours=3, minutes=58)
    assert story.on_tag("v1.4.0").outputs["verdict"] == "overridden"
    story.hub.advance(minutes=3)
    ran = story.on_tag("v1.4.0")
    assert (ran.code, ran.outputs["overridden"]) == (1, "false"), ran.log
    assert "it expired at" in plain(ran.summary)


def test_it_is_taken_back_by_a_command_and_not_needed_by_what_is_ready(story: Story) -> None:
    pull = blocked(story)
    said = say(story, pull)
    assert story.on_comment(pull).outputs["verdict"] == "overridden"
    story.hub.advance(seconds=5)
    back = say(story, pull, "/checklist unoverride production", by="octo-dev")
    ran = story.on_comment(pull)
    assert (ran.code, ran.outputs["verdict"]) == (1, "waiting")
    assert story.status(pull.head)[0] == "pending"
    story.repo.delete_comment(back)
    story.signed(pull)
    assert story.status(pull.head) == ("success", "2 passed, 2 signed")
    assert "The override by @octo-lead was not needed" in shown(story, pull)
    story.repo.delete_comment(said)
    assert story.on_comment(pull).outputs["verdict"] == "ready"
    assert "override" not in shown(story, pull)


def test_unusable_input_is_never_overridden(story: Story) -> None:
    pull = blocked(story)
    say(story, pull)
    story.repo.commit("main", documents(rules=WITH_KEY.replace("for: 4h", "for: 25h")))
    ran = story.on_comment(pull)
    assert ran.code == 2
    assert ran.outputs["ready"] == ran.outputs["overridden"] == "false"
    assert "an override cannot last" in ran.log
    assert story.status(pull.head)[0] == "error"
