"""the variable has a real value that is fit for a secret; if the step was not given it, a secret of
that name in the environment on GitHub is enough

A value is unfit if it has fewer than 8 characters or is a word such as password, one repeated
character, a sequence, a publishable key or an expired JWT. A secret of the whole repository or
organization passes with a notice.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from ..outcome import Finding, Unobservable, failed, passed
from ..values.no_value import no_secret_fault
from ..world.ports import Absence, NotInThisRun, SecretDate, World
from . import base
from .base import JudgeContext, Needs, Observation
from .present import fault_of

_SHORTEST = 8
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_WORDS = frozenset({"secret", "password", "example", "dummy", "replace", "default"})
_WORDS |= {"test", "test123"}


class Params(base.Params):
    """Takes `true`."""


def reads(params: Params) -> frozenset[Needs]:
    """Not every use needs GitHub: it is asked only if the value was not passed to the step."""
    return frozenset({Needs.VALUE})


def waits(params: Params, subject: str | None, world: World) -> bool:
    """True if the value was not passed to the step: then the name is looked up on GitHub."""
    if subject is None:
        return False
    return world.variables.lookup(subject) in (Absence.NOT_HANDED_OVER, Absence.WITHHELD)


def observe(params: Params, subject: str | None, world: World) -> Observation:
    try:
        return Observation(
            source=world.variables.place(), data=base.value_or_absence(subject, world)
        )
    except Unobservable as not_handed_over:
        return _observe_metadata(subject or "", world, not_handed_over)


def _observe_metadata(name: str, world: World, not_handed_over: Unobservable) -> Observation:
    """The secret's date in GitHub's metadata. If that cannot be read, there are two remedies: a
    token that may read it, and the missing `env:` line.
    """
    if world.variables.lookup(name) is Absence.RESERVED:
        raise not_handed_over
    try:
        found = world.github.secret(name, world.environment)
    except NotInThisRun:
        raise not_handed_over from None
    except Unobservable as unreadable:
        ways = filter(None, (unreadable.remedy, not_handed_over.remedy))
        raise Unobservable(
            f"{not_handed_over.reason}, and {unreadable.reason}", "; or ".join(ways)
        ) from None
    return Observation(source="GitHub's list of secrets", data=found)


def judge(params: Params, observation: Observation, context: JudgeContext) -> Finding:
    if observation.data is None or isinstance(observation.data, SecretDate):
        return _judge_metadata(observation.data, context)
    return context.with_age(_judge_value(observation, context))


def moments(params: Params, observation: Observation) -> Sequence[datetime]:
    """When a token (JWT) expires."""
    if observation.data is None or isinstance(observation.data, SecretDate):
        return ()
    expires = _expiry(observation.data)
    if expires is None:
        return ()
    from .shared.moments import parse_moment  # few secrets are tokens

    found = parse_moment(expires)
    return (found,) if found else ()


def _judge_value(observation: Observation, context: JudgeContext) -> Finding:
    value = observation.data
    fault = fault_of(value, context.subject, context.written_values)
    if fault is None and value not in context.written_values:
        fault = _unfit_for_secret(value, context.now)
    if fault:
        return failed(fault, context.set_command())
    return passed(f"present in {observation.source}")


def _judge_metadata(found: SecretDate | None, context: JudgeContext) -> Finding:
    of = f"environment {context.environment}" if context.environment else "the repository"
    if found is None:
        return failed(
            f"was not passed to the step, and {of} has no secret of that name",
            context.set_command(),
        )
    if found.level == "environment" or context.environment is None:
        return passed(f"set in {of}; its value was not checked")
    return passed(
        f"set in the {found.level}; its value was not checked",
        notices=(f"is a secret of the whole {found.level}, not of {of}",),
    )


def _unfit_for_secret(text: str, now: datetime) -> str | None:
    """Why a value cannot be a working secret; the message shows no part of it."""
    if text.casefold() in _WORDS:
        return "is a word, not a secret"
    if fault := no_secret_fault(text):
        return fault
    if len(text) < _SHORTEST:
        return "is too short to be a secret"
    if len(set(text)) == 1:
        return "is one character repeated"
    if _is_sequence(text) or _counts_on(text):
        return "is a sequence of consecutive characters"
    if text.startswith(("pk_live_", "pk_test_")):
        return "is a publishable key, not a secret key"
    expires = _expiry(text)
    if expires is not None and expires < now.timestamp():
        return "is a token (JWT) that has expired"
    return None


def _is_sequence(text: str) -> bool:
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    return steps in ({1}, {-1})


def _counts_on(text: str) -> bool:
    """`0000-0000`, `00112233…`, `0123456789abcdef0123…`: each digit is the one before, or the next,
    or the first again.
    """
    digits = [_DIGITS.find(char) for char in re.sub("^0x|[-_ ]", "", text[:200].casefold())]
    first = digits[0] if digits else 0
    goes_on = all(after in (before, before + 1, 0, first) for before, after in pairwise(digits))
    return -1 not in digits and goes_on


def _expiry(text: str) -> float | None:
    """A JWT's `exp`, in seconds since 1970; None if the text is not a JWT."""
    parts = text.split(".")
    if len(parts) != 3 or not text.startswith("eyJ") or len(text) > 65_536:
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, RecursionError):
        return None
    expires = claims.get("exp") if isinstance(claims, dict) else None
    return expires if isinstance(expires, int | float) else None
