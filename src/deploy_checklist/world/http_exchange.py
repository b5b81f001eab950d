"""One HTTP request over one connection, by http.client.

Why not by requests or urllib3: both were tried against the faults and the hostile servers of
tests/world. With requests' own reading of bodies 51 tests failed (a gzip body that was cut
passed); with an adapter and a reader of bodies of our own 2 failed, and 146 lines became 168. With
urllib3's connection over our socket 48 lines of unpacking went, and 22 of 477 tests failed: a cut
gzip body passed again, and a look held more memory than its bound. What reads within bounds is
ours in every variant, as are the checked address and the one deadline; redirects, netrc, proxies
and a time-out for each read would have to be switched off, for 17 ms of CPU (urllib3) or 38
(requests). Probes go straight to the host that the rule names, never through a proxy: what the
gate read is then the answer of that host.
"""

from __future__ import annotations

import http.client
import re
from collections.abc import Mapping

from msgspec.structs import replace

from .connection import ConnectionLost, Peer, Stream, first_reachable
from .deadline import ProbeDeadline
from .destination import Destination
from .http_answer import FinalAnswer, read_body
from .ports import HttpAnswer, HttpRequest, ProtocolFault, ServiceFault

_CONTROL = re.compile("[\x00-\x08\x0a-\x1f\x7f]")


def exchange(request: HttpRequest, where: Destination, deadline: ProbeDeadline) -> HttpAnswer:
    """The answer over a new connection.

    ConnectionLost if the connection fails; ServiceFault if what answers is wrong.
    """
    peer = Peer(
        host=where.host,
        port=where.port,
        tls=where.tls,
        allow_private=request.allow_private,
        ca_file=request.ca_file,
    )
    stream, address = first_reachable(peer, deadline)
    with stream:
        return replace(_exchange_over(stream, deadline, request, where), address=str(address))


def _exchange_over(
    stream: Stream, deadline: ProbeDeadline, request: HttpRequest, where: Destination
) -> HttpAnswer:
    headers: dict[str, str] = {
        "Host": where.header,
        "User-Agent": "deploy-checklist",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    connection = http.client.HTTPConnection(where.host, where.port)
    connection.response_class = FinalAnswer
    connection.sock = stream
    deadline.doing = "waiting for its answer"
    try:
        stream.settimeout(deadline.left())
        _send(connection, request, where, headers | dict(request.headers or {}))
        with connection.getresponse() as response:
            deadline.doing = "reading its answer"
            found = read_body(response, request.limit)
    except TimeoutError:
        deadline.raise_unobservable()
    except (ConnectionError, http.client.IncompleteRead):  # RemoteDisconnected is a ConnectionError
        raise ConnectionLost("closed the connection without an answer", sent=True) from None
    except (http.client.HTTPException, ValueError):
        raise ProtocolFault("answers on this port, but not with HTTP", "check the port") from None
    except OSError as error:
        if _asks_for_a_certificate(stream, error):
            raise ProtocolFault(
                "asks for a client certificate, which the gate does not have"
            ) from None
        raise ConnectionLost("closed the connection without an answer", sent=True) from None
    received = {
        name.lower(): ", ".join(value.strip() for value in response.headers.get_all(name, []))
        for name in response.headers
    }
    return HttpAnswer(
        status=response.status, headers=received, body=found.data, truncated=not found.whole
    )


def _send(
    connection: http.client.HTTPConnection,
    request: HttpRequest,
    where: Destination,
    headers: Mapping[str, str],
) -> None:
    """Sends headers byte for byte; ServiceFault if one holds a control character, as a newline."""
    try:
        if any(map(_CONTROL.search, headers.values())):
            raise ValueError
        sent = {name: text.encode("utf-8", "surrogateescape") for name, text in headers.items()}
        connection.request(request.method.upper(), where.target, request.body, sent)
    except ValueError:  # a space in the method or in a header's name, too
        raise ServiceFault(
            "was not contacted: a header contains a character that HTTP does not allow"
        ) from None


def _asks_for_a_certificate(stream: Stream, error: OSError) -> bool:
    """With TLS 1.3 a server asks for it after the handshake, so sending may fail first."""
    reasons = str(getattr(error, "reason", ""))
    try:
        stream.recv(1)
    except OSError as later:
        reasons += str(getattr(later, "reason", ""))
    return "CERTIFICATE_REQUIRED" in reasons
