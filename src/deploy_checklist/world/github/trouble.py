"""What went wrong between us and GitHub, and how it is told: a reason and a remedy that name the permission."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum

from ...frozen import frozen
from ...outcome import Unobservable
from ..ports import NotPublished


class Cause(StrEnum):
    """Why a request failed. The last three leave it open whether it took effect."""

    TOKEN = "token"  # noqa: S105 - 401, a cause and not a password
    FORBIDDEN = "forbidden"
    MISSING = "missing"  # 404: not there, or hidden from this token
    GONE = "gone"  # 410: issues are switched off, or it was deleted
    REFUSED = "refused"  # 400, 409, 422
    LIMITED = "limited"  # rate limits, refused before any effect
    TIME = "time"  # the run's deadline: not sent
    DOWN = "down"  # 5xx
    UNREACHABLE = "unreachable"  # no connection, reset, or no answer in time
    GARBLED = "garbled"  # an answer that was cut short or is not GitHub's


UNCERTAIN = frozenset({Cause.DOWN, Cause.UNREACHABLE, Cause.GARBLED})


class Trouble(Exception):
    """A request that failed. Holds no text of request or answer: both can hold what must not be shown."""

    def __init__(self, cause: Cause, *, status: int | None = None, wait: float | None = None) -> None:
        super().__init__(cause.value)
        self.cause = cause
        self.status = status
        self.wait = wait  # seconds GitHub asks to wait

    @property
    def uncertain(self) -> bool:
        """The request may have taken effect although no answer says so."""
        return self.cause in UNCERTAIN


@frozen
class Need:
    """What a request is about and what it takes: the words of its failure."""

    what: str  # "the check runs of the commit"
    permission: str  # as it is written in a workflow ("checks: read") or in a token's settings ("Environments: read")
    token: str = "github-token"  # noqa: S105 - the input's name
    refusal: tuple[str, str] | None = None  # reason and remedy where a 422 has one meaning that is known

    def unobservable(self, trouble: Trouble) -> Unobservable:
        """The failure of a read."""
        return Unobservable(*self._told(trouble, "read"))

    def not_published(self, trouble: Trouble) -> NotPublished:
        """The failure of a write."""
        return NotPublished(*self._told(trouble, "write"))

    def _told(self, trouble: Trouble, verb: str) -> tuple[str, str]:
        if trouble.cause is Cause.REFUSED and self.refusal is not None:
            return self.refusal
        return self._reason(trouble, verb), self._remedy(trouble)

    def _reason(self, trouble: Trouble, verb: str) -> str:
        status = f" ({trouble.status})" if trouble.status else ""
        match trouble.cause:
            case Cause.TOKEN:
                return f"GitHub does not accept {self.token}{status}"
            case Cause.FORBIDDEN:
                return f"{self.token} may not {verb} {self.what}{status}"
            case Cause.MISSING:
                return f"{self.what} could not be found, or {self.token} may not {verb} it{status}"
            case Cause.GONE:
                return f"GitHub no longer has {self.what}: deleted, or switched off in the settings{status}"
            case Cause.REFUSED:
                return f"GitHub refused to {verb} {self.what}{status}"
            case Cause.LIMITED:
                return f"GitHub's rate limit for {self.token} was reached at {self.what}{status}"
            case Cause.TIME:
                return f"the time was up before {self.what} could be asked for"
            case Cause.DOWN:
                return f"GitHub failed to {verb} {self.what}{status}"
            case Cause.UNREACHABLE:
                return f"GitHub could not be reached for {self.what}"
            case Cause.GARBLED:
                return f"GitHub's answer about {self.what} was cut short or is not GitHub's"

    def _remedy(self, trouble: Trouble) -> str:
        match trouble.cause:
            case Cause.TOKEN:
                return f"check that {self.token} is a valid token that has not expired"
            case Cause.FORBIDDEN | Cause.MISSING:
                return self.grant()
            case Cause.LIMITED if trouble.wait:
                return f"run again in {round(trouble.wait / 60) or 1} min"
            case Cause.TIME:
                return "raise `deadline`"
            case Cause.GONE | Cause.REFUSED:
                return "look at the repository's settings"
            case _:
                return "run again; githubstatus.com tells whether GitHub is down"

    def grant(self) -> str:
        """What to change so that the token may."""
        if self.token == "github-token":  # noqa: S105 - the input's name
            return f"add `{self.permission}` to the job's `permissions:`"
        return f"give {self.token} the permission {self.permission[:1].upper()}{self.permission[1:]}"


def refused(status: int, headers: Mapping[str, str], *, rate_limited: bool) -> Trouble:
    """The meaning of an answer with an error status. Header names are in lower case."""
    wait = _asked_to_wait(headers)
    exhausted = headers.get("x-ratelimit-remaining") == "0" or "retry-after" in headers
    if status == 429 or (status == 403 and (rate_limited or exhausted)):
        return Trouble(Cause.LIMITED, status=status, wait=wait if wait is not None else 60.0)
    causes = {401: Cause.TOKEN, 403: Cause.FORBIDDEN, 404: Cause.MISSING, 410: Cause.GONE}
    if status >= 500:
        return Trouble(Cause.DOWN, status=status, wait=wait if "retry-after" in headers else None)
    return Trouble(causes.get(status, Cause.REFUSED), status=status)


def _asked_to_wait(headers: Mapping[str, str]) -> float | None:
    """Seconds, by Retry-After, else by the reset time against GitHub's own clock; None if the answer does not say."""
    asked = headers.get("retry-after", "")
    if asked.isdigit():
        return float(asked)
    reset, date = headers.get("x-ratelimit-reset", ""), headers.get("date")
    if headers.get("x-ratelimit-remaining") != "0" or not reset.isdigit() or not date:
        return None
    try:
        now = parsedate_to_datetime(date)
    except ValueError:
        return None
    if now.tzinfo is None:
        return None
    # one second more: GitHub does not say when within that second
    return max(0.0, (datetime.fromtimestamp(int(reset), UTC) - now).total_seconds()) + 1.0
