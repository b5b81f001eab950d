"""Kinds × the job: a file that no step of this job wrote, or another than was asked, is never green."""

from __future__ import annotations

from datetime import timedelta

from deploy_checklist.outcome import Outcome, Unobservable
from fakes import FakeJob
from no_false_green.asking import ask, hold
from no_false_green.junk import junk_of
from no_false_green.rows.repository import RESULTS_OF_STEPS, wrote
from servers.authorities import NOW

[ROW] = RESULTS_OF_STEPS


def test_a_file_that_may_be_anothers_is_unknown() -> None:
    cells = {
        "not there": ask(ROW, job=FakeJob(started=NOW)),
        "a second too old": ask(ROW, job=wrote(written=NOW - timedelta(seconds=1))),
        "of yesterday": ask(ROW, job=wrote(written=NOW - timedelta(days=1))),
        "of strangers": ask(ROW, job=FakeJob(trouble=Unobservable("a pull request's code"))),
        "offline": ask(ROW, job=None, offline=True),
        "no time left": ask(ROW, seconds=0),
    }
    hold(cells, Outcome.UNKNOWN)


def test_a_file_that_says_something_else_is_no_pass() -> None:
    found = {
        name: ask(ROW, job=wrote(text.encode("utf-8", "surrogateescape")))
        for name, text in junk_of("NAME").items()
    }
    for text in (b'{"open": 1}', b'{"open": null}', b'{"open": ""}', b'{"open": []}', b"[]"):
        found[text.decode()] = ask(ROW, job=wrote(text))
    hold(found)
