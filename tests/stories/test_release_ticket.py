"""The third shape of docs/release-shapes.md: people sign in an issue, and no pull request is a release."""

from __future__ import annotations

import re

import pytest

from servers.github.state import Issue

from .telling import Ran, Story, documents
from .test_order import InOneProcess
from .test_release_shapes import TICKET, begin, on_comment, sign, with_of


@pytest.fixture
def story(story: Story) -> Story:
    return InOneProcess(story.hub, story.repo, story.folder, values={})


def dispatch(story: Story, sha: str, name: str, phase: str, **inputs: str) -> Ran:
    given = {**with_of(TICKET, name, phase), **inputs}
    values = InOneProcess(story.hub, story.repo, story.folder).values if phase == "deploy" else {}
    return story.run(
        "workflow_dispatch", {}, ref="refs/heads/main", sha=sha, inputs=given, values=values
    )


def test_a_ticket_is_opened_signed_and_deployed(story: Story) -> None:
    """A tick starts a run that is told neither ticket nor commit: the gate's comment tells both."""
    begin(story, TICKET)
    sha = story.repo.commit("main", {"CHANGES.md": "1.4"})
    ticket = story.repo.open_issue("octo-dev", "Release 1.4")
    number = str(ticket.number)
    ran = dispatch(story, sha, "deploy-checklist.yml", "before", ticket=number)
    assert ran.code == 1, ran.log
    assert story.status(sha, "production")[0] == "pending"
    assert dispatch(story, sha, "deploy.yml", "deploy", ticket=number).code == 1
    sign(story, ticket)
    story.repo.commit("main", {"CHANGES.md": "main moves on"})
    ran = on_comment(story, ticket, TICKET)
    assert ran.code == 0, ran.log
    assert story.status(sha, "production")[0] == "success"
    assert story.status(story.repo.branches["main"], "production")[0] == "none"
    assert f"head={sha}" in asked_in(story, ticket)
    ran = dispatch(story, sha, "deploy.yml", "deploy", ticket=number)
    assert ran.code == 0, ran.log
    assert any(
        "octo-lead" in each.body and "|" in each.body for each in story.comments(ticket.number)
    )


@pytest.mark.parametrize("method", ["squash", "merge"])
def test_a_feature_that_was_merged_to_main_is_released_by_its_ticket(
    story: Story, method: str
) -> None:
    """The workflow hears no comment on a pull request. Whoever wrote it wrote the commit, although
    GitHub makes another person the author of a merge.
    """
    begin(story, TICKET)
    pull = story.repo.open_pull(head="feature/search", author="octo-lead")
    sha = story.repo.merge(pull, method, by="octo-dev")
    ticket = story.repo.open_issue("octo-dev", "Release 1.4")
    given = {"ticket": str(ticket.number)}
    ran = dispatch(story, sha, "deploy.yml", "deploy", **given)
    assert f"nobody was asked to sign on #{ticket.number}" in ran.summary.replace("<!-- -->", "")
    dispatch(story, sha, "deploy-checklist.yml", "before", **given)
    assert story.comments(pull.number) == []
    sign(story, ticket)
    for moved in (False, True):
        if moved:
            story.repo.commit("main", {"CHANGES.md": "main moves on"})
        assert on_comment(story, ticket, TICKET).code == 1
        assert story.status(sha, "production") == ("pending", "1 to sign: backend-lead")
    assert "the author" in asked_in(story, ticket)
    ran = dispatch(story, sha, "deploy.yml", "deploy", **given)
    assert (ran.code, f"sign on [issue #{ticket.number}]" in ran.summary) == (1, True), ran.summary
    assert "nobody was asked" not in ran.summary


def test_a_later_feature_that_names_the_ticket_does_not_take_its_ticks(story: Story) -> None:
    begin(story, TICKET)
    sha = story.repo.branches["main"]
    ticket = story.repo.open_issue("octo-dev", "Release 1.4")
    dispatch(story, sha, "deploy-checklist.yml", "before", ticket=str(ticket.number))
    named = f"Release ticket: #{ticket.number}"
    pull = story.repo.open_pull(head="feature/search", body=named)
    tip = story.repo.merge(pull)
    sign(story, ticket)
    ran = on_comment(story, ticket, TICKET)
    assert ran.code == 0, ran.log
    assert story.status(sha, "production")[0] == "success"
    assert (story.states(tip, "production"), story.comments(pull.number)) == ([], [])


def test_a_release_pull_request_is_asked_on_although_a_ticket_is_given(story: Story) -> None:
    begin(story, TICKET)
    pull = story.repo.open_pull(head="release/1.4")
    sha = story.repo.merge(pull)
    ticket = story.repo.open_issue("octo-dev", "Release 1.4")
    dispatch(story, sha, "deploy-checklist.yml", "before", ticket=str(ticket.number))
    assert (len(story.comments(pull.number)), story.comments(ticket.number)) == (1, [])


