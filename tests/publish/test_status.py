"""The status: pending first, one final, and only while our pending is the newest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from deploy_checklist.github.model import Status
from deploy_checklist.publish.status import GateStatus, OvertakenBy
from deploy_checklist.publish.status_name import context
from deploy_checklist.report.model import Verdict
from deploy_checklist.world.ports import NotPublished
from reports import blocked, ready

AT = datetime(2026, 11, 22, tzinfo=UTC)


@dataclass
class Commit:
    """The statuses of one commit in one context, as GitHub keeps them."""

    said: list[Status] = field(default_factory=list)
    refuses: bool = False
    at: datetime = AT

    @property
    def states(self) -> list[str]:
        return [status.state for status in self.said]

    def post_status(
        self, commit: str, context: str, state: str, description: str, target_url: str | None
    ) -> Status:
        if self.refuses:
            raise NotPublished("github-token may not write", "add `statuses: write`")
        posted = Status(
            id=len(self.said),
            context=context,
            state=state,
            description=description,
            created_at=self.at,
            creator=None,
            target_url=target_url,
        )
        self.said.append(posted)
        return posted

    def statuses(self, commit: str, mine: Status, last: Status) -> Sequence[Status]:
        return self.said[::-1]

    def conclude(
        self, commit: str, mine: Status, state: str, description: str, *, behind: int
    ) -> Status | None:
        return self.post_status(commit, mine.context, state, description, mine.target_url)


def status(there: Commit, run: int = 1, began: datetime = AT) -> GateStatus:
    context, url = "deploy-checklist/production", f"https://x/runs/{run}"
    return GateStatus(there, "a" * 40, context, url, began=began, now=lambda: began)


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
    assert there.states == ["pending", state]
    assert all(len(words) <= 140 for words in (each.description or "" for each in there.said))


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


def test_what_could_not_begin_is_begun_again_at_the_end() -> None:
    """An older verdict must not stand because of one request."""
    there = Commit(refuses=True)
    found = status(there)
    found.begin()
    there.refuses = False
    found.conclude(blocked())
    assert there.states == ["pending", "failure"]
    assert found.problem is None


def test_it_knows_when_another_run_has_begun_since() -> None:
    there = Commit()
    found = status(there)
    found.begin()
    assert not found.overtaken()
    status(there, 2).begin()
    assert found.overtaken() is OvertakenBy.LATER_RUN


def test_the_run_that_began_last_is_not_overtaken_by_the_end_of_an_earlier_one() -> None:
    there = Commit()
    earlier, later = status(there), status(there, 2)
    earlier.begin()
    later.begin()
    earlier.conclude(blocked())
    assert there.states == ["pending", "pending", "failure"]
    assert (later.overtaken(), earlier.overtaken()) == (None, None)  # an ended run writes no more


@pytest.mark.parametrize("since", ["9999-12-31T23:59:59Z", "2026-11-23T00:00:00Z", "0001-W01"])
def test_a_time_that_cannot_be_true_does_not_hold_the_release(since: str) -> None:
    """Whoever may write statuses may have written it."""
    there = Commit()
    words = f"looking since {since} +999999.000000 s"
    there.post_status("a" * 40, "deploy-checklist/production", "pending", words, "https://x/forged")
    there.post_status("a" * 40, "deploy-checklist/production", "failure", "", "https://x/forged")
    there.at = AT + timedelta(minutes=1)
    later = status(there, began=there.at)
    later.begin()
    later.conclude(ready())
    assert (later.problem, there.states[-1]) == (None, "success")


def test_each_moment_has_its_own_name() -> None:
    assert context("production", "before", review=True) == "deploy-checklist/production/review"
    assert context("production", "before", review=False) == "deploy-checklist/production"
    assert context("production", "after", review=False) == "deploy-checklist/production/after"
    assert context(None, "before", review=True) == "deploy-checklist/review"
    assert context(None, "before", review=False) == "deploy-checklist/release"
    assert context(None, "after", review=False) == "deploy-checklist/after"


@pytest.mark.parametrize("moment", ["review", "after", "Review", "AFTER"])
def test_an_environment_that_is_called_like_anothers_moment_has_its_own_status(moment: str) -> None:
    own = context(f"production/{moment}", "before", review=False)
    assert own == f"deploy-checklist/production%2F{moment}"
    assert context("production/eu", "before", review=False) == "deploy-checklist/production/eu"


def test_no_environment_has_the_status_that_another_one_gets_instead() -> None:
    written = ["production", *(f"production{slash}review" for slash in ("/", "%2F", "%252f"))]
    names = {context(each, "before", review=on) for each in written for on in (True, False)}
    assert len({name.casefold() for name in names}) == 2 * len(written)


def test_a_gate_with_a_name_has_its_own_statuses() -> None:
    def named(environment: str | None, phase: str = "before", *, review: bool = False) -> str:
        return context(environment, phase, review=review, gate="services/api")

    assert named("production", review=True) == "deploy-checklist/services/api/production/review"
    assert named("production") == "deploy-checklist/services/api/production"
    assert named("production", "after") == "deploy-checklist/services/api/production/after"
    assert named(None) == "deploy-checklist/services/api/release"
    assert named(None, review=True) == "deploy-checklist/services/api/release/review"
    assert named("Review") == "deploy-checklist/services/api/%52eview"


PARTS = st.sampled_from(["a", "A", "b", "review", "after", "release", "production", "%72eview"])
PATHS = st.lists(PARTS, min_size=1, max_size=3).map("/".join)
MOMENTS = st.sampled_from([("before", True), ("before", False), ("after", False)])


@given(st.tuples(PATHS, st.none() | PATHS, MOMENTS), st.tuples(PATHS, st.none() | PATHS, MOMENTS))
def test_no_two_named_gates_environments_and_moments_share_a_status(
    one: tuple[str, str | None, tuple[str, bool]], other: tuple[str, str | None, tuple[str, bool]]
) -> None:
    """GitHub compares contexts without regard to case, and so names that differ in case alone are one."""
    names = [
        context(environment, phase, review=review, gate=gate).casefold()
        for gate, environment, (phase, review) in (one, other)
    ]
    same = repr(one).casefold() == repr(other).casefold()
    assert (names[0] == names[1]) is same


def test_an_environment_without_a_slash_never_has_a_named_gates_status() -> None:
    moments = [("before", True), ("before", False), ("after", False)]
    words = ("a", "review", "after", "release", None)
    nameless = {context(each, phase, review=on) for each in words for phase, on in moments}
    named = {
        context(each, phase, review=on, gate=gate)
        for each in words
        for phase, on in moments
        for gate in words
        if gate
    }
    assert not nameless & named
