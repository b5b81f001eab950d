"""The comment: found again only by its own identity and marker, never written in vain, never over a newer one."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from deploy_checklist.box_marker import encode_marker
from deploy_checklist.github.model import Actor, Comment, History, Posted, Revision
from deploy_checklist.publish.base import Destinations, GitHubPlaces
from deploy_checklist.publish.comment import (
    CommentRights,
    Marker,
    add_warning,
    of_another_gate,
    parse,
    publish,
)
from deploy_checklist.publish.gate_files import GateFiles
from deploy_checklist.publish.one_comment import with_new_ticks
from deploy_checklist.publish.status import OvertakenBy
from deploy_checklist.settings import Inputs, RunContext
from deploy_checklist.signoffs.ticks import Tick, ticks

AT = datetime(2026, 11, 22, 21, 14, 0, 123456, tzinfo=UTC)
MARKER = Marker(
    repository=4711,
    number=412,
    environment="production",
    phase="before",
    started_at=AT,
    head="a" * 40,
)
US = Actor(login="github-actions[bot]", id=41898282, kind="Bot")
LEAD = Actor(login="octo-lead", id=7, kind="User")
BOX = f"- [ ] **Announced** {encode_marker((('announced', '5be1c0d2'),))}"
TEXT = f"## 🔵 production is waiting\n\n{BOX}\n\n<sub>[run 7](https://x) · 2026-11-22 21:14 UTC</sub>\n"
POSTED = Posted(id=1, node="1", url="https://x/1")
MAY = CommentRights(create=True, overtaken=lambda: None, comments_now=tuple)


@dataclass
class Place:
    """What was asked and written."""

    now: str | None = None
    written: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    def comment_text(self, comment: int) -> str | None:
        return self.now

    def create_comment(self, number: int, text: str) -> Posted:
        return self._wrote("create", text)

    def update_comment(self, comment: int, text: str) -> Posted:
        return self._wrote(f"update {comment}", text)

    def minimize(self, node: str) -> None:
        self.done.append(f"minimize {node}")

    def _wrote(self, what: str, text: str) -> Posted:
        self.done.append(what)
        self.written.append(text)
        return POSTED


def there(
    text: str, *, own: bool = True, number: int = 1, minimized: bool = False, at: datetime = AT
) -> Comment:
    """A comment of the gate, or another's copy of it."""
    by = US if own else LEAD
    return Comment(
        id=number,
        node=str(number),
        author=by,
        text=text,
        created_at=at,
        edited_at=None,
        minimized=minimized,
        own=own,
        history=History(revisions=(Revision(editor=by, at=at, text=text, by_gate=own),)),
        url=f"https://x/{number}",
    )


def said(text: str = TEXT, marker: Marker = MARKER) -> str:
    return f"{text.rstrip()}\n\n{marker}"


def test_the_first_run_writes_it_and_the_next_finds_it() -> None:
    place = Place()
    assert publish(TEXT, MARKER, [], place, MAY) == POSTED
    again = Place()
    later = replace(MARKER, started_at=AT + timedelta(minutes=5))
    text = TEXT.replace("run 7", "run 8").replace("21:14", "21:19")
    assert publish(text, later, [there(place.written[0])], again, MAY) == "https://x/1"
    assert again.done == []


def test_a_comment_of_a_run_whose_clock_was_ahead_is_not_the_newest_for_ever() -> None:
    ahead = said(marker=replace(MARKER, started_at=AT + timedelta(days=2)))
    text, later = TEXT.replace("is waiting", "is ready"), AT + timedelta(minutes=1)
    place = Place(now=ahead)
    posted = publish(text, replace(MARKER, started_at=later), [there(ahead)], place, MAY)
    assert (posted, place.done) == (POSTED, ["update 1"])


def test_a_marker_with_a_number_that_is_no_id_is_nobodys() -> None:
    assert parse(said().replace("number=412", f"number={'9' * 5000}")) is None


