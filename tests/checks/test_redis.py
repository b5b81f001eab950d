"""Redis probes of a real server: passwords, ACLs, TLS, and the Socket.IO adapter in use."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from deploy_checklist.outcome import Finding, Outcome
from outside import looked
from servers.redis import redis, redis_over_tls
from servers.socketio import socketio

USERS = [
    ["app", "on", ">right", "+ping", "+pubsub"],
    ["narrow", "on", ">right", "+get"],
    ["default", "off"],
]
ACL = [word for user in USERS for word in ("--user", *user)]


def ping(url: str, **written: object) -> Finding:
    return looked("redis", written, {"NAME": url})


def test_ping_is_answered(tmp_path: Path) -> None:
    with redis(tmp_path) as port:
        finding = ping(f"redis://localhost:{port}/0")
    assert (finding.outcome, finding.message) == (Outcome.PASS, "PING answered")


@pytest.mark.parametrize(
    ("credential", "words"),
    [
        ("", "the server asks for a password, but the URL has none"),
        (":wrong@", "the server refuses the user or the password"),
        (":p%40ss@", "PING answered"),
    ],
)
def test_a_missing_and_a_wrong_password_are_distinguished(
    tmp_path: Path, credential: str, words: str
) -> None:
    with redis(tmp_path, "--requirepass", "p@ss") as port:
        finding = ping(f"redis://{credential}localhost:{port}")
    assert finding.message == words
    assert (finding.outcome is Outcome.PASS) is (words == "PING answered")


@pytest.mark.parametrize(
    ("user", "written", "words"),
    [
        ("app", {"adapter_nodes": 1}, "0 Socket.IO adapter nodes subscribed; expected at least 1"),
        ("narrow", {}, "the server does not allow this user PING or PUBSUB"),
        ("nobody", {}, "the server refuses the user or the password"),
    ],
)
def test_acl_users_need_ping_and_pubsub(
    tmp_path: Path, user: str, written: dict[str, object], words: str
) -> None:
    with redis(tmp_path, *ACL) as port:
        finding = ping(f"redis://{user}:right@localhost:{port}", **written)
    assert (finding.outcome, finding.message) == (Outcome.FAIL, words)


def test_over_tls(tmp_path: Path) -> None:
    with redis_over_tls(tmp_path) as (port, ca):
        url = {"NAME": f"rediss://localhost:{port}"}
        trusted = looked("redis", {"require_tls": True}, url, ca=ca)
        unknown = looked("redis", {}, url)
    assert (trusted.outcome, trusted.message) == (Outcome.PASS, "PING answered over TLS")
    assert (
        unknown.message
        == "the server: its certificate is from an authority that this machine does not know"
    )


def test_plain_where_tls_is_required_sends_nothing(tmp_path: Path) -> None:
    finding = ping("redis://localhost:1/", require_tls=True)
    assert (finding.outcome, finding.message) == (
        Outcome.FAIL,
        "is redis://, which has no TLS; nothing was sent",
    )


def test_plain_on_a_tls_port_and_tls_on_a_plain_one(tmp_path: Path) -> None:
    with redis(tmp_path) as port:
        assert ping(f"rediss://localhost:{port}", timeout=1).outcome is not Outcome.PASS
    with redis_over_tls(tmp_path) as (port, _):
        assert ping(f"redis://localhost:{port}", timeout=1).outcome is not Outcome.PASS


@pytest.mark.parametrize(
    "url",
    [
        *("", "http://localhost", "redis://", "redis://:@:x/", "localhost:6379"),
        *("redis://localhost:6379/0\n", "redis://local\nhost:6379", "redis://localhost:6379/ 0"),
    ],
)
def test_what_is_not_a_redis_url_fails(url: str) -> None:
    assert ping(url).outcome is Outcome.FAIL


def test_the_adapter_is_seen_in_use_node_by_node(tmp_path: Path) -> None:
    """The URL alone shows nothing: a node that does not use the adapter is not subscribed."""
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    with redis(tmp_path) as port:
        url = f"redis://localhost:{port}"
        assert "0 Socket.IO adapter nodes" in ping(url, adapter_nodes=2).message
        with socketio(first, redis=url):
            assert soon(url, 1).message == "PING answered; 1 Socket.IO adapter node subscribed"
            assert ping(url, adapter_nodes=2).outcome is Outcome.FAIL
            with socketio(second, redis=url):
                assert soon(url, 2).message == "PING answered; 2 Socket.IO adapter nodes subscribed"


def soon(url: str, nodes: int) -> Finding:
    """A node subscribes a moment after its port is open."""
    ends = time.monotonic() + 5
    while (
        finding := ping(url, adapter_nodes=nodes)
    ).outcome is not Outcome.PASS and time.monotonic() < ends:
        time.sleep(0.05)
    return finding
