"""GitHub in trouble: nothing is posted twice, evidence is unknown, the summary always appears."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from deploy_checklist import action
from deploy_checklist.publish.outputs import HELD

from .telling import CHECKLIST, CHECKLIST_PATH, LEAD_BOX, RULES, RULES_PATH, TOKEN, Story

STATUS, COMMENT, EDIT, ROLE = (
    "/statuses/",
    r"/issues/\d+/comments",
    r"/issues/comments/",
    "/collaborators/",
)
MISSING = "The commit status was not written"
PATIENT = {"deadline": "10s"}
NAMES_NO_CHECKLIST = RULES.replace("checklist: docs/deployment-checklist.md\n", "")


def signed_by_the_lead(story: Story) -> int:
    """A release PR on which a role must be asked for."""
    pull = story.repo.open_pull()
    story.on_pull(pull)
    story.hub.tick("octo-lead", story.comment(pull.number), LEAD_BOX)
    return pull.number


@pytest.mark.parametrize(
    "kind", ["down", "down-after", "reset-after", "truncated", "html", "429", "secondary-wait"]
)
@pytest.mark.parametrize("what", [STATUS, COMMENT])
def test_a_write_that_may_have_taken_effect_is_not_repeated_blindly(
    story: Story, kind: str, what: str
) -> None:
    """One comment, one pending, one final, whatever happens to the first attempt."""
    pull = story.repo.open_pull()
    story.hub.fault(kind, "POST", what)
    ran = story.on_pull(pull, inputs=PATIENT)
    assert ran.code == 1, ran.log
    assert len(story.comments(pull.number)) == 1
    assert story.states(pull.head) == ["pending", "pending"]
    assert "production is waiting" in ran.summary


@pytest.mark.parametrize("kind", ["down", "down-after", "reset", "truncated", "429"])
def test_an_edit_that_failed_is_made_again(story: Story, kind: str) -> None:
    pull = story.repo.open_pull()
    story.on_pull(pull, values={})
    story.hub.fault(kind, "PATCH", EDIT)
    assert story.on_pull(pull, inputs=PATIENT).code == 1
    assert story.comment(pull.number).body.startswith("## 🔵 production is waiting")


@pytest.mark.parametrize(
    "kind", ["down", "reset", "forbidden", "hidden", "401", "gone", "422", "primary"]
)
def test_a_comment_that_cannot_be_written_warns_and_stops_nothing_else(
    story: Story, kind: str
) -> None:
    pull = story.repo.open_pull()
    story.hub.fault(kind, "POST", COMMENT, times=9)
    ran = story.on_pull(pull, inputs=PATIENT)
    assert ran.code == 1
    assert "::warning::the comment was not written" in ran.log
    assert story.states(pull.head) == ["pending", "pending"]
    assert "production is waiting" in ran.summary


@pytest.mark.parametrize("kind", ["down", "forbidden", "hidden", "401", "422"])
def test_a_status_that_cannot_be_written_holds_the_release(story: Story, kind: str) -> None:
    """Even if everything is ready: the gate is the status."""
    pull = story.repo.open_pull()
    story.signed(pull)
    story.hub.fault(kind, "POST", STATUS, times=99)
    ran = story.on_pull(pull, inputs=PATIENT)
    assert ran.code == 3
    assert "the commit status was not written" in ran.log
    assert "production is ready" in ran.summary
    assert (ran.outputs["verdict"], ran.outputs["ready"]) == ("ready", "false")
    assert f"> [!CAUTION]\n> {MISSING}" in story.comment(pull.number).body


@pytest.mark.parametrize(("kind", "times"), [("422", 1), ("forbidden", 1), ("down", 4)])
def test_an_older_green_does_not_outlive_a_first_status_that_cannot_be_written(
    story: Story, kind: str, times: int
) -> None:
    pull = story.repo.open_pull()
    story.signed(pull)
    story.hub.fault(kind, "POST", STATUS, times=times)
    ran = story.on_pull(pull, values={**story.values, "PAYMENT_PROVIDER": "paypal"})
    assert ran.code == 1, ran.log
    assert story.states(pull.head)[-3:] == ["success", "pending", "failure"]


@pytest.mark.parametrize("kind", ["down", "forbidden", "422"])
def test_a_final_status_that_cannot_be_written_takes_back_that_the_release_is_ready(
    story: Story, kind: str
) -> None:
    """`pending` was written. The comment says that the status is missing, until it is there."""
    pull = story.repo.open_pull()
    story.signed(pull)
    story.hub.fault("slow", "POST", STATUS)  # lets the first one through
    story.hub.fault(kind, "POST", STATUS, times=99)
    ran = story.on_pull(pull, inputs=PATIENT)
    assert ran.code == 3
    assert story.states(pull.head)[-1] == "pending"
    assert (ran.outputs["verdict"], ran.outputs["ready"]) == ("ready", "false")
    assert MISSING in story.comment(pull.number).body
    story.hub.faults.clear()
    ran = story.on_pull(pull)
    assert (ran.code, ran.outputs["ready"]) == (0, "true")
    assert MISSING not in story.comment(pull.number).body


def test_neither_status_nor_comment_can_be_written_and_the_output_is_still_false(
    story: Story,
) -> None:
    pull = story.repo.open_pull()
    story.signed(pull)
    story.hub.fault("forbidden", "POST", STATUS, times=99)
    story.hub.fault("forbidden", "PATCH", EDIT, times=99)
    ran = story.on_pull(pull, inputs=PATIENT)
    assert (ran.code, ran.outputs["ready"]) == (3, "false")
    assert "the comment could not be updated with this" in ran.log


def test_a_thousand_statuses_ask_for_a_new_commit(story: Story) -> None:
    pull = story.repo.open_pull()
    story.signed(pull)
    story.hub.fault("422", "POST", STATUS, times=99)
    assert "Make a new commit" in story.on_pull(pull).log


@pytest.mark.parametrize(
    "kind", ["down", "reset", "forbidden", "401", "primary", "truncated", "html"]
)
def test_a_role_that_cannot_be_read_is_unknown_and_signs_nothing(story: Story, kind: str) -> None:
    number = signed_by_the_lead(story)
    story.repo.commit("main", {".github/deploy-checklist.yml": RULES_BY_PERMISSION})
    story.hub.fault(kind, "GET", ROLE, times=99)
    pull = story.repo.pulls()[0]
    ran = story.on_comment(pull, inputs={"deadline": "4s"})
    assert ran.code == 3, ran.log
    assert story.status(pull.head)[0] == "error"
    assert "Not checked" in story.comment(number).body
    assert "signed by @octo-lead" not in story.comment(number).body.replace("<!-- -->", "")


@pytest.mark.parametrize(
    "kind", ["down", "reset", "401", "graphql-down", "graphql-limited", "truncated", "html"]
)
def test_without_the_records_nothing_is_judged_and_the_summary_says_why(
    story: Story, kind: str
) -> None:
    pull = story.repo.open_pull()
    story.hub.fault(kind, "POST", "/graphql", times=99)
    ran = story.on_pull(pull, inputs={"deadline": "4s"})
    assert ran.code == 3, ran.log
    assert "Nothing was judged" in ran.summary
    assert story.states(pull.head) == ["pending", "error"]
    assert {write.split("/")[-2] for write in ran.writes} == {"statuses"}


def test_what_stands_on_a_commit_of_main_does_not_outlive_a_look_that_failed(story: Story) -> None:
    pull = story.repo.open_pull()
    story.signed(pull)
    merged = story.repo.merge(pull)
    assert story.on_push(merged).code == 0
    story.hub.fault("down", "POST", "/graphql", times=99)
    assert story.on_push(merged, inputs={"deadline": "5s"}).code == 3
    assert story.status(merged, "production")[0] == "error"


@pytest.mark.parametrize("event", ["pull_request_target", "pull_request_review", "issue_comment"])
@pytest.mark.parametrize("merged", [False, True], ids=["open", "merged"])
def test_a_review_status_does_not_outlive_a_look_that_failed(
    story: Story, event: str, merged: bool
) -> None:
    """It was `success`; then somebody withdrew, and GitHub did not answer the query."""
    pull = story.repo.open_pull()
    story.signed(pull)
    sha, context = pull.head, "production/review"
    if merged:
        sha, context = story.repo.merge(pull), "production"
        assert story.on_push(sha).code == 0
    assert story.status(sha, context)[0] == "success"
    story.repo.comment(pull.number, "octo-lead", "/checklist unsign checklist")
    story.hub.fault("down", "POST", "/graphql", times=99)
    if event == "issue_comment":
        ran = story.on_comment(pull, inputs=PATIENT)
    else:
        ran = story.on_pull(pull, event=event, inputs=PATIENT)
    assert ran.code == 3
    assert story.status(sha, context) == ("error", "nothing was judged: see the run")
    assert ran.outputs == {"verdict": "", **HELD}


@pytest.mark.parametrize("event", ["pull_request_target", "issue_comment"])
@pytest.mark.parametrize("failure", ["query", "rules"])
def test_without_a_named_environment_the_error_takes_the_place_of_what_stands_there(
    story: Story, event: str, failure: str
) -> None:
    """Only the rules name the environment, and they could not be read."""
    del story.inputs["environment"]
    pull = story.repo.open_pull()
    story.signed(pull)
    assert story.status(pull.head)[0] == "success"
    story.repo.status(pull.head, "ci/deploy-checklist/review", "success", by="octo-dev")
    if failure == "query":
        story.hub.fault("down", "POST", "/graphql", times=99)
    else:
        story.repo.commit("main", {RULES_PATH: "version: 1\nitmes: {}\n"})
    run = story.on_comment if event == "issue_comment" else story.on_pull
    ran = run(pull, inputs=PATIENT)
    assert ran.code == (3 if failure == "query" else 2)
    assert story.status(pull.head) == ("error", "nothing was judged: see the run")
    assert {status.context for status in story.repo.statuses[pull.head]} == {
        "deploy-checklist/production/review",
        "ci/deploy-checklist/review",
    }


def test_without_a_named_environment_a_commit_of_main_keeps_no_older_verdict(
    story: Story,
) -> None:
    del story.inputs["environment"]
    pull = story.repo.open_pull()
    story.signed(pull)
    merged = story.repo.merge(pull)
    assert story.on_push(merged).code == 0
    story.repo.status(merged, "deploy-checklist/production/after", "success")
    story.hub.fault("down", "POST", "/graphql", times=99)
    assert story.on_push(merged, inputs=PATIENT).code == 3
    assert story.status(merged, "production")[0] == "error"
    assert story.status(merged, "production/after")[0] == "success"


def test_where_the_contexts_cannot_be_read_the_error_has_the_default_name(story: Story) -> None:
    del story.inputs["environment"]
    pull = story.repo.open_pull()
    story.hub.fault("down", "POST", "/graphql", times=99)
    story.hub.fault("forbidden", "GET", "/status$", times=99)
    assert story.on_pull(pull, inputs=PATIENT).code == 3
    assert story.states(pull.head, "review") == ["pending", "error"]


def test_a_comment_that_is_listed_and_not_found_is_not_taken_for_deleted(story: Story) -> None:
    pull = story.repo.open_pull()
    story.on_pull(pull, values={})
    story.hub.fault("hidden", "GET", EDIT, times=99)
    ran = story.on_pull(pull, inputs=PATIENT)
    assert len(story.comments(pull.number)) == 1
    assert "GitHub lists the gate's comment, but did not find it (404)" in ran.log


def test_a_new_commit_that_cannot_be_checked_gets_the_status_error(story: Story) -> None:
    pull = story.repo.open_pull()
    story.signed(pull)
    story.repo.commit("release/1.4", {"CHANGES.md": "more"})
    story.hub.fault("down", "POST", "/graphql", times=99)
    assert story.on_pull(pull, inputs=PATIENT).code == 3
    assert story.states(pull.head) == ["pending", "error"]


def test_a_merge_queues_commit_that_cannot_be_checked_gets_the_status_error(
    story: Story,
) -> None:
    pull = story.repo.open_pull()
    story.signed(pull)
    story.hub.fault("down", "POST", "/graphql", times=99)
    sha, ran = story.on_queue(pull, inputs=PATIENT)
    assert ran.code == 3
    assert story.states(sha) == ["pending", "error"]


def test_a_comment_of_whose_pull_request_nothing_can_be_read_ends_with_3(story: Story) -> None:
    pull = story.repo.open_pull()
    story.signed(pull)
    story.hub.fault("down", "POST", "/graphql", times=99)
    story.hub.fault("down", "GET", "/pulls/", times=99)
    assert story.on_comment(pull, inputs=PATIENT).code == 3


@pytest.mark.parametrize("case", ["no release", "no trusted base", "report mode"])
@pytest.mark.parametrize("event", ["pull_request_target", "issue_comment"])
def test_a_look_that_failed_posts_no_status_where_the_gate_never_posts_one(
    story: Story, event: str, case: str
) -> None:
    head = "fix/typo" if case == "no release" else "release/1.4"
    base = "other" if case == "no trusted base" else "main"
    story.repo.branches.setdefault(base, story.repo.branches["main"])
    pull = story.repo.open_pull(head=head, base=base)
    story.hub.fault("down", "POST", "/graphql", times=99)
    inputs = PATIENT | ({"mode": "report"} if case == "report mode" else {})
    run = story.on_comment if event == "issue_comment" else story.on_pull
    assert run(pull, inputs=inputs).code == (0 if case == "report mode" else 3)
    assert story.states(pull.head) == []


@pytest.mark.parametrize("rules", [None, RULES, NAMES_NO_CHECKLIST])
def test_a_listed_checklist_that_is_not_shown_could_not_be_checked(
    story: Story, rules: str | None
) -> None:
    """One 404 for a file whose name GitHub had just listed: no preview, and no other verdict.

    It lies where no query asks for it beforehand.
    """
    path = "docs/our-deployment-checklist.md"
    named = rules.replace(CHECKLIST_PATH, path) if rules else None
    story.repo.commit("main", {RULES_PATH: named, CHECKLIST_PATH: None, path: CHECKLIST})
    pull = story.repo.open_pull()
    story.on_pull(pull)
    story.hub.fault("hidden", "GET", f"/contents/{path}")
    ran = story.on_pull(pull)
    assert ran.code == 3, ran.log
    assert path in ran.summary
    assert story.states(pull.head)[-1] == "error"


def test_a_slow_answer_is_waited_for(story: Story) -> None:
    number = signed_by_the_lead(story)
    story.hub.fault("slow", "POST", "/graphql", seconds=1.5)
    ran = story.on_comment(story.repo.issues[number])
    assert ran.code == 1
    assert "signed by @octo-lead" in story.comment(number).body.replace("<!-- -->", "")


def test_a_comment_deleted_meanwhile_is_replaced(story: Story) -> None:
    pull = story.repo.open_pull()
    story.on_pull(pull)
    story.repo.delete_comment(story.comment(pull.number))
    story.on_pull(pull)
    assert LEAD_BOX in story.comment(pull.number).body


def test_an_input_that_cannot_be_used_judges_nothing_and_says_so(story: Story) -> None:
    pull = story.repo.open_pull()
    ran = story.on_pull(pull, inputs={"report-file": "../out.json"})
    assert ran.code == 2
    assert "Nothing was judged" in ran.summary
    assert ran.requests == 0


def test_a_crash_ends_in_an_error_status(
    story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The gate does not stay pending, and what the exception said is told nowhere."""

    def crash(*_: object) -> None:
        raise RuntimeError("sk_live_a_piece_of_a_value")

    pull = story.repo.open_pull()
    monkeypatch.setattr(action, "gate", crash)
    (tmp_path / "event.json").write_text(json.dumps({"pull_request": story.view(pull)}))
    environ = story.github(tmp_path, 1) | {
        "GITHUB_EVENT_NAME": "pull_request_target",
        "INPUT_GITHUB-TOKEN": TOKEN,
    }
    out = io.StringIO()
    with pytest.raises(RuntimeError):
        action.run(environ | {"INPUT_ENVIRONMENT": "production"}, out)
    assert story.states(pull.head) == ["pending", "error"]
    assert "a_piece" not in out.getvalue()


RULES_BY_PERMISSION = """\
version: 1
checklist: docs/deployment-checklist.md
environments:
  production: { domain: acme.example }
items:
  PAYMENT_PROVIDER: { one_of: [stripe, paynow] }
  PAYMENT_CALLBACK_URL: { url: { scheme: https, host: "pay.${domain}" } }
  Checklist reviewed and signed: { sign: { by: [maintain], per: commit, not_author: true } }
"""
