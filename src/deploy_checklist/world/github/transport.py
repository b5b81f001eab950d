"""The transport below PyGithub: every request ends within its time, its size and its host.

PyGithub's own connection waits for each read as long as its time-out says, holds an answer of any
size, sleeps at 202 until something else comes, and follows 301 without end, with writes too. Here
none of these answers reaches it.
"""

from __future__ import annotations

import json
import re
import ssl
import threading
import time
from collections.abc import Callable, ItemsView, Mapping
from concurrent.futures import Future
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit

import requests
from github import Auth
from github.Requester import HTTPRequestsConnectionClass, Requester, RequestsResponse

from ...frozen import frozen
from .trouble import Cause, Trouble

T = TypeVar("T")

MOST_BYTES = 32 * 1024 * 1024  # of an answer, unpacked
MOST_REDIRECTS = 3
API_VERSION = "2022-11-28"  # later ones drop `merge_commit_sha` from pull requests
_PIECE = 65_536
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_REDIRECTS_OF_WRITES = frozenset({307, 308})  # a client may repeat a POST at the others as a GET
_READS = frozenset({"GET", "HEAD"})
_NUMBER = re.compile(r"[0-9]{1,10}")  # until 2286, as seconds since 1970
# X509_V_ERR_* of openssl/x509_vfy.h
_WHAT_IS_WRONG = {
    9: "is not valid yet",
    10: "has expired",
    18: "is self-signed",
    **dict.fromkeys((2, 19, 20, 21), "is from an authority that is not known here"),
    23: "was revoked",
    **dict.fromkeys((62, 64), "is for another name"),
}


@frozen(shown=False)
class Request:
    """One request as PyGithub made it. Has no repr: its headers hold the token."""

    verb: str
    url: str
    headers: Mapping[str, str]
    body: str | None

    @property
    def reads(self) -> bool:
        """It changes nothing."""
        return self.verb in _READS


class Answer(RequestsResponse):
    """An answer as PyGithub reads it, with its whole text."""

    def __init__(self, status: int, headers: Mapping[str, str], text: str) -> None:
        self.status = status
        self._headers = headers
        self._text = text

    def getheaders(self) -> ItemsView[str, str]:
        return self._headers.items()

    def read(self) -> str:
        return self._text


class _Session(requests.Session):
    """Follows nothing, and reads nothing of a redirect: requests reads its whole body otherwise."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        return None


class Transport:
    """Sends requests to one host. Every failure is a Trouble."""

    def __init__(self, base_url: str, remaining: Callable[[], float], timeout: float) -> None:
        """`remaining` tells the seconds left of the run's deadline; `timeout` bounds each request."""
        parts = urlsplit(base_url)
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._remaining = remaining
        self._timeout = timeout
        self._session = _Session()
        self._session.auth = Requester.noopAuth  # without one, requests takes a password from ~/.netrc

    def send(self, verb: str, path: str, headers: Mapping[str, str], body: str | None) -> Answer:
        """The answer, with its redirects followed, in one span of time for all of it."""
        seconds = min(self._timeout, self._remaining())
        if seconds <= 0:
            raise Trouble(Cause.TIME)
        request = Request(verb=verb, url=f"{self._origin}{path}", headers=headers, body=body)
        ends = time.monotonic() + seconds
        try:
            return _within(seconds, lambda: self._followed(request, ends))
        except requests.exceptions.SSLError as error:
            raise _untrusted(error) from None
        except (requests.ConnectionError, requests.Timeout, TimeoutError):
            raise Trouble(Cause.UNREACHABLE) from None
        except (requests.RequestException, ValueError):  # a cut body, bytes that are not UTF-8
            raise Trouble(Cause.GARBLED) from None

    def _followed(self, request: Request, ends: float) -> Answer:
        url = request.url
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._exchange(request, url, ends)
            if isinstance(answer, Answer):
                return answer
            url = answer
        raise Trouble(Cause.MOVED)

    def _exchange(self, request: Request, url: str, ends: float) -> Answer | str:
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
            status, headers = response.status_code, _harmless(response.headers)
            if 300 <= status < 400:
                return self._target(request, url, status, headers.get("location"))
            if status == 202 and request.reads:
                raise Trouble(Cause.COMPUTING, status=status)
            return Answer(status, headers, _text(response, ends))

    def _target(self, request: Request, url: str, status: int, location: str | None) -> str:
        """Where a redirect leads, if it may be followed: the token goes to no other host."""
        followed = _REDIRECTS if request.reads else _REDIRECTS_OF_WRITES
        target = urljoin(url, location) if location else ""
        if status not in followed or _host(target) != _host(self._origin):
            raise Trouble(Cause.MOVED, status=status)
        return target


