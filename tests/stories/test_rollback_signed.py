"""A rollback: what people signed for that deployment is not asked again, and nothing else is."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from deploy_checklist.checklist.model import words_hash
from servers.github import FakeHub
from servers.github.state import Pull

from .past import ITEMS, KEY, LIST, Shop, github_of_the_past
from .telling import RULES_PATH, Story, documents

ASKED = "- [ ] Runbook read by on-call\n- [ ] Status page announced\n"
SIGNED = ITEMS + "  Runbook read by on-call: { sign: { by: [lead], valid_for: 7d } }\n"
ROLES = 'roles: { lead: ["@octo-lead"] }\n'
RUNBOOK, SECTION = "Runbook read by on-call", "**Deployment checklist**"


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    with github_of_the_past() as fake:
        yield fake


@pytest.fixture
def shop(story: Story) -> Shop:
    shop = Shop(story)
    shop.repo.commit("main", documents(LIST + ASKED, SIGNED + ROLES))
    return shop


def asked(shop: Shop) -> Pull:
    """A release PR on which the gate has asked for sign-offs."""
    pull = shop.repo.open_pull()
    shop.gate.on_pull(pull)
    return pull


def signed(shop: Shop) -> Pull:
    """The same, and they have signed."""
    pull = asked(shop)
    comment = shop.story.comment(pull.number)
    shop.story.hub.tick("octo-lead", comment, RUNBOOK)
    shop.story.hub.tick("octo-dev", comment, SECTION)
    return pull


def released(shop: Shop, pull: Pull, **status: str) -> None:
    """Merged, let through, deployed, and replaced."""
    shop.old = shop.repo.merge(pull)
    shop.earned(shop.old, **status)
    shop.deployed(shop.old)
    shop.new = shop.repo.commit("main", {RULES_PATH: SIGNED + ROLES + KEY})
    shop.deployed(shop.new)


def test_what_was_signed_for_the_deployment_counts_with_names_and_dates(shop: Shop) -> None:
    """Although the one has expired since, and the other was taken back."""
    pull = signed(shop)
    on = f"{shop.story.hub.now():%Y-%m-%d}"
    released(shop, pull)
    shop.story.hub.tick("octo-dev", shop.story.comment(pull.number), SECTION, on=False)
    ran = shop.back()
    assert (ran.code, ran.outputs["verdict"]) == (0, "rolled_back"), ran.log
    said = " ".join(ran.log.split())
    # The deployment follows some hours later: by then the day may be the next one.
    for login in ("octo-lead", "octo-dev"):
        told = rf"signed by @{login} on {on}, for the deployment of \d{{4}}-\d\d-\d\d"
        assert re.search(told, said)
    assert "under `signed:`" not in ran.summary  # it counts for no later release
    plain = shop.back(inputs={"rollback": "false"})
    assert plain.outputs["waiting"].count("\n") == 1, plain.log  # both are asked again


def test_what_was_not_signed_for_it_waits_and_can_be_signed_now(shop: Shop) -> None:
    pull = asked(shop)
    comment = shop.story.comment(pull.number)
    shop.story.hub.tick("octo-dev", comment, SECTION)
    released(shop, pull)
    ran = shop.back()
    assert (ran.code, ran.outputs["verdict"]) == (1, "waiting"), ran.log
    shop.story.hub.advance(days=9)
    shop.story.hub.tick("octo-lead", comment, RUNBOOK)
    ran = shop.back()
    assert (ran.code, ran.outputs["verdict"]) == (0, "rolled_back"), ran.log


def test_who_is_none_of_the_role_any_more_is_asked_for_somebody_else(shop: Shop) -> None:
    pull = signed(shop)
    released(shop, pull)
    shop.repo.roles["octo-dev"] = "read"
    ran = shop.back()
    assert (ran.code, ran.outputs["verdict"]) == (1, "waiting"), ran.log
    assert "@octo-dev is not in write" in " ".join(ran.log.split())


def test_who_never_had_the_role_has_signed_nothing_that_the_status_could_prove(shop: Shop) -> None:
    """The status says that enough had signed what was asked then, and not who."""
    pull = asked(shop)
    shop.story.hub.tick("octo-dev", shop.story.comment(pull.number), SECTION)
    shop.repo.comment(pull.number, "octo-cat", "/checklist sign runbook")
    released(shop, pull)
    ran = shop.back()
    assert (ran.code, ran.outputs["verdict"]) == (1, "waiting"), ran.log
    assert ran.outputs["waiting"] == "runbook"


def test_two_lines_of_one_person_are_no_two_people(shop: Shop) -> None:
    """One alone had signed for that deployment; two have signed by now."""
    lines = "".join(
        f'  - {{ item: runbook, by: "@octo-lead", on: 2026-0{month}-01, words: {words} }}\n'
        for month in (1, 2)
        for words in [words_hash("Runbook read by on-call")]
    )
    both = SIGNED.replace("valid_for: 7d", "count: 2") + ROLES.replace("]", ', "@octo-dev"]')
    shop.repo.commit("main", {RULES_PATH: f"{both}signed:\n{lines}"})
    pull = asked(shop)
    comment = shop.story.comment(pull.number)
    shop.story.hub.tick("octo-dev", comment, SECTION)
    released(shop, pull)
    ran = shop.back()
    assert (ran.outputs["verdict"], ran.outputs["waiting"]) == ("waiting", "runbook"), ran.log
    shop.story.hub.tick("octo-dev", comment, RUNBOOK)
    ran = shop.back()
    assert (ran.code, ran.outputs["verdict"]) == (0, "rolled_back"), ran.log


def test_a_review_that_was_taken_back_later_counts_as_it_was(shop: Shop) -> None:
    rules = SIGNED.replace("valid_for: 7d", "from: review") + ROLES
    shop.repo.commit("main", {RULES_PATH: rules})
    pull = asked(shop)
    shop.story.hub.tick("octo-dev", shop.story.comment(pull.number), SECTION)
    shop.repo.review(pull, "octo-lead")
    released(shop, pull)
    shop.repo.review(pull, "octo-lead", "CHANGES_REQUESTED")
    ran = shop.back()
    assert (ran.code, ran.outputs["verdict"]) == (0, "rolled_back"), ran.log


def test_whose_the_statuses_are_the_gates_own_comment_tells(shop: Shop) -> None:
    """Not where they are posted with a token of their own: its account GitHub has to tell."""
    pull = signed(shop)
    released(shop, pull)
    shop.story.hub.viewer_is_known = False
    assert shop.back().outputs["verdict"] == "rolled_back"
    shop.story.hub.token("app", "release-gate[bot]", {"statuses": "write"})
    ran = shop.back(inputs={"status-token": "app"})
    assert ran.outputs["verdict"] == "blocked"
    assert "does not say which account posts the statuses" in " ".join(ran.log.split())


def test_an_approval_of_this_run_is_none_of_that_deployment(shop: Shop) -> None:
    """GitHub asks for it again, and it is told with the date of today."""
    rules = SIGNED.replace("valid_for: 7d", "from: environment") + ROLES
    shop.repo.commit("main", {RULES_PATH: rules})
    pull = asked(shop)
    shop.story.hub.tick("octo-dev", shop.story.comment(pull.number), SECTION)
    released(shop, pull)
    run = shop.repo.run(shop.old, ".github/workflows/deploy.yml")
    run.approvals.append((["production"], "approved", shop.story.hub.user("octo-lead")))
    ran = shop.back(GITHUB_RUN_ID=str(run.id))
    assert (ran.code, ran.outputs["verdict"]) == (0, "rolled_back"), ran.log
    assert "sign: signed by @octo-lead ·" in ran.log


def test_where_every_merge_is_deployed_its_run_is_run_again(shop: Shop) -> None:
    """A job before the deployment has posted the status. The first attempt is no rollback."""
    rules = SIGNED.replace(", valid_for: 7d", "") + ROLES
    shop.repo.commit("main", {"limits.json": '{"limit": 5}', RULES_PATH: rules})
    every_merge = {"release-pr": "**"}
    pull = signed(shop)
    shop.gate.on_pull(pull, inputs=every_merge)
    shop.old = shop.repo.merge(pull)

    def run(attempt: int) -> list[str]:
        """The verdicts of the two jobs."""
        verdicts = []
        for phase in ("before", "deploy"):
            inputs = {**every_merge, "phase": phase, "rollback": str(attempt > 1).lower()}
            ran = shop.gate.on_push(shop.old, inputs=inputs, attempt=attempt)
            verdicts.append(ran.outputs["verdict"])
            shop.later()
        return verdicts

    assert run(1) == ["ready", "ready"]
    shop.deployed(shop.old)
    shop.later()
    assert run(2) == ["ready", "ready"]  # not replaced yet
    shop.new = shop.repo.commit("main", {RULES_PATH: rules + KEY})
    shop.deployed(shop.new)
    assert run(3) == ["rolled_back", "rolled_back"]
