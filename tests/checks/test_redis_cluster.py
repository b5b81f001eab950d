"""Adapters on a Redis Cluster: each of its nodes counts only its own subscribers."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from deploy_checklist.outcome import Finding, Outcome
from outside import looked
from servers.raw import raw
from servers.redis import redis_cluster, subscribers

PLAIN, SHARDED = "socket.io-request#/#", "socket.io#/#"
USERS = [
    ["narrow", "on", ">right", "+ping", "+pubsub"],
    ["app", "on", ">right", "+ping", "+pubsub", "+cluster|slots"],
]
ACL = [word for user in USERS for word in ("--user", *user)]


def ping(port: int, user: str = "", **written: object) -> Finding:
    return looked("redis", written, {"NAME": f"redis://{user}127.0.0.1:{port}"})


def settled(port: int, outcome: Outcome, user: str = "", **written: object) -> Finding:
    """A node learns of the others a moment after it has joined them."""
    ends = time.monotonic() + 10
    while (finding := ping(port, user, **written)).outcome is not outcome:
        if time.monotonic() > ends:
            break
        time.sleep(0.1)
    return finding


def test_every_node_of_a_cluster_is_asked_whichever_the_url_names(tmp_path: Path) -> None:
    with redis_cluster(tmp_path, *ACL) as ports, ExitStack() as stack:
        none = settled(ports[0], Outcome.FAIL, adapter_nodes=1)
        assert none.message == "0 Socket.IO adapter nodes subscribed; expected at least 1"
        stack.enter_context(subscribers(ports[1], "SUBSCRIBE", PLAIN, 2))
        stack.enter_context(subscribers(ports[2], "SUBSCRIBE", PLAIN, 1))
        for port in ports:
            finding = settled(port, Outcome.PASS, adapter_nodes=3)
            assert finding.message == "PING answered; 3 Socket.IO adapter nodes subscribed"
        assert settled(ports[0], Outcome.PASS, "app:right@", adapter_nodes=3).outcome == "pass"
        narrow = ping(ports[0], "narrow:right@", adapter_nodes=3)
        assert (narrow.outcome, narrow.remedy) == (
            Outcome.UNKNOWN,
            "give it the ACL rule `+cluster|slots`",
        )
        assert ping(ports[0], "narrow:right@").outcome is Outcome.PASS


def test_the_sharded_adapter_is_subscribed_where_its_slot_is(tmp_path: Path) -> None:
    with redis_cluster(tmp_path) as ports, ExitStack() as stack:
        settled(ports[0], Outcome.FAIL, adapter_nodes=1)
        stack.enter_context(subscribers(owner(ports), "SSUBSCRIBE", SHARDED, 2))
        for port in ports:
            finding = settled(port, Outcome.PASS, adapter_nodes=2)
            assert finding.message == "PING answered; 2 Socket.IO adapter nodes subscribed"


def owner(ports: list[int]) -> int:
    """The node that does not send a subscriber of the sharded channel to another one."""
    for port in ports:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as asking:
            asking.sendall(f"SSUBSCRIBE {SHARDED}\r\n".encode())
            if asking.recv(1) != b"-":
                return port
    raise AssertionError("no node takes the channel")


@contextmanager
def claiming(slots: bytes) -> Iterator[int]:
    """A server that says this of its cluster, and that an adapter is subscribed on it."""

    def behave(connection: socket.socket, over: object) -> None:
        while asked := connection.recv(65_536):
            if b"CLUSTER" in asked:
                connection.sendall(slots)
            elif b"PUBSUB" in asked:
                connection.sendall(b"*2\r\n+c\r\n:3\r\n")
            else:
                connection.sendall(b"+PONG\r\n")

    with raw(behave) as port:
        yield port


@pytest.mark.parametrize(
    "slots",
    [
        b"+OK\r\n",
        b"*1\r\n+x\r\n",
        b"*1\r\n*2\r\n:0\r\n:1\r\n",
        b"*1\r\n*3\r\n:0\r\n:1\r\n*2\r\n+a host\r\n:6379\r\n",
        b"*1\r\n*3\r\n:0\r\n:1\r\n*2\r\n+a.example\r\n:99999\r\n",
        b"*1\r\n+" + b"x" * 70_000 + b"\r\n",
    ],
)
def test_a_list_of_nodes_that_cannot_be_read_is_unknown(slots: bytes) -> None:
    with claiming(slots) as port:
        finding = ping(port, adapter_nodes=1)
    assert (finding.outcome, finding.message) == (
        Outcome.UNKNOWN,
        "the list of the Redis Cluster's nodes could not be read",
    )


def test_a_node_at_a_metadata_service_is_not_asked() -> None:
    with claiming(b"*1\r\n*3\r\n:0\r\n:1\r\n*2\r\n+169.254.169.254\r\n:80\r\n") as port:
        finding = ping(port, adapter_nodes=1)
    assert finding.outcome is Outcome.UNKNOWN
    assert "169.254" not in finding.message


def test_a_node_without_a_host_is_at_the_host_that_was_asked() -> None:
    with claiming(b"*-1\r\n") as other:
        slots = b"*1\r\n*3\r\n:0\r\n:1\r\n*2\r\n$-1\r\n:%d\r\n" % other
        with claiming(slots) as port:
            finding = ping(port, adapter_nodes=3)
    assert finding.message == "PING answered; 3 Socket.IO adapter nodes subscribed"


def test_a_node_that_cannot_be_asked_is_unknown(tmp_path: Path) -> None:
    """The adapter may be subscribed on that very node."""
    with redis_cluster(tmp_path) as ports:
        settled(ports[0], Outcome.FAIL, adapter_nodes=1)
        stop = ["redis-cli", "-p", str(ports[2]), "SHUTDOWN", "NOSAVE"]
        subprocess.run(stop, check=False, capture_output=True, timeout=10)
        finding = ping(ports[0], adapter_nodes=1)
    assert (finding.outcome, finding.message) == (
        Outcome.UNKNOWN,
        "some of the 3 nodes of the Redis Cluster could not be queried",
    )
