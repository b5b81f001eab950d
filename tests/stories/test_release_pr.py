"""The release PR: one comment that is always true, and a status that says whose turn it is."""

from __future__ import annotations

from .telling import (
    CHECKLIST,
    CHECKLIST_PATH,
    LEAD_BOX,
    RULES,
    RULES_PATH,
    SECTION_BOX,
    Story,
    documents,
)


def test_a_release_pr_is_opened_and_told_what_is_missing(story: Story) -> None:
    """The comment lists what to fix and sign; the review status is pending first, then failure."""
    pull = story.repo.open_pull()
    ran = story.on_pull(pull, values={**story.values, "PAYMENT_PROVIDER": "paypal"})
    assert ran.code == 1, ran.log
    body = story.comment(pull.number).body
    assert body.startswith("## 🔴 production is blocked: 1 failed, 2 to sign")
    assert LEAD_BOX in body
    assert SECTION_BOX in body
    assert story.states(pull.head) == ["pending", "failure"]
    assert story.status(pull.head) == ("failure", "1 failed, 2 to sign")
    assert "production is blocked" in ran.summary
    assert ran.requests <= 11  # one of them looks once whether a ruleset is active


def test_values_passed_turn_the_same_comment(story: Story) -> None:
    pull = story.repo.open_pull()
    story.on_pull(pull, values={})
    assert story.status(pull.head)[0] == "error"
    first = story.comment(pull.number)
    ran = story.on_pull(pull)
    assert story.comment(pull.number) is first
    assert first.body.startswith("## 🔵 production is waiting: 2 to sign")
    assert story.status(pull.head) == ("pending", "2 to sign: backend-lead")
    assert ran.code == 1
    assert ran.requests <= 12


def test_a_run_asks_little_and_a_quiet_one_writes_no_comment(story: Story) -> None:
    """Comment, status, and one role by permission: 10 requests, 12 where the comment changes, 8 where nothing does."""
    story.repo.commit(
        "main", documents(rules=RULES.replace("by: [backend-lead]", "by: [maintain]"))
    )
    pull = story.repo.open_pull()
    story.repo.comment(pull.number, "octo-dev", "looks good to me")
    first = story.on_pull(pull)
    story.hub.tick("octo-lead", story.comment(pull.number), LEAD_BOX)
    changed = story.on_comment(pull)
    before = list(story.comment(pull.number).edits)
    quiet = story.on_pull(pull)
    assert (first.requests, changed.requests, quiet.requests) == (10, 12, 8)
    assert story.comment(pull.number).edits == before
    assert [write for write in quiet.writes if "comments" in write] == []


def test_a_new_commit_is_checked_again(story: Story) -> None:
    """The comment speaks of the new head, which gets a status of its own."""
    pull = story.repo.open_pull()
    story.on_pull(pull)
    old = pull.head
    new = story.repo.commit("release/1.4", {"CHANGES.md": "more"})
    story.on_pull(pull)
    assert f"head={new}" in story.comment(pull.number).body
    assert story.states(new) == ["pending", "pending"]
    assert story.states(old) == ["pending", "pending"]


def test_a_feature_pr_is_only_linted(story: Story) -> None:
    pull = story.repo.open_pull(head="feature/search", title="Search")
    ran = story.on_pull(pull)
    assert ran.code == 0, ran.log
    assert "only linted" in ran.log
    assert not story.comments(pull.number)
    assert story.states(pull.head) == []
    assert ran.writes == ()


def test_a_feature_pr_hears_where_its_own_words_drift_from_the_rules(story: Story) -> None:
    checklist = CHECKLIST.replace("`PAYMENT_PROVIDER` set", "`PAYMENT_GATEWAY` set")
    pull = story.repo.open_pull(head="feature/search", files=documents(checklist))
    ran = story.on_pull(pull)
    assert ran.code == 0
    assert "PAYMENT_PROVIDER" in ran.log
    assert "::warning" in ran.log


def test_a_label_makes_a_pull_request_a_release(story: Story) -> None:
    pull = story.repo.open_pull(head="anything", labels=["release"])
    story.on_pull(pull)
    assert story.comment(pull.number)


