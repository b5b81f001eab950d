"""What the gate looks at on GitHub: whose values, whose approval, CI, secrets' dates, the gated commit's files."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from servers.web import Answer, web

from .telling import CHECKLIST, LEAD_BOX, RULES, SECTION_BOX, Ran, Story, documents

METADATA = "ghp_ReadsMetadata00000000000000000000000"


@contextmanager
def identity(environment: str | None) -> Iterator[dict[str, str]]:
    """The runner's variables for a job whose identity names this environment."""
    claims = {"environment": environment} if environment else {}
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    with web(
        lambda _: Answer(body=json.dumps({"value": f"e30.{payload}.c2ln"}).encode())
    ) as runner:
        url = f"http://127.0.0.1:{runner.port}/token?api-version=2.0"
        yield {
            "ACTIONS_ID_TOKEN_REQUEST_URL": url,
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "the-runners-own-bearer",
        }


def tagged(story: Story) -> str:
    """A signed, merged and tagged release."""
    pull = story.repo.open_pull()
    story.signed(pull)
    story.repo.tag("v1.4.0", story.repo.merge(pull))
    return "v1.4.0"


def test_values_of_the_right_environment_pass(story: Story) -> None:
    tag = tagged(story)
    with identity("production") as proof:
        ran = story.on_tag(tag, **proof)
    assert ran.code == 0, ran.log
    assert "not proven" not in ran.summary


def test_values_of_another_environment_prove_nothing(story: Story) -> None:
    tag = tagged(story)
    with identity("staging") as proof:
        ran = story.on_tag(tag, **proof)
    assert ran.code == 1
    assert "the values come from environment `staging`, not from `production`" in ran.summary


def test_unproven_values_are_said_to_be_and_under_strict_hold_the_release(story: Story) -> None:
    story.repo.commit(
        "main", documents(rules=RULES + "  Status page announced: sign\n")
    )  # no drift
    pull = story.repo.open_pull()
    story.on_pull(pull)
    for who, box in (("octo-lead", LEAD_BOX), ("octo-dev", "Status page announced")):
        story.hub.tick(who, story.comment(pull.number), box)
    story.repo.tag("v1.4.0", story.repo.merge(pull))
    ran = story.on_tag("v1.4.0")
    assert ran.code == 0, ran.log
    assert "nothing proves that the values come from" in ran.summary
    assert story.on_tag("v1.4.0", inputs={"strict": "true"}).code == 3


def approved(story: Story, *, attempt: int = 1, environment: str = "production") -> Ran:
    """A deploy run that octo-lead approved."""
    rules = RULES.replace("per: commit, not_author: true", "from: [environment]")
    story.repo.commit("main", documents(rules=rules))
    pull = story.repo.open_pull()
    story.on_pull(pull)
    story.hub.tick("octo-dev", story.comment(pull.number), SECTION_BOX)
    merged = story.repo.merge(pull)
    story.repo.tag("v1.4.0", merged)
    run = story.repo.run(merged, ".github/workflows/deploy.yml")
    run.approvals.append(([environment], "approved", story.hub.user("octo-lead")))
    return story.on_tag("v1.4.0", attempt=attempt, GITHUB_RUN_ID=str(run.id))


def test_an_approval_of_this_runs_environment_signs_what_says_so(story: Story) -> None:
    assert approved(story).code == 0


def test_an_approval_for_another_environment_does_not(story: Story) -> None:
    assert approved(story, environment="staging").code == 1


def test_nor_one_that_may_be_of_an_earlier_attempt(story: Story) -> None:
    ran = approved(story, attempt=2)
    assert ran.outputs["verdict"] == "waiting"
    assert "a reviewer's approval does not count, because it may belong to an earlier attempt" in (
        " ".join(ran.log.split())
    )


def test_approvals_that_cannot_be_read_leave_their_item_unknown(story: Story) -> None:
    rules = RULES.replace("per: commit, not_author: true", "from: [environment]")
    story.repo.commit("main", documents(rules=rules))
    pull = story.repo.open_pull()
    story.hub.fault("forbidden", "GET", "/approvals", times=9)
    ran = story.on_pull(pull)
    assert ran.code == 3
    assert "1 not checked, 1 to sign" in story.comment(pull.number).body
    assert "actions: read" in ran.summary


def test_an_approving_review_signs_only_the_item_that_says_so(story: Story) -> None:
    story.repo.commit(
        "main", documents(rules=RULES.replace("per: commit,", "per: commit, from: [review],"))
    )
    pull = story.repo.open_pull()
    story.on_pull(pull)
    story.repo.review(pull, "octo-lead")
    payload = {
        "action": "submitted",
        "pull_request": story.view(pull),
        "review": {"state": "approved"},
    }
    story.run("pull_request_review", payload, ref=f"refs/pull/{pull.number}/merge", sha="f" * 40)
    body = story.comment(pull.number).body
    assert LEAD_BOX not in body.partition("<details>")[0]
    assert SECTION_BOX in body
    assert story.status(pull.head) == ("pending", "1 to sign: anyone with write access")


def test_ci_is_read_on_the_commit_and_the_own_run_is_left_out(story: Story) -> None:
    rules = RULES + "  Status page announced: { ci: { green: true } }\n"
    story.repo.commit("main", documents(rules=rules))
    pull = story.repo.open_pull()
    story.repo.run(pull.head, jobs=[("test", "success", [("npm test", "success")])])
    story.repo.run(pull.head, ".github/workflows/gate.yml", jobs=[("gate", None, [])])
    ran = story.on_pull(pull)
    assert story.status(pull.head) == ("pending", "1 to sign: backend-lead"), ran.log
    story.repo.check_run(pull.head, "lint", "failure")
    story.on_pull(pull)
    assert story.status(pull.head)[0] == "failure"


def test_a_secrets_age_is_read_by_the_metadata_token_and_never_guessed(story: Story) -> None:
    checklist = CHECKLIST + "- [ ] `STRIPE_KEY` rotated\n"
    rules = RULES + "  STRIPE_KEY: { rotated_within: 90d }\n"
    story.repo.commit("main", documents(checklist, rules))
    story.repo.secrets["STRIPE_KEY"] = datetime.now(UTC) - timedelta(days=118)
    story.repo.environments["production"] = {}
    story.values["STRIPE_KEY"] = "sk_live_4eC39HqLyjWDarjtT1zdp7dc"
    pull = story.repo.open_pull()
    story.on_pull(pull)
    assert story.status(pull.head)[0] == "error"
    story.hub.token(METADATA, "octo-admin", {"secrets": "read", "environments": "read"})
    ran = story.on_pull(pull, inputs={"metadata-token": METADATA})
    assert story.status(pull.head)[0] == "failure", ran.log
    assert "118 days ago" in story.comment(pull.number).body


def test_files_are_those_of_the_gated_commit_even_without_a_checkout(story: Story) -> None:
    rules = (
        RULES + '  Status page announced: { file: { path: status.txt, contains: "announced" } }\n'
    )
    story.repo.commit("main", documents(rules=rules) | {"status.txt": "announced"})
    pull = story.repo.open_pull(files={"status.txt": "not yet"})
    story.on_pull(pull)
    assert story.status(pull.head)[0] == "failure"
    story.repo.commit("release/1.4", {"status.txt": "announced"})
    story.on_pull(pull)
    assert story.status(pull.head) == ("pending", "1 to sign: backend-lead")
