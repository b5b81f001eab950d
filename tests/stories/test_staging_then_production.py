"""Staging, then production: what production asks depends on staging's verdict on the very same commit."""

from __future__ import annotations

import pytest

from servers.github.state import Pull

from .telling import CHECKLIST, LEAD_BOX, RULES, SECTION_BOX, Ran, Story, documents
from .test_order import InOneProcess

PERSON = "Tried out on staging"
SENTENCE = f"- [ ] {PERSON}\n"
STAGED = (
    RULES.replace(
        "  production: { domain: acme.example }\n",
        "  staging: { domain: staging.acme.example }\n  production: { domain: acme.example }\n",
    )
    .replace('host: "pay.${domain}"', "host: pay.acme.example")
    .replace("roles:", "facts:\n  staged: { ready: staging }\nroles:")
) + f"  {PERSON}: {{ when: not staged, sign: {{ by: [write] }} }}\n"
STAGING, PRODUCTION = "deploy-checklist/staging", "production"


@pytest.fixture
def story(story: Story) -> Story:
    return InOneProcess(story.hub, story.repo, story.folder)


@pytest.fixture
def merged(story: Story) -> tuple[Pull, str]:
    """A release PR that everybody signed but for what staging may say by itself, merged."""
    story.repo.commit("main", documents(CHECKLIST + SENTENCE, STAGED))
    pull = story.repo.open_pull()
    story.signed(pull)
    return pull, story.repo.merge(pull)


def gate(story: Story, sha: str, environment: str, **more: str) -> Ran:
    return story.on_push(sha, inputs={"environment": environment, **more})


def sign_for_staging(story: Story, pull: Pull, sha: str) -> Ran:
    """Staging asks the same people in a comment of its own."""
    gate(story, sha, "staging")
    (comment,) = (each for each in story.comments(pull.number) if "staging is waiting" in each.body)
    for who, box in (("octo-lead", LEAD_BOX), ("octo-dev", SECTION_BOX), ("octo-dev", PERSON)):
        story.hub.tick(who, comment, f"**{box.strip('*')}")
    return gate(story, sha, "staging")


def asked(story: Story, pull: Pull) -> bool:
    """Whether production asks a person about staging."""
    (body,) = (each.body for each in story.comments(pull.number) if "production" in each.body)
    return any(PERSON in line for line in body.split("\n") if line.startswith("- [ ]"))


def test_production_asks_nobody_about_a_commit_that_staging_let_through(
    story: Story, merged: tuple[Pull, str]
) -> None:
    pull, sha = merged
    assert gate(story, sha, PRODUCTION).code == 1
    assert story.status(sha, PRODUCTION) == ("pending", "1 to sign: anyone with write access")
    assert asked(story, pull)
    ran = sign_for_staging(story, pull, sha)
    assert (ran.code, story.status(sha, "staging")[0]) == (0, "success"), ran.log
    ran = gate(story, sha, PRODUCTION)
    assert ran.code == 0, ran.log
    assert not asked(story, pull)
    assert "staged is on: staging is ready at this commit" in ran.summary
    again = story.on_push(sha, inputs={"environment": PRODUCTION}, attempt=2)
    assert again.code == 0, again.log
    story.repo.tag("v1.4.0", sha)
    assert story.on_tag("v1.4.0").code == 0


def test_production_is_held_as_soon_as_staging_says_no(
    story: Story, merged: tuple[Pull, str]
) -> None:
    """The older green of staging lies below its newer red."""
    pull, sha = merged
    sign_for_staging(story, pull, sha)
    wrong = {**story.values, "PAYMENT_PROVIDER": "paypal"}
    story.on_push(sha, inputs={"environment": "staging"}, values=wrong)
    assert story.states(sha, "staging")[-2:] == ["pending", "failure"]
    assert gate(story, sha, PRODUCTION).code == 1
    assert asked(story, pull)


