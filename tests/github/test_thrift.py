"""Requests of a run: the gate is a guest on an hourly budget of 1,000."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial

import pytest

from deploy_checklist.github.client import Client
from deploy_checklist.github.model import Permission, Posted
from deploy_checklist.github.reader import GitHubReader
from deploy_checklist.github.roles import Roles
from deploy_checklist.github.writer import Writer
from deploy_checklist.publish.comment import CommentRights, Marker, parse, publish
from deploy_checklist.publish.one_comment import MeanwhileWritten, leave_one
from deploy_checklist.publish.status import GateStatus
from reports import blocked
from servers.github import FakeHub

WANTED = (".github/deploy-checklist.yml", "deploy-checklist.yml", "docs/deployment-checklist.md")
GATE = "deploy-checklist/production/review"


@pytest.fixture
def client(connected: Callable[..., Client]) -> Client:
    """Patient: on a busy machine no request is to be made again, since they are counted."""
    return connected(timeout=10)


def review(client: Client, number: int, verdict: str) -> None:
    """What a run on a release PR asks and writes: one role by permission, comment and status."""
    found = GitHubReader(client).records(pull_request=number, files=WANTED).pull_request
    assert found is not None
    writer, began = Writer(client), found.created_at
    status = GateStatus(writer, found.head, GATE, None, began=began, now=lambda: began)
    status.begin()
    assert Roles(client, None).permission("octo-lead") is Permission.MAINTAIN
    marker = Marker(
        repository=1,
        number=number,
        environment=None,
        phase="before",
        started_at=began,
        head="a" * 40,
    )
    look = partial(GitHubReader(client).comments, number, on_pull_request=True)
    may = CommentRights(create=True, overtaken=status.overtaken, comments_now=look)
    posted = publish(f"## production {verdict}", marker, found.comments, writer, may)
    if isinstance(posted, Posted):
        leave_one(posted, MeanwhileWritten(look, marker, parse), writer, io.StringIO())
    status.conclude(blocked())
    assert status.problem is None


def test_a_run_on_a_release_pr_needs_few_requests(hub: FakeHub, client: Client) -> None:
    repo = hub.repository(files={".github/deploy-checklist.yml": "version: 1\n"})
    repo.roles["octo-lead"] = "maintain"
    hub.user("octo-lead")
    pull = repo.open_pull()
    spent = []
    for verdict in ("waits", "is blocked", "is blocked"):
        before = len(hub.requests)
        review(client, pull.number, verdict)
        spent.append(len(hub.requests) - before)
    assert spent == [9, 10, 6]  # the first comment, a changed one, a quiet re-run
    assert hub.counted("PATCH") == 1
