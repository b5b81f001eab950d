"""enough people have signed, each of them allowed to, and in a way that counts

Without parameters, anyone with write access signs the item's own words, by a tick or a command.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from msgspec import Struct
from msgspec.structs import replace
from pydantic import Field

from ..outcome import Finding, Prompt, SignOff, passed, pending, skipped
from ..signoffs.port import FoundSignOffs, SignOffRequest, Terms
from ..world.ports import World
from . import base
from .base import Duration, JudgeContext, Needs, Observation

_SAYS_REVIEW = re.compile(
    r"\b(?:review(?:ed|s)?|approv(?:e|ed|es|al)|sign(?:ed|s|[- ]?off)?)\b", re.IGNORECASE
)
_ROLES = {"write": "anyone with write access", "maintain": "a maintainer", "admin": "an admin"}

Way = Literal["tick", "command", "review", "environment"]


class Params(base.Params):
    """All optional."""

    shorthand = "that"

    that: str | None = Field(
        default=None,
        min_length=1,
        description="What people sign, instead of the item's own words.",
        examples=["the restore was rehearsed"],
    )
    by: Annotated[tuple[str, ...], Field(min_length=1), base.ONE_OR_MORE] = Field(
        default=("write",),
        description="Who may sign: roles of the rules file, or `write`, `maintain`, `admin`.",
        examples=[["backend-lead"]],
    )
    from_: Annotated[tuple[Way, ...], Field(min_length=1), base.ONE_OR_MORE] = Field(
        default=("tick", "command"), alias="from", description="Ways of signing that count."
    )
    per: Literal["release", "commit", "once"] = Field(
        default="release",
        description="How long a sign-off counts: for this release, for this commit, or permanently "
        "(`once`).",
    )
    valid_for: Duration | None = Field(
        default=None, description="The longest time for which a sign-off counts.", examples=["90d"]
    )
    count: int = Field(default=1, ge=1, le=20, description="How many different people must sign.")
    not_author: bool | None = Field(
        default=None,
        description="`true`: neither the author nor the last person who pushed may sign; without a "
        "pull request, the people who wrote the commit may not. Default: `true` if the words "
        "say review, approve or sign.",
    )


class _Observed(Struct, frozen=True, kw_only=True):
    """The sign-offs that were read, and where others can be given."""

    request: SignOffRequest
    found: FoundSignOffs
    not_author: bool


def reads(params: Params) -> frozenset[Needs]:
    return frozenset({Needs.PEOPLE})


def waits(params: Params, subject: str | None, world: World) -> bool:
    """True where GitHub has to be asked for people's permissions and teams."""
    return world.request is not None and world.sign_offs.waits(world.request)


def observe(params: Params, subject: str | None, world: World) -> Observation:
    assert world.request is not None  # the gate names the item
    request = world.request
    not_author = params.not_author
    if not_author is None:
        not_author = bool(
            _SAYS_REVIEW.search(request.words) or (params.that and _SAYS_REVIEW.search(params.that))
        )
    terms = Terms(
        that=params.that,
        by=params.by,
        via=params.from_,
        per=params.per,
        count=params.count,
        not_author=not_author,
        valid_for=params.valid_for,
    )
    found = world.sign_offs.find(request, terms)
    record = _Observed(request=request, found=found, not_author=not_author)
    return Observation(source=found.place or "the rules file's `signed:`", data=record)


def moments(params: Params, observation: Observation) -> Sequence[datetime]:
    record: _Observed = observation.data
    return record.found.moments()


def judge(params: Params, observation: Observation, context: JudgeContext) -> Finding:
    record: _Observed = observation.data
    if record.found.dated is not None:
        record = replace(record, found=record.found.at(context.now))
    finding = _judged(params, record, context)
    ignored = record.found.ignored
    return replace(finding, ignored=ignored) if ignored else finding


def _judged(params: Params, record: _Observed, context: JudgeContext) -> Finding:
    if record.found.skipped:
        first = record.found.skipped[0]
        reason = f": {first.reason}" if first.reason else ""
        return skipped(f"not applicable, says @{first.by}{reason}")
    signed = record.found.by_person()
    if len(signed) >= params.count:
        return passed(_signed_by(signed, record.found.given_for), signed=signed)
    ask = Prompt(
        that=record.request.in_section or params.that or record.request.words,
        by=params.by,
        via=params.from_,
        count=params.count,
        not_author=record.not_author,
        excluded=record.found.excluded,
        signed=tuple(sign_off.by for sign_off in signed),
        section=record.request.in_section is not None,
        words=record.found.digest,
    )
    return pending(_waits_for(params, record, len(signed)), ask, _how(params, record, context))


def _signed_by(signed: Sequence[SignOff], given_for: datetime | None) -> str:
    if given_for is None:
        return "signed by " + ", ".join(f"@{each.by}" for each in signed)
    names = ", ".join(f"@{each.by} on {each.at:%Y-%m-%d}" for each in signed)
    return f"signed by {names}, for the deployment of {given_for:%Y-%m-%d}"


def _waits_for(params: Params, record: _Observed, signed: int) -> str:
    so_far = f"{signed} of {params.count} signed; " if params.count > 1 else ""
    who = " or ".join(_ROLES.get(role, role) for role in params.by)
    author = ", not the author" if record.not_author else ""
    excluded = ", ".join(f"@{name}" for name in record.found.excluded)
    author += f" ({excluded})" if excluded else ""
    to_sign = f"{so_far}to be signed by {who}{author}"
    if record.found.note is None:
        return to_sign
    # Two brackets in a row would not be read as one sentence.
    return f"{to_sign}: {record.found.note}" if excluded else f"{to_sign} ({record.found.note})"


def _how(params: Params, record: _Observed, context: JudgeContext) -> str:
    place = record.found.place
    if place is None:
        where = "people sign on a pull request or a release ticket"
        if context.laptop:
            return f"{where}, not on a laptop"
        return (
            f"{where}: open one, name it in the input `ticket`,"
            ' or write "Release ticket: #12" in the pull request'
        )
    ways = {
        "tick": f"tick its box on {place}",
        "command": f"comment `/checklist sign {record.request.item}` on {place}",
        "review": f"approve {place} in a review",
        "environment": f"approve the deployment to {context.environment or 'the environment'}",
    }
    return ", or ".join(ways[way] for way in params.from_)
