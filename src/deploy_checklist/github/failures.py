"""Requests to GitHub that failed: their causes, and the reason and remedy that people read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum

from msgspec import Struct

from ..outcome import Unobservable
from ..world.ports import NotPublished


class Cause(StrEnum):
    """Why a request failed. With the last three, it may still have taken effect."""

    TOKEN = "token"  # noqa: S105 - 401, a cause and not a password
    FORBIDDEN = "forbidden"
    MISSING = "missing"  # 404: not there, or hidden from this token
    GONE = "gone"  # 410: issues are switched off, or it was deleted
    MALFORMED = "malformed"  # 400: GitHub does not understand the request
    CONFLICT = "conflict"  # 409
    INVALID = "invalid"  # 422: understood, and not accepted
    NO_COMMIT = "no commit"  # 422: of that hash
    REFUSED = "refused"  # any other 4xx
    ALLOW_LIST = "allow list"  # our address is not on the organization's
    LOCKED = "locked"  # a conversation
    PLAN = "plan"  # a private repository's has no such thing
    ARCHIVED = "archived"  # a repository
    UNSUPPORTED = "unsupported"  # GraphQL: an older server lacks a field of our query
    LIMITED = "limited"  # rate limits, refused before any effect
    TIME = "time"  # the run's deadline: not sent
    MOVED = "moved"  # a redirect that is not followed
    COMPUTING = "computing"  # 202: the answer is not ready
    TOO_LARGE = "too large"  # an answer, which a repetition would not make smaller
    UNTRUSTED = "untrusted"  # its certificate: not sent
    DOWN = "down"  # 5xx
    UNREACHABLE = "unreachable"  # no connection, reset, or no answer in time
    GARBLED = "garbled"  # an answer that was cut short or is not from GitHub


class NotShown(Unobservable):
    """What was asked for is missing, or hidden from the token: GitHub does not say which."""


_SECONDS = re.compile("[0-9]{1,10}")  # until 2286, as seconds since 1970

_ANSWERED = {
    400: Cause.MALFORMED,
    401: Cause.TOKEN,
    403: Cause.FORBIDDEN,
    404: Cause.MISSING,
    409: Cause.CONFLICT,
    410: Cause.GONE,
    422: Cause.INVALID,
}
# The words in GitHub's own sentence when it refuses something (403, 422, GraphQL's FORBIDDEN).
_SENTENCES = {
    "has an IP allow list enabled": Cause.ALLOW_LIST,
    "issue is locked": Cause.LOCKED,
    "Upgrade to GitHub Pro or make this repository public": Cause.PLAN,
    "archived so is read-only": Cause.ARCHIVED,
    "No commit found for SHA": Cause.NO_COMMIT,
}

UNCERTAIN = frozenset({Cause.DOWN, Cause.UNREACHABLE, Cause.GARBLED})


_REASONS = {
    Cause.TOKEN: "GitHub does not accept {token}{status}",
    Cause.FORBIDDEN: "{token} may not {verb} {what}{status}",
    Cause.MISSING: "{what} could not be found, or {token} may not {verb} it{status}",
    Cause.GONE: "GitHub no longer has {what}: it was deleted, or switched off in the "
    "settings{status}",
    Cause.MALFORMED: "GitHub did not understand the request to {verb} {what}{status}",
    Cause.CONFLICT: "GitHub refused to {verb} {what}: it conflicts with the current state{status}",
    Cause.INVALID: "GitHub does not accept the request to {verb} {what}{status}",
    Cause.NO_COMMIT: "GitHub could not {verb} {what}: it has no such commit{status}",
    Cause.REFUSED: "GitHub refused to {verb} {what}{status}",
    Cause.ALLOW_LIST: (
        "GitHub did not let this runner {verb} {what}:"
        " its address is not on the organization's IP allow list{status}"
    ),
    Cause.PLAN: "the plan of this private repository does not include {what}{status}",
    Cause.LOCKED: "GitHub refused to {verb} {what}: the conversation is locked{status}",
    Cause.ARCHIVED: "GitHub refused to {verb} {what}: the repository is archived{status}",
    Cause.UNSUPPORTED: "GitHub could not answer the request for {what}: {detail}",
    Cause.LIMITED: "GitHub's rate limit for {token} was reached while requesting {what}{status}",
    Cause.TIME: "the time ran out before GitHub could be contacted for {what}",
    Cause.MOVED: "GitHub redirects to another address for {what}{status}",
    Cause.COMPUTING: "GitHub is still computing {what}{status}",
    Cause.TOO_LARGE: "GitHub's answer about {what} is larger than 32 MiB",
    Cause.UNTRUSTED: "GitHub was not contacted for {what}: {detail}",
    Cause.DOWN: "GitHub failed to {verb} {what}{status}",
    Cause.UNREACHABLE: "GitHub could not be reached for {what}{more}",
    Cause.GARBLED: "the answer about {what} was cut short or is not from GitHub",
}
_RUN_AGAIN = "run again; githubstatus.com shows whether GitHub is down"
_REMEDIES = {
    Cause.TOKEN: "check that {token} is a valid token that has not expired",
    Cause.GONE: "check the repository's settings",
    Cause.MALFORMED: "check whether a proxy changes requests, and whether GitHub Enterprise "
    "Server is recent enough",
    Cause.CONFLICT: "run again; check that the repository has a commit",
    Cause.INVALID: "check that this is switched on in the repository's settings",
    Cause.NO_COMMIT: "push the commit to this repository, or gate one that it has",
    Cause.REFUSED: "check the repository's settings",
    Cause.ALLOW_LIST: "add the runner's address to the list, or use a runner that is on it",
    Cause.PLAN: "make the repository public, or use a plan that includes rulesets",
    Cause.LOCKED: "unlock the conversation, then run again",
    Cause.ARCHIVED: "unarchive the repository, or remove the gate from it",
    Cause.UNSUPPORTED: "update GitHub Enterprise Server",
    Cause.TIME: "raise `deadline`",
    Cause.MOVED: "check whether the repository was renamed, or whether a proxy answers instead "
    "of GitHub",
    Cause.COMPUTING: "run again in a minute",
    Cause.TOO_LARGE: "check whether a proxy answers instead of GitHub",
    Cause.UNTRUSTED: (
        "give a file with the private authority's certificate in the input `ca-file`, or "
        "outside GitHub Actions in the variable REQUESTS_CA_BUNDLE"
    ),
}


class RequestFailure(Exception):
    """A request that failed. It holds no text of request or answer, which may hold secrets."""

    def __init__(
        self,
        cause: Cause,
        *,
        status: int | None = None,
        wait: float | None = None,
        detail: str | None = None,
    ) -> None:
        super().__init__(cause.value)
        self.cause = cause
        self.status = status
        self.wait = wait  # seconds that GitHub asks to wait
        self.detail = detail  # our own sentence with details

    @property
    def uncertain(self) -> bool:
        """The request may have taken effect although no answer says so."""
        return self.cause in UNCERTAIN


class RequestPurpose(Struct, frozen=True, kw_only=True):
    """What a request is for and what it needs: the words of its failure."""

    what: str  # "the check runs of the commit"
    # As it is written in a workflow ("checks: read") or in a token's settings ("Secrets: read").
    permission: str
    token: str = "github-token"  # noqa: S105 - the input's name
    # Reason and remedy of a 422, where it is known to have one meaning.
    refusal: tuple[str, str] | None = None

    def unobservable(self, failure: RequestFailure) -> Unobservable:
        """The failure of a read."""
        of = NotShown if failure.cause is Cause.MISSING else Unobservable
        return of(*self._reason_and_remedy(failure, "read"))

    def not_published(self, failure: RequestFailure) -> NotPublished:
        """The failure of a write."""
        return NotPublished(*self._reason_and_remedy(failure, "write"))

    def not_shown(self) -> Unobservable:
        """The failure where it is missing or hidden from the token: GitHub does not say which."""
        return self.unobservable(RequestFailure(Cause.MISSING))

    def _reason_and_remedy(self, failure: RequestFailure, verb: str) -> tuple[str, str]:
        if failure.cause is Cause.INVALID and self.refusal is not None:
            return self.refusal
        reason = _REASONS[failure.cause].format(
            what=self.what,
            token=self.token,
            verb=verb,
            status=f" ({failure.status})" if failure.status else "",
            detail=failure.detail,
            more=f": {failure.detail}" if failure.detail else "",
        )
        return reason, self._remedy(failure)

    def _remedy(self, failure: RequestFailure) -> str:
        if failure.cause in (Cause.FORBIDDEN, Cause.MISSING):
            return self._grant()
        if failure.cause is Cause.LIMITED and failure.wait:
            return f"run again in {round(failure.wait / 60) or 1} min"
        return _REMEDIES.get(failure.cause, _RUN_AGAIN).format(token=self.token)

    def _grant(self) -> str:
        """How to give the token the permission."""
        if self.token == "github-token":  # noqa: S105 - the input's name
            return f"add `{self.permission}` to the job's `permissions:`"
        named = [each[:1].upper() + each[1:] for each in self.permission.split(", ")]
        return f"give {self.token} the permission {' and '.join(named)}"


def refused(
    status: int, headers: Mapping[str, str], *, rate_limited: bool, sentence: object = None
) -> RequestFailure:
    """The meaning of an answer with an error status. Header names are in lower case.

    `sentence`: GitHub's own, which is compared and never shown.
    """
    asks_to_wait = "retry-after" in headers
    if status == 429 or (status == 403 and (rate_limited or limits(headers))):
        return limited(status, headers)
    if status >= 500:
        wait = asked_to_wait(headers) if asks_to_wait else None
        return RequestFailure(Cause.DOWN, status=status, wait=wait)
    cause = _ANSWERED.get(status, Cause.REFUSED)
    if status in (403, 422):
        cause = refusal(sentence) or cause
    return RequestFailure(cause, status=status)


def refusal(sentence: object) -> Cause | None:
    """What GitHub's sentence says besides the refusal; None if it says nothing known."""
    if not isinstance(sentence, str):
        return None
    return next((cause for part, cause in _SENTENCES.items() if part in sentence), None)