class _Connection(HTTPRequestsConnectionClass):
    """What PyGithub calls a connection: it hands over one request and takes one answer."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport  # in the place of a session of its own

    def getresponse(self) -> Answer:
        return self._transport.send(self.verb, self.url, self.headers, self.input)


class BoundedRequester(Requester):
    """PyGithub's requester, whose every request goes through our transport."""

    def __init__(self, token: str, base_url: str, transport: Transport) -> None:
        super().__init__(
            auth=Auth.Token(token) if token else None,
            base_url=base_url,
            timeout=0,  # unused, as all that concerns PyGithub's own connection
            user_agent="deploy-checklist",
            per_page=100,
            verify=True,
            retry=None,
            pool_size=None,
            seconds_between_requests=0,
            seconds_between_writes=0,
            lazy=True,
            api_version=API_VERSION,
        )
        self._transport = transport

    def requestJson(  # noqa: PLR0917 - PyGithub's own signature
        self,
        verb: str,
        url: str,
        parameters: dict[str, Any] | None = None,
        headers: dict[str, Any] | None = None,
        input: Any | None = None,  # noqa: A002, ANN401 - the same
        cnx: object = None,
        follow_302_redirect: bool = False,
    ) -> tuple[int, dict[str, Any], str]:
        """Status, headers (names in lower case) and text of the answer."""
        connection = _Connection(self._transport)
        return super().requestJson(verb, url, parameters, headers, input, connection)


def _within(seconds: float, ask: Callable[[], T]) -> T:
    """What `ask` returns, or TimeoutError after so many seconds.

    A name look-up, a handshake and a header that comes byte by byte know no common time-out, so
    they are waited for in a thread that may be left behind.
    """
    result: Future[T] = Future()

    def run() -> None:
        try:
            result.set_result(ask())
        except BaseException as error:
            result.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return result.result(seconds)


def _text(response: requests.Response, ends: float) -> str:
    """The body, unpacked and decoded, read no further than the limit."""
    found = bytearray()
    for piece in response.iter_content(_PIECE):
        found += piece
        if len(found) > MOST_BYTES:
            raise Trouble(Cause.TOO_LARGE)
        if time.monotonic() > ends:
            raise TimeoutError
    if response.status_code >= 400:
        return _message(found)
    if found and "json" not in response.headers.get("content-type", ""):
        raise Trouble(Cause.GARBLED)  # a proxy's page, which PyGithub wraps as if it were an answer
    return found.decode()


def _message(body: bytes | bytearray) -> str:
    """Of a refusal only what PyGithub knows a rate limit by; it fails at any other shape."""
    try:
        message = json.loads(body)["message"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""
    return json.dumps({"message": message}) if isinstance(message, str) else ""


def _harmless(headers: Mapping[str, str]) -> dict[str, str]:
    """Names in lower case; without limits that are no plain number, which PyGithub fails to read."""
    named = {name.lower(): value for name, value in headers.items()}
    return {
        name: value
        for name, value in named.items()
        if not name.startswith("x-ratelimit-") or name == "x-ratelimit-resource" or _NUMBER.fullmatch(value)
    }


def _host(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _untrusted(error: BaseException) -> Trouble:
    """What OpenSSL found wrong with the certificate, or that TLS failed in another way."""
    link: BaseException | None = error
    while link is not None:
        if isinstance(link, ssl.SSLCertVerificationError):
            wrong = _WHAT_IS_WRONG.get(link.verify_code, "is not trusted")
            return Trouble(Cause.UNTRUSTED, detail=f"its certificate {wrong}")
        link = link.__cause__ or link.__context__
    return Trouble(Cause.UNREACHABLE, detail="the TLS handshake failed")
