"""Redis probes: the server that a URL names, asked with the URL's credentials."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from msgspec.structs import replace

from ..values.schemes import USUAL_PORTS
from .deadline import ProbeDeadline
from .ports import RedisAnswer, Value


class LiveRedis:
    """The port `Redis` over real connections."""

    def ping(
        self,
        url: Value,
        *,
        timeout: float,
        allow_private: bool,
        count_nodes: bool,
        ca_file: bytes | None = None,
        called: str = "the host",
    ) -> RedisAnswer:
        # Loading these takes 65 ms, most of it for redis-py, and most runs ask no Redis.
        from .connection import Peer, with_one_retry
        from .redis_client import CheckedConnection, ask
        from .redis_cluster import count_adapter_nodes

        deadline = ProbeDeadline(timeout, called=called)
        parts = urlsplit(url.text)
        peer = Peer(
            host=parts.hostname or "localhost",
            port=parts.port or USUAL_PORTS["redis"],
            tls=parts.scheme == "rediss",
            allow_private=allow_private,
            ca_file=ca_file,
        )
        password = _bytes(parts.password)
        user = _bytes(parts.username) if password else None

        def attempt() -> RedisAnswer:
            connection = CheckedConnection(peer, deadline, user, password)
            return ask(connection, deadline, count_adapter_nodes if count_nodes else None)

        answer, retried = with_one_retry(attempt, deadline)
        return replace(answer, retried=retried)


def _bytes(quoted: str | None) -> bytes | None:
    """A user or password; None if it is empty. A variable may hold any bytes."""
    return unquote(quoted).encode("utf-8", "surrogateescape") if quoted else None