def limited(status: int, headers: Mapping[str, str]) -> RequestFailure:
    """A rate limit, and how long to wait for it: a minute, if the answer does not say."""
    wait = asked_to_wait(headers)
    return RequestFailure(Cause.LIMITED, status=status, wait=60.0 if wait is None else wait)


def limits(headers: Mapping[str, str]) -> bool:
    """Whether the headers of a refusal say that it is for a rate limit."""
    return "retry-after" in headers or headers.get("x-ratelimit-remaining") == "0"


def answered_at(headers: Mapping[str, str]) -> datetime | None:
    """When an answer was made, by GitHub's own clock; None if it does not say."""
    try:
        at = parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, OverflowError):
        return None
    return at if at.tzinfo is not None else None


def asked_to_wait(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, by Retry-After, else by the reset time against GitHub's own clock.

    None if the answer does not say, or not in a form that can be read.
    """
    asked = headers.get("retry-after", "")
    if _SECONDS.fullmatch(asked):
        return float(asked)
    reset, now = headers.get("x-ratelimit-reset", ""), answered_at(headers)
    exhausted = headers.get("x-ratelimit-remaining") == "0"
    if not exhausted or not _SECONDS.fullmatch(reset) or now is None:
        return None
    # One second more: GitHub does not say when within that second.
    return max(0.0, (datetime.fromtimestamp(int(reset), UTC) - now).total_seconds()) + 1.0
