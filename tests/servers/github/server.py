"""HTTP: one request in, one answer or trouble out."""

from __future__ import annotations

import json
import socket
import struct
import time
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from .faults import AFTER, ANSWERS, Fault

if TYPE_CHECKING:
    from .hub import FakeHub


class Seen(NamedTuple):
    """One request as the server saw it. `status` 0: the connection was reset."""

    method: str
    path: str
    token: str | None
    status: int
    answer: Any = None


class Handler(BaseHTTPRequestHandler):
    hub: FakeHub
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else every second answer waits 40 ms to be acknowledged

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self.serve()

    do_POST = do_PATCH = do_PUT = do_DELETE = do_GET

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The Date header, by the fake's own clock."""
        return format_datetime(self.hub.now(), usegmt=True)

    def serve(self) -> None:
        hub = self.hub
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length)
        body = json.loads(raw) if raw else None
        name = (
            (self.headers.get("Authorization") or "").removeprefix("token ").removeprefix("Bearer ")
        )
        path = urlsplit(self.path).path
        hub.before(self.command, path, name)
        with hub.lock:
            fault = hub.struck(self.command, path)
            if fault is None or fault.kind in AFTER:
                status, headers, answer = hub.answer(
                    hub.tokens.get(name), self.command, self.path, body
                )
            if fault is not None and fault.kind in ANSWERS:
                status, headers, answer = self._failing(fault)
            elif fault is not None and fault.kind == "answer":
                status, headers, answer = 200, {}, fault.body
            elif fault is not None and fault.kind == "no-link":
                headers = {name: text for name, text in headers.items() if name != "Link"}
            elif fault is not None and fault.kind in ("reset", "hang"):
                status, headers, answer = 0, {}, None
            hub.requests.append(Seen(self.command, self.path, name or None, status, answer))
        text = b"" if status == 204 else json.dumps(answer).encode()
        self._send(fault, status, headers, text)

    def _failing(self, fault: Fault) -> tuple[int, dict[str, str], Any]:
        status, headers, answer = ANSWERS[fault.kind]
        reset = headers.get("x-ratelimit-reset", "")
        if reset.startswith("+"):
            headers = {
                **headers,
                "x-ratelimit-reset": str(int(self.hub.now().timestamp()) + int(reset)),
            }
        return status, headers, answer

    def _send(
        self, fault: Fault | None, status: int, headers: dict[str, str], answer: bytes
    ) -> None:
        kind = fault.kind if fault else ""
        if kind in ("slow", "hang") and fault:
            time.sleep(fault.seconds)
        if kind in ("reset", "reset-after", "hang"):
            # linger 0: the close is a reset
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True
            return
        if kind == "html":
            status, answer = 200, b"<html>a proxy</html>"
        self.send_response(status)
        self.send_header(
            "Content-Type", "text/html" if kind == "html" else "application/json; charset=utf-8"
        )
        self.send_header("Content-Length", str(len(answer)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            self.wfile.write(answer[: len(answer) // 2] if kind == "truncated" else answer)
        except OSError:
            return  # the client did not wait
        if kind == "truncated":
            self.connection.close()
            self.close_connection = True
