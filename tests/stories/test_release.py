"""From the merge to the tag, the deploy job and the release ticket."""

from __future__ import annotations

import time

import pytest

from servers.github.state import Pull

from .telling import CHECKLIST, DEPLOY, LEAD_BOX, RULES, SECTION_BOX, Story, documents

LOG = """
## Deployment log
| Date | Environment | Version | Reviewer | Notes |
|------|-------------|---------|----------|-------|
| | | | | |
"""


def ready(story: Story, **more: str) -> tuple[Pull, str]:
    """A signed release PR, merged."""
    pull = story.repo.open_pull(**more)  # type: ignore[arg-type]
    story.signed(pull)
    return pull, story.repo.merge(pull)


def test_the_commit_on_main_gets_the_status_that_the_tag_needs(story: Story) -> None:
    pull, merged = ready(story)
    payload = {"action": "closed", "number": pull.number, "pull_request": story.view(pull)}
    ran = story.run("pull_request_target", payload, ref="refs/heads/main", sha=merged)
    assert ran.code == 0, ran.log
    assert story.states(merged, "production") == ["pending", "success"]
    assert f"head={merged}" in story.comment(pull.number).body


def test_a_merge_that_github_does_not_know_yet_is_asked_for_again(story: Story) -> None:
    _, merged = ready(story)
    story.repo.pulls_lag = 1
    payload = {"after": merged, "head_commit": {"committer": {"username": "web-flow"}}}
    ran = story.run("push", payload, ref="refs/heads/main", sha=merged)
    assert ran.code == 0, ran.log
    assert story.status(merged, "production")[0] == "success"


@pytest.mark.measures_time
def test_a_merge_that_github_does_not_know_before_the_deadline_could_not_be_checked(
    story: Story,
) -> None:
    """After one second it would be asked again after two more: too late for a deadline of three."""
    _, merged = ready(story)
    story.repo.pulls_lag = 2
    payload = {"after": merged, "head_commit": {"committer": {"username": "web-flow"}}}
    inputs = {"deadline": "3s"}
    began = time.monotonic()
    ran = story.run("push", payload, ref="refs/heads/main", sha=merged, inputs=inputs)
    assert time.monotonic() - began < 3
    assert ran.code == 3, ran.log
    assert story.status(merged, "production")[0] == "error"
    assert "which pull request" in ran.summary
    again = f"gh workflow run gate.yml --ref main -f commit={merged}"
    assert again in ran.summary + ran.log
    assert story.run("workflow_dispatch", {}, ref="refs/heads/main", sha=merged).code == 0


def test_an_unsigned_merge_waits_and_is_signed_on_the_merged_pr(story: Story) -> None:
    pull = story.repo.open_pull()
    story.on_pull(pull)
    merged = story.repo.merge(pull)
    assert story.on_push(merged).code == 1
    assert story.status(merged, "production") == ("pending", "2 to sign: backend-lead")
    story.hub.tick("octo-lead", story.comment(pull.number), LEAD_BOX)
    story.hub.tick("octo-dev", story.comment(pull.number), SECTION_BOX)
    assert story.on_comment(pull).code == 0
    assert story.status(merged, "production")[0] == "success"


def test_the_deploy_job_asks_everything_again_and_logs_one_row(story: Story) -> None:
    """It trusts no status and posts none; the row stands once in the ticket, however often it runs."""
    story.repo.commit("main", documents(CHECKLIST + LOG))
    issue = story.repo.open_issue("octo-lead", "Release 1.4")
    pull, merged = ready(story, body=f"Release ticket: #{issue.number}")
    story.repo.tag("v1.4.0", merged)
    first, again = story.on_tag("v1.4.0"), story.on_tag("v1.4.0")
    assert (first.code, again.code) == (0, 0), first.log
    body = story.comment(issue.number).body
    assert "| production | v1.4.0 | octo-lead, octo-dev |" in body
    assert "Deployment log · production · v1.4.0" in body
    assert story.states(merged, "production") == []
    assert [write for write in again.writes if "comments" in write] == []
    assert len(story.comments(pull.number)) == 1


def test_the_deploy_job_stops_a_release_that_its_values_do_not_fit(story: Story) -> None:
    _, merged = ready(story)
    story.repo.tag("v1.4.0", merged)
    ran = story.on_tag("v1.4.0", values={**story.values, "PAYMENT_PROVIDER": "paypal"})
    assert ran.code == 1
    assert "PAYMENT_PROVIDER" in ran.summary


def test_a_second_release_through_the_same_ticket_adds_its_own_row(story: Story) -> None:
    story.repo.commit("main", documents(CHECKLIST + LOG))
    issue = story.repo.open_issue("octo-lead", "Releases")
    for version in ("v1.4.0", "v1.5.0"):
        _, merged = ready(story, head=f"release/{version}", body=f"Release ticket: #{issue.number}")
        story.repo.tag(version, merged)
        assert story.on_tag(version).code == 0
    rows = [comment.body for comment in story.comments(issue.number)]
    assert len(rows) == 2
    assert "v1.4.0" in rows[0]
    assert "v1.5.0" in rows[1]