def test_of_two_texts_of_the_gate_the_later_one_counts_whatever_a_runners_clock_said(
    story: Story,
) -> None:
    """A self-hosted runner an hour ahead asked for a commit; the next run asked for another one."""
    begin(story, TICKET)
    old = story.repo.branches["main"]
    ticket = story.repo.open_issue("octo-dev", "Release 1.4")
    given = {"ticket": str(ticket.number)}
    story.hub.advance(seconds=-60)
    dispatch(story, old, "deploy-checklist.yml", "before", **given)
    ahead = re.sub(r" run=\S+ ", " run=2099-01-01T00:00:00.000000Z ", asked_in(story, ticket))
    story.hub.edit(story.hub.bot, story.comment(ticket.number), ahead)
    story.hub.advance(seconds=60)
    sha = story.repo.commit("main", {"CHANGES.md": "1.4"})
    dispatch(story, sha, "deploy-checklist.yml", "before", **given)
    assert f"head={sha}" in asked_in(story, ticket)
    before = len(story.states(old, "production"))
    sign(story, ticket)
    assert on_comment(story, ticket, TICKET).code == 0
    assert story.status(sha, "production")[0] == "success"
    assert len(story.states(old, "production")) == before


def test_where_a_ticket_is_known_nobody_is_told_that_there_is_none(story: Story) -> None:
    begin(story, TICKET)
    sha = story.repo.branches["main"]
    given = {"ticket": str(story.repo.open_issue("octo-dev", "Release 1.4").number)}
    dispatch(story, sha, "deploy-checklist.yml", "before", **given)
    ran = dispatch(story, sha, "deploy.yml", "deploy", **given)
    assert ran.code == 1
    assert "found no pull request and no release ticket" not in ran.summary
    assert f"sign on [issue #{given['ticket']}](https://" in ran.summary


def asked_in(story: Story, ticket: Issue) -> str:
    (body,) = (each.body for each in story.comments(ticket.number) if each.body.startswith("## "))
    return body


def test_a_withdrawal_in_the_ticket_closes_its_commit_again(story: Story) -> None:
    begin(story, TICKET)
    sha = story.repo.branches["main"]
    ticket = story.repo.open_issue("octo-dev", "Release 1.4")
    dispatch(story, sha, "deploy-checklist.yml", "before", ticket=str(ticket.number))
    sign(story, ticket)
    assert on_comment(story, ticket, TICKET).code == 0
    story.hub.advance(seconds=2)
    story.repo.comment(ticket.number, "octo-lead", "/checklist unsign checklist")
    assert on_comment(story, ticket, TICKET).code == 1
    assert story.status(sha, "production")[0] == "pending"


def test_a_comment_where_the_gate_asks_nothing_does_nothing(story: Story) -> None:
    """Not on any issue, nor where somebody copied the gate's comment, or changed its commit."""
    begin(story, TICKET)
    sha = story.repo.branches["main"]
    ticket = story.repo.open_issue("octo-dev", "Release 1.4")
    dispatch(story, sha, "deploy-checklist.yml", "before", ticket=str(ticket.number))
    body = asked_in(story, ticket)
    other = story.repo.open_issue("octo-dev", "A bug")
    for author in ("octo-dev", story.hub.bot):
        story.repo.comment(other.number, author, body)
        ran = on_comment(story, other, TICKET)
        assert (ran.code, ran.writes) == (0, ())
        assert "not a release ticket" in ran.log
    later = story.repo.commit("main", {"CHANGES.md": "later"})
    forged = re.sub(r" run=\S+ ", " run=2026-11-28T00:00:00.000000Z ", body.replace(sha, later))
    story.hub.edit("octo-dev", story.comment(ticket.number), forged.replace("=2026", "=2099"))
    on_comment(story, ticket, TICKET)
    assert (story.states(later, "production"), len(story.states(sha, "production"))) == ([], 4)


def test_a_ticket_of_another_environment_is_not_this_ones(story: Story) -> None:
    begin(story, TICKET)
    sha = story.repo.branches["main"]
    rules = documents()[".github/deploy-checklist.yml"]
    assert isinstance(rules, str)
    both = rules.replace(
        "environments:\n", "environments:\n  staging: { domain: s.acme.example }\n"
    )
    sha = story.repo.commit("main", {".github/deploy-checklist.yml": both})
    ticket = story.repo.open_issue("octo-dev", "Release 1.4")
    given = {"ticket": str(ticket.number), "environment": "staging"}
    dispatch(story, sha, "deploy-checklist.yml", "before", **given)
    ran = on_comment(story, ticket, TICKET)
    assert "not a release ticket" in ran.log
    assert story.states(sha, "production") == []
