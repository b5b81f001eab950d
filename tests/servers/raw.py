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
    """A port of 127.0.0.1 on which every connection is treated by `behave`, until the event says that the test is over."""
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


def trickles_a_body(connection: socket.socket, over: threading.Event) -> None:
    connection.recv(65_536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    while not over.wait(0.1):
        connection.sendall(b"a")


def speaks_ssh(connection: socket.socket, over: threading.Event) -> None:
    connection.sendall(b"SSH-2.0-OpenSSH_9.2p1\r\n")
    over.wait(1)


def speaks_http(connection: socket.socket, over: threading.Event) -> None:
    """Plain HTTP, whatever is asked."""
    connection.recv(65_536)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
