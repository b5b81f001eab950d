"""`not_author` asks the same people on one commit, whatever started the run, and whoever did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from deploy_checklist.run.event import EVENTS
from servers.github.state import Issue, Pull

from .telling import LEAD_BOX, SECTION_BOX, Ran, Story

# These are about an open pull request, whose head is another commit.
REVIEWS = {"merge_group", "pull_request_review"}
KINDS = sorted(set(EVENTS) - REVIEWS)


def payload_of(story: Story, event: str, sha: str, about: Issue) -> Mapping[str, Any]:
    """What GitHub tells of an event that is about this commit, or about this release."""
    if event.startswith("pull_request"):
        return {"action": "closed", "number": about.number, "pull_request": story.view(about)}  # type: ignore[arg-type]
    pull = {"pull_request": {"url": "x"}} if isinstance(about, Pull) else {}
    payloads: dict[str, Mapping[str, Any]] = {
        "push": {"after": sha, "head_commit": {"committer": {}}},
        "workflow_run": {"workflow_run": {"head_sha": sha}},
        "deployment": {"deployment": {"sha": sha, "environment": "production"}},
        "deployment_status": {"deployment": {"sha": sha, "environment": "production"}},
        "issue_comment": {"issue": {"number": about.number} | pull},
    }
    return payloads.get(event, {})


def verdicts(story: Story, sha: str, about: Issue, **inputs: str) -> dict[str, str]:
    """What each kind of event comes to on one commit, started by the lead and by somebody else."""
    found = {}
    for number, event in enumerate(KINDS):
        if event.startswith("pull_request") and not isinstance(about, Pull):
            continue
        payload = payload_of(story, event, sha, about)
        actor = ("octo-lead", "octo-dev")[number % 2]
        ran = story.run(event, payload, ref="refs/heads/main", sha=sha, actor=actor, inputs=inputs)
        found[event] = ran.outputs["verdict"]
    return found


def signed_in_ticket(story: Story, author: str) -> tuple[str, Issue, Ran]:
    """A commit that no pull request brought, signed in the release ticket."""
    ticket = story.repo.open_issue("octo-dev", "Release 1.4")
    sha = story.repo.commit("main", {"CHANGES.md": "x"}, author=author)
    inputs = {"ticket": f"#{ticket.number}"}
    story.on_push(sha, inputs=inputs)
    story.hub.tick("octo-lead", story.comment(ticket.number), LEAD_BOX)
    story.hub.tick("octo-dev", story.comment(ticket.number), SECTION_BOX)
    return sha, ticket, story.on_comment(ticket, inputs=inputs)


def test_who_merged_or_started_the_run_may_have_signed(story: Story) -> None:
    """The pull request's author and last pusher are somebody else: its people decide."""
    pull = story.repo.open_pull()
    story.signed(pull)
    merged = story.repo.merge(pull, by="octo-lead")
    assert set(verdicts(story, merged, pull).values()) == {"ready"}
    assert story.on_push(merged, actor="octo-lead", inputs={"phase": "deploy"}).code == 0


@pytest.mark.parametrize(("author", "verdict"), [("octo-dev", "ready"), ("octo-lead", "waiting")])
def test_without_a_pull_request_the_commits_own_people_are_excluded(
    story: Story, author: str, verdict: str
) -> None:
    sha, ticket, _ = signed_in_ticket(story, author)
    found = verdicts(story, sha, ticket, ticket=f"#{ticket.number}")
    assert set(found.values()) == {verdict}


def test_the_request_to_sign_names_who_is_excluded(story: Story) -> None:
    pull = story.repo.open_pull()
    story.repo.commit("release/1.4", {"CHANGES.md": "y"}, author="octo-cat")
    ran = story.on_pull(pull)
    assert "backend-lead, not the author (@octo-dev, @octo-cat)" in " ".join(ran.log.split())
    body = story.comment(pull.number).body
    assert "@octo-cat" not in body  # nobody is called by it
    assert "not the author (@octo-dev, @octo-cat)" in body.replace("<!-- -->", "")


def test_a_refused_sign_off_says_how_its_author_took_part(story: Story) -> None:
    _, ticket, ran = signed_in_ticket(story, "octo-lead")
    who = "backend-lead, not the author (@octo-lead): "
    why = f"{who}@octo-lead wrote this commit, so somebody else must sign"
    assert why in " ".join(ran.log.split())
    assert why in story.comment(ticket.number).body.replace("<!-- -->", "")
