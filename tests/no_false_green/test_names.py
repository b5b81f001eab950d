"""Kinds × DNS: a name that leads elsewhere, nowhere, or cannot be looked up, is never green."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from deploy_checklist.outcome import Outcome, Unobservable
from deploy_checklist.world.dns_port import ResolvedName
from fakes import FakeDns
from no_false_green.asking import Row, ask, hold
from no_false_green.rows.probes import ALIAS, NAMES
from no_false_green.rows.table import called

OF_AN_ALIAS, OF_ADDRESSES = NAMES
ODD_ENDS = ("", "acme.example", "old.example", "lb.example.evil.example", "evil-lb.example", "*")
LEADS_ELSEWHERE: Mapping[str, tuple[Row, tuple[str, ...], tuple[str, ...]]] = {
    **{f"to the end {end!r}": (OF_AN_ALIAS, ALIAS.addresses, (end,)) for end in ODD_ENDS},
    "to no end": (OF_AN_ALIAS, ALIAS.addresses, ()),
    "to two ends": (OF_AN_ALIAS, ALIAS.addresses, ("lb.example", "old.example")),
    "to another address": (OF_ADDRESSES, ("198.51.100.1",), ALIAS.canonical),
    "to another one, too": (OF_ADDRESSES, (*ALIAS.addresses, "198.51.100.1"), ALIAS.canonical),
    "to another one of IPv6": (OF_ADDRESSES, ("192.0.2.1", "2001:db8::2"), ALIAS.canonical),
    "to a listed one in IPv6": (OF_ADDRESSES, ("::ffff:192.0.2.1",), ALIAS.canonical),
}


def test_a_name_that_leads_elsewhere_fails() -> None:
    found = {
        what: ask(row, dns=_answering(addresses, canonical))
        for what, (row, addresses, canonical) in LEADS_ELSEWHERE.items()
    }
    hold(found, Outcome.FAIL)


@pytest.mark.parametrize("row", NAMES, ids=called)
def test_a_name_that_leads_nowhere_fails(row: Row) -> None:
    hold(
        {
            "no such name": ask(row, dns=FakeDns()),
            "an end without address": ask(row, dns=_answering((), ("lb.example",))),
        },
        Outcome.FAIL,
    )


@pytest.mark.parametrize("row", NAMES, ids=called)
def test_a_name_that_cannot_be_looked_up_is_unknown(row: Row) -> None:
    trouble = FakeDns(trouble=Unobservable("this machine's resolver could not look it up"))
    hold(
        {
            "trouble": ask(row, dns=trouble),
            "offline": ask(row, dns=None, offline=True),
            "no time left": ask(row, seconds=0),
        },
        Outcome.UNKNOWN,
    )


def _answering(addresses: tuple[str, ...], canonical: tuple[str, ...]) -> FakeDns:
    return FakeDns({"acme.example": ResolvedName(addresses=addresses, canonical=canonical)})
