"""What a run looks at last: beside its writes, and never at what is out of date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from deploy_checklist.github.model import Status
from deploy_checklist.publish.last_looks import LastLooks
from deploy_checklist.publish.status import GateStatus, OvertakenBy
from reports import blocked, ready

from .test_status import AT, Commit


@dataclass
class Watched(Commit):
    """Remembers in which order it was looked at and written to."""

    done: list[str] = field(default_factory=list)

    def statuses(self, commit: str, mine: Status, last: Status) -> Sequence[Status]:
        self.done.append("look")
        return super().statuses(commit, mine, last)

    def conclude(
        self, commit: str, mine: Status, state: str, description: str, *, behind: int
    ) -> Status | None:
        self.done.append(state)
        return super().conclude(commit, mine, state, description, behind=behind)


@dataclass
class Clock:
    at: datetime = AT

    def now(self) -> datetime:
        return self.at


def begun(there: Commit, clock: Clock, run: int = 1) -> GateStatus:
    name, url = "deploy-checklist/production", f"https://x/runs/{run}"
    found = GateStatus(there, "a" * 40, name, url, began=clock.at, now=clock.now)
    found.begin()
    return found


def test_the_look_that_was_begun_decides_and_is_not_taken_twice() -> None:
    there, clock = Watched(), Clock()
    status = begun(there, clock)
    LastLooks(status).begin_at_status()
    status.conclude(blocked())
    assert there.done == ["look", "failure", "look"]
    assert status.problem is None


def test_a_look_that_has_become_old_is_taken_again() -> None:
    """The comment took its time: another run, which began meanwhile, is not written over."""
    there, clock = Watched(), Clock()
    status = begun(there, clock)
    LastLooks(status).begin_at_status()
    clock.at += timedelta(seconds=3)
    begun(there, clock, 2)
    status.conclude(ready())
    assert status.overtaken_by is OvertakenBy.LATER_RUN
    assert there.states == ["pending", "pending"]


def test_a_run_that_is_stopped_looks_again() -> None:
    there, clock = Watched(), Clock()
    status = begun(there, clock)
    LastLooks(status).begin_at_status()
    begun(there, clock, 2)
    status.fail("the run was stopped")
    assert there.done[:2] == ["look", "look"]
    assert there.states[-1] == "error"


def test_the_comments_are_asked_for_behind_the_final_status() -> None:
    there, clock = Watched(), Clock()
    status = begun(there, clock)
    looks = LastLooks(status)
    looks.defer(lambda: there.done.append("comments"), lambda: "https://x/1")
    status.conclude(blocked())
    assert there.done == ["look", "failure", "comments", "look"]
    assert looks.comment_url() == "https://x/1"
    assert looks.comment_url() is None


def test_without_a_comment_there_is_no_address() -> None:
    assert LastLooks(begun(Watched(), Clock())).comment_url() is None
