"""The result of checking one condition: a Finding with its Outcome, or Unobservable."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct


class Outcome(StrEnum):
    """What is known about an item. Declared worst first: every order of outcomes is this one."""

    FAIL = "fail"  # checked, and wrong
    UNKNOWN = "unknown"  # could not be checked
    PENDING = "pending"  # a person must act
    WAIVED = "waived"
    PASS = "pass"  # noqa: S105 - a verdict, not a password
    SKIPPED = "skipped"

    @property
    def rank(self) -> int:
        """0 is the worst."""
        return _RANK[self]


_THEN = ", then "  # between the steps of a remedy
_CODE_OR_THEN = re.compile(f"`[^`]*`|(?P<then>{_THEN})")
COMMANDS = ("gh ", "git ", "deploy-checklist ", "/checklist ")  # how a step begins that is typed
_RANK = {outcome: rank for rank, outcome in enumerate(Outcome)}


def worst(outcomes: Iterable[Outcome], default: Outcome = Outcome.SKIPPED) -> Outcome:
    """The outcome that decides among several; `default` if there is none."""
    return min(outcomes, key=_RANK.__getitem__, default=default)


class Severity(StrEnum):
    """Whether a failed item blocks the release."""

    BLOCKER = "blocker"
    WARNING = "warning"


class Evidence(Struct, frozen=True, kw_only=True):
    """What a check read, and when."""

    source: str  # a place ("this job", "infra/lb.tf at 4f2c91a"), never a value
    at: datetime


class SignOff(Struct, frozen=True, kw_only=True):
    """A person's confirmation of an item."""

    by: str  # login, without @
    by_id: int | None  # people are compared by id; None only for a line under `signed:`
    role: str | None
    at: datetime
    commit: str | None
    words: str | None  # hash of the signed words (see checklist.model.words_hash)
    via: str  # tick | command | review | environment | signed
    until: date | None = None
    reason: str | None = None
    # The line for `signed:` that keeps it for later releases, if the rule allows that.
    keep: str | None = None


class Override(Struct, frozen=True, kw_only=True):
    """A person lets an unready release through: one commit, one environment, for a time."""

    by: str  # login, without @
    role: str  # in which it counts
    reason: str  # in that person's own words
    at: datetime  # when it was written
    until: datetime  # it no longer counts from this moment on
    url: str | None = None  # where it was written


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
    excluded: tuple[str, ...] = ()  # by `not_author`: names of those whose sign-off does not count
    signed: tuple[str, ...] = ()  # logins of those who have, where more people must
    section: bool = False  # True: shares the box of its section; False: has its own box
    words: str = ""  # hash of the text to confirm: a sign-off of another text does not count


class Finding(Struct, frozen=True, kw_only=True):
    """One check's outcome for one item. Contains no value of any variable.

    `judge` does not set `check`, `subject`, `correct_at` and `evidence`: the gate adds them.
    """

    outcome: Outcome
    message: str
    remedy: str | None = None
    check: str = ""
    subject: str | None = None  # name of the variable that was checked
    # Where a person on a laptop corrects the variable first: "`.env.production`, line 8".
    correct_at: str | None = None
    evidence: Evidence | None = None
    notices: tuple[str, ...] = ()  # hints that do not change the outcome
    ask: Prompt | None = None  # set on a pending finding that a person can sign
    signed: tuple[SignOff, ...] = ()  # set on a passed finding that a person signed
    ignored: tuple[IgnoredSignOff, ...] = ()  # sign-offs that did not count
    later: bool = False  # skipped: another phase or the deploy job checks it (shown as ⏳)
    of_value: bool = False  # failed: the value itself is wrong, whatever runs
    left_to_deploy: bool = False  # left to a proven deploy gate (design §7): counts for `ready`


def passed(
    message: str, *, notices: tuple[str, ...] = (), signed: tuple[SignOff, ...] = ()
) -> Finding:
    """Checked, and right."""
    return Finding(outcome=Outcome.PASS, message=message, notices=notices, signed=signed)


def failed(message: str, remedy: str | None = None) -> Finding:
    """Checked, and wrong."""
    return Finding(outcome=Outcome.FAIL, message=message, remedy=remedy)


def pending(message: str, ask: Prompt | None = None, remedy: str | None = None) -> Finding:
    """Waits for a person, or for a job that is still running."""
    return Finding(outcome=Outcome.PENDING, message=message, remedy=remedy, ask=ask)


def unknown(message: str, remedy: str | None = None) -> Finding:
    """Could not be checked."""
    return Finding(outcome=Outcome.UNKNOWN, message=message, remedy=remedy)


def skipped(message: str, *, later: bool = False) -> Finding:
    """Not checked this time; `message` says why."""
    return Finding(outcome=Outcome.SKIPPED, message=message, later=later)


def is_command(remedy: str | None) -> bool:
    """Whether a remedy is a command that stores or deletes a variable on GitHub."""
    return remedy is not None and remedy.lstrip("`").startswith("gh ")


def remedy_steps(remedy: str) -> list[str]:
    """What to do, one thing after the other: words or a command."""
    return [step for line in _written_lines(remedy) for step in _steps(line)]


def remedy_lines(remedy: str) -> list[str]:
    """What to do: words, and below them a line for each command, so that it can be copied whole.
    A team's own `fix` keeps its lines.
    """
    lines = [line for written in _written_lines(remedy) for line in _lines(_steps(written))]
    return lines or [remedy]


def _written_lines(remedy: str) -> list[str]:
    return [line.strip() for line in remedy.split("\n") if line.strip()]


def _steps(line: str) -> list[str]:
    """The parts of a line; code is never divided."""
    steps, start = [], 0
    for found in _CODE_OR_THEN.finditer(line):
        if found["then"]:
            steps.append(line[start : found.start()])
            start = found.end()
    return [*steps, line[start:]]


def _lines(steps: list[str]) -> list[str]:
    commands = (at for at, step in enumerate(steps) if step.lstrip("`").startswith(COMMANDS))
    first = next(commands, len(steps))
    words = _THEN.join(steps[:first])
    if words and steps[first:]:
        words += _THEN.rstrip()
    return [*filter(None, [words]), *steps[first:]]


def sentences(message: str, remedies: Iterable[str | None]) -> str:
    """ "is empty. Renew it": the message, then what to do. A command stays as it is typed."""
    known = (each for each in remedies if each)
    to_do = (each if each.startswith(COMMANDS) else capitalized(each) for each in known)
    return ". ".join([message.rstrip("."), *to_do])


def capitalized(text: str) -> str:
    """Unlike `str.capitalize`, this leaves the other letters as they are."""
    return text[:1].upper() + text[1:]


def only_commands(remedy: str) -> list[str]:
    """The commands of a remedy, without their backticks; none if some of it is words."""
    lines = [each.strip("`") for each in remedy_lines(remedy)]
    are_commands = all(each.startswith(COMMANDS) and "`" not in each for each in lines)
    return lines if are_commands else []


class Unobservable(Exception):
    """A check could not work: no permission, host unreachable, no time left. Becomes `unknown`.

    `reason` and `remedy` name the permission or the host, and quote no other exception's text.
    """

    def __init__(self, reason: str, remedy: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy
