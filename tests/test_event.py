"""Which commit is gated, at which moment: a table over payloads of the published webhook shapes."""

from __future__ import annotations

from typing import Any

import pytest

from deploy_checklist.checklist.model import Phase
from deploy_checklist.errors import Unusable
from deploy_checklist.run.event import EVENTS, target_of
from deploy_checklist.run.model import Stage, Target

RUN, HEAD, MERGE = "1" * 40, "a" * 40, "b" * 40


def pull(**more: Any) -> dict[str, Any]:
    base = {
        "number": 412,
        "head": {"sha": HEAD, "ref": "release/2", "repo": {"id": 1}},
        "base": {"ref": "main", "sha": "0" * 40, "repo": {"id": 1}},
        "merged": False,
        "merge_commit_sha": MERGE,
        "labels": [],
    }
    return {"pull_request": base | more}


def target_for(event: str | None, payload: dict[str, Any], **more: Any) -> Target:
    settings = {"phase": Phase.BEFORE, "sha": RUN, "ref": "refs/heads/main"} | more
    return target_of(event, payload, **settings)


@pytest.mark.parametrize("event", ["pull_request", "pull_request_target", "pull_request_review"])
def test_an_open_pull_request_is_reviewed_at_its_head_not_at_the_test_merge(event: str) -> None:
    found = target_for(event, pull(), ref="refs/pull/412/merge")
    assert (found.stage, found.commit, found.pull_request, found.base) == (
        Stage.REVIEW,
        HEAD,
        412,
        "main",
    )
    assert not found.from_fork


def test_the_merge_commit_is_not_needed_before_the_merge() -> None:
    """GitHub's newer API version leaves it out of pull requests."""
    payload = pull()
    del payload["pull_request"]["merge_commit_sha"]
    assert target_for("pull_request", payload).commit == HEAD
    payload["pull_request"]["merged"] = True
    assert target_for("pull_request", payload).commit is None


def test_a_merged_pull_request_is_gated_at_the_commit_github_made_of_it() -> None:
    found = target_for("pull_request", pull(merged=True))
    assert (found.stage, found.commit) == (Stage.GATE, MERGE)


@pytest.mark.parametrize("repo", [None, {"id": 2}])
def test_a_fork_is_a_fork_even_after_it_was_deleted(repo: object) -> None:
    assert target_for("pull_request", pull(head={"sha": HEAD, "ref": "x", "repo": repo})).from_fork


CASES: dict[str, tuple[str, dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "a push to a branch gates its tip": (
        "push",
        {"after": RUN},
        {},
        {"stage": Stage.GATE, "commit": RUN, "tag": None},
    ),
    "an annotated tag is known by the run's commit, never by the tag object": (
        "push",
        {"after": "f" * 40},
        {"ref": "refs/tags/v1.2.0"},
        {"commit": RUN, "tag": "v1.2.0"},
    ),
    "a comment on a pull request needs its head read": (
        "issue_comment",
        {"issue": {"number": 412, "pull_request": {"url": "x"}}},
        {},
        {"stage": Stage.REVIEW, "commit": None, "pull_request": 412},
    ),
    "a comment on an issue may be the ticket's": (
        "issue_comment",
        {"issue": {"number": 12}},
        {},
        {"stage": Stage.GATE, "commit": RUN, "ticket": 12},
    ),
    "CI's end gates CI's commit": (
        "workflow_run",
        {"workflow_run": {"head_sha": HEAD}},
        {},
        {"stage": Stage.GATE, "commit": HEAD},
    ),
    "a merge group is reviewed at its own commit": (
        "merge_group",
        {
            "merge_group": {
                "head_sha": HEAD,
                "head_ref": f"refs/heads/gh-readonly-queue/main/pr-104-{'c' * 40}",
                "base_ref": "refs/heads/main",
            }
        },
        {},
        {"stage": Stage.REVIEW, "commit": HEAD, "pull_request": 104, "base": "main"},
    ),
    "a release gates its tag": (
        "release",
        {"release": {"tag_name": "v1"}},
        {"ref": "refs/tags/v1"},
        {"commit": RUN, "tag": "v1"},
    ),
    "a deployment names commit and environment": (
        "deployment",
        {"deployment": {"sha": HEAD, "environment": "production"}},
        {},
        {"commit": HEAD, "environment": "production"},
    ),
    "a dispatch gates the commit it was given": (
        "workflow_dispatch",
        {"inputs": {}},
        {"commit": HEAD},
        {"commit": HEAD},
    ),
    "without one it gates the run's own": (
        "repository_dispatch",
        {"client_payload": {}},
        {},
        {"commit": RUN},
    ),
    "so does a schedule": (
        "schedule",
        {"schedule": "0 1 * * *"},
        {},
        {"commit": RUN, "finds_pull_request": True},
    ),
    "the deploy job is the deploy gate": (
        "push",
        {},
        {"phase": Phase.DEPLOY, "ref": "refs/tags/v1"},
        {"stage": Stage.DEPLOY, "tag": "v1"},
    ),
    "after it is after": ("push", {}, {"phase": Phase.AFTER}, {"stage": Stage.AFTER}),
    "a re-run says so": ("push", {}, {"attempt": 2}, {"re_run": True}),
    "a pull request can deploy a preview": (
        "pull_request",
        pull(),
        {"phase": Phase.DEPLOY},
        {"stage": Stage.DEPLOY, "commit": RUN},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_every_event_is_decided(name: str) -> None:
    event, payload, settings, expected = CASES[name]
    found = target_for(event, payload, **settings)
    assert {key: getattr(found, key) for key in expected} == expected


def test_every_supported_event_is_in_the_table() -> None:
    shown = {event for event, *_ in CASES.values()} | {
        "pull_request",
        "pull_request_target",
        "pull_request_review",
    }
    assert set(EVENTS) - shown == {"create", "deployment_status"}  # as push, and as deployment


@pytest.mark.parametrize("event", [None, "issues", "watch", ""])
def test_an_event_that_gates_nothing_is_refused_by_name(event: str | None) -> None:
    listed = (
        f"start the gate on one of {', '.join(sorted(EVENTS))}, or run `deploy-checklist check`"
    )
    with pytest.raises(Unusable, match=listed):
        target_for(event, {})
