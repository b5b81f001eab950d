"""Which addresses a probe may connect to, and that it connects to the one that was checked."""

from __future__ import annotations

import socket
import threading
from collections.abc import Sequence

import pytest

from deploy_checklist.outcome import Outcome, Unobservable
from deploy_checklist.world.addresses import addresses
from deploy_checklist.world.deadline import ProbeDeadline
from outside import looked
from servers.raw import raw
from servers.web import Answer, web

PRIVATE = [
    "127.0.0.1",
    "10.0.0.7",
    "172.16.3.4",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.7.7",
    "0.0.0.0",
    "224.0.0.1",
]
PRIVATE += [
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
]
PRIVATE += ["240.0.0.1", "2002:7f00:1::", "::127.0.0.1", "::ffff:0:10.0.0.1", "64:ff9b:1::808:808"]
PRIVATE += ["fec0::1", "feff:ffff::1"]
METADATA = [
    "169.254.169.254",
    "169.254.170.2",
    "fd00:ec2::254",
    "100.100.100.200",
    "192.0.0.192",
    "168.63.129.16",
]
METADATA += ["169.254.42.42", "169.254.0.23"]
METADATA += ["fe80::a9fe:a9fe", "fd00:c1::a9fe:a9fe", "fd00:42::42", "100.96.0.96", "100.80.80.80"]
METADATA += ["fd00:a9fe:a9fe::1", "fd00:100::100:200"]
METADATA += [
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::a9fe:a9fe",
    "::ffff:0:a9fe:a9fe",
    "::a9fe:a9fe",
]


def allowed(host: str, *, allow_private: bool) -> Sequence[str]:
    found = addresses(host, 443, deadline=ProbeDeadline(5), allow_private=allow_private)
    return [str(address) for address in found]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_refused_unless_the_rule_allows_them(address: str) -> None:
    with pytest.raises(Unobservable, match="private, loopback or link-local"):
        allowed(address, allow_private=False)


@pytest.mark.parametrize("address", METADATA)
@pytest.mark.parametrize("allow_private", [False, True])
def test_metadata_services_are_never_asked(address: str, allow_private: bool) -> None:
    with pytest.raises(Unobservable, match="metadata"):
        allowed(address, allow_private=allow_private)


@pytest.mark.parametrize("name", ["data-server", "DATA-SERVER.", "metadata.tencentyun.com"])
def test_a_name_of_a_metadata_service_is_refused_whatever_its_address(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.1.1.1", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)
    with pytest.raises(Unobservable, match="metadata"):
        allowed(name, allow_private=True)


@pytest.mark.parametrize(
    "spelling", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost", "LOCALHOST."]
)
def test_no_spelling_of_loopback_gets_through(spelling: str) -> None:
    """What counts is the address that the name stands for, not how it is written."""
    with pytest.raises(Unobservable):
        allowed(spelling, allow_private=False)


def test_one_private_address_among_public_ones_refuses_the_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 443))
        for ip in ("93.184.216.34", "10.0.0.1")
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)
    with pytest.raises(Unobservable, match="private"):
        allowed("mixed.example", allow_private=False)


def test_the_address_that_was_checked_is_the_one_connected_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name that answers differently the second time (DNS rebinding) is not asked a second time."""
    asked: list[object] = []

    def rebinding(host: bytes, port: int, **_: object) -> list[object]:
        asked.append(host)
        ip = "127.0.0.1" if len(asked) == 1 else "10.255.255.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port))]

    with web(lambda _: Answer()) as there:
        monkeypatch.setattr(socket, "getaddrinfo", rebinding)
        finding = looked("http", {"url": f"http://rebinding.example:{there.port}/"}, subject=None)
        assert there.asked[0].headers["host"] == f"rebinding.example:{there.port}"
    assert finding.outcome is Outcome.PASS
    assert asked == [b"rebinding.example"]


def test_redis_is_connected_to_at_the_address_that_was_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The client library has a way of its own to look names up: it must not be used."""
    asked: list[object] = []

    def rebinding(host: object, port: int, *_: object, **__: object) -> list[object]:
        asked.append(host)
        ip = "127.0.0.1" if len(asked) == 1 else "10.255.255.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port))]

    def pongs(connection: socket.socket, over: threading.Event) -> None:
        connection.recv(65_536)
        connection.sendall(b"+PONG\r\n")

    with raw(pongs) as port:
        monkeypatch.setattr(socket, "getaddrinfo", rebinding)
        finding = looked("redis", {"timeout": 1}, {"NAME": f"redis://rebinding.example:{port}"})
    assert finding.outcome is Outcome.PASS
    assert asked == [b"rebinding.example"]


def test_a_name_server_that_never_answers_costs_no_more_than_the_time_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(5) and [])
    with pytest.raises(
        Unobservable, match=r"did not answer within 0.2s \(while looking up its name\)"
    ):
        addresses("slow.example", 443, deadline=ProbeDeadline(0.2), allow_private=False)
    over.set()


@pytest.mark.parametrize("kind", ["http", "tls", "redis", "otlp"])
def test_every_kind_that_connects_refuses_private_addresses_as_unknown(kind: str) -> None:
    with web(lambda _: Answer()) as there:
        scheme = "redis" if kind == "redis" else "http"
        finding = looked(
            kind, {"allow_private": False}, {"NAME": f"{scheme}://localhost:{there.port}"}
        )
        assert there.asked == []
    assert finding.outcome is Outcome.UNKNOWN
    assert finding.message.startswith("the host of NAME has a private")
    assert "allow_private" in str(finding.remedy)
