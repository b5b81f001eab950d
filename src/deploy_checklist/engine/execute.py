"""Looks at everything planned: what may wait in the pool, everything else meanwhile in the main
thread.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache, partial

from msgspec import Struct
from msgspec.structs import replace

from ..checks.base import JudgeContext, Needs, Observation
from ..checks.registry import Kind
from ..errors import bug_location
from ..outcome import Evidence, Finding, Outcome, Unobservable, unknown
from ..rules.model import Use
from ..world.ports import World
from .pool import Pending, Pool

_PRESENCE = frozenset({"present", "secret", "absent"})
_ELSEWHERE = frozenset({Needs.NETWORK, Needs.GITHUB})
_OFFLINE = unknown("not looked at: this run is offline")


class PlannedCheck(Struct, frozen=True, kw_only=True):
    """One use of a check on one subject, in the world as this item sees it."""

    use: Use
    kind: Kind
    reads: frozenset[Needs]  # what this use needs
    waits: bool  # somebody else has to answer, so it is looked at in the pool
    subject: str | None
    context: JudgeContext
    world: World
    rule: Hashable = (
        None  # looks with the same are of one rule on one item, and hold the release alike
    )


def execute(looks: Sequence[PlannedCheck], pool: Pool) -> list[tuple[Finding, ...]]:
    """The findings of each look, in order; those that were not ready at the deadline are unknown.

    A rule's value checks of a subject that is not present say nothing, because its presence says it
    all: their findings are empty. Those of another item, or of a clause that holds the release
    otherwise, speak for themselves.
    """
    presence, others = _presence_first(looks)
    found, pending = _looked_at(presence, looks, pool)
    absent = _absent(presence, looks, found)
    asked = [index for index in others if not _is_of(absent, looks[index])]
    found_later, pending_later = _looked_at(asked, looks, pool)
    found |= found_later
    for index, answer in {**pending, **pending_later}.items():
        found[index] = _in_time(answer, looks[index])
    if pending:  # presence that only GitHub could tell
        absent = _absent(presence, looks, found)
        found = {index: each for index, each in found.items() if not _is_of(absent, looks[index])}
    return [(found[index],) if index in found else () for index in range(len(looks))]


def _presence_first(looks: Sequence[PlannedCheck]) -> tuple[list[int], list[int]]:
    """The places of checks whether a variable is present, and those of all others."""
    presence: list[int] = []
    others: list[int] = []
    for index, each in enumerate(looks):
        if each.use.kind in _PRESENCE and each.subject:
            presence.append(index)
        else:
            others.append(index)
    return presence, others


def _absent(
    presence: Iterable[int], looks: Sequence[PlannedCheck], found: Mapping[int, Finding]
) -> set[tuple[Hashable, str | None]]:
    """The variables that are not present, each with the rule that says so."""
    return {
        (looks[index].rule, looks[index].subject)
        for index in presence
        if index in found
        and found[index].outcome in (Outcome.FAIL, Outcome.UNKNOWN)
        and _fault(looks[index]) is None
    }


def _is_of(absent: Collection[tuple[Hashable, str | None]], each: PlannedCheck) -> bool:
    """Whether it judges the value of a variable that is not present."""
    if not absent or each.subject is None or Needs.VALUE not in each.reads:
        return False
    return each.use.kind not in _PRESENCE and (each.rule, each.subject) in absent


def _looked_at(
    indexes: Iterable[int], looks: Sequence[PlannedCheck], pool: Pool
) -> tuple[dict[int, Finding], dict[int, Pending[Finding]]]:
    """What was found at once, and what the pool is still waiting for. The pool begins first."""
    found: dict[int, Finding] = {}
    pending: dict[int, Pending[Finding]] = {}
    local: list[int] = []
    for index in indexes:
        each = looks[index]
        if (fault := _fault(each)) is not None:
            found[index] = _stamp(unknown(fault), each, None)
        elif each.world.offline and not each.reads.isdisjoint(_ELSEWHERE):
            found[index] = _stamp(_OFFLINE, each, None)
        elif each.waits:
            pending[index] = pool.start(partial(_one, each))
        else:
            local.append(index)
    for index in local:
        found[index] = _one(looks[index])
    return found, pending


def _fault(each: PlannedCheck) -> str | None:
    """What is wrong with the rule itself, so that it cannot be looked at."""
    if each.use.problem is None and each.use.params is not None:
        return None
    return each.use.problem or "its parameters are not known here"


def _in_time(pending: Pending[Finding], each: PlannedCheck) -> Finding:
    try:
        return pending.result()
    except Unobservable as late:
        return _stamp(unknown(late.reason, late.remedy), each, None)


def _one(each: PlannedCheck) -> Finding:
    """Observe, then judge. Whatever goes wrong with our own means stays with this one item."""
    source: str | None = None
    try:
        seen: Observation = each.kind.observe(each.use.params, each.subject, each.world)
        source = seen.source
        finding = each.kind.judge(each.use.params, seen, each.context)
    except Unobservable as trouble:
        finding = unknown(trouble.reason, trouble.remedy)
    except KeyboardInterrupt:
        raise
    except (
        BaseException
    ) as bug:  # one crash is one finding (design §3), a panic of a Rust library too: no Exception
        finding = unknown(
            f"a bug in deploy-checklist: {type(bug).__name__} at {bug_location(bug)}",
            "please report it with this line; no value is in it",
        )
    return _stamp(finding, each, source)


def _stamp(finding: Finding, each: PlannedCheck, source: str | None) -> Finding:
    evidence = _evidence(source, each.context.now) if source else None
    return replace(finding, check=each.use.kind, subject=each.subject, evidence=evidence)


@lru_cache(maxsize=64)
def _evidence(source: str, at: datetime) -> Evidence:
    """Of one source there is one: a long checklist is mostly read in one place."""
    return Evidence(source=source, at=at)
