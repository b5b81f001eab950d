"""Requests to GitHub, each of which ends within its time, its size and its host.

requests limits none of these itself: its time-out is for each read, and it reads every answer
completely, even that of a redirect. PyGithub follows 301 without end, with writes too.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import ExitStack
from typing import TypeVar
from urllib.parse import urljoin, urlsplit

import requests

from ..opaque import OpaqueStruct
from . import timed_connection
from .failures import Cause, RequestFailure

T = TypeVar("T")

MOST_BYTES = 32 * 1024 * 1024  # of an answer, unpacked
MOST_REDIRECTS = 3
_PIECE = 65_536
_LARGE = 4 * 1024 * 1024  # bytes
_reading_a_large_body = threading.Lock()
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_REDIRECTS_OF_WRITES = frozenset({307, 308})  # a client may repeat a POST at the others as a GET
# X509_V_ERR_* of openssl/x509_vfy.h
_CERTIFICATE_FAULTS = {
    9: "is not valid yet",
    10: "has expired",
    18: "is self-signed",
    **dict.fromkeys((2, 19, 20, 21), "is from an authority that this machine does not know"),
    23: "was revoked",
    **dict.fromkeys((62, 64), "is for another name"),
}


class HttpsRequest(OpaqueStruct, frozen=True, kw_only=True):
    """One request. Has no repr: its headers hold the token."""

    verb: str
    url: str
    headers: Mapping[str, str]
    body: str | None

    @property
    def reads(self) -> bool:
        """Whether it changes nothing."""
        return self.verb == "GET"


class HttpsAnswer(OpaqueStruct, frozen=True, kw_only=True):
    """An answer that is not a redirect."""

    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes  # unpacked


class _Session(requests.Session):
    """Follows no redirect: requests would read its whole body, however large."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        return None


def _unchanged(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keeps our Authorization header: without this, requests takes the one in ~/.netrc."""
    return request


class Transport:
    """Sends requests to one host. Every failure is a RequestFailure."""

    def __init__(
        self,
        base_url: str,
        remaining: Callable[[], float],
        timeout: float,
        *,
        own_authorities: bytes | None = None,
        redirects: int = MOST_REDIRECTS,
    ) -> None:
        """`remaining`: the seconds left of the run's deadline. `timeout`: seconds for a request.
        `own_authorities`: certificates in PEM form that are trusted as well as the usual ones.
        `redirects`: how many are followed, within that time.
        """
        parts = urlsplit(base_url)
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._remaining = remaining
        self._timeout = timeout
        self._redirects = redirects
        self._session = _Session()
        self._session.auth = _unchanged
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, timed_connection.TimedAdapter(own_authorities))

    def send(
        self, verb: str, path: str, headers: Mapping[str, str], body: str | None
    ) -> HttpsAnswer:
        """The answer. Its redirects are followed in the same span of time."""
        seconds = min(self._timeout, self._remaining())
        if seconds <= 0:
            raise RequestFailure(Cause.TIME)
        request = HttpsRequest(verb=verb, url=f"{self._origin}{path}", headers=headers, body=body)
        timed = timed_connection.TimedRequest(time.monotonic() + seconds)
        try:
            return _within(seconds, lambda: self._followed(request, timed))
        except requests.exceptions.SSLError as error:
            raise _untrusted(error, "its") or _unreached("the TLS handshake failed") from None
        except requests.exceptions.ProxyError as error:
            failure = _untrusted(error, "the proxy's")
            raise failure or _unreached("the proxy did not open a connection") from None
        except (requests.ConnectionError, requests.Timeout, TimeoutError):
            timed.stop()
            raise RequestFailure(Cause.UNREACHABLE) from None
        except (requests.RequestException, ValueError):  # a cut body, an invalid address
            raise RequestFailure(Cause.GARBLED) from None

    def _followed(self, request: HttpsRequest, timed: timed_connection.TimedRequest) -> HttpsAnswer:
        url = request.url
        timed.begin()
        for _ in range(self._redirects + 1):
            timed.raise_if_late()
            answer = self._exchange(request, url, timed.ends)
            if isinstance(answer, HttpsAnswer):
                return answer
            url = answer
        raise RequestFailure(Cause.MOVED)

    def _exchange(self, request: HttpsRequest, url: str, ends: float) -> HttpsAnswer | str:
        """The answer, or the address it redirects to."""
        with self._session.request(
            request.verb,
            url,
            headers=dict(request.headers),
            data=request.body,
            timeout=max(ends - time.monotonic(), 0.001),
            allow_redirects=False,
            stream=True,
        ) as response:
            status = response.status_code
            headers = {name.lower(): value for name, value in response.headers.items()}
            if 300 <= status < 400:
                return self._target(request, url, status, headers.get("location"))
            return HttpsAnswer(status=status, headers=headers, body=_body(response, ends))

    def _target(self, request: HttpsRequest, url: str, status: int, location: str | None) -> str:
        """Where a redirect leads, if it may be followed: the token goes to no other host."""
        followed = _REDIRECTS if request.reads else _REDIRECTS_OF_WRITES
        target = urljoin(url, location) if location else ""
        if status not in followed or _host(target) != _host(self._origin):
            raise RequestFailure(Cause.MOVED, status=status)
        return target


def _within(seconds: float, ask: Callable[[], T]) -> T:
    """What `ask` returns, or TimeoutError after so many seconds.

    No one time-out covers a name look-up, a handshake and a header that comes byte by byte, so
    they run in a thread, which is left behind when the time is up.
    """
    result: Future[T] = Future()

    def run() -> None:
        try:
            result.set_result(ask())
        except BaseException as error:
            result.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return result.result(seconds)


def _body(response: requests.Response, ends: float) -> bytes:
    """The unpacked body, read no further than the limit. One large body is read at a time."""
    found = bytearray()
    with ExitStack() as reading:
        reading.callback(found.clear)  # else the exception's traceback keeps it
        for piece in response.iter_content(_PIECE):
            if len(found) <= _LARGE < len(found) + len(piece):
                if not _reading_a_large_body.acquire(timeout=max(ends - time.monotonic(), 0)):
                    raise TimeoutError
                reading.callback(_reading_a_large_body.release)
            found += piece
            if len(found) > MOST_BYTES:
                raise RequestFailure(Cause.TOO_LARGE)
            if time.monotonic() > ends:
                raise TimeoutError
        return bytes(found)


def _host(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _unreached(detail: str) -> RequestFailure:
    return RequestFailure(Cause.UNREACHABLE, detail=detail)


def _untrusted(error: BaseException, whose: str) -> RequestFailure | None:
    """The failure that names what OpenSSL found wrong with the certificate, if that was it.

    Behind a proxy urllib3 keeps OpenSSL's exception as an argument of its own, not as its cause.
    """
    waiting: list[object] = [error]
    seen: set[int] = set()
    while waiting:
        link = waiting.pop()
        if not isinstance(link, BaseException) or id(link) in seen:
            continue
        if isinstance(link, ssl.SSLCertVerificationError):
            fault = _CERTIFICATE_FAULTS.get(link.verify_code, "is not trusted")
            return RequestFailure(Cause.UNTRUSTED, detail=f"{whose} certificate {fault}")
        seen.add(id(link))
        waiting += (link.__cause__, link.__context__, *link.args)
    return None
