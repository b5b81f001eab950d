"""Runs as they are started, approved, run again and cancelled. What a run does is the test's own."""

from __future__ import annotations

from typing import Any

from .rest import REPO, Answer, Call, on
from .rest_ci import one_run
from .rest_settings import number_of


@on("POST", REPO + "/actions/workflows/{workflow_id}/dispatches", needs="actions:write")
def dispatch(call: Call) -> Any:
    repo, path = call.repo, f".github/workflows/{call.value('workflow_id')}"
    sha = repo.branches[call.body["ref"]]
    if path not in repo.commits[sha].files:
        raise Answer(404, "Not Found")
    payload = {"inputs": call.body.get("inputs") or {}, "workflow": path}
    before = set(repo.runs)
    call.hub.happened(
        repo,
        "workflow_dispatch",
        payload,
        f"refs/heads/{call.body['ref']}",
        sha,
        call.token.account,
    )
    started = next(iter(set(repo.runs) - before), 0)
    return {
        "workflow_run_id": started,
        "run_url": f"{call.hub.url}/x",
        "html_url": f"{call.hub.url}/x",
    }


@on("POST", REPO + "/actions/runs/{run_id}/rerun", needs="actions:write")
def rerun(call: Call) -> Any:
    call.status = 201
    call.hub.run_again(call.repo, one_run(call))
    return {}


@on("POST", REPO + "/actions/runs/{run_id}/cancel", needs="actions:write")
def cancel(call: Call) -> Any:
    found = one_run(call)
    if found.state == "completed":
        raise Answer(409, "Cannot cancel a workflow run that is completed.")
    found.state = "cancelled"
    call.status = 202
    return {}


@on("GET", REPO + "/actions/runs/{run_id}/pending_deployments", needs="actions:read")
def pending(call: Call) -> Any:
    return [
        {
            "environment": {"id": number_of(name), "name": name},
            "wait_timer": 0,
            "wait_timer_started_at": None,
            "current_user_can_approve": True,
            "reviewers": [],
        }
        for name in one_run(call).held
    ]


@on("POST", REPO + "/actions/runs/{run_id}/pending_deployments", needs="deployments:write")
def approve(call: Call) -> Any:
    found = one_run(call)
    names = [name for name in found.held if number_of(name) in call.body["environment_ids"]]
    found.held = [name for name in found.held if name not in names]
    found.approvals.append((names, call.body["state"], call.token.account))
    return []
