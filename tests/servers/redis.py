"""A Redis server: plain, with TLS, with a password or with ACL users."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import trustme

from servers import binary, free_port, running


@contextmanager
def redis(folder: Path, *arguments: str) -> Iterator[int]:
    """The port of a plain server that keeps nothing."""
    port = free_port()
    with running(_command(folder, "--port", str(port), *arguments), port, folder):
        yield port


@contextmanager
def redis_over_tls(folder: Path, *arguments: str) -> Iterator[tuple[int, bytes]]:
    """The port of a server that speaks TLS only, and the certificate of its authority."""
    port, authority = free_port(), trustme.CA()
    issued = authority.issue_cert("localhost")
    issued.private_key_and_cert_chain_pem.write_to_path(folder / "server.pem")
    authority.cert_pem.write_to_path(folder / "ca.pem")
    pem, ca = str(folder / "server.pem"), str(folder / "ca.pem")
    secured = (
        "--tls-port",
        str(port),
        "--tls-cert-file",
        pem,
        "--tls-key-file",
        pem,
        "--tls-ca-cert-file",
        ca,
    )
    with running(
        _command(folder, "--port", "0", *secured, "--tls-auth-clients", "no", *arguments),
        port,
        folder,
    ):
        yield port, authority.cert_pem.bytes()


@contextmanager
def redis_cluster(folder: Path, *arguments: str) -> Iterator[list[int]]:
    """The ports of the three nodes of a cluster, which share the slots."""
    with ExitStack() as stack:
        ports = []
        for number in range(3):
            home = folder / f"node{number}"
            home.mkdir()
            bus = ("--cluster-enabled", "yes", "--cluster-port", str(free_port()))
            ports.append(stack.enter_context(redis(home, *bus, *arguments)))
        _join(ports)
        yield ports


def _join(ports: list[int]) -> None:
    program = binary("redis-cli", "apt-get install -y redis-tools")
    addresses = [f"127.0.0.1:{port}" for port in ports]
    command = [program, "--cluster", "create", *addresses, "--cluster-yes"]
    subprocess.run(command, check=True, capture_output=True, timeout=60)


@contextmanager
def subscribers(port: int, command: str, channel: str, number: int) -> Iterator[None]:
    """So many connections that are subscribed to a channel, by SUBSCRIBE or SSUBSCRIBE."""
    with ExitStack() as stack:
        for _ in range(number):
            each = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
            each.sendall(f"{command} {channel}\r\n".encode())
            assert each.recv(1) == b"*"  # a refusal would begin with `-`
        yield


def _command(folder: Path, *arguments: str) -> list[str]:
    program = binary("redis-server", "apt-get install -y redis-server")
    return [
        program,
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--appendonly",
        "no",
        "--dir",
        str(folder),
        *arguments,
    ]
