"""PyGithub's requester over our transport. What PyGithub calls a connection is one request here."""

from __future__ import annotations

import json
import re
from collections.abc import ItemsView, Mapping
from typing import Any

from github import Auth
from github.Requester import HTTPRequestsConnectionClass, Requester, RequestsResponse

from .failures import Cause, RequestFailure
from .transport import HttpsAnswer, Transport

API_VERSION = "2022-11-28"  # later ones drop `merge_commit_sha` from pull requests
_NUMBER = re.compile(r"[0-9]{1,10}")  # until 2286, as seconds since 1970


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


class _Connection(HTTPRequestsConnectionClass):
    """Takes one request of PyGithub, and returns its answer."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport  # instead of its own session

    def getresponse(self) -> RequestsResponse:
        answer = self._transport.send(self.verb, self.url, self.headers, self.input)
        if answer.status == 202 and self.verb == "GET":
            raise RequestFailure(Cause.COMPUTING, status=202)  # PyGithub would sleep and ask again
        return _Response(answer.status, _without_unreadable_limits(answer.headers), _text(answer))


class _Response(RequestsResponse):
    """An answer as PyGithub reads it."""

    def __init__(self, status: int, headers: Mapping[str, str], text: str) -> None:
        self.status = status
        self._headers = headers
        self._text = text

    def getheaders(self) -> ItemsView[str, str]:
        return self._headers.items()

    def read(self) -> str:
        return self._text


def _text(answer: HttpsAnswer) -> str:
    """The answer's JSON; empty if there is none."""
    if answer.status >= 400:
        return _message(answer.body)
    if answer.body and "json" not in answer.headers.get("content-type", ""):
        # A proxy's page, which PyGithub would wrap as if it were an answer.
        raise RequestFailure(Cause.GARBLED)
    try:
        return answer.body.decode()
    except UnicodeDecodeError:
        raise RequestFailure(Cause.GARBLED) from None


def _message(body: bytes) -> str:
    """What PyGithub recognises a rate limit by. It fails at an answer of another shape."""
    try:
        message = json.loads(body)["message"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""
    return json.dumps({"message": message}) if isinstance(message, str) else ""


def _without_unreadable_limits(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers without rate limits that are not a plain number: PyGithub fails to read those."""
    return {
        name: value
        for name, value in headers.items()
        if not name.startswith("x-ratelimit-") or _NUMBER.fullmatch(value)
    }
