"""AWS as moto plays it, on this machine."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

with warnings.catch_warnings(action="ignore"):  # of its dependencies, on being imported
    import boto3
    from moto.server import ThreadedMotoServer

from servers import free_port

REGION = "eu-west-1"
KEYS = {
    "AWS_ACCESS_KEY_ID": "AKIAQ7ZK29XLMPW4RT8B",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG",
    "AWS_REGION": REGION,
}


class Aws:
    """The server's URL, and clients to set the scene with."""

    def __init__(self, url: str) -> None:
        self.url = url

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
        )


@contextmanager
def aws() -> Iterator[Aws]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=free_port(), verbose=False)
    with warnings.catch_warnings(action="ignore"):
        server.start()
        try:
            yield Aws(f"http://localhost:{server._port}")
        finally:
            server.stop()