@pytest.mark.parametrize("who", ["octo-cat", "octo-lead", "another-gate[bot]", None])
def test_nobody_else_says_that_staging_is_ready(
    story: Story, merged: tuple[Pull, str], who: str | None
) -> None:
    pull, sha = merged
    story.repo.status(sha, STAGING, "success", by=who, description="7 passed, 6 signed")
    ran = gate(story, sha, PRODUCTION)
    assert ran.code == 1, ran.log
    assert asked(story, pull)


@pytest.mark.parametrize(
    "sentence",
    ["overridden by @octo-lead until 18:00", "rolled back to the deployment of 2026-11-02"],
)
def test_an_override_and_a_rollback_of_staging_say_nothing_of_its_checks(
    story: Story, merged: tuple[Pull, str], sentence: str
) -> None:
    pull, sha = merged
    bot = story.hub.bot
    story.repo.status(sha, STAGING, "success", by=bot, description=sentence)
    assert gate(story, sha, PRODUCTION).code == 1
    assert asked(story, pull)


def test_a_real_override_of_staging_is_none_for_production(
    story: Story, merged: tuple[Pull, str]
) -> None:
    """GitHub shows the same green for it: only the gate's own sentence tells the two apart."""
    role = "roles:\n  on-call: ['@octo-lead']"
    rules = STAGED.replace("roles:", role) + "override: { by: [on-call], for: 4h }\n"
    sha = story.repo.commit("main", documents(CHECKLIST + SENTENCE, rules))
    ticket = {"ticket": str(story.repo.open_issue("octo-dev", "Release 1.4").number)}
    gate(story, sha, "staging", **ticket)
    story.hub.advance(seconds=5)
    story.repo.comment(int(ticket["ticket"]), "octo-lead", "/checklist override staging it burns")
    ran = gate(story, sha, "staging", **ticket)
    assert (ran.code, ran.outputs["verdict"]) == (0, "overridden"), ran.log
    assert story.status(sha, "staging")[0] == "success"
    ran = gate(story, sha, PRODUCTION, **ticket)
    assert ran.code == 1
    assert f"**{PERSON}**" in ran.summary


def test_the_verdict_on_another_commit_says_nothing_of_this_one(
    story: Story, merged: tuple[Pull, str]
) -> None:
    pull, sha = merged
    assert sign_for_staging(story, pull, sha).code == 0
    later = story.repo.commit("main", {"CHANGES.md": "later"})
    ran = gate(story, later, PRODUCTION)
    assert ran.code == 1, ran.log
    assert "staging has no verdict on this commit yet" in ran.summary or PERSON in ran.summary


def test_what_is_not_told_of_staging_is_neither_asked_nor_passed(
    story: Story, merged: tuple[Pull, str]
) -> None:
    """The App that posts the statuses may not read the commit's: what depends on it is unknown."""
    _, sha = merged
    story.hub.token("app", "release-gate[bot]", {"statuses": "write"})
    ran = gate(story, sha, PRODUCTION, **{"status-token": "app"})
    assert ran.code == 3, ran.log
    assert story.status(sha, PRODUCTION)[0] == "error"
    assert "cannot decide staged" in ran.summary
    assert "give status-token the permission Contents: read and Statuses: read" in ran.log


def test_only_a_fact_that_is_asked_takes_a_request_and_two_take_one(story: Story) -> None:
    """Counted in the job that deploys, which reads no other status."""
    counts = []
    for when in ("production", "not staged", "[not staged, not tested]"):
        rules = STAGED.replace("when: not staged", f"when: {when}")
        rules = rules.replace("facts:\n", "facts:\n  tested: { ready: qa }\n")
        rules = rules.replace(
            "environments:\n", "environments:\n  qa: { domain: qa.acme.example }\n"
        )
        sha = story.repo.commit("main", documents(CHECKLIST + SENTENCE, rules))
        story.repo.tag("v1.4.0", sha)
        counts.append(story.on_tag("v1.4.0").requests)
    assert counts == [counts[0], counts[0] + 1, counts[0] + 1]
