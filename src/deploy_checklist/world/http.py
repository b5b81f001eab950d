"""HTTP probes over http.client: nothing to switch off.

requests would bring redirects, netrc, proxies, decompression without bound and a time-out per read, each to be
disarmed, and 100 ms of CPU (benchmarks/probes.py). Probes go straight to the host that the rule names, never through
a proxy: what the gate saw is then what that host said.
"""

from __future__ import annotations

import http.client
import zlib
from urllib.parse import SplitResult, quote, urlsplit

from ..frozen import frozen, replace
from .connection import Lost, Peer, Stream, first_reachable, with_one_retry
from .deadline import Deadline
from .ports import HttpAnswer, HttpRequest, ProtocolTrouble, Trouble

_REPEATABLE = frozenset({"GET", "HEAD", "OPTIONS"})
_PORTS = {"http": 80, "https": 443}
_AS_THEY_ARE = "/%:=&?~+!$,;'@()*[]"  # characters of a path or query that are not to be escaped (again)


@frozen(shown=False)
class _Where:
    tls: bool
    host: str
    port: int
    target: str  # path and query
    header: str  # what the Host header says


class LiveHttp:
    """The port `Http` over real connections. Keeps nothing: the TLS contexts are shared by the whole process."""

    def send(self, request: HttpRequest) -> HttpAnswer:
        deadline = Deadline(request.timeout)
        where = _where(request.url)
        answer, retried = with_one_retry(
            lambda: _once(request, where, deadline), repeatable=request.method.upper() in _REPEATABLE
        )
        return replace(answer, retried=retried)


def _where(url: str) -> _Where:
    try:
        parts = urlsplit(url)
        host, port = _name(parts), parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError):
        raise Trouble("is not an http or https URL that can be asked") from None
    query = f"?{quote(parts.query, safe=_AS_THEY_ARE)}" if parts.query else ""
    bare = f"[{host}]" if ":" in host else host
    return _Where(
        tls=parts.scheme == "https",
        host=host,
        port=port,
        target=quote(parts.path or "/", safe=_AS_THEY_ARE) + query,
        header=bare if port == _PORTS[parts.scheme] else f"{bare}:{port}",
    )


def _name(parts: SplitResult) -> str:
    if not parts.hostname:
        raise ValueError
    return parts.hostname if parts.hostname.isascii() else parts.hostname.encode("idna").decode("ascii")


def _once(request: HttpRequest, where: _Where, deadline: Deadline) -> HttpAnswer:
    peer = Peer(
        host=where.host,
        port=where.port,
        tls=where.tls,
        allow_private=request.allow_private,
        ca_file=request.ca_file,
    )
    stream, address = first_reachable(peer, deadline)
    with stream:
        return replace(_exchange(stream, deadline, request, where), address=str(address))


def _exchange(stream: Stream, deadline: Deadline, request: HttpRequest, where: _Where) -> HttpAnswer:
    """Ask over an open connection. Reads one byte more than the limit, so that a cut is seen."""
    headers = {
        "Host": where.header,
        "User-Agent": "deploy-checklist",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    connection = http.client.HTTPConnection(where.host, where.port)
    connection.response_class = _FinalAnswer
    connection.sock = stream
    deadline.doing = "waiting for its answer"
    try:
        stream.settimeout(deadline.left())
        headers |= request.headers or {}
        if any(line in text for text in headers.values() for line in "\r\n"):
            raise ValueError  # http.client lets a folded line through, which servers read in different ways
        connection.request(request.method.upper(), where.target, request.body, headers)
        with connection.getresponse() as response:
            deadline.doing = "reading its answer"
            body = response.read(request.limit + 1)
            if response.length and len(body) <= request.limit:  # `read` of so many bytes does not say so itself
                raise http.client.IncompleteRead(b"")
    except TimeoutError:
        deadline.over()
    except (ConnectionError, http.client.IncompleteRead):  # RemoteDisconnected is a ConnectionError
        raise Lost("closed the connection without an answer", sent=True) from None
    except http.client.HTTPException:
        raise ProtocolTrouble("answers on this port, but not in HTTP", "is it the right port?") from None
    except ValueError:  # a line break or a character beyond Latin-1 in a header, a space in the method
        raise Trouble("cannot be asked: a header holds a character that HTTP does not allow") from None
    except OSError as error:
        if _wants_a_certificate(stream, error):
            raise ProtocolTrouble("asks for a client certificate, which the gate has none of") from None
        raise Lost("closed the connection without an answer", sent=True) from None
    names = {name.lower(): ", ".join(response.headers.get_all(name, [])) for name in response.headers}
    cut = len(body) > request.limit
    if names.get("content-encoding", "").strip().lower() in ("gzip", "x-gzip", "deflate"):
        body = _unpacked(body, request.limit, cut=cut)
    truncated = cut or len(body) > request.limit
    return HttpAnswer(status=response.status, headers=names, body=body[: request.limit], truncated=truncated)


def _wants_a_certificate(stream: Stream, error: OSError) -> bool:
    """With TLS 1.3 a server says so after the handshake, and what was just sent may fail before that is read."""
    told = str(getattr(error, "reason", ""))
    try:
        stream.recv(1)
    except OSError as later:
        told += str(getattr(later, "reason", ""))
    return "CERTIFICATE_REQUIRED" in told


_MOST_INTERIM = 20


class _FinalAnswer(http.client.HTTPResponse):
    """http.client knows 100 Continue; any other interim answer (103 Early Hints) it takes for the answer itself."""

    def _read_status(self) -> tuple[str, int, str]:
        for _ in range(_MOST_INTERIM):
            version, status, reason = super()._read_status()  # type: ignore[misc] # since Python 2, and in no stub
            if not 101 < status < 200:
                return version, status, reason
            http.client.parse_headers(self.fp)
        raise http.client.HTTPException("interim answers without end")


def _unpacked(packed: bytes, limit: int, *, cut: bool) -> bytes:
    """The body, unpacked no further than one byte over the limit, whatever a bomb would unpack to.

    gzip may have several members, one behind the other. Lost if the last one ends too soon and it was not `cut` here.
    """
    unpacked, rest = b"", packed
    try:
        while rest.strip(b"\0") and len(unpacked) <= limit:
            member = zlib.decompressobj(wbits=47)
            unpacked += member.decompress(rest, limit + 1 - len(unpacked))
            if not member.eof:
                break
            rest = member.unused_data
        else:
            return unpacked
    except zlib.error:
        raise ProtocolTrouble("says its answer is compressed, but it cannot be unpacked") from None
    if not cut and len(unpacked) <= limit:
        raise Lost("closed the connection in the middle of a compressed answer", sent=True)
    return unpacked
