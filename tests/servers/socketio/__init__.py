"""Socket.IO servers; `.ci/servers` installs the packages into a folder outside the project."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from servers import CACHE, binary, free_port, not_installed, running

_INSTALLED = CACHE / "socketio"


@contextmanager
def socketio(
    folder: Path,
    *,
    cors: str = "list",
    websocket_only: bool = False,
    redis: str | None = None,
    ca: Path | None = None,
) -> Iterator[int]:
    """The port of a server that allows https://acme.example and https://app.acme.example in the way `cors` names."""
    node = binary("node", "apt-get install -y nodejs npm")
    if not (_INSTALLED / "node_modules" / "socket.io").is_dir():
        not_installed("socket.io", ".ci/servers")
    port = free_port()
    options = json.dumps({"cors": cors, "websocketOnly": websocket_only, "redis": redis})
    command = [node, str(Path(__file__).with_name("server.cjs")), str(port), options]
    trusting = {"NODE_EXTRA_CA_CERTS": str(ca)} if ca else {}
    with running(
        command,
        port,
        folder,
        {"PATH": os.environ["PATH"], "SOCKETIO_FOLDER": str(_INSTALLED), **trusting},
    ):
        yield port
