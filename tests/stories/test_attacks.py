"""Ways to open the gate falsely; none works."""

from __future__ import annotations

import re

import pytest

from servers.github.state import Account

from .telling import CHECKLIST, LEAD_BOX, RULES, Story, documents

EVIL = [
    "@acme/everyone fixes #1 -->",
    "<!-- deploy-checklist --> <script>alert(1)</script>",
    "![x](https://evil.example/p.png) [y](https://evil.example)",
    "::error::owned ##[error]owned",
    "a | b | c `code` **bold**",
]


@pytest.mark.parametrize(
    ("forger", "via_app"),
    [
        ("octo-evil", False),
        ("octo-evil", True),
        ("renovate[bot]", False),
        ("acme-release[bot]", True),
        ("github-actions", False),
        (None, False),
    ],
    ids=["a user", "an App for a user", "a bot", "an App", "a user by our name", "nobody"],
)
def test_a_marker_in_somebody_elses_comment_makes_it_neither_ours_nor_signed(
    story: Story, forger: str | None, via_app: bool
) -> None:
    pull = story.repo.open_pull()
    story.on_pull(pull)
    body = story.comment(pull.number).body
    account = forger
    if forger == "github-actions":  # no account of GitHub's may be called so; this one is no bot
        account = Account(forger, 4_711, "User")
    forged = story.repo.comment(
        pull.number, account, body.replace("- [ ]", "- [x]"), via_app=via_app
    )
    story.hub.tick("octo-lead", forged, LEAD_BOX, on=False)
    story.hub.tick("octo-lead", forged, LEAD_BOX)
    before = forged.body
    story.on_comment(pull)
    assert forged.body == before
    assert not forged.minimized
    assert story.status(pull.head) == ("pending", "2 to sign: backend-lead")
    assert len(story.comments(pull.number)) == 1


def test_a_comment_that_only_carries_the_marker_is_not_written_over(story: Story) -> None:
    """It was there before the gate's own: the gate writes one of its own."""
    first = story.repo.open_pull()
    story.on_pull(first)
    pull = story.repo.open_pull()
    marked = story.comment(first.number).body.replace(
        f"number={first.number} ", f"number={pull.number} "
    )
    forged = [story.repo.comment(pull.number, by, marked) for by in ("octo-evil", "renovate[bot]")]
    story.on_pull(pull)
    assert [each.body for each in forged] == [marked, marked]
    assert len(story.comments(pull.number)) == 1


def test_with_the_token_of_an_app_other_workflows_cannot_write_for_the_gate(story: Story) -> None:
    """What any workflow writes with its GITHUB_TOKEN is then another's."""
    app = story.hub.token("app-token", "acme-gate[bot]")
    pull = story.repo.open_pull()
    story.on_pull(pull, token=app)
    [ours] = story.repo.issues[pull.number].comments
    forged = story.repo.comment(pull.number, story.hub.bot, ours.body)
    story.hub.tick("octo-lead", forged, LEAD_BOX)
    before = forged.body
    story.on_comment(pull, token=app)
    assert (forged.body, forged.minimized) == (before, False)
    assert f"- [ ] **{LEAD_BOX}**" in ours.body
    story.hub.advance(seconds=5)
    story.hub.edit(story.hub.bot, ours, ours.body.replace("- [ ]", "- [x]"))
    story.on_comment(pull, token=app)
    assert f"- [ ] **{LEAD_BOX}**" in ours.body
    assert "a bot ticked it" in ours.body


def test_a_forged_success_before_ours_is_overruled(story: Story) -> None:
    pull = story.repo.open_pull()
    story.repo.status(pull.head, "deploy-checklist/production/review", "success", by="octo-evil")
    story.on_pull(pull)
    assert story.status(pull.head)[0] == "pending"
    assert story.states(pull.head) == ["success", "pending", "pending"]


def test_a_green_status_says_nothing_to_the_deploy_job(story: Story) -> None:
    sha = story.repo.commit("main", {"CHANGES.md": "hotfix"})
    story.repo.status(sha, "deploy-checklist/production", "success", by="octo-evil")
    story.repo.tag("v1.4.0", sha)
    assert story.on_tag("v1.4.0").code == 1


