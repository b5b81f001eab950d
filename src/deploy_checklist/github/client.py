"""The one door to GitHub: PyGithub's requester over our transport. Every failure names its cause.

What PyGithub offers above its requester is used where one call is one request: the objects by which
comments and issues are written. Elsewhere it keeps too little of what a gate promises. Its objects
ask again, unseen, for a field that an answer left out, or show it as None; a status is created only
after its commit was asked for; its lists go wherever an answer's `Link` header says and end at no
page; its `graphql_query` asks at an address of its own making and turns every answer that has
errors into an exception with a made-up status, although a part that was not found is an answer.
Its retries are switched off: they repeat a POST after a 5xx (a comment that took effect appears
twice), never a PATCH, sleep for whatever a header says, and see no cut answer and no deadline.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from datetime import datetime
from itertools import count
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qsl, quote

from .connections import Access, Connections
from .decode import decoded, incomplete, unexpected
from .failures import Cause, RequestFailure, RequestPurpose, answered_at, refused
from .graphql_errors import failure_of
from .rest_shapes import RestPage

if TYPE_CHECKING:
    from github.Repository import Repository

Json = Any  # an answer of GitHub; `decoded` guards its shape
Answer = TypeVar("Answer")

TRIES = 4
MOST_PAGES = 60
PAGE = 100  # elements; GitHub gives no more at once
_IDEMPOTENT = frozenset({"GET", "PATCH", "DELETE"})


class Client:
    """Requests to GitHub for one repository with one token. Safe to use from several threads.

    It connects with its first request: loading PyGithub takes 0.2 s, which most runs on a laptop
    need not pay, and only there git has to be asked which repository it is. An error of `access` is
    raised by the first request.
    """

    def __init__(
        self,
        access: Callable[[], Access],
        *,
        remaining: Callable[[], float],
        sleep: Callable[[float], None] = time.sleep,
        timeout: float = 15.0,
    ) -> None:
        """`remaining`: the seconds left of the run's deadline. `timeout`: seconds for a request."""
        self._connections = Connections(access, remaining, timeout)
        self._remaining = remaining
        self._sleep = sleep
        self._writing = Lock()
        self.answered_at: datetime | None = None  # the last time, by GitHub's own clock

    @property
    def repository(self) -> str:
        """Its name: owner/name."""
        return self._connections.access.repository

    def need(self, what: str, permission: str) -> RequestPurpose:
        """What a request with this client's token is about."""
        return RequestPurpose(
            what=what, permission=permission, token=self._connections.access.token_name
        )

    def at(self, *segments: str | int) -> str:
        """A path below the own repository; every segment is quoted."""
        return under(f"/repos/{self.repository}", *segments)

    def read(
        self, path: str, need: RequestPurpose, params: Mapping[str, Any] | None = None
    ) -> Json:
        """The answer to a GET; Unobservable if there is none."""
        try:
            return self._read(path, params)
        except RequestFailure as failure:
            raise need.unobservable(failure) from None

    def read_if_there(
        self, path: str, need: RequestPurpose, params: Mapping[str, Any] | None = None
    ) -> Json | None:
        """The same, with None for a 404, which can mean "not there" and "not shown to us"."""
        try:
            return self._read(path, params)
        except RequestFailure as failure:
            if failure.cause is Cause.MISSING:
                return None
            raise need.unobservable(failure) from None

    def _read(self, path: str, params: Mapping[str, Any] | None) -> Json:
        found = self.send("GET", path, params=params)[1]
        if found is None:
            raise RequestFailure(Cause.GARBLED)  # an empty answer is not a 404
        return found

    def pages(
        self,
        path: str,
        need: RequestPurpose,
        shape: type[list[Answer]] | type[RestPage[Answer]],
        params: Mapping[str, Any] | None = None,
        *,
        missing_is_empty: bool = False,
    ) -> Iterator[Answer]:
        """Every element of a list, page after page; `shape` is that of a page.

        Unobservable after the last page, if an answer says that there are more elements.
        `missing_is_empty` is for a caller that knows that a 404 cannot mean "not shown to us".
        """
        query: Mapping[str, Any] | None = {**(params or {}), "per_page": PAGE}
        read = total = 0
        try:
            for _ in range(MOST_PAGES):
                headers, data = self.send("GET", path, params=query)
                page = decoded(data, shape, need)
                if isinstance(page, RestPage):
                    total = max(total, page.total_count)
                elements = page.elements if isinstance(page, RestPage) else page
                read += len(elements)
                yield from elements
                query = _next_page(headers)
                if query is None:
                    break
            else:
                raise unexpected(need, f"there are more than {MOST_PAGES} pages")
            if read < total:
                raise incomplete(need, read, total)
        except RequestFailure as failure:
            if missing_is_empty and failure.cause is Cause.MISSING and not read:
                return
            raise need.unobservable(failure) from None

    def query(
        self, text: str, variables: Mapping[str, Any], need: RequestPurpose
    ) -> Mapping[str, Any]:
        """The `data` of a GraphQL answer; parts that GitHub could not find are None in it."""
        try:
            return self.graphql(text, variables)
        except RequestFailure as failure:
            raise need.unobservable(failure) from None

    def graphql(
        self, text: str, variables: Mapping[str, Any], *, writes: bool = False
    ) -> Mapping[str, Any]:
        """The same, with a RequestFailure. `writes`: a mutation, which must be idempotent."""
        body = {"query": text, "variables": dict(variables)}
        return self._with_retries(lambda: self._graphql(body, writes=writes), repeatable=True)

    def send(
        self,
        verb: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> tuple[Mapping[str, str], Json]:
        """Headers (names in lower case) and JSON of the answer, or a RequestFailure.

        A request that was refused before any effect is repeated; one that may have taken effect,
        only if it is idempotent.
        """
        return self._with_retries(
            lambda: self._once(verb, path, params, body, writes=verb != "GET"),
            repeatable=verb in _IDEMPOTENT,
        )

    def create(
        self,
        post: Callable[[Repository], Answer],
        need: RequestPurpose,
        *,
        landed: Callable[[], Answer | None],
    ) -> Answer:
        """What `post` made with one POST; it must not exist twice.

        After an uncertain failure, `landed` looks for it before it is posted again.
        """
        for attempt in count(1):
            try:
                return self._with_retries(lambda: self._call(post, writes=True), repeatable=False)
            except RequestFailure as failure:
                if not failure.uncertain or attempt == TRIES:
                    raise need.not_published(failure) from None
                self.back_off(attempt)
                found = landed()
                if found is not None:
                    return found
        raise AssertionError("count() does not end")

    def change(self, patch: Callable[[Repository], Answer], need: RequestPurpose) -> Answer:
        """What `patch` returns. It makes one PATCH, which has the same effect if repeated."""
        try:
            return self._with_retries(lambda: self._call(patch, writes=True), repeatable=True)
        except RequestFailure as failure:
            raise need.not_published(failure) from None

    def back_off(self, attempt: int) -> None:
        """Waits before a request is repeated."""
        self._sleep(_backoff(attempt))

    def _with_retries(self, request: Callable[[], Answer], *, repeatable: bool) -> Answer:
        """`repeatable`: it may be sent again although it may have taken effect."""
        for attempt in count(1):
            if self._remaining() <= 0:
                raise RequestFailure(Cause.TIME)
            try:
                return request()
            except RequestFailure as failure:
                wait = _backoff(attempt) if failure.wait is None else max(failure.wait, 1.0)
                again = failure.cause is Cause.LIMITED or (repeatable and failure.uncertain)
                if not again or attempt == TRIES or wait >= self._remaining():
                    raise
            self._sleep(wait)
        raise AssertionError("count() does not end")

    def _once(
        self,
        verb: str,
        path: str,
        params: Mapping[str, Any] | None,
        body: Mapping[str, Any] | None,
        *,
        writes: bool,
    ) -> tuple[Mapping[str, str], Json]:
        def request(repository: Repository) -> tuple[Mapping[str, str], Json]:
            return repository.requester.requestJsonAndCheck(
                verb, path, parameters=dict(params or {}), input=body
            )

        headers, found = self._call(request, writes=writes)
        self.answered_at = answered_at(headers) or self.answered_at
        return headers, found

    def _graphql(self, body: Mapping[str, Any], *, writes: bool) -> Mapping[str, Any]:
        url = self._connections.access.graphql_url
        headers, answer = self._once("POST", url, None, body, writes=writes)
        if not isinstance(answer, dict) or not isinstance(answer.get("data"), dict | None):
            raise RequestFailure(Cause.GARBLED)
        data: Mapping[str, Json] | None = answer.get("data")
        failure = failure_of(answer, headers, str(body["query"]))
        if failure is not None:
            raise failure
        if data is None:
            raise RequestFailure(Cause.DOWN, status=200)
        return data

    def _call(self, request: Callable[[Repository], Answer], *, writes: bool) -> Answer:
        """What PyGithub returns. Its exceptions quote answers: a RequestFailure replaces them."""
        with self._writing if writes else nullcontext(), self._connections.one() as repository:
            from github import GithubException, RateLimitExceededException

            try:
                return request(repository)
            except GithubException as error:
                limited = isinstance(error, RateLimitExceededException)
                sentence = error.data.get("message") if isinstance(error.data, dict) else None
                raise refused(
                    error.status, error.headers or {}, rate_limited=limited, sentence=sentence
                ) from None
            except (ValueError, RuntimeError, AssertionError):  # JSON cut short or nested too deep
                raise RequestFailure(Cause.GARBLED) from None


def connect(
    access: Access,
    *,
    remaining: Callable[[], float],
    sleep: Callable[[float], None] = time.sleep,
    timeout: float = 15.0,
) -> Client:
    """A client where the repository is known beforehand."""
    return Client(lambda: access, remaining=remaining, sleep=sleep, timeout=timeout)


def under(path: str, *segments: str | int) -> str:
    """A path with more segments, each of them quoted: a slash in a name is quoted, too."""
    return "/".join((path, *(quote(str(segment), safe="") for segment in segments)))


def _backoff(attempt: int) -> float:
    """Seconds to wait after so many attempts."""
    return 0.25 * 2.0**attempt


def _next_page(headers: Mapping[str, str]) -> Mapping[str, str] | None:
    """The query of the next page. Host and path of the link are ignored: an answer does not decide
    where requests go.
    """
    for link in headers.get("link", "").split(","):
        address, _, relation = link.partition(";")
        if 'rel="next"' in relation:
            return dict(parse_qsl(address.strip().strip("<>").partition("?")[2]))
    return None
