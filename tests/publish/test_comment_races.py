"""Orders in which the requests of two and three runs for one comment can reach GitHub."""

from __future__ import annotations

import io
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Semaphore, Thread

import pytest
from msgspec.structs import replace

from deploy_checklist.github.model import Comment, History, Posted, Revision
from deploy_checklist.outcome import Unobservable
from deploy_checklist.publish.base import Destinations, GitHubPlaces
from deploy_checklist.publish.comment import (
    CommentRights,
    Marker,
    add_warning,
    parse,
    publish,
)
from deploy_checklist.publish.one_comment import MeanwhileWritten, leave_one
from deploy_checklist.publish.status import OvertakenBy
from deploy_checklist.settings import Inputs, RunContext
from publish.test_comment import US, there

AT = datetime(2026, 11, 22, tzinfo=UTC)
STEPS = 8  # requests of a run at the most, if the others take its look away once


@dataclass
class Place:
    """The comments of a pull request, and runs that go on one request at a time."""

    runs: int
    comments: list[Comment] = field(default_factory=list)
    began: dict[int, datetime] = field(default_factory=dict)
    clock: int = 0

    def __post_init__(self) -> None:
        self._go = [Semaphore(0) for _ in range(self.runs)]
        self._back = Semaphore(0)
        self._ended: set[int] = set()

    def held(self, order: Iterable[int]) -> Place:
        for each in range(self.runs):
            Thread(target=self._run, args=(each,), daemon=True).start()
        for each in (*order, *(each for each in range(self.runs) for _ in range(2 * STEPS))):
            if each not in self._ended:
                self.clock += 1
                self._go[each].release()
                assert self._back.acquire(timeout=10)
        assert len(self._ended) == self.runs
        return self

    def now(self) -> datetime:
        return AT + timedelta(seconds=self.clock)

    def step(self, run: int) -> None:
        self._back.release()
        self._go[run].acquire()

    def _run(self, number: int) -> None:
        self._go[number].acquire()
        began = self.began[number] = self.now()
        writer = Requests(self, number)
        found = writer.comments_now()
        may = CommentRights(create=True, overtaken=lambda: None, comments_now=writer.comments_now)
        posted = publish(text_of(number), marker(began), found, writer, may)
        if isinstance(posted, Posted):
            others = MeanwhileWritten(writer.comments_now, marker(began), parse)
            leave_one(posted, others, writer, io.StringIO())
        self._ended.add(number)
        self._back.release()

    def check(self) -> None:
        (shown,) = [comment for comment in self.comments if not comment.minimized]
        newest = max(self.began, key=self.began.__getitem__)
        assert shown.text.startswith(text_of(newest)), "an old verdict over a newer one"


@dataclass
class Requests:
    """One run's requests, each of which waits for its turn."""

    place: Place
    run: int

    def comments_now(self) -> Sequence[Comment]:
        self.place.step(self.run)
        return list(self.place.comments)

    def comment_text(self, comment: int) -> str | None:
        self.place.step(self.run)
        return self.place.comments[comment].text

    def create_comment(self, number: int, text: str) -> Posted:
        self.place.step(self.run)
        comment = there(text, number=len(self.place.comments), at=self.place.now())
        self.place.comments.append(comment)
        return posted(self.place.comments[-1])

    def update_comment(self, comment: int, text: str) -> Posted:
        self.place.step(self.run)
        before = self.place.comments[comment]
        history = History(
            revisions=(
                *before.history.revisions,
                Revision(editor=US, at=self.place.now(), text=text, by_gate=True),
            )
        )
        self.place.comments[comment] = replace(before, text=text, history=history)
        return posted(before)

    def minimize(self, node: str) -> None:
        self.place.step(self.run)
        found = self.place.comments[int(node)]
        self.place.comments[int(node)] = replace(found, minimized=True)


def marker(began: datetime) -> Marker:
    return Marker(
        repository=1, number=1, environment=None, phase="before", started_at=began, head="a" * 40
    )


def text_of(run: int) -> str:
    return f"## what run {run} found"


def posted(comment: Comment) -> Posted:
    return Posted(id=comment.id, node=comment.node, url=comment.url or "")


@pytest.mark.parametrize("again", [False, True], ids=["first comment", "changed comment"])
@pytest.mark.parametrize("runs", [2, 3])
def test_runs_in_many_orders_leave_one_comment_with_the_newest_verdict(
    runs: int, again: bool
) -> None:
    chance = random.Random(20261122)
    for _ in range(800):
        order = [*range(runs)] * STEPS
        chance.shuffle(order)
        place = Place(runs)
        if again:
            place.comments.append(there(f"## before\n\n{marker(AT)}", number=0, at=AT))
        place.held(order).check()


def test_a_look_that_fails_is_a_warning_and_the_comment_stays() -> None:
    def unseen() -> Sequence[Comment]:
        raise Unobservable("GitHub failed to read the comments on #1 (502)")

    out, ours = io.StringIO(), posted(there("x"))
    others = MeanwhileWritten(unseen, marker(AT), parse)
    assert leave_one(ours, others, Requests(Place(1), 0), out) == ours.url
    assert out.getvalue().startswith(
        "::warning::could not check whether another run also wrote a comment"
    )


class OvertakenWriter(Requests):
    """An older run, between whose read and write of the comment the newer run writes."""

    newer = f"{text_of(1)}\n\n{marker(AT + timedelta(seconds=5))}"

    def comment_text(self, comment: int) -> str | None:
        text = super().comment_text(comment)
        if self.newer not in [each.text for each in self.place.comments[comment].history.revisions]:
            super().update_comment(comment, self.newer)
        return text


@pytest.mark.parametrize(
    ("overtaken_by", "warns"), [(OvertakenBy.LATER_RUN, False), (OvertakenBy.ENDED_RUN, True)]
)
def test_a_warning_leaves_what_a_newer_run_writes_at_the_same_moment(
    overtaken_by: OvertakenBy, warns: bool
) -> None:
    place = Place(1, clock=60)
    place.step = lambda run: None  # type: ignore[method-assign]
    place.comments.append(there(f"{text_of(0)}\n\n{marker(AT)}", number=0, at=AT))
    writer = OvertakenWriter(place, 0)
    github = GitHubPlaces(
        writer=lambda: writer,  # type: ignore[arg-type, return-value]
        repository_id=1,
        commit="a" * 40,
        began=AT,
        overtaken=lambda: None,
        comments_now=lambda _: writer.comments_now(),
        comment_on=PullRequestAt(1),
    )
    to = Destinations(
        inputs=Inputs.read({}), context=RunContext.read({}), out=io.StringIO(), github=github
    )
    add_warning("Another run", "https://x/pull/1#issuecomment-0", to, overtaken_by)
    text = place.comments[0].text
    assert text.startswith(text_of(1)), "an old verdict over a newer one"
    assert ("Another run" in text) == warns


@dataclass(frozen=True)
class PullRequestAt:
    """Where the comment is."""

    number: int
    comments: Sequence[Comment] = ()
