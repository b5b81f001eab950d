"""The connections to GitHub: where it is, with which token it is asked, how many at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from queue import LifoQueue
from typing import TYPE_CHECKING

from ..opaque import OpaqueStruct
from .failures import Cause, RequestFailure

if TYPE_CHECKING:
    from github.Repository import Repository

# GitHub advises one request after the other, and allows a hundred at once. A few reads side by side
# keep a run short; writes, which are limited more strictly, wait for each other.
MOST_AT_ONCE = 4


class Access(OpaqueStruct, frozen=True, kw_only=True):
    """Where GitHub is and with which token it is asked. Has no repr: the token is a secret."""

    token: str
    repository: str  # owner/name
    api_url: str
    graphql_url: str
    token_name: str = "github-token"  # noqa: S105 - the input's name
    own_authorities: bytes | None = None  # in PEM form, trusted as well as the usual ones


class Connections:
    """Safe to use from several threads: each request has a connection of its own.

    Nothing is connected before the first request.
    """

    def __init__(
        self, access: Callable[[], Access], remaining: Callable[[], float], timeout: float
    ) -> None:
        """`remaining`: the seconds left of the run's deadline. `timeout`: seconds for a request."""
        self._find_access = access
        self._remaining = remaining
        self._timeout = timeout
        # PyGithub's requester is not safe to use from several threads. The connection used last is
        # taken first; None is not yet connected.
        self._free: LifoQueue[Repository | None] = LifoQueue()
        for _ in range(MOST_AT_ONCE):
            self._free.put(None)

    @cached_property
    def access(self) -> Access:
        """Read once, with the first request."""
        return self._find_access()

    @contextmanager
    def one(self) -> Iterator[Repository]:
        """A connection for one request, as PyGithub's object for the repository."""
        repository = self._free.get()
        try:
            if repository is None:
                repository = self._connect()
            yield repository
        finally:
            self._free.put(repository)

    def _connect(self) -> Repository:
        from github.Repository import Repository

        from .requester import BoundedRequester
        from .transport import Transport

        token, base = self.access.token, self.access.api_url.rstrip("/")
        if not (token.isascii() and token.isprintable()):  # no header can hold it
            raise RequestFailure(Cause.TOKEN)
        own = self.access.own_authorities
        transport = Transport(base, self._remaining, self._timeout, own_authorities=own)
        requester = BoundedRequester(token, base, transport)
        return Repository(requester, url=f"/repos/{self.access.repository}")
