"""Reads workflow files as GitHub does: a file that it refuses never runs."""

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
    """A workflow file or an action's. Raises Malformed, also if GitHub would refuse it."""
    workflow = parse_workflow(data, path)
    faults = [
        SyntaxFault(line, 1, f"{why}, so GitHub refuses the file")
        for line, why in _faults(workflow)
    ]
    if faults:
        raise Malformed(*faults, file=path)
    return workflow


def _faults(workflow: Workflow) -> Iterator[tuple[int, str]]:
    for event in workflow.triggers:
        if event != "None" and not _EVENTS.fullmatch(event):  # "None": there is no `on`
            on = _ON.search(workflow.text)
            line = workflow.text.count("\n", 0, on.start() if on else 0) + 1
            yield line, f"there is no event `{event}`"
    try:
        TopologicalSorter({job.id: job.needs for job in workflow.jobs.values()}).prepare()
    except CycleError as error:
        name = error.args[1][0]
        line = workflow.jobs[name].line if name in workflow.jobs else 1
        yield line, f"job `{name}` needs itself, directly or through other jobs"
    for job in workflow.jobs.values():
        if job.id:  # the steps of an action have no job
            for why in _job_faults(workflow, job):
                yield job.line, why
        for step in job.steps:
            if step.run and step.uses:
                yield step.line, "the step has both `run` and `uses`"


def _job_faults(workflow: Workflow, job: WorkflowJob) -> Iterator[str]:
    if job.uses and (job.steps or job.runs_on):
        yield f"job `{job.id}` has both `uses` and {'`steps`' if job.steps else '`runs-on`'}"
    if not job.uses and not job.runs_on:
        yield f"job `{job.id}` has neither `runs-on` nor `uses`"
    known = {name.lower() for name in workflow.jobs}
    for needed in job.needs:
        if needed.lower() not in known:
            yield f"job `{job.id}` needs `{needed}`, but the workflow has no such job"
