"""Which job posts a status of the gate, by what starts it, and whether its token may write."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from ..outcome import Outcome, Severity
from ..run.deploy_gate import StartedJob
from ..workflows import waiting
from ..workflows.expand import why_step_is_ineffective
from ..workflows.gate_events import judges_commits, judges_pull_requests
from ..workflows.jobs import local_path
from .jobs import FoundGateStep, GateJobs, is_of, place_of
from .model import Examined, ExaminedGate

_COMMENTS = ("pull-requests", "issues")


class _Way(Struct, frozen=True, kw_only=True):
    """A step of the gate, and the jobs that lead to it: the first one's workflow is started by an
    event, each other's is called by the one before.
    """

    step: FoundGateStep
    jobs: tuple[StartedJob, ...]


def posts_status(found: GateJobs, gate: ExaminedGate, branch: str, *, review: bool) -> Examined:
    """Whether a job posts the status, and its token may write. `branch`: the default
    branch. `review`: the one that pull requests need; else the one that tags need.
    """
    context = gate.review_status if review else gate.status
    before = [each for each in found.steps if each.inputs.get("phase", "before") == "before"]
    mine = [each for each in before if is_of(each, gate)]
    ways = [way for each in mine for way in _ways(found, each, gate.repository)]
    posting = [way for way in ways if _posts(way, branch, review)]
    good = [_writes(way) for way in posting if _fault_before(way.step) is None]
    if good:
        return max(good, key=_how_good)
    remedy = f"deploy-checklist workflow{gate.flags}"
    for way in posting:
        told = f"`{context}` may never be posted: {place_of(way.step.at)} "
        return _status(Outcome.FAIL, f"{told}{_fault_before(way.step)}", remedy)
    if before and any("${{" in each.inputs.get("environment", "") for each in before):
        told = f"the environment of the gate in {place_of(before[0].at)} is an expression"
        return _status(Outcome.UNKNOWN, told, "name the environment under `with:`")
    told = f"no job of the default branch's workflows runs the gate that posts `{context}`"
    if ways:
        started = "; ".join(dict.fromkeys(map(_started_by, ways)))
        told = f"nothing posts `{context}` for {branch}: {started}; none of these posts it there"
    return _status(Outcome.FAIL, told, remedy)


def _started_by(way: _Way) -> str:
    named = ", ".join(f"`{event}`" for event in sorted(way.jobs[0].workflow.triggers))
    return f"{place_of(way.step.at)} is started by {named}"


def _ways(found: GateJobs, step: FoundGateStep, repository: str) -> Iterator[_Way]:
    """One for each job of a workflow that an event starts, by the fewest calls."""
    ways, seen = list[tuple[StartedJob, ...]]([(step.at,)]), {id(step.at)}
    for jobs in ways:
        workflow = jobs[0].workflow
        if workflow.starts:
            yield _Way(step=step, jobs=jobs)
        for each in found.jobs:
            if id(each) not in seen and local_path(each.job.uses, repository) == workflow.path:
                seen.add(id(each))
                ways.append((each, *jobs))


def _posts(way: _Way, branch: str, review: bool) -> bool:
    """Whether an event that posts this status by itself may start the step."""
    others = way.step.inputs.get("trusted-branches")
    conditions = [*(each.job.condition for each in way.jobs), way.step.step.condition]
    judges = judges_pull_requests if review else judges_commits
    return judges(way.jobs[0].workflow, conditions, None if others else branch)


def _fault_before(each: FoundGateStep) -> str | None:
    """Why a step's status means nothing, or may never come; None if there is no such reason."""
    inputs = each.inputs
    if inputs.get("mode", "enforce") != "enforce":
        return "has `mode: report`, so it posts no status"
    if inputs.get("offline", "false").lower() != "false":
        return "is `offline`, so it posts no status"
    if why := why_step_is_ineffective(each.step):
        return f"has a step that {why}"
    return waiting.why_ineffective(each.at.workflow, each.at.job)


def _writes(way: _Way) -> Examined:
    """Whether the token of a job that posts the status may write, by its `permissions:` and those
    of the jobs that call its workflow, which can only narrow them.
    """
    place = place_of(way.step.at)
    missing: list[str] = []
    for at in way.jobs:
        writes = at.workflow.writes if at.job.writes is None else at.job.writes
        if writes is None:
            told = f"{place_of(at)} posts it without `permissions:`, so the repository's settings"
            remedy = "add `permissions: { statuses: write }` to the job"
            return _status(Outcome.UNKNOWN, f"{told} decide", remedy)
        if "write-all" in writes:
            continue
        if "statuses" not in writes and not way.step.inputs.get("status-token"):
            told = f"{place_of(at)} may not write the status"
            return _status(Outcome.FAIL, told, "add `statuses: write` to the job's `permissions:`")
        missing += [f"`{name}: write`" for name in _COMMENTS if name not in writes]
    if missing:
        named = " and ".join(dict.fromkeys(missing))
        return Examined(
            fact="status",
            outcome=Outcome.FAIL,
            severity=Severity.WARNING,
            message=f"{place} posts it, but without {named}",
            remedy=f"add {named} to the job's `permissions:`, for comments and follow-ups",
        )
    action = way.step.action or "this repository's own action"
    return _status(Outcome.PASS, f"{place} posts it with {action}, and its token may write it")


def _how_good(found: Examined) -> int:
    if found.severity is Severity.WARNING:
        return 2
    return {Outcome.PASS: 3, Outcome.UNKNOWN: 1}.get(Outcome(found.outcome), 0)


def _status(outcome: Outcome, message: str, remedy: str | None = None) -> Examined:
    return Examined(fact="status", outcome=outcome, message=message, remedy=remedy)
