"""What a look at one condition came to: Outcome, Severity, Evidence, Finding, and Unobservable."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct


class Outcome(StrEnum):
    """One word for what is known of an item. Declared worst first: the one order used everywhere."""

    FAIL = "fail"  # looked: wrong
    UNKNOWN = "unknown"  # could not look
    PENDING = "pending"  # a person must act
    WAIVED = "waived"
    PASS = "pass"  # noqa: S105 - a verdict, not a password
    SKIPPED = "skipped"

    @property
    def rank(self) -> int:
        """0 is the worst."""
        return _RANK[self]


_RANK = {outcome: rank for rank, outcome in enumerate(Outcome)}


def worst(outcomes: Iterable[Outcome], default: Outcome = Outcome.SKIPPED) -> Outcome:
    """The outcome that decides among several; `default` if there is none."""
    return min(outcomes, key=_RANK.__getitem__, default=default)


class Severity(StrEnum):
    """Whether a failing item holds the release."""

    BLOCKER = "blocker"
    WARNING = "warning"


class Evidence(Struct, frozen=True, kw_only=True):
    """Where a check looked, and when. `source` names a place ("this job", "infra/lb.tf at
    4f2c91a"), never a value.
    """

    source: str
    at: datetime


class SignOff(Struct, frozen=True, kw_only=True):
    """A person's word: who, in which role, when, on which commit, of which words, by which way."""

    by: str  # login, without @
    by_id: int | None  # people are compared by id; None only for a line under `signed:`
    role: str | None
    at: datetime
    commit: str | None
    words: str | None  # hash of the words that were signed (see checklist.model.words_hash)
    via: str  # tick | command | review | environment | signed
    until: date | None = None
    reason: str | None = None
    keep: str | None = (
        None  # the line under `signed:` by which it outlives this release, if the rule lets it
    )


class IgnoredSignOff(Struct, frozen=True, kw_only=True):
    """A sign-off that did not count, and why ("@octocat is not in backend-lead")."""

    item: str
    by: str
    via: str
    reason: str
    keep: str | None = None  # the line under `signed:` that makes it count


class Prompt(Struct, frozen=True, kw_only=True):
    """What a person is asked to confirm, and who may."""

    that: str
    by: tuple[str, ...] = ("write",)  # role names as in the rules file, or write | maintain | admin
    via: tuple[str, ...] = ("tick", "command")
    count: int = 1
    not_author: bool = False
    section: bool = False  # True: asked in the one box of its section; False: has a box of its own
    words: str = ""  # hash of what is asked: a sign-off of other words does not count


class Finding(Struct, frozen=True, kw_only=True):
    """One check's outcome on one item. Holds no value of any variable.

    `judge` leaves `check`, `subject` and `evidence` to the gate, which knows the kind and the
    clock.
    """

    outcome: Outcome
    message: str
    remedy: str | None = None
    check: str = ""
    subject: str | None = None  # the variable it speaks of
    evidence: Evidence | None = None
    notices: tuple[str, ...] = ()  # worth saying although nothing is wrong
    ask: Prompt | None = None  # set on a pending finding that waits for a person
    signed: tuple[SignOff, ...] = ()  # set on a passed finding that a person signed
    ignored: tuple[IgnoredSignOff, ...] = ()  # sign-offs that did not count
    later: bool = False  # skipped because another phase or the deploy job looks at it (shown as ⏳)
    left_to_deploy: bool = False  # left to a proven deploy gate (design §7): it can carry `ready`


def passed(
    message: str, *, notices: tuple[str, ...] = (), signed: tuple[SignOff, ...] = ()
) -> Finding:
    """Looked, and it is right."""
    return Finding(outcome=Outcome.PASS, message=message, notices=notices, signed=signed)


def failed(message: str, remedy: str | None = None) -> Finding:
    """Looked, and it is wrong."""
    return Finding(outcome=Outcome.FAIL, message=message, remedy=remedy)


def pending(message: str, ask: Prompt | None = None, remedy: str | None = None) -> Finding:
    """Waits for a person, or for something that is still running."""
    return Finding(outcome=Outcome.PENDING, message=message, remedy=remedy, ask=ask)


def unknown(message: str, remedy: str | None = None) -> Finding:
    """Could not look."""
    return Finding(outcome=Outcome.UNKNOWN, message=message, remedy=remedy)


def skipped(message: str, *, later: bool = False) -> Finding:
    """Not asked this time; `message` says why."""
    return Finding(outcome=Outcome.SKIPPED, message=message, later=later)


class Unobservable(Exception):
    """Our own means failed: no permission, host unreachable, time is up. Becomes `unknown`, never
    `pass` or `fail`.

    `reason` and `remedy` name the permission or the host; they never quote another exception's
    text.
    """

    def __init__(self, reason: str, remedy: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy
