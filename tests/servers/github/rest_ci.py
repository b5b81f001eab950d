"""Statuses, check runs, workflow runs and approvals."""

from __future__ import annotations

from typing import Any

from .rest import REPO, Answer, Call, Page, on, stamp, user
from .state import Run

MOST_STATUSES = 1000  # per commit and context


def status_view(status: Any) -> dict[str, Any]:
    return {
        "id": status.id,
        "context": status.context,
        "state": status.state,
        "description": status.description,
        "target_url": status.target_url,
        "creator": user(status.creator),
        "created_at": stamp(status.at),
        "updated_at": stamp(status.at),
    }


@on("POST", REPO + "/statuses/{sha}", needs="statuses:write")
def create_status(call: Call) -> Any:
    sha, body = call.values["sha"], call.body
    if sha not in call.repo.commits:
        raise Answer(422, f"No commit found for SHA: {sha}")
    if len(body.get("description") or "") > 140:
        raise Answer(422, "Validation Failed: description is too long (maximum is 140 characters)")
    context = body.get("context", "default")
    if (
        sum(status.context == context for status in call.repo.statuses.get(sha, []))
        >= MOST_STATUSES
    ):
        raise Answer(
            422,
            "Validation Failed: This SHA and context has reached the maximum number of statuses.",
        )
    call.status = 201
    return status_view(
        call.repo.status(
            sha,
            context,
            body["state"],
            by=call.token.account,
            description=body.get("description"),
            target_url=body.get("target_url"),
        )
    )


@on("GET", REPO + "/commits/{ref}/statuses", needs="statuses:read")
def statuses(call: Call) -> Any:
    return Page(
        [status_view(status) for status in reversed(call.repo.statuses.get(call.sha(), []))]
    )


@on("GET", REPO + "/commits/{ref}/status", needs="statuses:read")
def combined_status(call: Call) -> Any:
    latest = {status.context: status for status in call.repo.statuses.get(call.sha(), [])}
    return Page(
        [{**status_view(status), "avatar_url": None} for status in latest.values()], "statuses"
    )


@on("GET", REPO + "/commits/{ref}/check-runs", needs="checks:read")
def check_runs(call: Call) -> Any:
    found = [
        {
            "id": run.id,
            "name": run.name,
            "status": run.status,
            "conclusion": run.conclusion,
            "head_sha": call.sha(),
            "app": {
                "id": 15368 if run.app == "github-actions" else 7,
                "slug": run.app,
                "owner": user(call.repo.owner),
            },
            "details_url": f"{call.hub.url}/{call.repo.full_name}/actions/runs/{run.run_id}/job/{run.id}"
            if run.run_id
            else None,
        }
        for run in call.repo.check_runs.get(call.sha(), [])
    ]
    return Page(found, "check_runs")


def run_view(call: Call, run: Run) -> dict[str, Any]:
    done = all(conclusion for _, conclusion, _ in run.jobs)
    bad = next(
        (conclusion for _, conclusion, _ in run.jobs if conclusion not in ("success", "skipped")),
        "success",
    )
    here = {"id": call.repo.id, "full_name": call.repo.full_name, "owner": user(call.repo.owner)}
    return {
        "id": run.id,
        "path": run.path,
        "event": run.event,
        "head_branch": run.branch,
        "head_sha": run.sha,
        "run_attempt": run.attempt,
        "created_at": stamp(run.at),
        "run_started_at": stamp(run.at),
        "status": "waiting" if run.held else "completed" if done else "in_progress",
        "conclusion": bad if done else None,
        "repository": here,
        "head_repository": {**here, "id": call.repo.id + 1} if run.fork else here,
    }


@on("GET", REPO + "/actions/runs", needs="actions:read")
def runs(call: Call) -> Any:
    sha = call.one("head_sha")
    return Page(
        [
            run_view(call, run)
            for run in reversed(call.repo.runs.values())
            if not sha or run.sha == sha
        ],
        "workflow_runs",
    )


def one_run(call: Call) -> Run:
    run = call.repo.runs.get(int(call.values["run_id"]))
    if run is None:
        raise Answer(404, "Not Found")
    return run


@on("GET", REPO + "/actions/runs/{run_id}", needs="actions:read")
def run(call: Call) -> Any:
    return run_view(call, one_run(call))


@on("GET", REPO + "/actions/runs/{run_id}/jobs", needs="actions:read")
def jobs(call: Call) -> Any:
    asked = one_run(call)
    return Page([job_view(asked, *job) for job in asked.jobs], "jobs")


@on("GET", REPO + "/actions/runs/{run_id}/attempts/{attempt_number}/jobs", needs="actions:read")
def jobs_of_an_attempt(call: Call) -> Any:
    asked = one_run(call)
    if int(call.values["attempt_number"]) != asked.attempt:
        raise Answer(404, "Not Found")
    return Page([job_view(asked, *job) for job in asked.jobs], "jobs")


def job_view(
    run: Run, name: str, conclusion: str | None, steps: list[tuple[str, str | None]]
) -> dict[str, Any]:
    return {
        "name": name,
        "run_id": run.id,
        "head_sha": run.sha,
        "status": "completed" if conclusion else "in_progress",
        "conclusion": conclusion,
        "run_attempt": run.attempt,
        "started_at": stamp(run.at),
        "runner_name": None if conclusion is None and name in run.waiting else f"runner of {name}",
        "steps": [
            {
                "name": step,
                "number": number,
                "status": "completed" if ended else "in_progress",
                "conclusion": ended,
            }
            for number, (step, ended) in enumerate([("Set up job", "success"), *steps], start=1)
        ],
    }


@on("GET", REPO + "/actions/runs/{run_id}/approvals", needs="actions:read")
def approvals(call: Call) -> Any:
    return [
        {
            "environments": [{"id": 1, "name": name} for name in names],
            "state": state,
            "user": user(account),
            "comment": "",
        }
        for names, state, account in one_run(call).approvals
    ]
