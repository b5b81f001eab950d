"""TCP servers that misbehave, one way each."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Behaviour = Callable[[socket.socket, threading.Event], None]


@contextmanager
def raw(behave: Behaviour) -> Iterator[int]:
    """A port of 127.0.0.1 on which every connection is treated by `behave`; its event is set when the test is over."""
    over = threading.Event()
    listening = socket.create_server(("127.0.0.1", 0), backlog=64)
    threads: list[threading.Thread] = []

    def serve(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            behave(connection, over)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listening.accept()
                thread = threading.Thread(target=serve, args=(connection,), daemon=True)
                threads.append(thread)
                thread.start()

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield listening.getsockname()[1]
    finally:
        over.set()
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        accepting.join()
        for thread in threads:
            thread.join()


def resets(connection: socket.socket, over: threading.Event) -> None:
    """Hangs up with a reset as soon as anything was sent."""
    connection.recv(65_536)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def closes(connection: socket.socket, over: threading.Event) -> None:
    """Hangs up politely, without an answer."""
    connection.recv(65_536)


def hangs(connection: socket.socket, over: threading.Event) -> None:
    """Takes the connection and says nothing."""
    over.wait()


def trickles(connection: socket.socket, over: threading.Event) -> None:
    """An endless header, one byte every tenth of a second: no read ever times out."""
    connection.recv(65_536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Endless: ")
    while not over.wait(0.1):
        connection.sendall(b"a")


def trickles_a_handshake(connection: socket.socket, over: threading.Event) -> None:
    """A TLS record that never ends."""
    connection.recv(65_536)
    connection.sendall(b"\x16\x03\x03\x3f\xff\x02")
    while not over.wait(0.1):
        connection.sendall(b"\x00")


def trickles_a_pong(connection: socket.socket, over: threading.Event) -> None:
    connection.recv(65_536)
    connection.sendall(b"+")
    while not over.wait(0.1):
        connection.sendall(b"P")


def trickles_a_body(connection: socket.socket, over: threading.Event) -> None:
    connection.recv(65_536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    while not over.wait(0.1):
        connection.sendall(b"a")


def sends_an_endless_header(connection: socket.socket, over: threading.Event) -> None:
    connection.recv(65_536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000 + b"\r\n\r\n")


def first(once: Behaviour, then: Behaviour, count: list[int] | None = None) -> Behaviour:
    """Treats the first connection one way, and all others another way. Counts connections in `count`."""
    seen = count if count is not None else []

    def behave(connection: socket.socket, over: threading.Event) -> None:
        seen.append(1)
        (once if len(seen) == 1 else then)(connection, over)

    return behave


def speaks_ssh(connection: socket.socket, over: threading.Event) -> None:
    connection.sendall(b"SSH-2.0-OpenSSH_9.2p1\r\n")
    over.wait(1)


def speaks_http(connection: socket.socket, over: threading.Event) -> None:
    """Plain HTTP, whatever is asked."""
    connection.recv(65_536)
    connection.sendall(
        b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    )
