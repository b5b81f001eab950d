"""Workflow files as GitHub takes them: what it refuses never runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from ..data_formats import Malformed, SyntaxFault
from .jobs import Workflow, WorkflowJob, parse_workflow

# https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows
_EVENTS = re.compile(
    r"branch_protection_rule|check_run|check_suite|create|delete|deployment|deployment_status"
    r"|discussion|discussion_comment|fork|gollum|image_version|issue_comment|issues|label"
    r"|merge_group|milestone|page_build|project|project_card|project_column|public"
    r"|pull_request|pull_request_review|pull_request_review_comment|pull_request_target|push"
    r"|registry_package|release|repository_dispatch|schedule|status|watch|workflow_call"
    r"|workflow_dispatch|workflow_run"
)
_ON = re.compile(r"""(?m)^["']?on["']?[ ]*:""")


def read_workflow(data: bytes, path: str) -> Workflow:
    """A workflow file, or an action's. Raises Malformed, too if GitHub would refuse it."""
    found = parse_workflow(data, path)
    troubles = [
        SyntaxFault(line, 1, f"{why}, so GitHub refuses the file") for line, why in _refused(found)
    ]
    if troubles:
        raise Malformed(*troubles, file=path)
    return found


def _refused(found: Workflow) -> Iterator[tuple[int, str]]:
    events = [
        event for event in found.triggers if event != "None" and not _EVENTS.fullmatch(event)
    ]  # None: no `on`
    for event in events:
        on = _ON.search(found.text)
        yield found.text.count("\n", 0, on.start() if on else 0) + 1, f"there is no event `{event}`"
    try:
        TopologicalSorter({job.id: job.needs for job in found.jobs.values()}).prepare()
    except CycleError as error:
        circle = found.jobs.get(error.args[1][0])
        yield (
            circle.line if circle else 1,
            f"job `{error.args[1][0]}` needs itself, if only through others",
        )
    for job in found.jobs.values():
        if job.id:  # an action's steps are of no job
            yield from ((job.line, why) for why in _of_job(found, job))
        for step in job.steps:
            if step.run and step.uses:
                yield step.line, "the step has both `run` and `uses`"


def _of_job(found: Workflow, job: WorkflowJob) -> Iterator[str]:
    if job.uses and (job.steps or job.runs_on):
        yield f"job `{job.id}` has both `uses` and {'`steps`' if job.steps else '`runs-on`'}"
    if not job.uses and not job.runs_on:
        yield f"job `{job.id}` has neither `runs-on` nor `uses`"
    known = {name.lower() for name in found.jobs}
    for needed in job.needs:
        if needed.lower() not in known:
            yield f"job `{job.id}` needs `{needed}`, which is no job of it"
