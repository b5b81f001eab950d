"""HTTP probes."""

from __future__ import annotations

from msgspec.structs import replace

from .deadline import ProbeDeadline
from .ports import HttpAnswer, HttpRequest

_REPEATABLE = frozenset({"GET", "HEAD", "OPTIONS"})


class LiveHttp:
    """The port `Http` over real connections."""

    def send(self, request: HttpRequest) -> HttpAnswer:
        # Loading these takes 15 ms, mostly for ssl and http.client, and most runs probe nothing.
        from .connection import with_one_retry
        from .destination import destination
        from .http_exchange import exchange

        deadline = ProbeDeadline(request.timeout, left=request.left, called=request.called)
        where = destination(request.url)
        answer, retried = with_one_retry(
            lambda: exchange(request, where, deadline),
            deadline,
            repeatable=request.method.upper() in _REPEATABLE,
        )
        return replace(answer, retried=retried)
