"""Whether an event starts a job of the gate that posts a status by itself.

Comments and reviews do not: they only look again at what another event began.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .events import pushed_kinds
from .expressions import evaluate
from .jobs import Workflow

# What judges a commit of a branch, so before anybody can make a tag on it.
_OF_COMMITS = ("push", "workflow_run", "workflow_dispatch", "repository_dispatch", "schedule")
_OF_PULL_REQUESTS = ("pull_request", "pull_request_target")


def judges_commits(workflow: Workflow, conditions: Sequence[str]) -> bool:
    """Whether an event of a workflow judges commits of a branch, or what was merged into it.
    `conditions`: the `if:` of the jobs and the step that lead to the gate.
    """
    events = [each for each in _OF_PULL_REQUESTS if _takes_merged(workflow, each)]
    events += _OF_COMMITS
    if "branches" not in pushed_kinds(workflow):
        events.remove("push")
    return _may_start(workflow, conditions, events)


def judges_pull_requests(workflow: Workflow, conditions: Sequence[str]) -> bool:
    """The same for pull requests that are open."""
    return _may_start(workflow, conditions, _OF_PULL_REQUESTS)


def _may_start(workflow: Workflow, conditions: Sequence[str], events: Iterable[str]) -> bool:
    """Whether one of these events is among the workflow's, and lets all conditions hold."""
    return any(
        all(evaluate(each, {"github.event_name": event}.get) is not False for each in conditions)
        for event in events
        if event in workflow.triggers
    )


def _takes_merged(workflow: Workflow, event: str) -> bool:
    filters = workflow.triggers.get(event)
    types = filters.get("types") if isinstance(filters, dict) else None
    return "closed" in (types if isinstance(types, list) else [types])
