"""The one door to GitHub: PyGithub's requester under our own patience, every failure told by what it means.

PyGithub's retries are switched off. They repeat a POST after a 5xx (a comment that took effect then
appears twice), never a PATCH, sleep for whatever a header says, and see neither a cut answer nor a deadline.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qsl, quote, urlsplit

from ...frozen import frozen
from .trouble import Cause, Need, Trouble, refused

if TYPE_CHECKING:
    from github.Requester import Requester

Json = Any  # what GitHub answers; `parsed` guards its shape
Answer = TypeVar("Answer")

TRIES = 4
MOST_PAGES = 60
API_VERSION = "2022-11-28"  # later ones drop `merge_commit_sha` from pull requests
_IDEMPOTENT = frozenset({"GET", "PATCH", "DELETE"})


@frozen(shown=False)
class Access:
    """Where GitHub is and with which token it is asked. Has no repr: the token is a secret."""

    token: str
    repository: str  # owner/name
    api_url: str
    graphql_url: str
    token_name: str = "github-token"  # noqa: S105 - the input's name


class Client:
    """Requests to GitHub for one repository with one token. Safe to use from several threads."""

    def __init__(
        self, requester: Requester, access: Access, remaining: Callable[[], float], sleep: Callable[[float], None]
    ) -> None:
        self._requester = requester
        self._graphql_url = access.graphql_url
        self._remaining = remaining
        self._sleep = sleep
        # PyGithub keeps a request's address on its one connection, so two threads would mix them up;
        # and one at a time is what GitHub asks for (docs.github.com, best practices for the REST API)
        self._turn = Lock()
        self.repository = access.repository
        self.token_name = access.token_name

    def need(self, what: str, permission: str) -> Need:
        """What a request with this client's token is about."""
        return Need(what=what, permission=permission, token=self.token_name)

    def at(self, *segments: str | int) -> str:
        """A path below the own repository; every segment is quoted."""
        return under(f"/repos/{self.repository}", *segments)

    def read(self, path: str, need: Need, params: Mapping[str, Any] | None = None) -> Json:
        """The answer to a GET; Unobservable if there is none."""
        try:
            return self.send("GET", path, params=params)[1]
        except Trouble as trouble:
            raise need.unobservable(trouble) from None

    def read_if_there(self, path: str, need: Need, params: Mapping[str, Any] | None = None) -> Json | None:
        """The same, with None for a 404: the caller knows whether that means "not there" or "not shown to us"."""
        try:
            return self.send("GET", path, params=params)[1]
        except Trouble as trouble:
            if trouble.cause is Cause.MISSING:
                return None
            raise need.unobservable(trouble) from None

    def pages(
        self,
        path: str,
        need: Need,
        params: Mapping[str, Any] | None = None,
        *,
        within: str | None = None,
        missing_is_empty: bool = False,
    ) -> Iterator[Json]:
        """Every element of a list, page after page; `within` is the key that holds the list.

        `missing_is_empty` is for a caller that knows that a 404 cannot mean "not shown to us".
        """
        asked: Mapping[str, Any] | None = {**(params or {}), "per_page": 100}
        try:
            for _ in range(MOST_PAGES):
                headers, data = self.send("GET", path, params=asked)
                yield from _elements(data, within)
                asked = _next_page(headers)
                if asked is None:
                    return
            raise Trouble(Cause.GARBLED)
        except Trouble as trouble:
            if missing_is_empty and trouble.cause is Cause.MISSING:
                return
            raise need.unobservable(trouble) from None

    def query(self, text: str, variables: Mapping[str, Any], need: Need) -> Mapping[str, Any]:
        """The `data` of a GraphQL answer; parts that GitHub could not find are None in it."""
        try:
            return self.graphql(text, variables)
        except Trouble as trouble:
            raise need.unobservable(trouble) from None

    def graphql(self, text: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        """The same for reading and for idempotent mutations, with a Trouble for a failure."""
        body = {"query": text, "variables": dict(variables)}
        return self._patiently(lambda: self._graphql(body), again=True)

    def send(
        self,
        verb: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        again: bool | None = None,
    ) -> tuple[Mapping[str, str], Json]:
        """Headers (names in lower case) and JSON of the answer, or a Trouble.

        One that was refused before any effect is repeated; one that may have taken effect, only if it is idempotent.
        """
        repeatable = verb in _IDEMPOTENT if again is None else again
        return self._patiently(lambda: self._once(verb, path, params, body), again=repeatable)

    def create(
        self, path: str, body: Mapping[str, Any], need: Need, *, landed: Callable[[], Mapping[str, Any] | None]
    ) -> Mapping[str, Any]:
        """POST something that must not be there twice: after an uncertain failure, look before posting again."""
        for attempt in count(1):
            try:
                created: Mapping[str, Any] = self.send("POST", path, body=body)[1]
                return created
            except Trouble as trouble:
                if not trouble.uncertain or attempt == TRIES:
                    raise need.not_published(trouble) from None
                self._sleep(_backoff(attempt - 1))
                there = landed()
                if there is not None:
                    return there
        raise AssertionError("count() does not end")

    def _patiently(self, ask: Callable[[], Answer], *, again: bool) -> Answer:
        for attempt in count(1):
            if self._remaining() <= 0:
                raise Trouble(Cause.TIME)
            try:
                return ask()
            except Trouble as trouble:
                wait = _backoff(attempt - 1) if trouble.wait is None else max(trouble.wait, 1.0)
                repeatable = trouble.cause is Cause.LIMITED or (again and trouble.uncertain)
                if not repeatable or attempt == TRIES or wait >= self._remaining():
                    raise
            self._sleep(wait)
        raise AssertionError("count() does not end")

    def _once(
        self, verb: str, path: str, params: Mapping[str, Any] | None, body: Mapping[str, Any] | None
    ) -> tuple[Mapping[str, str], Json]:
        with self._turn, _told():
            headers, data = self._requester.requestJsonAndCheck(
                verb, path, parameters=dict(params or {}), input=dict(body) if body is not None else None
            )
        if data is not None and "json" not in headers.get("content-type", ""):
            raise Trouble(Cause.GARBLED)  # a proxy's page, which PyGithub wraps as if it were an answer
        return headers, data

    def _graphql(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        with self._turn, _told():
            _, answer = self._requester.requestJsonAndCheck("POST", self._graphql_url, input=dict(body))
        if not isinstance(answer, dict) or not isinstance(answer.get("data"), dict | None):
            raise Trouble(Cause.GARBLED)
        kinds = {error.get("type") for error in answer.get("errors") or ()}
        if "RATE_LIMITED" in kinds:
            raise Trouble(Cause.LIMITED, status=200, wait=60.0)
        if "FORBIDDEN" in kinds or "INSUFFICIENT_SCOPES" in kinds:
            raise Trouble(Cause.FORBIDDEN, status=200)
        data: Mapping[str, Json] | None = answer.get("data")
        if kinds - {"NOT_FOUND"} or data is None:
            raise Trouble(Cause.DOWN, status=200)  # its own time-outs come without a type
        return data


def connect(
    access: Access, *, remaining: Callable[[], float], sleep: Callable[[float], None] = time.sleep, timeout: int = 15
) -> Client:
    """A client; `remaining` tells the seconds left of the run's deadline, `timeout` bounds each wait for an answer."""
    from github import Auth, Github  # 0.2 s that an offline run must not pay

    hub = Github(
        auth=Auth.Token(access.token) if access.token else None,
        base_url=access.api_url.rstrip("/"),
        timeout=timeout,
        user_agent="deploy-checklist",
        per_page=100,
        retry=None,
        seconds_between_requests=0,
        seconds_between_writes=0,
        lazy=True,
        api_version=API_VERSION,
    )
    return Client(hub.requester, access, remaining, sleep)


def under(path: str, *segments: str | int) -> str:
    """A path with more segments, each of them quoted: a name with a slash stays one segment."""
    return "/".join((path, *(quote(str(segment), safe="") for segment in segments)))


@contextmanager
def parsed(need: Need) -> Iterator[None]:
    """An answer of another shape than GitHub describes is Unobservable, not a crash."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        raise need.unobservable(Trouble(Cause.GARBLED)) from None


@contextmanager
def _told() -> Iterator[None]:
    """Whatever PyGithub and requests raise, as a Trouble. Their texts quote answers, so none is kept."""
    from github import GithubException, RateLimitExceededException
    from requests import ConnectionError as NoConnection
    from requests import RequestException, Timeout

    try:
        yield
    except GithubException as refusal:
        limited = isinstance(refusal, RateLimitExceededException)
        raise refused(refusal.status, refusal.headers or {}, rate_limited=limited) from None
    except (NoConnection, Timeout):
        raise Trouble(Cause.UNREACHABLE) from None
    except (RequestException, ValueError, RuntimeError, AssertionError):
        # a cut body, JSON that ends early, a redirect to another host
        raise Trouble(Cause.GARBLED) from None


def _backoff(retries: int) -> float:
    return 0.5 * 2.0**retries


def _elements(data: Json, within: str | None) -> list[Json]:
    found = data.get(within) if within is not None and isinstance(data, dict) else data
    if not isinstance(found, list):
        raise Trouble(Cause.GARBLED)
    return found


def _next_page(headers: Mapping[str, str]) -> Mapping[str, str] | None:
    """The query of the next page. Its host and path are not taken over: an answer does not decide where we go."""
    for link in headers.get("link", "").split(","):
        address, _, relation = link.partition(";")
        if 'rel="next"' in relation:
            return dict(parse_qsl(urlsplit(address.strip().strip("<>")).query))
    return None
