"""Every way in which a server can misbehave: the outcome, the words, and how long it may take."""

from __future__ import annotations

import socket
import ssl
import threading
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy_checklist.checks import http as checks_http
from deploy_checklist.outcome import Outcome
from deploy_checklist.world import connection
from faulty import (
    DOCUMENTS,
    EVERY,
    OVER_HTTP,
    SERVICES,
    TIMEOUT,
    WITHOUT_CREDENTIALS,
    Look,
    called,
    host,
    http,
    https,
    in_time,
    origins,
    otlp,
    redis,
    rediss,
    seconds,
    timed,
    tls,
)
from outside import looked, outside
from servers.authorities import self_signed, shaking_hands, trusted
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


@pytest.mark.measures_time
@pytest.mark.parametrize("look", EVERY, ids=called)
def test_refused_is_unknown_after_one_retry(look: Look) -> None:
    finding = timed(look, None)
    assert finding.outcome is Outcome.UNKNOWN
    assert finding.message == f"{host(look)} refused the connection, twice"


@pytest.mark.measures_time
@pytest.mark.parametrize(
    ("look", "behave"),
    [
        *((look, hangs) for look in EVERY),
        *((look, trickles_a_handshake) for look in (https, tls, rediss)),
        *((look, trickles) for look in OVER_HTTP),
        *((look, trickles_a_body) for look in OVER_HTTP),
        (redis, trickles_a_pong),
    ],
)
def test_a_server_that_keeps_us_waiting_is_unknown_when_the_time_is_up(
    look: Look, behave: Behaviour
) -> None:
    """The time-out is for the whole probe, not for each read: a byte now and then buys no more of it."""
    finding = timed(look, behave)
    assert finding.outcome is Outcome.UNKNOWN
    assert finding.message.startswith(
        f"{host(look)} did not answer within {seconds(look):g}s (while "
    )


@pytest.fixture
def trusted_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ssl.SSLContext:
    """A server whose authority this machine knows: `data` and `terraform` take no `ca_file`."""
    server, ca = trusted()
    (tmp_path / "ca.pem").write_bytes(ca)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    monkeypatch.setattr(connection, "_contexts", {})
    return server


@pytest.mark.measures_time
@pytest.mark.parametrize("look", [*OVER_HTTP, redis], ids=called)
def test_silence_after_the_handshake_is_unknown_when_the_time_is_up(
    look: Look, trusted_here: ssl.SSLContext
) -> None:
    with shaking_hands(trusted_here) as port:
        finding = in_time(look, port, "rediss" if look is redis else "https")
    waited = f"did not answer within {seconds(look):g}s (while waiting for its answer)"
    assert (finding.outcome, finding.message) == (Outcome.UNKNOWN, f"{host(look)} {waited}")


