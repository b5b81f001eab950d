"""The few ways in which the rehearsal speaks with GitHub: ask, and wait. Every wait ends by itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import requests

T = TypeVar("T")

SECONDS_FOR_A_REQUEST = 20.0
SECONDS_BETWEEN_LOOKS = 3.0
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


class NotDone(Exception):
    """A step did not do what it is for. Its text says why, in one line."""


class Refused(NotDone):
    """GitHub answered with an error."""

    def __init__(self, verb: str, path: str, status: int, message: str) -> None:
        self.status = status
        self.message = one_line(message)
        super().__init__(f"{verb} {path} was answered with {status}: {self.message}")

    @property
    def by_a_rule(self) -> bool:
        """Whether a ruleset refused it, and not a missing permission or a mistake in the request."""
        return 400 <= self.status < 500 and "rule violation" in self.message.lower()


def reason(answer: object) -> str:
    """GitHub's own words for a refusal: its message, and those of the errors in it."""
    if not isinstance(answer, dict):
        return "no reason was given"
    errors = answer.get("errors")
    listed = errors if isinstance(errors, list) else []
    parts = [answer, *(each for each in listed if isinstance(each, dict))]
    return " · ".join(str(each["message"]) for each in parts if each.get("message"))


def one_line(text: str) -> str:
    """GitHub's own words, fit for a terminal."""
    return _CONTROLS.sub(" ", text).strip()[:300]


class _Bearer(requests.auth.AuthBase):
    """The token, for this session alone; without it, requests would take what stands in ~/.netrc."""

    def __init__(self, token: str) -> None:
        self.__token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self.__token}"
        return request


class GitHub:
    """One repository of GitHub, by one token. Paths that begin with no `/` are below the repository."""

    def __init__(
        self,
        repository: str,
        token: str,
        *,
        api_url: str,
        graphql_url: str,
        clock: Callable[[], float],
        pause: Callable[[float], None],
        ends: float,
    ) -> None:
        """`clock`: seconds, of any beginning. `pause`: waits so many seconds. `ends`: on that clock."""
        self.repository = repository
        self.owner = repository.partition("/")[0]
        self.ends = ends
        self._api_url = api_url
        self._graphql_url = graphql_url
        self._clock = clock
        self._pause = pause
        self._session = requests.Session()
        self._session.auth = _Bearer(token)
        self._session.headers.update(
            {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
        )

    def now(self) -> float:
        return self._clock()

    def ask(self, verb: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """The JSON of the answer, None if there is none. Raises Refused, or NotDone without an answer."""
        whole = path if path.startswith("/") else f"/repos/{self.repository}/{path}".rstrip("/")
        status, answer = self._send(verb, f"{self._api_url}{whole}", body)
        if status >= 300:
            raise Refused(verb, whole, status, reason(answer))
        return answer

    def status(self, path: str) -> int:
        """The code with which GitHub answers a GET."""
        try:
            self.ask("GET", path)
        except Refused as refused:
            return refused.status
        return 200

    def query(self, query: str, variables: Mapping[str, Any]) -> Any:
        """The data that GraphQL answers with."""
        status, answer = self._send(
            "POST", self._graphql_url, {"query": query, "variables": dict(variables)}
        )
        if status >= 300 or not isinstance(answer, dict) or answer.get("errors"):
            raise Refused("POST", "/graphql", status, reason(answer))
        return answer["data"]

    def wait(self, for_what: str, seconds: float, look: Callable[[], T | None]) -> T:
        """What `look` finds, as soon as it finds something. NotDone after so many seconds."""
        began = self._clock()
        until = min(began + seconds, self.ends)
        refused = ""
        while True:
            try:
                found = look()
            except Refused as error:
                if error.status < 500 and error.status not in (404, 405, 409, 422):
                    raise
                found, refused = None, f"; at last {error}"
            if found is not None:
                return found
            if self._clock() + SECONDS_BETWEEN_LOOKS > until:
                waited = max(0, round(self._clock() - began))
                raise NotDone(f"{for_what} did not come within {waited} s{refused}")
            self._pause(SECONDS_BETWEEN_LOOKS)

    def _send(self, verb: str, url: str, body: Mapping[str, Any] | None) -> tuple[int, Any]:
        seconds = min(SECONDS_FOR_A_REQUEST, self.ends - self._clock())
        if seconds <= 0:
            raise NotDone("the time of the rehearsal is up")
        try:
            answer = self._session.request(
                verb, url, json=body, timeout=seconds, allow_redirects=False
            )
        except requests.RequestException as error:
            raise NotDone(f"GitHub could not be reached ({type(error).__name__})") from None
        try:
            return answer.status_code, answer.json() if answer.content else None
        except ValueError:
            return answer.status_code, None
