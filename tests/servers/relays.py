"""What stands between a client and a server: a proxy, and an end of TLS."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from .raw import raw


@contextmanager
def connect_proxy(answer: bytes = b"200 Connection established") -> Iterator[tuple[int, list[str]]]:
    """The port of a proxy for CONNECT, and where it was asked to connect to."""
    asked: list[str] = []

    def behave(connection: socket.socket, over: threading.Event) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            piece = connection.recv(65_536)
            if not piece:
                return
            head += piece
        verb, target, _ = head.decode().split(" ", 2)
        asked.append(f"{verb} {target}")
        connection.sendall(b"HTTP/1.1 " + answer + b"\r\n\r\n")
        if answer.startswith(b"200"):
            host, _, port = target.rpartition(":")
            _relay(connection, (host, int(port)))

    with raw(behave) as port:
        yield port, asked


@contextmanager
def over_tls(port: int, server: ssl.SSLContext) -> Iterator[int]:
    """The port of a TLS server that hands on to the plain server behind another port."""

    def behave(connection: socket.socket, over: threading.Event) -> None:
        with server.wrap_socket(connection, server_side=True) as secured:
            _relay(secured, ("127.0.0.1", port))

    with raw(behave) as secured_port:
        yield secured_port


def _relay(client: socket.socket, to: tuple[str, int]) -> None:
    with socket.create_connection(to) as server:
        back = threading.Thread(target=_copy, args=(server, client), daemon=True)
        back.start()
        _copy(client, server)
        back.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := source.recv(65_536):
            target.sendall(piece)
    for each in (source, target):
        with contextlib.suppress(OSError):
            socket.socket.shutdown(each, socket.SHUT_RDWR)
