"""Which jobs deploy what has a tag: the tag is there once the workflow starts."""

from __future__ import annotations

import re

from . import conditions, order
from .jobs import Workflow, WorkflowJob

# What holds or not in an `if:`, without spaces and in lower case.
_OF_A_TAG = re.compile(
    r"(?:startswith|contains)\(github\.ref,'/?(?:refs/)?tags.*|.*ref_type=='tag'|.*event_name=='(?:release|create)'"
    r"|startswith\(github\.ref_name,'v.*"
)
_OF_A_BRANCH = re.compile(
    r"!\(?(?:startswith|contains)\(github\.ref,'/?(?:refs/)?tags.*"
    r"|(?!!)(?!.*(?:==false|!=true))(?:(?!.*!=).*refs/(?:heads|pull).*|.*ref_type(?:!='tag'|=='branch')"
    r"|.*(?:ref_name|head_ref|base_ref)==.*|.*event_name=='(?!push|release|create).*)"
)


def deploys_a_tag(workflow: Workflow, job: WorkflowJob) -> bool:
    """For certain: nothing else starts the workflow for a push, or the job's `if:` asks for it."""
    if not _deploys(workflow, job):
        return False
    return _follows_a_tag(workflow) or (_starts_for_tags_too(workflow) and _asks(job, _OF_A_TAG))


def may_deploy_a_tag(workflow: Workflow, job: WorkflowJob) -> bool:
    """As far as nothing holds it to branches."""
    if deploys_a_tag(workflow, job):
        return True
    return (
        _deploys(workflow, job) and _starts_for_tags_too(workflow) and not _asks(job, _OF_A_BRANCH)
    )


def _asks(job: WorkflowJob, what: re.Pattern[str]) -> bool:
    return conditions.demands(
        job.condition_with_texts, lambda operand: what.fullmatch(operand) is not None
    )


def _deploys(workflow: Workflow, job: WorkflowJob) -> bool:
    return job.deploys and order.disabled_by(workflow, job) is None


def _follows_a_tag(workflow: Workflow) -> bool:
    push = workflow.triggers.get("push")
    return "release" in workflow.triggers or (isinstance(push, dict) and "tags" in push)


def _starts_for_tags_too(workflow: Workflow) -> bool:
    """A push of a tag starts what names neither branches nor tags, whatever its paths."""
    if "create" in workflow.triggers:
        return True
    push = workflow.triggers.get("push", ())
    filters = set(push) if isinstance(push, dict) else set[str]()
    return push != () and (
        filters.isdisjoint(("branches", "branches-ignore")) or "tags-ignore" in filters
    )
