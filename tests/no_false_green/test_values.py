"""Kinds × junk: a text that is certainly no value is green nowhere, whatever is asked of it."""

from __future__ import annotations

from functools import partial

import pytest

from deploy_checklist.checks.base import Needs
from deploy_checklist.outcome import Outcome
from fakes import job, shell
from no_false_green.asking import SUBJECT, Row, ask, hold
from no_false_green.conftest import Servers
from no_false_green.junk import BEHIND_A_URL, junk_of
from no_false_green.rows.good import SOME_VALUE
from no_false_green.rows.table import ROWS, called

OF_A_VARIABLE = [row for row in ROWS if Needs.VALUE in row.needs() and SUBJECT in row.values]
OF_URLS = [row for row in OF_A_VARIABLE if "://" in row.values[SUBJECT]]
SEPARATORS = ", \t\n\u00a0"
OTHERS = [
    pytest.param(row, name, id=f"{row.name}, {name}")
    for row in ROWS
    for name in row.values
    if name != SUBJECT
]


@pytest.mark.parametrize("row", OF_A_VARIABLE, ids=called)
def test_junk_in_the_rules_variable_fails(row: Row, servers: Servers) -> None:
    best = servers.at_their_best(row)
    junk = {what: text for what, text in junk_of(SUBJECT).items() if what not in row.may_hold}
    if row.kind == "absent":
        del junk["empty"]  # which is what it asks for
    cells = {what: ask(row, values={SUBJECT: text}, **best) for what, text in junk.items()}
    hold(cells, Outcome.FAIL)


@pytest.mark.parametrize("row", OF_URLS, ids=called)
def test_a_good_url_with_junk_behind_it_fails(row: Row, servers: Servers) -> None:
    best = servers.at_their_best(row)
    good = row.values[SUBJECT].replace("@URL@", best.get("url", ""))
    good = good.replace("@PORT@", best.get("url", "").rpartition(":")[2])
    cells = {
        name: ask(row, values={SUBJECT: f"{good}{junk}"}, **best)
        for name, junk in BEHIND_A_URL.items()
    }
    hold(cells, Outcome.FAIL)


@pytest.mark.parametrize("row", [row for row in ROWS if row.kind == "origins"], ids=called)
def test_a_good_list_with_junk_in_it_fails(row: Row, servers: Servers) -> None:
    best = servers.at_their_best(row)
    junk = {what: text for what, text in junk_of(SUBJECT).items() if text.strip(SEPARATORS)}
    cells = {
        what: ask(row, values={SUBJECT: f"{row.values[SUBJECT]},{text}"}, **best)
        for what, text in junk.items()
    }
    hold(cells, Outcome.FAIL)


def test_junk_in_one_of_several_headers_is_no_pass(servers: Servers) -> None:
    [row] = [row for row in ROWS if row.kind == "otlp" and "headers_env" in row.written]
    best = servers.at_their_best(row)
    cells = {
        junk: ask(row, values={"KEY": f"x-tenant=shop,x-api-key={junk}"}, **best)
        for junk in ("None", "null", "changeme", "<your-key>", "$X", "%X%", "op://prod/key/x")
    }
    hold(cells, Outcome.UNKNOWN)


@pytest.mark.parametrize(("row", "name"), OTHERS)
def test_junk_in_another_variable_is_no_pass(row: Row, name: str, servers: Servers) -> None:
    """Not even where the server lets anybody in."""
    best = servers.at_their_best(row)
    cells = {
        what: ask(row, values={name: text}, **best)
        for what, text in junk_of(name).items()
        if what not in SOME_VALUE
    }
    hold(cells)


EVERY = [
    pytest.param(row, name, id=f"{row.name}, {name}")
    for row in ROWS
    for name in row.values
    if name != SUBJECT or row.judges_value
]


@pytest.mark.parametrize(("row", "name"), EVERY)
def test_what_was_not_handed_over_is_unknown(row: Row, name: str, servers: Servers) -> None:
    best = servers.at_their_best(row)
    cells = {
        "no line under `env:`": ask(row, without=name, **best),
        "withheld": ask(row, place=partial(job, withheld=True), **best),
    }
    hold(cells, Outcome.UNKNOWN)


@pytest.mark.parametrize(("row", "name"), EVERY)
def test_what_is_not_set_on_a_laptop_is_no_pass(row: Row, name: str, servers: Servers) -> None:
    if row.kind != "absent":  # which is what it asks for
        hold({"unset": ask(row, without=name, place=shell, **servers.at_their_best(row))})
