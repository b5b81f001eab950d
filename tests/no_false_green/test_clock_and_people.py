"""Kinds × time and people: what is over or to come, and what nobody signed, is never green."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from deploy_checklist.outcome import IgnoredSignOff, Outcome, Unobservable
from deploy_checklist.signoffs.port import FoundSignOffs
from deploy_checklist.signoffs.unavailable import NoSignOffs
from fakes import NOT_READ, FakeSignOffs
from no_false_green.asking import Row, ask, hold
from no_false_green.conftest import Servers
from no_false_green.rows.repository import SECOND, SIGNED, signed_by
from no_false_green.rows.table import ROWS, called
from servers.authorities import NOW

OTHER_TIMES = {
    "a month ago": NOW - timedelta(days=30),
    "ten years ago": NOW - timedelta(days=3650),
    "in a year": NOW + timedelta(days=400),
    "in ten years": NOW + timedelta(days=3650),
}


@pytest.mark.parametrize("row", [row for row in ROWS if row.dated], ids=called)
def test_at_another_time_it_is_no_pass(row: Row, servers: Servers) -> None:
    best = servers.at_their_best(row)
    hold({name: ask(row, now=now, **best) for name, now in OTHER_TIMES.items()})


IGNORED = IgnoredSignOff(item="it-is-so", by="octocat", via="tick", reason="may not")
NOT_SIGNED = {
    "nobody": FakeSignOffs(),
    "nobody, without a place to sign": NoSignOffs(),
    "one that does not count": FakeSignOffs(found=FoundSignOffs(ignored=(IGNORED,))),
    "skipped": FakeSignOffs(found=FoundSignOffs(skipped=(SIGNED,))),
}
NOT_BY_TWO = {
    "one person": signed_by(SIGNED),
    "one person twice": signed_by(SIGNED, replace(SIGNED, via="command")),
    "one person under another name": signed_by(SIGNED, replace(SIGNED, by="renamed")),
    "one person in other letters": signed_by(
        replace(SIGNED, by_id=None), replace(SIGNED, by="Octo-Lead", by_id=None)
    ),
    "one person with and without an id": signed_by(SIGNED, replace(SIGNED, by_id=None)),
}
BY_PEOPLE = [row for row in ROWS if "sign_offs" in row.ports]


@pytest.mark.parametrize("row", BY_PEOPLE, ids=called)
def test_what_nobody_signed_is_no_pass(row: Row) -> None:
    sign_offs = {**NOT_SIGNED, **(NOT_BY_TWO if row.label == "by two" else {})}
    found = {name: ask(row, sign_offs=each) for name, each in sign_offs.items()}
    hold(found, Outcome.PENDING, Outcome.SKIPPED)
    unread = {
        "unreadable": ask(row, sign_offs=NOT_READ),
        "GitHub is down": ask(row, sign_offs=FakeSignOffs(trouble=Unobservable("is down"))),
    }
    hold(unread, Outcome.UNKNOWN)


def test_two_people_are_two() -> None:
    [row] = [row for row in BY_PEOPLE if row.label == "by two"]
    assert ask(row, sign_offs=signed_by(SECOND, SIGNED)).is_green