@pytest.mark.measures_time
@pytest.mark.parametrize("look", [tls, https, rediss], ids=called)
def test_a_slow_connection_takes_its_time_from_the_handshake(
    look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of the two alone would be in time."""

    def connect(self: socket.socket, address: object) -> None:
        time.sleep(0.85 * TIMEOUT)
        socket.socket.connect(self, address)  # type: ignore[arg-type]

    connection.context()  # whoever needs it first waits for it to be built
    monkeypatch.setattr(connection.BoundedSocket, "connect", connect, raising=False)
    with raw(hangs) as port:
        began = time.monotonic()
        finding = look(port)
        assert time.monotonic() - began < 1.75 * TIMEOUT
    assert (
        finding.message
        == f"{host(look)} did not answer within {TIMEOUT}s (while doing the TLS handshake)"
    )


@pytest.mark.measures_time
@pytest.mark.parametrize("look", [tls, https, rediss], ids=called)
def test_what_is_wrong_with_a_certificate_is_reported_though_its_details_do_not_come(
    look: Look,
) -> None:
    """They are read over a further connection, on which this server says nothing any more."""
    server = self_signed()

    def once(connection: socket.socket, over: threading.Event) -> None:
        with server.wrap_socket(connection, server_side=True):
            over.wait()

    finding = timed(look, first(once, hangs))
    assert finding.outcome is Outcome.FAIL and finding.message.endswith(
        "its certificate is self-signed"
    )


@pytest.mark.measures_time
@pytest.mark.parametrize("look", EVERY, ids=called)
@pytest.mark.parametrize("behave", [resets, closes], ids=["reset", "closed"])
def test_a_connection_that_is_cut_is_unknown(look: Look, behave: Behaviour) -> None:
    finding = timed(look, behave)
    assert finding.outcome is Outcome.UNKNOWN
    assert finding.message.startswith(f"{host(look)} closed the connection")


NOT_HTTP = "answers on this port, but not with HTTP"
NOT_TLS = "answers on this port, but not with TLS"


@pytest.mark.measures_time
@pytest.mark.parametrize(
    ("look", "behave", "words"),
    [
        *((look, speaks_ssh, f"`localhost`: {NOT_HTTP}") for look in (http, otlp, origins)),
        *((look, speaks_ssh, f"`localhost`: {NOT_TLS}") for look in (https, tls)),
        (https, speaks_http, f"`localhost`: {NOT_TLS}"),
        (redis, speaks_http, "the server: answers on this port, but not as Redis"),
        (redis, speaks_ssh, "the server: answers on this port, but not as Redis"),
        (rediss, speaks_http, f"the server: {NOT_TLS}"),
    ],
)
def test_the_wrong_protocol_on_the_port_is_a_fault(
    look: Look, behave: Behaviour, words: str
) -> None:
    """The port was reached and is wrong: that is no trouble of our own means."""
    finding = timed(look, behave)
    assert (finding.outcome, finding.message) == (Outcome.FAIL, words)


@pytest.mark.measures_time
@pytest.mark.parametrize("look", DOCUMENTS, ids=called)
def test_the_wrong_protocol_where_a_document_should_lie_is_a_fault(look: Look) -> None:
    finding = timed(look, speaks_ssh)
    assert finding.outcome is Outcome.FAIL and finding.message.endswith(NOT_HTTP)


@pytest.mark.measures_time
@pytest.mark.parametrize("look", SERVICES, ids=called)
def test_a_service_that_speaks_another_protocol_is_unknown(look: Look) -> None:
    """It is our means here, not what is looked at."""
    finding = timed(look, speaks_ssh)
    assert finding.outcome is Outcome.UNKNOWN and finding.message.endswith(
        f" at `localhost`: {NOT_HTTP}"
    )


def test_a_post_that_may_have_taken_effect_is_not_repeated() -> None:
    posted: list[int] = []
    fetched: list[int] = []
    with raw(first(resets, resets, posted)) as port:
        looked(
            "http",
            {"url": f"http://localhost:{port}/", "method": "POST", "body": "x"},
            subject=None,
        )
    with raw(first(resets, resets, fetched)) as port:
        looked("http", {"url": f"http://localhost:{port}/"}, subject=None)
    assert (len(posted), len(fetched)) == (1, 2)


def test_a_connection_that_is_lost_once_is_taken_up_again_and_the_evidence_says_so() -> None:
    with raw(first(resets, speaks_http)) as port:
        params = checks_http.Params(url=f"http://localhost:{port}/", allow_private=True)
        seen = checks_http.observe(params, None, outside())
    assert seen.source == f"GET `http://localhost:{port}/` from this machine, after 1 retry"


@pytest.mark.measures_time
@pytest.mark.parametrize("look", OVER_HTTP, ids=called)
def test_a_redirect_loop_ends_at_its_first_step(look: Look) -> None:
    with web(lambda asked: Answer(status=302, headers={"Location": asked.path})) as there:
        finding = in_time(look, there.port)
        moments = (
            3 if called(look) in ("on_call_by_opsgenie", "on_call_by_jsm") else 1
        )  # of that hour, at once
        assert len(there.asked) <= moments
    assert finding.outcome is (Outcome.UNKNOWN if look in SERVICES else Outcome.FAIL)
    assert "answered 302" in finding.message


@pytest.mark.parametrize("status", [302, 307])
@pytest.mark.parametrize("look", OVER_HTTP, ids=called)
def test_no_credential_goes_where_a_redirect_leads(look: Look, status: int) -> None:
    """Nothing at all goes there: 307 would repeat even what was posted."""
    with web(lambda _: Answer()) as elsewhere:
        to = {"Location": f"{elsewhere.url}/"}
        with web(lambda _: Answer(status=status, headers=to)) as there:
            look(there.port)
            carried = {"authorization", "x-vault-token"} & there.asked[0].headers.keys()
        assert elsewhere.asked == []
    assert bool(carried) is (look not in WITHOUT_CREDENTIALS)


def bomb() -> bytes:
    """500 MB of zeros, packed."""
    packer = zlib.compressobj(wbits=31)
    return b"".join(packer.compress(bytes(10_000_000)) for _ in range(50)) + packer.flush()


LARGE = [
    pytest.param(Answer(body=bytes(10_000_000)), id="10 MB"),
    pytest.param(Answer(body=bomb(), headers={"Content-Encoding": "gzip"}), id="gzip bomb"),
]


@contextmanager
def holding_less_than(most: int) -> Iterator[None]:
    """Bytes that Python may have allocated at any one time."""
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < most


@pytest.mark.parametrize("answer", LARGE)
def test_a_large_body_costs_little_memory(answer: Answer) -> None:
    """It is not read further than needed, nor unpacked; what lies beyond is not taken for absent."""
    with web(lambda asked: answer) as there, holding_less_than(8_000_000):
        status = looked("http", {"url": there.url}, subject=None)
        inside = looked("http", {"url": there.url, "contains": "needle"}, subject=None)
    assert status.outcome is Outcome.PASS
    assert inside.outcome is Outcome.UNKNOWN and "is too long to read" in inside.message


@pytest.mark.measures_time
@pytest.mark.parametrize("answer", LARGE)
@pytest.mark.parametrize("look", [otlp, origins, *DOCUMENTS, *SERVICES], ids=called)
def test_no_server_makes_a_check_hold_much_memory(look: Look, answer: Answer) -> None:
    """Whoever needs the body reads 10 MiB of it at the most. In zeros there is no evidence."""
    with (
        web(lambda asked: answer) as there,
        holding_less_than(8_000_000 if look in (otlp, origins) else 30_000_000),
    ):
        finding = in_time(look, there.port)
    assert look is otlp or finding.outcome is not Outcome.PASS


@pytest.mark.measures_time
def test_an_endless_header_is_a_fault() -> None:
    assert (
        timed(http, sends_an_endless_header).message
        == "`localhost`: answers on this port, but not with HTTP"
    )


@pytest.mark.parametrize("look", [http, tls], ids=["http", "tls"])
def test_a_name_that_does_not_resolve_is_unknown(look: Look) -> None:
    kind = look.__name__
    written = {"host": "nowhere.invalid"} if kind == "tls" else {"url": "https://nowhere.invalid/"}
    finding = looked(kind, written, subject=None)
    assert finding.outcome is Outcome.UNKNOWN
    assert finding.message == "`nowhere.invalid` does not resolve from this machine"


def test_a_body_that_was_cut_is_not_judged() -> None:
    """What was left out may be what is wrong."""
    with web(
        lambda _: Answer(body=b"prices:\n  - 10\n", headers={"Content-Length": "500"})
    ) as there:
        rule = {"url": f"{there.url}/p.yml", "at": "prices", "each": {"above": 0}}
        assert looked("data", rule, subject=None).outcome is Outcome.UNKNOWN


def test_no_key_goes_to_a_host_that_a_region_spells() -> None:
    keys = {"AWS_ACCESS_KEY_ID": "AKIAABCDEFGHIJKL", "AWS_SECRET_ACCESS_KEY": "abcdefgh12345678"}
    finding = looked(
        "aws_certificate", {"domain": "a.example"}, {**keys, "AWS_REGION": "x@localhost:1/"}
    )
    assert (finding.outcome, finding.message) == (
        Outcome.UNKNOWN,
        "AWS_REGION is not an AWS region",
    )
