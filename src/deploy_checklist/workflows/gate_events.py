"""Whether an event starts a job of the gate that posts a status by itself.

Comments and reviews do not: they only check again what another event began.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..values.glob_matching import push_glob
from .events import pushed_kinds
from .expressions import evaluate
from .jobs import Workflow

# What judges a commit of a branch, so before anybody can make a tag on it.
_OF_COMMITS = ("push", "workflow_run", "workflow_dispatch", "repository_dispatch", "schedule")
_OF_PULL_REQUESTS = ("pull_request", "pull_request_target")


def judges_commits(workflow: Workflow, conditions: Sequence[str], branch: str | None) -> bool:
    """Whether an event of a workflow judges commits of a branch, or what was merged into it; None:
    of any. `conditions`: the `if:` of the jobs and the step that lead to the gate.
    """
    events = [each for each in _OF_PULL_REQUESTS if _takes_merged(workflow, each)]
    by_ref = [*_OF_COMMITS]
    if "branches" not in pushed_kinds(workflow):
        by_ref.remove("push")
    known = {"github.ref": f"refs/heads/{branch}", "github.ref_name": branch} if branch else {}
    return _may_start(workflow, conditions, by_ref, branch, known) or _may_start(
        workflow, conditions, events, branch, {}
    )


def judges_pull_requests(workflow: Workflow, conditions: Sequence[str], branch: str | None) -> bool:
    """The same for pull requests to the branch that are open."""
    return _may_start(workflow, conditions, _OF_PULL_REQUESTS, branch, {})


def _may_start(
    workflow: Workflow,
    conditions: Sequence[str],
    events: Iterable[str],
    branch: str | None,
    known: Mapping[str, str],
) -> bool:
    """Whether one of these events is among the workflow's, and lets all conditions hold."""
    return any(
        all(
            evaluate(each, {**known, "github.event_name": event}.get) is not False
            for each in conditions
        )
        for event in events
        if event in workflow.triggers and _takes_branch(workflow.triggers[event], branch)
    )


def _takes_branch(filters: object, branch: str | None) -> bool:
    """Whether an event's `branches:` let this one pass: of the patterns that match, the last."""
    if branch is None or not isinstance(filters, dict):
        return True
    ignored = filters.get("branches-ignore")
    if ignored is not None:
        return not any(push_glob(each).matches(branch) for each in _texts(ignored))
    if "branches" not in filters:
        return True
    takes = False
    for each in _texts(filters["branches"]):
        if push_glob(each.removeprefix("!")).matches(branch):
            takes = not each.startswith("!")
    return takes


def _texts(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]


def _takes_merged(workflow: Workflow, event: str) -> bool:
    filters = workflow.triggers.get(event)
    types = filters.get("types") if isinstance(filters, dict) else None
    return "closed" in (types if isinstance(types, list) else [types])
