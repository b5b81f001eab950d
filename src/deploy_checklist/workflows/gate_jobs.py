"""Jobs that do nothing but ask this gate, and those that wait for them, by the names that GitHub
lists.

Their result shows what a gate said, and nothing about CI.
"""

from __future__ import annotations

import re

from .jobs import Workflow, WorkflowJob

_GATE = re.compile(r"(?:[\w.-]+/)+deploy-checklist@.+", re.IGNORECASE)
_CHECKOUT = re.compile(r"actions/checkout@.+", re.IGNORECASE)


def name_pattern(name: str) -> str:
    """The regular expression of a name: an expression in it can become any text.

    The text between two expressions is taken at its first place, and never searched again:
    otherwise the time would grow with each of them.
    """
    first, *parts = map(re.escape, re.split(r"\$\{\{.{0,1000}?\}\}", name))
    if not parts:
        return first
    between = "".join(f"(?>.*?{part})" for part in parts[:-1])
    return f"{first}{between}.*{parts[-1]}"


def asks_a_gate_alone(job: WorkflowJob) -> bool:
    """Whether a job asks the gate and does nothing else that may fail it: it may check out, and
    have steps whose failure fails nothing, such as a message.
    """
    others = [step for step in job.steps if not _GATE.fullmatch(step.uses)]
    return len(others) < len(job.steps) and all(
        step.tolerated or _CHECKOUT.fullmatch(step.uses) for step in others
    )


def tells_of_a_gate_alone(workflow: Workflow, listed: str, *, skipped: bool) -> bool:
    """Whether the job that is listed by this name asks the gate and does nothing else; or, where it
    was skipped, waits for such a job. False if another job may be listed by the same name.
    """
    jobs = [job for job in workflow.jobs.values() if _is_listed(job, listed)]
    return bool(jobs) and all(
        asks_a_gate_alone(job) or (skipped and _waits_for_one(workflow, job)) for job in jobs
    )


def _is_listed(job: WorkflowJob, listed: str) -> bool:
    """By "name (matrix values)", and what it calls by "name / inner name"."""
    pattern = name_pattern(job.name or job.id) + r"(?:(?: \(| / ).*)?"
    return re.fullmatch(pattern, listed, re.DOTALL) is not None


def _waits_for_one(workflow: Workflow, job: WorkflowJob) -> bool:
    needed, seen = list(job.needs), set[str]()
    while needed:
        name = needed.pop()
        found = workflow.jobs.get(name)
        if found is None or name in seen:
            continue
        if asks_a_gate_alone(found):
            return True
        seen.add(name)
        needed += found.needs
    return False
