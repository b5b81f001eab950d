"""The status: pending first, one final, and only while our pending is the newest."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from deploy_checklist.github.model import Status
from deploy_checklist.publish.status import GateStatus, context
from deploy_checklist.report.model import Verdict
from deploy_checklist.world.ports import NotPublished
from reports import blocked

AT = datetime(2026, 11, 22, tzinfo=UTC)


@dataclass
class Commit:
    """The statuses of one commit, as GitHub keeps them."""

    said: list[tuple[str, str]] = field(default_factory=list)
    refuses: bool = False

    def post_status(
        self, commit: str, context: str, state: str, description: str, target_url: str | None
    ) -> Status:
        if self.refuses:
            raise NotPublished("github-token may not write", "add `statuses: write`")
        self.said.append((state, description))
        return Status(
            id=len(self.said),
            context=context,
            state=state,
            description=description,
            created_at=AT,
            creator=None,
            target_url=target_url,
        )

    def newest_status(self, commit: str, context: str) -> Status | None:
        state, description = self.said[-1]
        return Status(
            id=len(self.said),
            context=context,
            state=state,
            description=description,
            created_at=AT,
            creator=None,
            target_url=None,
        )

    def conclude(self, commit: str, mine: Status, state: str, description: str) -> Status | None:
        return self.post_status(commit, mine.context, state, description, None)


def status(there: Commit) -> GateStatus:
    return GateStatus(there, "a" * 40, "deploy-checklist/production", None)


@pytest.mark.parametrize(
    ("verdict", "state"),
    [
        (Verdict.READY, "success"),
        (Verdict.WAITING, "pending"),
        (Verdict.BLOCKED, "failure"),
        (Verdict.UNDETERMINED, "error"),
    ],
)
def test_each_verdict_has_its_state(verdict: Verdict, state: str) -> None:
    there = Commit()
    found = status(there)
    found.begin()
    found.conclude(replace(blocked(), verdict=verdict))
    assert [each for each, _ in there.said] == ["pending", state]
    assert all(len(words) <= 140 for _, words in there.said)


def test_there_is_one_final_even_if_it_is_concluded_twice() -> None:
    there = Commit()
    found = status(there)
    found.begin()
    found.conclude(blocked())
    found.fail("a crash after the end")
    assert len(there.said) == 2


def test_what_could_not_begin_is_not_concluded_and_says_why() -> None:
    there = Commit(refuses=True)
    found = status(there)
    found.begin()
    found.conclude(blocked())
    assert found.error is not None
    assert there.said == []


def test_it_knows_when_another_run_has_begun_since() -> None:
    there = Commit()
    found = status(there)
    found.begin()
    assert not found.overtaken()
    status(there).begin()
    assert found.overtaken()


def test_each_moment_has_its_own_name() -> None:
    assert context("production", "before", review=True) == "deploy-checklist/production/review"
    assert context("production", "before", review=False) == "deploy-checklist/production"
    assert context("production", "after", review=False) == "deploy-checklist/production/after"
    assert context(None, "before", review=True) == "deploy-checklist/review"
    assert context(None, "before", review=False) == "deploy-checklist/release"
    assert context(None, "after", review=False) == "deploy-checklist/after"
