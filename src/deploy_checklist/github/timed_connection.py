"""Connections that send nothing once the time of their request is up, and are closed then.

A request runs in a thread of its own, which is abandoned at the end of its time. The caller has
gone on by then and may have repeated the request, so a thread whose name look-up or handshake ends
late must not send: a comment would be written twice. Nor must it read on: what a server goes on
sending would fill the memory.
"""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from typing import Any

from requests import PreparedRequest, RequestException
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

from .authorities import tls_context
from .failures import Cause, RequestFailure

_MARGIN = 0.05  # seconds between a late connection and the end, so that no request is sent after it
_thread = threading.local()


class TimedRequest:
    """A request that ends at a moment, by `time.monotonic`."""

    def __init__(self, ends: float) -> None:
        self.ends = ends
        self._socket: socket.socket | None = None

    def begin(self) -> None:
        """Makes it the request of this thread."""
        _thread.request = self

    def raise_if_late(self) -> None:
        """Raises TimeoutError where no time is left to send in."""
        if time.monotonic() + _MARGIN > self.ends:
            raise TimeoutError

    def uses(self, connection: HTTPConnection) -> None:
        """Closes a connection that came too late, and raises TimeoutError."""
        self._socket = connection.sock
        try:
            self.raise_if_late()
        except TimeoutError:
            connection.close()
            raise

    def stop(self) -> None:
        """Ends what the request's thread still reads or writes. Called by another thread."""
        if self._socket is not None:
            with suppress(OSError):
                # The plain socket's: ssl's own would change what the other thread is using.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


class _HttpConnection(HTTPConnection):
    def connect(self) -> None:
        super().connect()
        _thread.request.uses(self)

    def putrequest(self, *given: Any, **named: Any) -> None:  # noqa: ANN401 - http.client's own
        if self.sock is not None:  # connected for an earlier request
            _thread.request.uses(self)
        super().putrequest(*given, **named)


class _HttpsConnection(HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        _thread.request.uses(self)

    def putrequest(self, *given: Any, **named: Any) -> None:  # noqa: ANN401 - http.client's own
        if self.sock is not None:
            _thread.request.uses(self)
        super().putrequest(*given, **named)


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _HttpConnection


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _HttpsConnection


_POOLS = {"http": _HttpPool, "https": _HttpsPool}


class TimedAdapter(HTTPAdapter):
    """requests' adapter over these connections, with a proxy and without."""

    def __init__(self, own_authorities: bytes | None) -> None:
        """`own_authorities`: certificates in PEM form that are trusted as well as the usual
        ones.
        """
        self._own = own_authorities
        self._bundle: str | None = None
        super().__init__()

    def init_poolmanager(self, *given: Any, **named: Any) -> None:  # noqa: ANN401 - requests' own
        super().init_poolmanager(*given, **named)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **named: Any) -> PoolManager:  # noqa: ANN401 - the same
        if proxy.lower().startswith("https:"):
            named["proxy_ssl_context"] = tls_context(self._bundle, self._own)
        manager: PoolManager = super().proxy_manager_for(proxy, **named)
        manager.pool_classes_by_scheme = _POOLS
        return manager

    def get_connection_with_tls_context(self, *given: Any, **named: Any) -> Any:  # noqa: ANN401
        """A pool for a request, whose own address is known to be valid: a proxy's may not be."""
        try:
            return super().get_connection_with_tls_context(*given, **named)
        except (RequestException, ValueError):
            detail = "the address in HTTPS_PROXY or HTTP_PROXY cannot be used"
            raise RequestFailure(Cause.UNREACHABLE, detail=detail) from None

    def build_connection_pool_key_attributes(
        self, request: PreparedRequest, verify: object, cert: object = None
    ) -> tuple[Any, Any]:
        """The host, and its TLS context. `verify`: the path in REQUESTS_CA_BUNDLE, if any.

        requests calls this before it asks for a proxy, which is trusted by the same authorities.
        """
        self._bundle = verify if isinstance(verify, str) else None
        host, _ = super().build_connection_pool_key_attributes(request, True)
        if host["scheme"] != "https":
            return host, {}
        return host, {"ssl_context": tls_context(self._bundle, self._own)}

    def cert_verify(self, *given: object) -> None:
        """Leaves the connection's context as it is: requests would load its authorities again."""
