"""Every order in which the requests of two runs can reach GitHub, and many orders of three."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import combinations
from threading import Semaphore, Thread

import pytest
from msgspec.structs import replace

from deploy_checklist.github.model import Status
from deploy_checklist.publish.status import GateStatus
from deploy_checklist.report.model import Verdict
from reports import blocked, ready

AT = datetime(2026, 11, 22, tzinfo=UTC)
# One look at what decides, and at the most five requests for the status: pending, a look, the
# final one, a look, and the error.
STEPS = 6


@dataclass
class Race:
    """Runs that go on one request at a time, in a given order, and one commit's statuses."""

    greens: int  # so many runs still see that all is well: those that look first
    runs: int
    said: list[Status] = field(default_factory=list)
    looked: list[int] = field(default_factory=list)  # the runs, in the order of their looks
    status: dict[int, GateStatus] = field(default_factory=dict)
    clock: int = 0
    ahead: Sequence[int] = (0, 0, 0)  # seconds by which the clock of each run's machine is ahead

    def __post_init__(self) -> None:
        self._go = [Semaphore(0) for _ in range(self.runs)]
        self._back = Semaphore(0)
        self._ended: set[int] = set()

    def held(self, order: Iterable[int]) -> Race:
        """The race, run to its end."""
        threads = [Thread(target=self._run, args=(each,), daemon=True) for each in range(self.runs)]
        for thread in threads:
            thread.start()
        for each in (*order, *(each for each in range(self.runs) for _ in range(STEPS))):
            if each not in self._ended:
                self.clock += 1
                self._go[each].release()
                assert self._back.acquire(timeout=10)
        assert len(self._ended) == self.runs
        return self

    def step(self, run: int) -> None:
        self._back.release()
        self._go[run].acquire()

    def now(self, run: int | None = None) -> datetime:
        """By the clock of a run's machine, else by GitHub's."""
        ahead = 0 if run is None else self.ahead[run]
        return AT + timedelta(seconds=self.clock + ahead)

    def _run(self, number: int) -> None:
        self._go[number].acquire()
        there = Requests(self, number)
        url = f"https://x/runs/{number}"
        now = partial(self.now, number)
        status = GateStatus(there, "a" * 40, "gate", url, began=now(), now=now)
        self.status[number] = status
        report = ready() if len(self.looked) < self.greens else blocked()
        self.looked.append(number)
        status.begin()
        status.conclude(report)
        self._ended.add(number)
        self._back.release()

    def of(self, run: int) -> list[int]:
        """Where this run's statuses stand."""
        url = f"https://x/runs/{run}"
        return [index for index, status in enumerate(self.said) if status.target_url == url]

    def green(self, run: int) -> bool:
        return self.looked.index(run) < self.greens

    def check(self) -> None:
        newest = self.said[-1]
        assert newest.state in ("success", "failure", "error"), "nobody concluded"
        if newest.state == "success":
            run = next(each for each in range(self.runs) if len(self.said) - 1 in self.of(each))
            later = self.looked[self.looked.index(run) + 1 :]
            assert all(self.green(each) for each in later), "an old green over a newer red"
        for run, status in self.status.items():
            first, last = self.of(run)[0], self.of(run)[-1]
            if status.problem is None and self.said[last].state == "success":
                own = set(range(first, last + 1))
                assert set(self.of(run)) == own, "this run did not notice the other one"


@dataclass
class Requests:
    """One run's requests, each of which waits for its turn."""

    race: Race
    run: int

    def post_status(
        self, commit: str, context: str, state: str, description: str, target_url: str | None
    ) -> Status:
        self.race.step(self.run)
        posted = Status(
            id=len(self.race.said),
            context=context,
            state=state,
            description=description,
            created_at=self.race.now(),
            creator=None,
            target_url=target_url,
        )
        self.race.said.append(posted)
        return posted

    def statuses(self, commit: str, mine: Status, last: Status) -> Sequence[Status]:
        self.race.step(self.run)
        return self.race.said[::-1]

    def conclude(
        self, commit: str, mine: Status, state: str, description: str, *, behind: int
    ) -> Status:
        return self.post_status(commit, mine.context, state, description, mine.target_url)


def orders_of_two() -> Iterator[list[int]]:
    for first in combinations(range(2 * STEPS), STEPS):
        yield [0 if place in first else 1 for place in range(2 * STEPS)]


@pytest.mark.parametrize("greens", [0, 1, 2])
def test_two_runs_in_every_order_leave_no_old_green_over_a_newer_red(greens: int) -> None:
    newest = set()
    for order in orders_of_two():
        race = Race(greens, 2).held(order)
        race.check()
        newest.add(race.said[-1].state)
    assert newest == {"error", "success" if greens == 2 else "failure"}


@pytest.mark.parametrize("greens", [1, 2])
def test_three_runs_in_many_orders(greens: int) -> None:
    chance = random.Random(20261122)
    for _ in range(1500):
        order = [0, 1, 2] * STEPS
        chance.shuffle(order)
        Race(greens, 3).held(order).check()


MINUTES = pytest.mark.parametrize("ahead", [(300, 0), (0, 300), (-300, 0), (0, -300)])


@MINUTES
@pytest.mark.parametrize("greens", [0, 1, 2])
def test_clocks_that_differ_by_minutes_do_not_change_that(
    greens: int, ahead: Sequence[int]
) -> None:
    for order in list(orders_of_two())[::4]:
        Race(greens, 2, ahead=ahead).held(order).check()


@MINUTES
@pytest.mark.parametrize("greens", [0, 1, 2])
def test_nor_do_they_make_a_race_of_one_run_after_the_other(
    greens: int, ahead: Sequence[int]
) -> None:
    race = Race(greens, 2, ahead=ahead).held(())
    assert [status.problem for status in race.status.values()] == [None, None]


@pytest.mark.parametrize("runs", [1, 2, 3])
def test_one_run_after_the_other_is_no_race(runs: int) -> None:
    race = Race(runs - 1, runs).held(())
    assert [status.problem for status in race.status.values()] == [None] * runs
    assert [status.state for status in race.said] == [
        *["pending", "success"] * (runs - 1),
        "pending",
        "failure",
    ]


def test_an_undetermined_verdict_needs_no_second_look() -> None:
    race = Race(0, 1)
    there = Requests(race, 0)
    race.step = lambda run: setattr(race, "clock", race.clock + 1)  # type: ignore[method-assign]
    status = GateStatus(there, "a" * 40, "gate", None, began=AT, now=race.now)
    status.begin()
    status.conclude(replace(blocked(), verdict=Verdict.UNDETERMINED))
    assert race.clock == 3
