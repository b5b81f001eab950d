"""Talk starts no job: only a tick, a command and a review with an opinion do."""

from __future__ import annotations

from typing import Any

import pytest

from workflow_command.made import found
from workflow_command.started import inputs_of_run

GATE, COMMENTS, _ = (each.text for each in found({}).files)
OWN = "- [ ] TLS\n\n<!-- deploy-checklist repository=1 number=2 -->"


def comment(
    body: str, *, by: str = "octo-dev", sender: str = "User", before: str | None = None
) -> dict[str, Any]:
    changes = {"changes": {"body": {"from": before}}} if before is not None else {}
    action = "created" if before is None else "edited"
    return {
        "action": action,
        "comment": {"body": body, "user": {"login": by}},
        "sender": {"type": sender},
        **changes,
    }


BOT = "github-actions[bot]"
TALK = {
    "a word": comment("looks good"),
    "a quoted command": comment("> /checklist sign tls\nwhat is this?"),
    "a word about it": comment("see `<!-- deploy-checklist `"),
    "the gate writes its comment": comment(OWN, by=BOT, sender="Bot"),
    "the gate mends its comment": comment(OWN, by=BOT, sender="Bot", before=OWN),
    "another tool's comment is edited": comment("Coverage: 91%", by=BOT, before="Coverage: 90%"),
}
SAID = {
    "a tick": comment(OWN.replace("[ ]", "[x]"), by=BOT, before=OWN),
    "its mark is taken off": comment("gone", by=BOT, before=OWN),
    "a command": comment("/checklist sign tls"),
    "a command in a later line": comment("I looked.\r\n/checklist sign tls"),
    "a command is taken back": comment("I did not look.", before="/checklist sign tls"),
}


@pytest.mark.parametrize("name", TALK)
def test_talk_starts_no_job(name: str) -> None:
    assert inputs_of_run(COMMENTS, "issue_comment", TALK[name]) is None


@pytest.mark.parametrize("name", SAID)
def test_what_may_be_a_signature_starts_the_gate(name: str) -> None:
    given = inputs_of_run(COMMENTS, "issue_comment", SAID[name])
    assert given == {"environment": "production", "phase": "before"}
    assert inputs_of_run(GATE, "issue_comment", SAID[name]) is None, "in a file of its own"


@pytest.mark.parametrize(
    ("action", "state", "starts"),
    [
        ("submitted", "approved", True),
        ("submitted", "changes_requested", True),
        ("dismissed", "dismissed", True),
        ("submitted", "commented", False),
        ("edited", "approved", False),
    ],
)
def test_a_review_with_an_opinion_starts_the_gate(action: str, state: str, starts: bool) -> None:
    payload = {"action": action, "review": {"state": state}}
    assert (inputs_of_run(COMMENTS, "pull_request_review", payload) is not None) is starts


def test_a_run_of_ci_for_a_pull_request_of_a_stranger_starts_nothing() -> None:
    run = {"event": "push", "head_repository": {"id": 1}}
    for changed, starts in (
        ({}, True),
        ({"event": "pull_request"}, False),
        ({"head_repository": {"id": 2}}, False),
    ):
        payload = {"workflow_run": {**run, **changed}, "repository": {"id": 1}}
        given = inputs_of_run(
            found({"ci.yml": "on: push\njobs: {}\n"}).files[0].text, "workflow_run", payload
        )
        assert (given is not None) is starts