def test_without_a_pr_the_boxes_stand_in_the_ticket(story: Story) -> None:
    issue = story.repo.open_issue("octo-lead", "Release 1.4")
    sha = story.repo.commit("main", {"CHANGES.md": "hotfix"})
    story.on_push(sha, inputs={"ticket": f"#{issue.number}"})
    story.hub.tick("octo-lead", story.comment(issue.number), LEAD_BOX)
    story.hub.tick("octo-dev", story.comment(issue.number), SECTION_BOX)
    ran = story.on_comment(issue, inputs={"ticket": f"#{issue.number}"})
    assert ran.code == 0, ran.log
    assert story.status(sha, "production")[0] == "success"


def test_no_pr_and_no_ticket_says_where_a_signature_could_live(story: Story) -> None:
    sha = story.repo.commit("main", {"CHANGES.md": "hotfix"})
    ran = story.on_push(sha)
    assert ran.code == 1
    assert "Release ticket: #12" in ran.summary.replace("<!-- -->", "")
    assert story.status(sha, "production")[0] == "pending"


def test_talk_on_another_issue_starts_nothing(story: Story) -> None:
    issue = story.repo.open_issue("octo-lead", "A bug")
    ran = story.on_comment(issue)
    assert ran.code == 0
    assert "not a release ticket" in ran.log
    assert ran.writes == ()


def test_values_are_left_to_a_deploy_job_that_is_proven_to_ask_again(story: Story) -> None:
    story.repo.commit("main", {".github/workflows/deploy.yml": DEPLOY})
    pull = story.repo.open_pull()
    ran = story.on_pull(pull, values={})
    assert "⏳ 2 later" in story.comment(pull.number).body, ran.log
    assert story.status(pull.head)[0] == "pending"
    assert ran.requests <= 11


def test_a_deploy_job_that_may_not_run_proves_nothing(story: Story) -> None:
    for text in (
        DEPLOY.replace("phase: deploy", "phase: before"),
        DEPLOY.replace("production\n", "staging\n", 1),
    ):
        story.repo.commit("main", {".github/workflows/deploy.yml": text})
        pull = story.repo.open_pull(head=f"release/{len(story.repo.issues)}")
        story.on_pull(pull, values={})
        assert story.status(pull.head)[0] == "error"


def test_what_was_let_through_gets_an_issue_until_it_passes(story: Story) -> None:
    rules = RULES.replace(
        "{ one_of: [stripe, paynow] }", "{ one_of: [stripe, paynow], severity: warning }"
    )
    story.repo.commit("main", documents(rules=rules))
    wrong = {**story.values, "PAYMENT_PROVIDER": "paypal"}
    _, merged = ready(story)
    for _ in range(2):
        assert story.on_push(merged, inputs={"follow-ups": "true"}, values=wrong).code == 0
    (issue,) = [issue for issue in story.repo.issues.values() if "deploy-checklist" in issue.labels]
    assert "PAYMENT_PROVIDER" in issue.title
    assert issue.open
    story.on_push(merged, inputs={"follow-ups": "true"})
    assert not issue.open


def test_an_issue_of_somebody_else_with_our_mark_keeps_none_from_being_opened(
    story: Story,
) -> None:
    """Not of a user, of another bot or App, nor of nobody; and it is not closed either."""
    rules = RULES.replace("{ one_of: [stripe, paynow] }", "{ one_of: [paynow], severity: warning }")
    story.repo.commit("main", documents(rules=rules))
    _, merged = ready(story)
    story.on_push(merged, inputs={"follow-ups": "true"})
    (first,) = (issue for issue in story.repo.issues.values() if issue.author is story.hub.bot)
    forged = [
        story.repo.open_issue(author, first.title, first.body, ["deploy-checklist"])
        for author in ("octo-cat", "dependabot[bot]", "release-gate[bot]", None)
    ]
    del story.repo.issues[first.number]
    story.on_push(merged, inputs={"follow-ups": "true"})
    (own,) = (issue for issue in story.repo.issues.values() if issue.author is story.hub.bot)
    passing = {**story.values, "PAYMENT_PROVIDER": "paynow"}
    story.on_push(merged, inputs={"follow-ups": "true"}, values=passing)
    assert not own.open
    assert all(issue.open for issue in forged)


def test_a_dispatch_gates_the_commit_it_names(story: Story) -> None:
    _, merged = ready(story)
    story.repo.commit("main", {"CHANGES.md": "later"})
    tip = story.repo.branches["main"]
    ran = story.run(
        "workflow_dispatch", {}, ref="refs/heads/main", sha=tip, inputs={"commit": merged}
    )
    assert ran.code == 0, ran.log
    assert story.states(merged, "production") == ["pending", "success"]
    assert story.states(tip, "production") == []
