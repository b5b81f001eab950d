"""An HTTP or HTTPS server whose answers a test writes, and which keeps what it was asked."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    method: str
    path: str
    headers: Mapping[str, str]  # names in lower case
    body: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(kw_only=True, slots=True)
class Web:
    port: int
    scheme: str
    asked: list[Asked] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"{self.scheme}://localhost:{self.port}"


class _Server(ThreadingHTTPServer):
    request_queue_size = 256
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what many of the tests are about."""


@contextmanager
def web(respond: Callable[[Asked], Answer], tls: ssl.SSLContext | None = None) -> Iterator[Web]:
    """A server on 127.0.0.1 that answers with what `respond` returns."""

    class Handler(BaseHTTPRequestHandler):
        def _any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): text for name, text in self.headers.items()}
            asked = Asked(method=self.command, path=self.path, headers=headers, body=body)
            server.asked.append(asked)
            answer = respond(asked)
            self.send_response(answer.status)
            for name, text in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                self.send_header(name, text)
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_HEAD = do_OPTIONS = do_POST = do_PUT = _any

        def log_message(self, *args: object) -> None:
            """Nothing on stderr."""

    listening = _Server(("127.0.0.1", 0), Handler)
    if tls is not None:
        listening.socket = tls.wrap_socket(
            listening.socket, server_side=True, do_handshake_on_connect=False
        )
    server = Web(port=listening.server_address[1], scheme="https" if tls else "http")
    thread = threading.Thread(
        target=listening.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
    )
    thread.start()
    try:
        yield server
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()