@pytest.mark.parametrize(
    "other",
    [
        replace(MARKER, environment="staging"),
        replace(MARKER, phase="after"),
        replace(MARKER, number=413),
        replace(MARKER, repository=1),
        replace(MARKER, gate=GateFiles(name="services/api")),
    ],
)
def test_another_ones_comment_is_not_touched(other: Marker) -> None:
    place = Place()
    publish(TEXT, MARKER, [there(said(marker=other))], place, MAY)
    assert place.done == ["create"]


def test_a_gate_of_the_same_name_is_seen_by_its_files() -> None:
    ours = replace(MARKER, gate=GateFiles(checklist="docs/a b.md", rules="deploy-checklist.yml"))
    assert parse(said(marker=ours)) == ours
    for files in (GateFiles(), GateFiles(checklist="docs/a b.md"), ours.gate):
        assert of_another_gate([there(said(marker=replace(MARKER, gate=files)))], ours) == []
    for files in (
        GateFiles(checklist="docs/b.md"),
        GateFiles(checklist="docs/a b.md", rules="services/rules.yml"),
    ):
        theirs = there(said(marker=replace(MARKER, gate=files)))
        assert of_another_gate([theirs], ours) == [files]
        assert of_another_gate([there(theirs.text, own=False)], ours) == []


def test_somebody_elses_copy_of_it_is_not_ours() -> None:
    place = Place()
    publish(TEXT, MARKER, [there(said(), own=False)], place, MAY)
    assert place.done == ["create"]


def test_an_older_run_writes_nothing_over_a_newer_one() -> None:
    newer = said(
        TEXT.replace("is waiting", "is ready"),
        replace(MARKER, started_at=AT + timedelta(seconds=1)),
    )
    place = Place()
    publish(TEXT, MARKER, [there(newer)], place, MAY)
    assert place.done == []


def test_nor_over_one_that_was_written_since_it_read() -> None:
    old = said(
        TEXT.replace("is waiting", "is blocked"),
        replace(MARKER, started_at=AT - timedelta(minutes=1)),
    )
    place = Place(now=said(marker=replace(MARKER, started_at=AT + timedelta(seconds=1))))
    publish(TEXT, MARKER, [there(old)], place, MAY)
    assert place.done == []


LATER_RUN = replace(MAY, overtaken=lambda: OvertakenBy.LATER_RUN)


def test_nor_once_another_run_has_begun() -> None:
    old = said(
        TEXT.replace("is waiting", "is blocked"),
        replace(MARKER, started_at=AT - timedelta(minutes=1)),
    )
    place = Place(now=old)
    publish(TEXT, MARKER, [there(old)], place, LATER_RUN)
    assert place.done == []


def test_a_first_comment_does_not_wait_for_a_later_run_which_may_ask_elsewhere() -> None:
    """In another ticket, or it was stopped. If both write one, `leave_one` hides one of them."""
    place = Place()
    publish(TEXT, MARKER, [], place, LATER_RUN)
    assert place.done == ["create"]
    place, seen = Place(), replace(LATER_RUN, comments_now=lambda: [there(said())])
    publish(TEXT, MARKER, [], place, seen)
    assert place.done == []


def test_a_first_comment_is_written_where_the_run_that_ended_meanwhile_left_none() -> None:
    """That run left it to a third one, which leaves it to this one."""
    ended = replace(MAY, overtaken=lambda: OvertakenBy.ENDED_RUN)
    place = Place()
    publish(TEXT, MARKER, [], place, ended)
    assert place.done == ["create"]
    theirs = [there(said(marker=replace(MARKER, started_at=AT + timedelta(seconds=1))))]
    place = Place()
    publish(TEXT, MARKER, [], place, replace(ended, comments_now=lambda: theirs))
    assert place.done == []


def test_duplicates_are_folded_away_once() -> None:
    place = Place()
    doubles = [there(said()), there(said(), number=2), there(said(), number=3, minimized=True)]
    publish(TEXT, MARKER, doubles, place, MAY)
    assert place.done == ["minimize 2"]