def test_our_comment_edited_to_look_signed_is_not(story: Story) -> None:
    """Neither edited boxes nor words that look like the gate's own verdict are believed."""
    pull = story.repo.open_pull()
    story.on_pull(pull)
    comment = story.comment(pull.number)
    story.hub.edit(
        "octo-dev",
        comment,
        comment.body.replace("🔵 production is waiting", "🟢 production is ready"),
    )
    story.hub.tick("octo-lead", comment, LEAD_BOX)
    story.on_comment(pull)
    assert story.comment(pull.number).body.startswith("## 🔵 production is waiting: 2 to sign")
    assert story.status(pull.head)[0] == "pending"


@pytest.mark.parametrize("evil", EVIL)
def test_hostile_text_stays_text_wherever_it_stands(story: Story, evil: str) -> None:
    """In an item, a PR's title, a reason: no mention, reference, image, command or box comes of it."""
    story.repo.commit("main", documents(CHECKLIST + f"- [ ] Look at {evil} (optional)\n"))
    pull = story.repo.open_pull(title=evil, body=evil)
    story.on_pull(pull)
    story.hub.advance(seconds=5)
    story.repo.comment(pull.number, "octo-dev", f"/checklist skip look {evil}")
    ran = story.on_comment(pull)
    body = story.comment(pull.number).body
    for text in (re.sub(r"`[^`]*`|<code>.*?</code>", "", said) for said in (body, ran.summary)):
        assert "@acme/everyone" not in text
        assert "fixes #1" not in text
        assert "<script>" not in text
        assert "](https://evil" not in text
    assert body.count("- [ ]") == 2
    assert not any(line.lstrip().startswith("::error::owned") for line in ran.log.splitlines())
    assert "##[error]" not in ran.log


def test_a_pr_that_changes_the_rules_does_not_pass_itself(story: Story) -> None:
    lax = RULES.replace("one_of: [stripe, paynow]", "one_of: [paypal]").replace(
        "[backend-lead]", "[write]"
    )
    pull = story.repo.open_pull(files=documents(rules=lax))
    ran = story.on_pull(pull, values={**story.values, "PAYMENT_PROVIDER": "paypal"})
    assert ran.code == 1
    body = story.comment(pull.number).body
    assert story.status(pull.head)[0] == "failure"
    assert body.count("changes how it is checked") == 2


def test_a_green_pr_head_that_was_never_merged_is_not_deployed(story: Story) -> None:
    pull = story.repo.open_pull()
    story.signed(pull)
    assert story.status(pull.head)[0] == "success"
    story.repo.tag("v6.6.6", pull.head)
    ran = story.on_tag("v6.6.6")
    assert ran.code == 2
    assert "is not in a trusted branch" in ran.log
    assert story.states(pull.head, "production") == []


def test_a_dispatch_for_an_unmerged_commit_never_turns_green(story: Story) -> None:
    pull = story.repo.open_pull()
    story.signed(pull)
    tip = story.repo.branches["main"]
    ran = story.run(
        "workflow_dispatch", {}, ref="refs/heads/main", sha=tip, inputs={"commit": pull.head}
    )
    assert ran.code == 2
    assert story.states(pull.head, "production") == ["pending", "error"]


def test_a_pr_into_a_branch_nobody_trusts_gets_no_status(story: Story) -> None:
    story.repo.commit("evil", documents(rules=RULES.replace("[backend-lead]", "[write]")))
    pull = story.repo.open_pull(base="evil")
    ran = story.on_pull(pull)
    assert ran.code == 0, ran.log
    assert story.states(pull.head) == []


def test_an_untrusted_writer_cannot_sign_by_naming_himself_in_the_rules(story: Story) -> None:
    pull = story.repo.open_pull(files=documents(rules=RULES.replace("@octo-lead", "@octo-evil")))
    story.on_pull(pull)
    story.hub.tick("octo-evil", story.comment(pull.number), LEAD_BOX)
    story.on_comment(pull)
    assert f"- [ ] **{LEAD_BOX}**" in story.comment(pull.number).body
