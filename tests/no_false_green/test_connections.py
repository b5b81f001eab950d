"""Kinds × connections: what could not be reached, or not be trusted, is never green."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest

from deploy_checklist.outcome import Outcome
from fakes import FakeRepository
from no_false_green.asking import Row, ask, hold
from no_false_green.conftest import Servers
from no_false_green.redis_replies import NO_NODES, REFUSALS, WELL, over_tls, speaks_redis
from no_false_green.rows.table import OVER_HTTP, ROWS, called
from servers import free_port
from servers.authorities import (
    NOW,
    below_an_intermediate,
    only_tls_1_0,
    self_signed,
    shaking_hands,
    trusted,
    with_a_common_name_only,
    with_a_weak_key,
    with_intermediate,
)
from servers.raw import (
    Behaviour,
    closes,
    hangs,
    raw,
    resets,
    sends_an_endless_header,
    speaks_http,
    speaks_ssh,
    trickles,
    trickles_a_body,
    trickles_a_handshake,
    trickles_a_pong,
)

CONNECTING = [row for row in ROWS if row.over]
SERVICES = [row for row in OVER_HTTP if row.about == "service"]
OF_REDIS = [row for row in ROWS if row.over == "redis"]
OVER_TLS = [row for row in ROWS if row.over == "rediss"]
OF_TLS = [row for row in ROWS if row.over == "tls"]


def at(port: int, row: Row, servers: Servers, scheme: str = "") -> Mapping[str, object]:
    """The row's good world, with this port of the machine in the server's place."""
    usual = {"tls": "https", "redis": "redis", "rediss": "rediss"}.get(row.over, "http")
    return {**servers.at_their_best(row), "url": f"{scheme or usual}://localhost:{port}"}


@pytest.mark.parametrize("row", CONNECTING, ids=called)
def test_whoever_cannot_be_reached_is_unknown(row: Row, servers: Servers) -> None:
    found = {
        "refused": ask(row, **at(free_port(), row, servers)),
        "reset": ask(row, **at(servers.port(resets), row, servers)),
        "closed": ask(row, **at(servers.port(closes), row, servers)),
        "offline": ask(row, offline=True, **servers.at_their_best(row)),
        "no time left": ask(row, seconds=0, **servers.at_their_best(row)),
    }
    if row.over == "http" and "host" not in row.written:
        found["no such name"] = ask(row, url="http://nowhere.invalid:80")
    hold(found, Outcome.UNKNOWN)


TOO_SLOW: Mapping[str, tuple[Behaviour, ...]] = {
    "http": (hangs, trickles, trickles_a_body),
    "tls": (hangs, trickles_a_handshake),
    "redis": (hangs, trickles_a_pong),
    "rediss": (hangs, trickles_a_handshake),
}


@pytest.mark.parametrize("row", CONNECTING, ids=called)
def test_whoever_does_not_answer_in_time_is_unknown(row: Row, servers: Servers) -> None:
    timeout = "1s" if row.kind == "origins" else 0.12  # which is written in whole seconds
    found = {
        behave.__name__: ask(row, timeout=timeout, **at(servers.port(behave), row, servers))
        for behave in TOO_SLOW[row.over]
    }
    hold(found, Outcome.UNKNOWN)


@pytest.mark.parametrize("row", CONNECTING, ids=called)
def test_another_protocol_is_no_pass(row: Row, servers: Servers) -> None:
    others = [speaks_ssh, sends_an_endless_header]
    if row.over == "http":
        others += [speaks_redis(WELL)]
    else:
        others += [speaks_http]
    hold({each.__name__: ask(row, **at(servers.port(each), row, servers)) for each in others})


UNTRUSTED: Mapping[str, Callable[[], ssl.SSLContext]] = {
    "self-signed": self_signed,
    "by an unknown authority": lambda: trusted()[0],
    "expired": lambda: trusted(ends=NOW)[0],
    "for another name": lambda: trusted(name="elsewhere.example")[0],
    "old TLS": lambda: only_tls_1_0(trusted()[0]),
}


@pytest.mark.parametrize("fault", UNTRUSTED)
def test_a_server_that_cannot_be_trusted_is_no_pass(fault: str, servers: Servers) -> None:
    with shaking_hands(UNTRUSTED[fault]()) as port:
        found = {
            row.name: ask(row, timeout=4, **at(port, row, servers, "https"))
            for row in [*OVER_HTTP, *OF_TLS]
            if row.kind != "origins"
        }
        hold(found)
        # Whose certificate is wrong is not what was asked.
        for row in SERVICES:
            assert found[row.name].outcome is Outcome.UNKNOWN, row.name


SOON, LATER = NOW + timedelta(hours=2), NOW + timedelta(days=80)
BAD: Mapping[str, Callable[[], tuple[ssl.SSLContext, bytes]]] = {
    "self-signed": lambda: (self_signed(), trusted()[1]),
    "by another authority": lambda: (trusted()[0], trusted()[1]),
    "expired": lambda: trusted(ends=NOW - timedelta(minutes=1)),
    "about to expire": lambda: trusted(ends=SOON),
    "not yet valid": lambda: trusted(begins=NOW + timedelta(hours=1), ends=LATER),
    "for another name": lambda: trusted(name="elsewhere.example"),
    "for a name in no list": with_a_common_name_only,
    "without its intermediate": lambda: with_intermediate(sent=False),
    "with an intermediate that ends": lambda: below_an_intermediate(
        begins=NOW - timedelta(days=10), ends=LATER, its_end=SOON
    ),
    "with a weak key": with_a_weak_key,
}
NO_BUSINESS_OF_REDIS = {"about to expire", "with an intermediate that ends"}


@pytest.mark.parametrize("fault", BAD)
def test_a_certificate_that_is_wrong_fails(fault: str, servers: Servers) -> None:
    context, ca = BAD[fault]()
    with shaking_hands(context) as port:
        found = {
            row.name: ask(row, url=f"https://localhost:{port}", repository=holding(ca))
            for row in OF_TLS
        }
    if fault not in NO_BUSINESS_OF_REDIS:
        with raw(over_tls(context, speaks_redis(WELL))) as port:
            url = f"rediss://localhost:{port}"
            found |= {row.name: ask(row, url=url, repository=holding(ca)) for row in OVER_TLS}
    hold(found, Outcome.FAIL)


@pytest.mark.parametrize("row", OF_TLS, ids=called)
def test_an_authority_that_cannot_be_read_is_no_pass(row: Row, servers: Servers) -> None:
    found = {
        "none": ask(row, url=servers.tls, repository=FakeRepository()),
        "an empty file": ask(row, url=servers.tls, repository=holding(b"")),
        "no certificate": ask(row, url=servers.tls, repository=holding(b"\xff\x00")),
        "a cut one": ask(row, url=servers.tls, repository=holding(servers.ca[:-60])),
        "another one": ask(row, url=servers.tls, repository=holding(trusted()[1])),
    }
    hold(found)


def holding(ca: bytes) -> FakeRepository:
    return FakeRepository({"ca.pem": ca})


@pytest.mark.parametrize("row", OF_REDIS, ids=called)
def test_no_other_reply_of_redis_is_green(row: Row, servers: Servers) -> None:
    replies = {**REFUSALS, **(NO_NODES if "adapter_nodes" in row.written else {})}
    found = {}
    for name, each in replies.items():
        with raw(speaks_redis(each)) as port:
            found[name] = ask(row, timeout=1, **at(port, row, servers))
    hold(found)
