"""What a hostile server may make a check hold, show or believe."""

from __future__ import annotations

import socket
import threading
import time
import tracemalloc

import pytest
from pydantic import ValidationError

from deploy_checklist.checks.registry import kinds
from deploy_checklist.data_formats import Malformed, load_document
from deploy_checklist.outcome import Outcome
from outside import looked
from servers.raw import raw
from servers.web import Answer, Asked, web


@pytest.mark.parametrize("scheme", ["http", "HTTP", "hTTp"])
@pytest.mark.parametrize("kind", ["http", "otlp"])
def test_no_credential_goes_over_http_however_it_is_written(kind: str, scheme: str) -> None:
    with pytest.raises(ValidationError, match="credentials are not sent over http://"):
        kinds()[kind].Params(url=f"{scheme}://api.acme.example/x", bearer_env="KEY")


def test_a_content_type_shows_nothing_of_what_was_sent() -> None:
    with web(
        lambda asked: Answer(
            status=401, headers={"Content-Type": f"x/{asked.headers['authorization'][7:]}"}
        )
    ) as at:
        finding = looked(
            "http", {"url": at.url, "bearer_env": "KEY"}, {"KEY": "canary7f3a91"}, subject=None
        )
    assert "canary" not in f"{finding.message} {finding.remedy}"
    assert "answered 401 (another content type, 0 bytes)" in finding.message


def test_replies_of_redis_in_one_another_fill_no_memory() -> None:
    text = b"$65000\r\n" + bytes(65_000) + b"\r\n"

    def behave(connection: socket.socket, over: threading.Event) -> None:
        connection.recv(65_536)
        connection.sendall(b"*64\r\n*64\r\n*64\r\n")
        for _ in range(2_000):
            connection.sendall(text)

    tracemalloc.start()
    with raw(behave) as port:
        finding = looked("redis", {"timeout": 2}, {"NAME": f"redis://localhost:{port}"})
    assert tracemalloc.get_traced_memory()[1] < 4_000_000
    tracemalloc.stop()
    assert (finding.outcome, finding.message) == (
        Outcome.FAIL,
        "the server: answers on this port, but not as Redis",
    )


@pytest.mark.parametrize(
    "begins",
    [b"$1000000000\r\n", b"*1000000000\r\n", b"*1\r\n" * 20_000, b"+", b"<"],
)
def test_a_reply_of_redis_without_end_is_given_up(begins: bytes) -> None:
    def behave(connection: socket.socket, over: threading.Event) -> None:
        connection.recv(65_536)
        connection.sendall(begins)
        for _ in range(2_000):
            connection.sendall(bytes(65_536))

    tracemalloc.start()
    with raw(behave) as port:
        finding = looked("redis", {"timeout": 5}, {"NAME": f"redis://localhost:{port}"})
    assert tracemalloc.get_traced_memory()[1] < 4_000_000
    tracemalloc.stop()
    assert "not as Redis" in finding.message


@pytest.mark.measures_time
@pytest.mark.parametrize(
    "text",
    ["a." * 20_000 + "a = 1", "[" + "a.b" * 20_000 + "]", 'x = { "a" . ' + "b . " * 99 + "c = 1 }"],
)
def test_a_key_of_many_parts_is_refused_before_it_costs(text: str) -> None:
    began = time.process_time()
    with pytest.raises(Malformed, match="nested deeper than 50 levels"):
        load_document(text.encode(), "x.toml")
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize(
    ("status", "outcome", "words"),
    [
        (401, Outcome.PASS, "refuses the call without it"),
        (200, Outcome.FAIL, "without the credential too"),
        (404, Outcome.FAIL, "without the credential; expected 401 or 403"),
        (302, Outcome.FAIL, "without the credential; expected 401 or 403"),
        (429, Outcome.UNKNOWN, "to the call without the credential"),
        (503, Outcome.UNKNOWN, "to the call without the credential"),
    ],
)
def test_only_what_lets_everybody_in_is_an_open_door(
    status: int, outcome: Outcome, words: str
) -> None:
    def respond(asked: Asked) -> Answer:
        return Answer(status=200 if "authorization" in asked.headers else status)

    with web(respond) as there:
        rule = {"url": there.url, "bearer_env": "KEY", "rejects_without_auth": True}
        finding = looked("http", rule, {"KEY": "k"}, subject=None)
    assert finding.outcome is outcome and words in finding.message


def test_a_list_too_deep_to_be_compared_is_a_fault() -> None:
    deep = b"[" * 984 + b"]" * 984
    with web(lambda _: Answer(body=deep)) as there:
        finding = looked(
            "data", {"url": there.url, "differs_from": "KEY"}, {"KEY": "k"}, subject=None
        )
    assert finding.outcome is not Outcome.PASS and "a bug" not in finding.message


def test_a_user_that_redis_refuses_is_not_left_out() -> None:
    """Redis before 6 knows a password alone: the URL's user is no user of it."""

    def knows_no_users(connection: socket.socket, over: threading.Event) -> None:
        while command := connection.recv(9999):
            if command.startswith(b"*3"):
                connection.sendall(b"-ERR wrong number of arguments for 'auth' command\r\n")
            else:
                connection.sendall(b"+OK\r\n" if b"AUTH" in command else b"+PONG\r\n")

    with raw(knows_no_users) as port:
        finding = looked("redis", {"timeout": 5}, {"NAME": f"redis://app:pw@localhost:{port}"})
        alone = looked("redis", {"timeout": 5}, {"NAME": f"redis://:pw@localhost:{port}"})
    assert finding.outcome is Outcome.FAIL
    assert alone.outcome is Outcome.PASS
