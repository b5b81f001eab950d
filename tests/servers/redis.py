"""A Redis server: plain, with TLS, with a password or with ACL users."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
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
