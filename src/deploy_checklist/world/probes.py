"""HTTP, TLS and Redis, each imported when it is first asked: most runs probe nothing, and start-up is what counts."""

from __future__ import annotations

from collections.abc import Sequence

from .ports import Certificate, HttpAnswer, HttpRequest, RedisAnswer, Value


class LiveProbes:
    """Implements ports.Http, ports.Tls and ports.Redis."""

    def send(self, request: HttpRequest) -> HttpAnswer:
        from .http import LiveHttp  # see above

        return LiveHttp().send(request)

    def certificates(
        self, host: str, port: int, *, timeout: float, allow_private: bool, ca_file: bytes | None
    ) -> Sequence[Certificate]:
        from .tls import LiveTls  # see above

        return LiveTls().certificates(host, port, timeout=timeout, allow_private=allow_private, ca_file=ca_file)

    def ping(
        self, url: Value, *, timeout: float, allow_private: bool, count_nodes: bool, ca_file: bytes | None = None
    ) -> RedisAnswer:
        from .redis import LiveRedis  # see above

        return LiveRedis().ping(
            url, timeout=timeout, allow_private=allow_private, count_nodes=count_nodes, ca_file=ca_file
        )
