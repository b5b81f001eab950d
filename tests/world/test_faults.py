"""Every way in which a server can misbehave: the outcome, the words, and how long it may take."""

from __future__ import annotations

import time
import tracemalloc
import zlib
from collections.abc import Callable
from contextlib import nullcontext

import pytest

from deploy_checklist.checks import http as checks_http
from deploy_checklist.outcome import Finding, Outcome
from outside import looked, outside
from servers import free_port
from servers.authorities import shaking_hands, trusted
from servers.raw import (
    Behaviour,
    closes,
    first,
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
from servers.web import Answer, web

TIMEOUT = 0.6
Look = Callable[[int], Finding]


def http(port: int) -> Finding:
    return looked("http", {"url": f"http://localhost:{port}/", "timeout": TIMEOUT}, subject=None)


def https(port: int) -> Finding:
    return looked("http", {"url": f"https://localhost:{port}/", "timeout": TIMEOUT}, subject=None)


def otlp(port: int) -> Finding:
    return looked("otlp", {"url": f"http://localhost:{port}", "timeout": TIMEOUT}, subject=None)


def tls(port: int) -> Finding:
    return looked("tls", {"host": "localhost", "port": port, "timeout": TIMEOUT}, subject=None)


def redis(port: int) -> Finding:
    return looked("redis", {"timeout": TIMEOUT}, {"NAME": f"redis://localhost:{port}"})


def rediss(port: int) -> Finding:
    return looked("redis", {"timeout": TIMEOUT}, {"NAME": f"rediss://localhost:{port}"})


def origins(port: int) -> Finding:
    written = {"probe": f"http://localhost:{port}/socket.io/", "timeout": "1s"}
    return looked("origins", written, {"NAME": "https://app.acme.example"})


def data(port: int) -> Finding:
    url = f"http://localhost:{port}/outputs.json"
    return looked("data", {"url": url, "exists": True, "timeout": TIMEOUT}, subject=None)


def onepassword(port: int) -> Finding:
    written = {"url": f"http://localhost:{port}", "vault": "V", "item": "I", "timeout": TIMEOUT}
    return looked("onepassword", written, {"OP_CONNECT_TOKEN": "t"})


def stripe_webhook(port: int) -> Finding:
    written = {"url": f"http://localhost:{port}", "key_env": "KEY", "live": True, "timeout": TIMEOUT}
    return looked("stripe_webhook", written, {"NAME": "https://pay.acme.example", "KEY": "k"})


def aws_certificate(port: int) -> Finding:
    written = {"url": f"http://localhost:{port}", "domain": "a.example", "region": "eu-west-1", "timeout": TIMEOUT}
    return looked("aws_certificate", written, {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"})


def on_call(port: int) -> Finding:
    written = {"provider": "pagerduty", "schedule": "S", "for": "1h", "token_env": "T", "timeout": TIMEOUT}
    return looked("on_call", {**written, "url": f"http://localhost:{port}"}, {"T": "t"})


def vault(port: int) -> Finding:
    written = {"within": "90d", "source": "vault", "url": f"http://localhost:{port}", "path": "p", "timeout": TIMEOUT}
    return looked("rotated_within", written, {"NAME": "v", "VAULT_TOKEN": "t"})


PROBES: tuple[Look, ...] = (http, https, otlp, tls, redis, rediss)
SERVICES: tuple[Look, ...] = (data, onepassword, stripe_webhook, aws_certificate, on_call, vault)
EVERY: tuple[Look, ...] = (*PROBES, origins, *SERVICES)


def host(look: Look) -> str:
    return "the host of NAME" if look in (redis, rediss) else "`localhost`"


def timed(look: Look, behave: Behaviour | None) -> Finding:
    """The finding, which must not take longer than its timeout and a little."""
    with raw(behave) if behave else nullcontext(free_port()) as port:
        began = time.monotonic()
        finding = look(port)
        assert time.monotonic() - began < (1 if look is origins else TIMEOUT) + 0.5
    return finding


@pytest.mark.parametrize("look", EVERY, ids=lambda look: look.__name__)
def test_refused_is_unknown_after_one_retry(look: Look) -> None:
    finding = timed(look, None)
    assert finding.outcome is Outcome.UNKNOWN
    assert finding.message == f"{host(look)} refused the connection, twice"


@pytest.mark.parametrize(
    ("look", "behave"),
    [
        *((look, hangs) for look in EVERY),
        *((look, trickles_a_handshake) for look in (https, tls, rediss)),
        *((look, trickles) for look in (http, otlp, origins, *SERVICES)),
        (http, trickles_a_body),
        (redis, trickles_a_pong),
    ],
)
def test_a_server_that_keeps_us_waiting_is_unknown_when_the_time_is_up(look: Look, behave: Behaviour) -> None:
    """The time-out is for the whole probe, not for each read: a byte now and then buys no more of it."""
    finding = timed(look, behave)
    assert finding.outcome is Outcome.UNKNOWN
    seconds = 1 if look is origins else TIMEOUT
    assert finding.message.startswith(f"{host(look)} did not answer within {seconds}s (while ")


@pytest.mark.parametrize("kind", ["http", "redis"])
def test_silence_after_the_handshake_is_unknown_when_the_time_is_up(kind: str) -> None:
    server, ca = trusted()
    with shaking_hands(server) as port:
        scheme = "https" if kind == "http" else "rediss"
        finding = looked(kind, {"timeout": TIMEOUT}, {"NAME": f"{scheme}://localhost:{port}"}, ca=ca)
    assert finding.message == "the host of NAME did not answer within 0.6s (while waiting for its answer)"


@pytest.mark.parametrize("look", EVERY, ids=lambda look: look.__name__)
@pytest.mark.parametrize("behave", [resets, closes], ids=["reset", "closed"])
def test_a_connection_that_is_cut_is_unknown(look: Look, behave: Behaviour) -> None:
    finding = timed(look, behave)
    assert finding.outcome is Outcome.UNKNOWN
    assert finding.message.startswith(f"{host(look)} closed the connection")


@pytest.mark.parametrize(
    ("look", "behave", "words"),
    [
        (http, speaks_ssh, "`localhost`: answers on this port, but not in HTTP"),
        (https, speaks_ssh, "`localhost`: answers on this port, but not in TLS"),
        (https, speaks_http, "`localhost`: answers on this port, but not in TLS"),
        (tls, speaks_ssh, "`localhost`: answers on this port, but not in TLS"),
        (otlp, speaks_ssh, "`localhost`: answers on this port, but not in HTTP"),
        (redis, speaks_http, "the server: answers on this port, but not as Redis does"),
        (redis, speaks_ssh, "the server: answers on this port, but not as Redis does"),
        (rediss, speaks_http, "the server: answers on this port, but not in TLS"),
    ],
)
def test_the_wrong_protocol_on_the_port_is_a_fault(look: Look, behave: Behaviour, words: str) -> None:
    """The port was reached and is wrong: that is no trouble of our own means."""
    finding = timed(look, behave)
    assert (finding.outcome, finding.message) == (Outcome.FAIL, words)


def test_a_post_that_may_have_taken_effect_is_not_repeated() -> None:
    posted: list[int] = []
    fetched: list[int] = []
    with raw(first(resets, resets, posted)) as port:
        looked("http", {"url": f"http://localhost:{port}/", "method": "POST", "body": "x"}, subject=None)
    with raw(first(resets, resets, fetched)) as port:
        looked("http", {"url": f"http://localhost:{port}/"}, subject=None)
    assert (len(posted), len(fetched)) == (1, 2)


def test_a_connection_that_is_lost_once_is_taken_up_again_and_the_evidence_says_so() -> None:
    with raw(first(resets, speaks_http)) as port:
        params = checks_http.Params(url=f"http://localhost:{port}/", allow_private=True)
        seen = checks_http.observe(params, None, outside())
    assert seen.source == f"GET `http://localhost:{port}/` from this machine, after 1 retry"


def test_a_redirect_loop_ends_at_its_first_step() -> None:
    with web(lambda asked: Answer(status=302, headers={"Location": "/"})) as there:
        finding = looked("http", {"url": there.url}, subject=None)
        assert len(there.asked) == 1
    assert finding.outcome is Outcome.FAIL


def bomb() -> bytes:
    """500 MB of zeros, packed."""
    packer = zlib.compressobj(wbits=31)
    return b"".join(packer.compress(bytes(10_000_000)) for _ in range(50)) + packer.flush()


@pytest.mark.parametrize("packed", [False, True], ids=["10 MB", "gzip bomb"])
def test_a_large_body_costs_little_memory(packed: bool) -> None:
    """It is not read further than needed, nor unpacked; what lies beyond is not taken for absent."""
    answer = Answer(body=bomb(), headers={"Content-Encoding": "gzip"}) if packed else Answer(body=bytes(10_000_000))
    with web(lambda asked: answer) as there:
        tracemalloc.start()
        status = looked("http", {"url": there.url}, subject=None)
        inside = looked("http", {"url": there.url, "contains": "needle"}, subject=None)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert status.outcome is Outcome.PASS
    assert inside.outcome is Outcome.UNKNOWN and "too large to look through" in inside.message
    assert peak < 8_000_000


def test_an_endless_header_is_a_fault() -> None:
    assert timed(http, sends_an_endless_header).message == "`localhost`: answers on this port, but not in HTTP"


@pytest.mark.parametrize("look", [http, tls], ids=["http", "tls"])
def test_a_name_that_does_not_resolve_is_unknown(look: Look) -> None:
    kind = look.__name__
    written = {"host": "nowhere.invalid"} if kind == "tls" else {"url": "https://nowhere.invalid/"}
    finding = looked(kind, written, subject=None)
    assert finding.outcome is Outcome.UNKNOWN
    assert finding.message == "`nowhere.invalid`'s name does not resolve here"


def test_a_body_that_was_cut_is_not_judged() -> None:
    """What was left out may be what is wrong."""
    with web(lambda _: Answer(body=b"prices:\n  - 10\n", headers={"Content-Length": "500"})) as there:
        rule = {"url": f"{there.url}/p.yml", "at": "prices", "each": {"above": 0}}
        assert looked("data", rule, subject=None).outcome is Outcome.UNKNOWN


def test_no_key_goes_to_a_host_that_a_region_spells() -> None:
    keys = {"AWS_ACCESS_KEY_ID": "AKIAABCDEFGHIJKL", "AWS_SECRET_ACCESS_KEY": "abcdefgh12345678"}
    finding = looked("aws_certificate", {"domain": "a.example"}, {**keys, "AWS_REGION": "x@localhost:1/"})
    assert (finding.outcome, finding.message) == (Outcome.UNKNOWN, "AWS_REGION is no AWS region")
