"""Runs planned checks: those that wait for another machine in the pool, and meanwhile all others in
the main thread. An observation can be judged again for a later time, without another request.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache, partial

from msgspec import Struct
from msgspec.structs import replace

from ..checks.base import JudgeContext, Needs, Observation
from ..checks.registry import Kind, moments, recurs
from ..errors import bug_location
from ..outcome import Evidence, Finding, Outcome, Unobservable, failed, is_command, unknown
from ..rules.model import Clause, Use
from ..values.no_value import no_value_fault
from ..world.ports import Absence, World
from .aggregate import severity_on
from .days import midnight
from .env_file import place_to_correct
from .pool import Pending, Pool

_PRESENCE = frozenset({"present", "secret", "absent"})
_NEEDS_CONNECTION = frozenset({Needs.NETWORK, Needs.GITHUB})
_OFFLINE = unknown("this run is offline")


class PlannedCheck(Struct, frozen=True, kw_only=True):
    """One use of a check on one subject, in the world as this item sees it."""

    use: Use
    kind: Kind
    reads: frozenset[Needs]  # what this use needs
    waits: bool  # somebody else has to answer, so it runs in the pool
    subject: str | None
    context: JudgeContext  # with the time of the run
    world: World
    clause: Clause
    rule: Hashable = None  # equal for checks of one rule on one item

    @property
    def problem(self) -> str | None:
        """What is wrong with the rule itself, so that the check cannot run."""
        if self.use.problem is None and self.use.params is None:
            return "its parameters are not known here"
        return self.use.problem

    @property
    def tells_presence(self) -> bool:
        """Whether it checks only that a variable is present, and not its value."""
        return self.use.kind in _PRESENCE and bool(self.subject)

    def group(self, today: date) -> Hashable:
        """Equal for checks of one variable in one rule with the same severity today."""
        return self.rule, self.subject, severity_on(self.clause, today)

    @property
    def lasting_group(self) -> Hashable:
        """Equal for checks whose `group` is the same on every day."""
        return self.rule, self.subject, self.clause.severity, self.clause.enforce_from


class Looked(Struct, frozen=True, kw_only=True):
    """What a check found in this run, and what is needed to judge it for a later time."""

    finding: Finding
    moments: tuple[datetime, ...] = ()  # when its outcome may change; empty: never
    recurs: bool = False  # it changes again and again, on certain days
    observation: Observation | None = None  # unless it never does

    def finding_at(self, check: PlannedCheck, now: datetime) -> Finding:
        """The finding for the time of the run or later. It makes no request."""
        if self.observation is None or now == check.context.now:
            return self.finding
        whole_day = now == midnight(now.date())
        context = replace(check.context, now=now, whole_day=whole_day)
        return _judged(check, self.observation, context)


class BegunChecks(Struct, frozen=True, kw_only=True):
    """Checks, some of which have run, while the pool still works on the others."""

    checks: Sequence[PlannedCheck]
    looked: Mapping[int, Looked]  # by the check's index
    pending: Mapping[int, Pending[Looked]]

    def results(self) -> list[Looked | None]:
        """What each check found, in order. One without a result at the deadline is not checked.

        None: it did not run. If a variable is not present, a rule's checks of its value have
        nothing to check, see `findings_at`.
        """
        late = {
            index: _in_time(result, self.checks[index]) for index, result in self.pending.items()
        }
        looked = {**self.looked, **late}
        return [looked.get(index) for index in range(len(self.checks))]


def execute(checks: Sequence[PlannedCheck], pool: Pool) -> list[Looked | None]:
    """Runs the checks and waits for their results."""
    return begin(checks, pool).results()


def begin(checks: Sequence[PlannedCheck], pool: Pool) -> BegunChecks:
    """Starts in the pool the checks that wait for another machine, and runs all others."""
    presence = [index for index, check in enumerate(checks) if check.tells_presence]
    looked, pending = _started(presence, checks, pool)
    absent = {
        check.lasting_group
        for check, each in ((checks[index], looked.get(index)) for index in presence)
        if each is not None and _says_absent(check, each.finding)
    }
    others = [
        index
        for index, check in enumerate(checks)
        if not check.tells_presence
        and not (absent and _judges_value(check) and check.lasting_group in absent)
    ]
    looked_later, pending_later = _started(others, checks, pool)
    return BegunChecks(
        checks=checks, looked={**looked, **looked_later}, pending={**pending, **pending_later}
    )


def findings_at(
    checks: Sequence[PlannedCheck],
    looked: Sequence[Looked | None],
    now: datetime,
    recurring_at: datetime,
) -> list[tuple[Finding, ...]]:
    """The findings of each check for the time of the run or later, in order. What recurs, such as a
    window, is judged for a time of its own.

    If a variable is not present, the rule's checks of its value have no finding: that of its
    presence is enough. Checks of another item, or of a clause with another severity, have their
    own.
    """
    if len(checks) == 1 and looked[0] is not None:  # the fast way, for most of a long checklist
        at = recurring_at if looked[0].recurs else now
        return [(looked[0].finding_at(checks[0], at),)]
    found: list[Finding | None] = []
    absent: set[Hashable] = set()
    for check, each in zip(checks, looked, strict=True):
        finding = None
        if each is not None:
            finding = each.finding_at(check, recurring_at if each.recurs else now)
        found.append(finding)
        if finding is not None and check.tells_presence and _says_absent(check, finding):
            absent.add(check.group(now.date()))
    findings: list[tuple[Finding, ...]] = []
    for check, finding in zip(checks, found, strict=True):
        is_told = absent and _judges_value(check) and check.group(now.date()) in absent
        findings.append(() if finding is None or is_told else (finding,))
    return findings


def _says_absent(check: PlannedCheck, finding: Finding) -> bool:
    """Whether a check of presence says that the variable is not present."""
    return finding.outcome in (Outcome.FAIL, Outcome.UNKNOWN) and check.problem is None


def _judges_value(check: PlannedCheck) -> bool:
    """Whether the check judges the value of a variable, and not its presence."""
    if check.subject is None or Needs.VALUE not in check.reads:
        return False
    return check.use.kind not in _PRESENCE


def _started(
    indexes: Iterable[int], checks: Sequence[PlannedCheck], pool: Pool
) -> tuple[dict[int, Looked], dict[int, Pending[Looked]]]:
    """What was found at once, and what the pool still waits for. The pool begins first."""
    found: dict[int, Looked] = {}
    pending: dict[int, Pending[Looked]] = {}
    local: list[int] = []
    for index in indexes:
        check = checks[index]
        if check.problem is not None:
            found[index] = Looked(finding=_stamped(unknown(check.problem), check, None))
        elif check.world.offline and not check.reads.isdisjoint(_NEEDS_CONNECTION):
            found[index] = Looked(finding=_stamped(_OFFLINE, check, None))
        elif check.waits:
            pending[index] = pool.start(partial(_run, check))
        else:
            local.append(index)
    for index in local:
        found[index] = _run(checks[index])
    return found, pending


def _in_time(pending: Pending[Looked], check: PlannedCheck) -> Looked:
    try:
        return pending.result()
    except Unobservable as late:
        return Looked(finding=_stamped(_unknown_by(late), check, None))


def _run(check: PlannedCheck) -> Looked:
    """Observes, then judges. A failure of our own means becomes the finding of this one check."""
    try:
        if fault := _no_value(check):
            place = check.world.variables.place()
            finding = failed(fault, check.context.set_command())
            return Looked(finding=_stamped(finding, check, place))
        seen: Observation = check.kind.observe(check.use.params, check.subject, check.world)
        changes = tuple(moments(check.kind, check.use.params, seen))
        every_day = recurs(check.kind, check.use.params)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a panic of a library in Rust is no Exception
        return Looked(finding=_stamped(_unknown_by(error), check, None))
    finding = _judged(check, seen, check.context)
    kept = seen if changes or every_day else None
    return Looked(finding=finding, moments=changes, recurs=every_day, observation=kept)


def _judged(check: PlannedCheck, seen: Observation, context: JudgeContext) -> Finding:
    try:
        finding = check.kind.judge(check.use.params, seen, context)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a panic of a library in Rust is no Exception
        finding = _unknown_by(error)
    return _stamped(finding, check, seen.source)


def _unknown_by(error: BaseException) -> Finding:
    if isinstance(error, Unobservable):
        return unknown(error.reason, error.remedy)
    return unknown(
        f"a bug in deploy-checklist: {type(error).__name__} at {bug_location(error)}",
        "please report it with this line; no value is in it",
    )


def _no_value(check: PlannedCheck) -> str | None:
    """Why the text in the variable is not a value, so that nothing else matters; None if it may be
    one. Checks of its presence say so themselves, and every check says so of an empty variable.
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
