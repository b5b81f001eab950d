"""Connections that send nothing once the time of their request is up.

A request runs in a thread of its own, which is left behind at the end of its time. Whoever asked
has gone on by then and may have asked again, so a thread whose name look-up or handshake ends late
must not send: a comment would be written twice.
"""

from __future__ import annotations

import threading
import time
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

_MARGIN = 0.05  # seconds between a late connection and the end, so that no request leaves behind it
_request = threading.local()


def begin(ends: float) -> None:
    """Sets the end of this thread's request, by `time.monotonic`."""
    _request.ends = ends


def raise_if_late() -> None:
    """Raises TimeoutError where this thread's request has no time left to be sent in."""
    if time.monotonic() + _MARGIN > _request.ends:
        raise TimeoutError


def close_if_late(connection: HTTPConnection) -> None:
    """Closes a connection that came too late for the request, and raises TimeoutError."""
    try:
        raise_if_late()
    except TimeoutError:
        connection.close()
        raise


class _HttpConnection(HTTPConnection):
    def connect(self) -> None:
        super().connect()
        close_if_late(self)


class _HttpsConnection(HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        close_if_late(self)


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _HttpConnection


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _HttpsConnection


_POOLS = {"http": _HttpPool, "https": _HttpsPool}


class TimedAdapter(HTTPAdapter):
    """requests' adapter over these connections, with a proxy and without."""

    def init_poolmanager(self, *given: Any, **named: Any) -> None:  # noqa: ANN401 - requests' own
        super().init_poolmanager(*given, **named)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **named: Any) -> PoolManager:  # noqa: ANN401 - the same
        manager: PoolManager = super().proxy_manager_for(proxy, **named)
        manager.pool_classes_by_scheme = _POOLS
        return manager