def test_a_tick_made_since_it_was_read_stays_and_is_still_the_persons() -> None:
    old = said(TEXT.replace("is waiting", "is blocked"))
    now = old.replace("- [ ]", "- [x]")
    place = Place(now=now)
    publish(TEXT, MARKER, [there(old)], place, MAY)
    assert "- [x] **Announced**" in place.written[0]
    history = History(
        revisions=(
            Revision(editor=US, at=AT, text=old, by_gate=True),
            Revision(editor=LEAD, at=AT, text=now),
            Revision(editor=US, at=AT, text=place.written[0], by_gate=True),
        )
    )
    (tick,) = ticks(history, ours=True)
    assert isinstance(tick, Tick)
    assert (tick.by, tick.head, dict(tick.words)) == (
        LEAD,
        "a" * 40,
        {"announced": frozenset({"5be1c0d2"})},
    )


def test_a_tick_that_was_read_and_not_credited_is_taken_out() -> None:
    ticked = said(TEXT.replace("- [ ]", "- [x]"))
    assert "- [ ] **Announced**" in with_new_ticks(said(), ticked, ticked)


@given(st.text(st.sampled_from("abc-<> /?&=%😀"), min_size=1), st.text())
def test_a_marker_is_read_as_it_was_written_and_nothing_else_is_one(
    environment: str, other: str
) -> None:
    marker = replace(MARKER, environment=environment)
    assert parse(said(marker=marker)) == marker
    assert str(marker).count("<") == str(marker).count(">") == 1
    assert parse(f"## x\n{marker}\n{other}x") is None


def test_where_none_may_be_made_none_is() -> None:
    place = Place()
    assert publish(TEXT, MARKER, [], place, replace(MAY, create=False)) is None
    assert place.done == []


URL = "https://github.com/acme/shop/pull/412#issuecomment-1"


def warned(now: str | None, url: str = URL) -> Place:
    """What becomes of a comment that says `now`."""
    place = Place(now=now)
    add_warning("No `status` <b>yet</b>", url, destinations(place))
    return place


def destinations(place: Place) -> Destinations:
    """Those of a run that began at AT."""
    github = GitHubPlaces(
        writer=lambda: place,  # type: ignore[arg-type, return-value]
        repository_id=4711,
        commit="a" * 40,
        began=AT,
        overtaken=lambda: None,
        comments_now=lambda _: (),
    )
    return Destinations(
        inputs=Inputs.read({}), context=RunContext.read({}), out=io.StringIO(), github=github
    )


def test_a_warning_is_put_under_the_heading_and_keeps_ticks_made_meanwhile() -> None:
    now = said().replace("- [ ]", "- [x]")
    [text] = warned(now).written
    heading, warning = text.split("\n\n")[:2]
    assert heading == "## 🔵 production is waiting"
    assert warning.startswith("> [!CAUTION]\n> No ")
    assert "<b>" not in warning
    assert text.replace(f"\n\n{warning}", "", 1) == now
    assert parse(text) == MARKER


@pytest.mark.parametrize(
    "now",
    [None, "gone", said(marker=replace(MARKER, started_at=AT + timedelta(seconds=1)))],
    ids=["deleted", "of others", "of a later run"],
)
def test_a_comment_that_is_no_longer_this_runs_gets_no_warning(now: str | None) -> None:
    assert warned(now).done == []


def test_without_a_comment_there_is_nothing_to_warn_in() -> None:
    assert warned(said(), url="").done == []


def warned_by(overtaken_by: OvertakenBy, began: datetime) -> list[str]:
    """What is written where the comment is that of a run which began then."""
    place = Place(now=said(marker=replace(MARKER, started_at=began)))
    add_warning("x", URL, destinations(place), overtaken_by)
    return place.done


def test_a_warning_that_an_error_stands_behind_another_runs_status_is_in_whatever_comment() -> None:
    for began in (AT - timedelta(minutes=1), AT, AT + timedelta(minutes=1)):
        assert warned_by(OvertakenBy.ENDED_RUN, began) == ["update 1"]


def test_a_warning_that_a_later_runs_status_counts_is_only_in_this_runs_comment() -> None:
    assert warned_by(OvertakenBy.LATER_RUN, AT) == ["update 1"]
    for began in (AT - timedelta(minutes=1), AT + timedelta(minutes=1)):
        assert warned_by(OvertakenBy.LATER_RUN, began) == []
