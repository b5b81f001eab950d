"""Requests of a run: the gate is a guest on an hourly budget of 1,000."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from deploy_checklist.github.client import Client
from deploy_checklist.github.model import Permission
from deploy_checklist.github.reader import GitHubReader
from deploy_checklist.github.roles import Roles
from deploy_checklist.github.writer import Writer
from servers.github import FakeHub

WANTED = (".github/deploy-checklist.yml", "deploy-checklist.yml", "docs/deployment-checklist.md")
GATE = "deploy-checklist/production/review"


@pytest.fixture
def client(connected: Callable[..., Client]) -> Client:
    """Patient: on a busy machine no request is to be made again, since they are counted."""
    return connected(timeout=10)


def review(client: Client, number: int, *, changed: bool) -> None:
    """What a run on a release PR asks and writes: one role by permission, comment and status."""
    found = GitHubReader(client).records(pull_request=number, files=WANTED).pull_request
    assert found is not None
    writer = Writer(client)
    mine = writer.post_status(found.head, GATE, "pending", "looking", None)
    assert Roles(client, None).permission("octo-lead") is Permission.MAINTAIN
    ours = next((comment for comment in found.comments if comment.own), None)
    if ours is None:
        writer.create_comment(number, "the gate's comment")
    elif changed:
        assert writer.comment_text(ours.id) == ours.text
        writer.update_comment(ours.id, "the gate's other comment")
    assert writer.conclude(found.head, mine, "failure", "3 to fix") is not None


def test_a_run_on_a_release_pr_needs_few_requests(hub: FakeHub, client: Client) -> None:
    repo = hub.repository(files={".github/deploy-checklist.yml": "version: 1\n"})
    repo.roles["octo-lead"] = "maintain"
    hub.user("octo-lead")
    pull = repo.open_pull()
    spent = []
    for changed in (True, True, False):
        before = len(hub.requests)
        review(client, pull.number, changed=changed)
        spent.append(len(hub.requests) - before)
    assert spent == [6, 7, 5]  # the first comment, a changed one, a quiet re-run
    assert max(spent[:2]) <= 10
    assert spent[2] <= 7
    assert hub.counted("PATCH") == 1
