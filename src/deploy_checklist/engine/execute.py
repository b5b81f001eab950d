"""Runs planned checks: in the pool what waits for somebody else, meanwhile everything else in the
main thread.
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
from ..outcome import Evidence, Finding, Outcome, Unobservable, failed, is_command, unknown
from ..rules.model import Use
from ..values.no_value import no_value_fault
from ..world.ports import Absence, World
from .env_file import place_to_correct
from .pool import Pending, Pool

_PRESENCE = frozenset({"present", "secret", "absent"})
_NEEDS_CONNECTION = frozenset({Needs.NETWORK, Needs.GITHUB})
_OFFLINE = unknown("not looked at: this run is offline")


class PlannedCheck(Struct, frozen=True, kw_only=True):
    """One use of a check on one subject, in the world as this item sees it."""

    use: Use
    kind: Kind
    reads: frozenset[Needs]  # what this use needs
    waits: bool  # somebody else has to answer, so it runs in the pool
    subject: str | None
    context: JudgeContext
    world: World
    rule: Hashable = None  # equal for checks of one rule on one item that hold the release alike

    @property
    def problem(self) -> str | None:
        """What is wrong with the rule itself, so that the check cannot run."""
        if self.use.problem is None and self.use.params is None:
            return "its parameters are not known here"
        return self.use.problem

    @property
    def tells_presence(self) -> bool:
        """Whether it tells if a variable is present, and not what its value is worth."""
        return self.use.kind in _PRESENCE and bool(self.subject)


def execute(checks: Sequence[PlannedCheck], pool: Pool) -> list[tuple[Finding, ...]]:
    """The findings of each check, in order; a check without a result at the deadline is unknown.

    Where a variable is not present, the rule's checks of its value have no finding: its presence
    says it all. Checks of another item, or of a clause that holds the release otherwise, speak for
    themselves.
    """
    presence = [index for index, check in enumerate(checks) if check.tells_presence]
    found, pending = _started(presence, checks, pool)
    absent = _absent(presence, checks, found)
    others = [
        index
        for index, check in enumerate(checks)
        if not check.tells_presence and not _judges_one_of(absent, check)
    ]
    found_later, pending_later = _started(others, checks, pool)
    found |= found_later
    for index, result in {**pending, **pending_later}.items():
        found[index] = _in_time(result, checks[index])
    if pending:  # only GitHub could tell whether these are present
        absent = _absent(presence, checks, found)
        found = {i: each for i, each in found.items() if not _judges_one_of(absent, checks[i])}
    findings: list[tuple[Finding, ...]] = [()] * len(checks)
    for index, finding in found.items():
        findings[index] = (finding,)
    return findings


def _absent(
    presence: Iterable[int], checks: Sequence[PlannedCheck], found: Mapping[int, Finding]
) -> set[tuple[Hashable, str | None]]:
    """The variables that are not present, each with the rule that says so."""
    return {
        (checks[index].rule, checks[index].subject)
        for index in presence
        if index in found
        and found[index].outcome in (Outcome.FAIL, Outcome.UNKNOWN)
        and checks[index].problem is None
    }


def _judges_one_of(absent: Collection[tuple[Hashable, str | None]], check: PlannedCheck) -> bool:
    """Whether the check judges the value of a variable that is not present."""
    if not absent or check.subject is None or Needs.VALUE not in check.reads:
        return False
    return check.use.kind not in _PRESENCE and (check.rule, check.subject) in absent


def _started(
    indexes: Iterable[int], checks: Sequence[PlannedCheck], pool: Pool
) -> tuple[dict[int, Finding], dict[int, Pending[Finding]]]:
    """What was found at once, and what the pool still waits for. The pool begins first."""
    found: dict[int, Finding] = {}
    pending: dict[int, Pending[Finding]] = {}
    local: list[int] = []
    for index in indexes:
        check = checks[index]
        if check.problem is not None:
            found[index] = _stamped(unknown(check.problem), check, None)
        elif check.world.offline and not check.reads.isdisjoint(_NEEDS_CONNECTION):
            found[index] = _stamped(_OFFLINE, check, None)
        elif check.waits:
            pending[index] = pool.start(partial(_run, check))
        else:
            local.append(index)
    for index in local:
        found[index] = _run(checks[index])
    return found, pending


def _in_time(pending: Pending[Finding], check: PlannedCheck) -> Finding:
    try:
        return pending.result()
    except Unobservable as late:
        return _stamped(unknown(late.reason, late.remedy), check, None)


def _run(check: PlannedCheck) -> Finding:
    """Observes, then judges. A failure of our own means becomes the finding of this one check."""
    source: str | None = None
    try:
        if fault := _no_value(check):
            place = check.world.variables.place()
            return _stamped(failed(fault, check.context.set_command()), check, place)
        seen: Observation = check.kind.observe(check.use.params, check.subject, check.world)
        source = seen.source
        finding = check.kind.judge(check.use.params, seen, check.context)
    except Unobservable as unobservable:
        finding = unknown(unobservable.reason, unobservable.remedy)
    except KeyboardInterrupt:
        raise
    except BaseException as bug:  # a panic of a library in Rust is no Exception
        finding = unknown(
            f"a bug in deploy-checklist: {type(bug).__name__} at {bug_location(bug)}",
            "please report it with this line; no value is in it",
        )
    return _stamped(finding, check, source)


def _no_value(check: PlannedCheck) -> str | None:
    """Why the text in the variable is no value, so that nothing else of it matters; None if it
    may be one. Checks of its presence say so themselves, and of an empty one every check does.
    """
    if check.subject is None or Needs.VALUE not in check.reads or check.tells_presence:
        return None
    value = check.world.variables.lookup(check.subject)
    if isinstance(value, Absence):
        return None
    return no_value_fault(value.text, check.subject, check.context.written_values)


def _stamped(finding: Finding, check: PlannedCheck, source: str | None) -> Finding:
    evidence = _evidence(source, check.context.now) if source else None
    correct_at = None
    # A check that proposes a command for the variable found fault with its value.
    if check.subject and finding.outcome is Outcome.FAIL and is_command(finding.remedy):
        correct_at = place_to_correct(check.subject, check.world.variables)
    return replace(
        finding,
        check=check.use.kind,
        subject=check.subject,
        correct_at=correct_at,
        evidence=evidence,
    )


@lru_cache(maxsize=64)
def _evidence(source: str, at: datetime) -> Evidence:
    """Made once for each source: a long checklist is mostly read in one place."""
    return Evidence(source=source, at=at)