def test_in_report_mode_every_pr_is_reported_and_none_is_held(story: Story) -> None:
    pull = story.repo.open_pull(head="feature/search")
    ran = story.on_pull(pull, values={}, inputs={"mode": "report"})
    assert ran.code == 0
    assert "nothing is blocked" in story.comment(pull.number).body
    assert story.states(pull.head) == []


def test_the_first_pr_that_brings_the_rules_is_shown_what_will_be(story: Story) -> None:
    story.repo.commit("main", {RULES_PATH: None, CHECKLIST_PATH: None})
    pull = story.repo.open_pull(head="feature/gate", files=documents())
    ran = story.on_pull(pull)
    assert ran.code == 0, ran.log
    assert "Applies after merge" in story.comment(pull.number).body
    assert story.states(pull.head) == []


def test_a_pr_that_removes_an_item_is_told_so_and_judged_by_the_trusted_words(story: Story) -> None:
    checklist = CHECKLIST.replace(
        "- [ ] Checklist reviewed and signed by the backend lead\n", "- [ ] Champagne\n"
    )
    rules = "\n".join(line for line in RULES.splitlines() if "reviewed" not in line) + "\n"
    pull = story.repo.open_pull(files=documents(checklist, rules))
    story.on_pull(pull)
    body = story.comment(pull.number).body
    assert "it takes out `checklist`" in body.partition("###")[0]
    assert "takes it out of the gate" in body
    assert "adds it to the gate" in body
    assert f"**{LEAD_BOX}**" in body
    assert story.status(pull.head)[0] == "pending"


def test_a_pr_that_breaks_the_rules_is_judged_by_the_trusted_ones_and_told_so(story: Story) -> None:
    pull = story.repo.open_pull(files=documents(rules="version: 2\n"))
    story.on_pull(pull)
    assert "would stop the gate on main" in story.comment(pull.number).body
    assert story.status(pull.head)[0] == "pending"


def test_a_broken_rules_file_on_main_ends_in_an_error_status(story: Story) -> None:
    story.repo.commit("main", {RULES_PATH: "version: 2\n"})
    pull = story.repo.open_pull()
    ran = story.on_pull(pull)
    assert ran.code == 2
    assert story.states(pull.head) == ["pending", "error"]
    assert "Nothing was judged" in ran.summary


def test_a_phase_without_items_posts_nothing(story: Story) -> None:
    pull = story.repo.open_pull()
    merged = story.repo.merge(pull)
    ran = story.on_push(merged, inputs={"phase": "after"})
    assert ran.code == 0, ran.log
    assert "no item belongs to the phase after" in ran.summary
    assert story.states(merged, "production/after") == []
    assert not story.comments(pull.number)


def test_the_comment_can_be_kept_for_failures_or_away(story: Story) -> None:
    pull = story.repo.open_pull()
    story.on_pull(pull, inputs={"comment": "never"})
    assert not story.comments(pull.number)
    story.on_pull(pull, inputs={"comment": "on-failure"})
    assert story.comments(pull.number)


def test_a_pull_request_that_is_no_release_says_that_nothing_is_blocked_and_what_would(
    story: Story,
) -> None:
    """There is no rules file yet, so that every pull request gets the comment."""
    story.repo.commit("main", {RULES_PATH: None})
    pull = story.repo.open_pull(head="feature/shop")
    ran = story.on_pull(pull)
    assert ran.code == 0, ran.log
    body = story.comment(pull.number).body
    assert "**This run blocks nothing:** this pull request is not a release." in body
    assert "A release pull request (the input `release-pr`: `release/**`, " in body
    assert "`mode: report`" not in body
    assert "**Answer 2 questions:** `deploy-checklist init`, and commit the file." in body
    assert "**This run blocks nothing:** this pull request is not a release." in ran.summary
    release = story.repo.open_pull()
    assert story.on_pull(release).code == 1
    assert "**This run blocks the release** until" in story.comment(release.number).body
    trial = story.on_pull(release, inputs={**story.inputs, "mode": "report"})
    assert trial.code == 0
    body = story.comment(release.number).body
    assert "**This run blocks nothing:** `mode: report`. Without this mode, a release" in body
