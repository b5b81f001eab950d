"""The environment claim: what the runner's token says, or nothing; never a guess."""

from __future__ import annotations

import base64
import json
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from deploy_checklist.github.identity import environment_claim
from deploy_checklist.outcome import Unobservable
from servers.raw import raw


def token(claims: object) -> str:
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"e30.{payload}.c2ln"


class Runner(BaseHTTPRequestHandler):
    status = 200
    answer: Any = None
    location: str | None = None
    asked: list[tuple[str, str | None]]

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers.get("Authorization")))
        body = self.answer if isinstance(self.answer, bytes) else json.dumps(self.answer).encode()
        self.send_response(self.status)
        if self.location:
            self.send_header("Location", self.location)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def runner() -> Iterator[type[Runner]]:
    handler = type("Bound", (Runner,), {"asked": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    handler.url = f"http://127.0.0.1:{server.server_address[1]}/token?api-version=2.0"
    yield handler
    server.shutdown()
    server.server_close()


def claim(runner: Any) -> str | None:
    given = {
        "ACTIONS_ID_TOKEN_REQUEST_URL": runner.url,
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "bearer-of-the-runner",
    }
    return environment_claim(given, lambda: 2.0)


def test_the_environment_of_the_job_is_reported(runner: Any) -> None:
    runner.answer = {
        "value": token(
            {"environment": "production", "sub": "repo:acme/shop:environment:production"}
        )
    }
    assert claim(runner) == "production"
    assert runner.asked == [
        ("/token?api-version=2.0&audience=deploy-checklist", "Bearer bearer-of-the-runner")
    ]


@pytest.mark.parametrize(
    "claims", [{}, {"environment": None}, {"environment": ""}, {"environment": 3}]
)
def test_a_token_without_the_claim_proves_nothing(runner: Any, claims: object) -> None:
    runner.answer = {"value": token(claims)}
    assert claim(runner) is None


def test_a_job_without_id_token_permission_proves_nothing(runner: Any) -> None:
    assert environment_claim({}, lambda: 1.0) is None
    assert environment_claim({"ACTIONS_ID_TOKEN_REQUEST_URL": runner.url}, lambda: 1.0) is None
    assert runner.asked == []


WRONG = [
    (200, {"value": "no token"}),
    (200, {"value": "a.b!.c"}),
    (200, {"value": token([1])}),
    (200, {"value": 3}),
    (200, {}),
    (200, [1]),
    (200, b"<html>"),
    (403, {"value": token({"environment": "production"})}),
    (500, b""),
]


@pytest.mark.parametrize(("status", "answer"), WRONG)
def test_an_answer_that_is_no_token_is_not_checked(
    runner: Any, status: int, answer: object
) -> None:
    runner.status, runner.answer = status, answer
    with pytest.raises(Unobservable) as failure:
        claim(runner)
    assert "bearer-of-the-runner" not in str(failure.value) + repr(failure.value.__cause__)


def test_the_bearer_follows_no_redirect(runner: Any) -> None:
    runner.status, runner.answer, runner.location = (
        302,
        {},
        runner.url.replace("/token", "/elsewhere"),
    )
    with pytest.raises(Unobservable):
        claim(runner)
    assert len(runner.asked) == 1


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/x", "http://[/x", "http://localhost:x/", "x"])
def test_a_runner_that_does_not_answer_is_not_checked(url: str) -> None:
    given = {"ACTIONS_ID_TOKEN_REQUEST_URL": url, "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "t"}
    with pytest.raises(Unobservable, match="the job's identity token could not be read"):
        environment_claim(given, lambda: 1.0)


def test_the_end_of_the_time_is_reported_as_such(runner: Any) -> None:
    given = {"ACTIONS_ID_TOKEN_REQUEST_URL": runner.url, "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "t"}
    with pytest.raises(Unobservable, match="the time ran out") as failure:
        environment_claim(given, lambda: 0.0)
    assert failure.value.remedy == "raise `deadline`"
    assert runner.asked == []


@pytest.mark.measures_time
@pytest.mark.parametrize("size", [b"9", b"99999999999"], ids=["slow", "large"])
def test_a_runner_is_bounded_in_time_and_size(size: bytes) -> None:
    def behave(connection: socket.socket, over: threading.Event) -> None:
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: " + size + b"\r\n\r\n")
        piece = b" " if size == b"9" else b" " * 1_000_000
        while not over.wait(0.3 if size == b"9" else 0):
            connection.sendall(piece)

    began = time.monotonic()
    with raw(behave) as port, pytest.raises(Unobservable):
        given = {
            "ACTIONS_ID_TOKEN_REQUEST_URL": f"http://127.0.0.1:{port}/x",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "t",
        }
        environment_claim(given, lambda: 1.0)
    assert time.monotonic() - began < 2.5
