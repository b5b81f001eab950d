"""Deployments, newest first, and what they were said to be."""

from __future__ import annotations

from typing import Any

from .rest import REPO, Answer, Call, Page, on, stamp, user


@on("GET", REPO + "/deployments", needs="deployments:read")
def deployments(call: Call) -> Any:
    sha, environment = call.one("sha", "none"), call.one("environment", "none")
    return Page(
        [
            {
                "id": each.id,
                "sha": each.sha,
                "ref": "main",
                "task": "deploy",
                "environment": each.environment,
                "original_environment": each.environment,
                "creator": user(each.creator),
                "created_at": stamp(each.at),
                "updated_at": stamp(each.states[-1][2] if each.states else each.at),
            }
            for each in reversed(call.repo.deployments)
            if sha in ("none", each.sha) and environment in ("none", each.environment)
        ]
    )


@on("GET", REPO + "/deployments/{deployment_id}/statuses", needs="deployments:read")
def deployment_statuses(call: Call) -> Any:
    asked = int(call.values["deployment_id"])
    found = next((each for each in call.repo.deployments if each.id == asked), None)
    if found is None:
        raise Answer(404, "Not Found")
    return Page(
        [
            {
                "id": number,
                "state": state,
                "environment": found.environment,
                "creator": user(found.creator),
                "created_at": stamp(at),
                "updated_at": stamp(at),
            }
            for number, state, at in reversed(found.states)
        ]
    )
