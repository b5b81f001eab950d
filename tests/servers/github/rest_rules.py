"""Rulesets, the protection of branches, and environments: what may be read of them."""

from __future__ import annotations

import re
from typing import Any

from .repository import Repository
from .rest import REPO, Answer, Call, Page, on, stamp
from .rest_code import commit_view

Body = dict[str, Any]


def name_view(call: Call, number: int, body: Body) -> dict[str, Any]:
    organization = body.get("organization")
    made = stamp(body.get("created_at", call.hub.now()))
    return {
        "id": number,
        "name": body["name"],
        "target": body["target"],
        "source_type": "Organization" if organization else "Repository",
        "source": organization or call.repo.full_name,
        "enforcement": body["enforcement"],
        "created_at": made,
        "updated_at": made,
    }


def shown(call: Call) -> dict[int, Body]:
    """All that apply; without parents only the repository's own."""
    with_parents = call.one("includes_parents", "true") == "true"
    every = call.repo.rulesets.items()
    return {number: body for number, body in every if with_parents or "organization" not in body}


@on("GET", REPO + "/rulesets")
def rulesets(call: Call) -> Any:
    return Page([name_view(call, number, body) for number, body in shown(call).items()])


@on("GET", REPO + "/rulesets/{ruleset_id}")
def ruleset(call: Call) -> Any:
    """`bypass_actors` are returned only to who may write to the ruleset."""
    number = int(call.values["ruleset_id"])
    body = shown(call).get(number)
    if body is None:
        raise Answer(404, "Not Found")
    view = {
        **name_view(call, number, body),
        "conditions": body["conditions"],
        "rules": body["rules"],
        "current_user_can_bypass": "never",
    }
    if call.token.may("administration:write"):
        view["bypass_actors"] = body.get("bypass_actors", [])
    return view


@on("GET", REPO + "/rules/branches/{branch}")
def branch_rules(call: Call) -> Any:
    """The rules of active rulesets only."""
    repo, branch = call.repo, call.value("branch")
    return Page(
        [
            {
                **rule,
                "ruleset_source_type": "Organization" if "organization" in body else "Repository",
                "ruleset_source": body.get("organization", repo.full_name),
                "ruleset_id": number,
            }
            for number, body in repo.rulesets.items()
            if body["enforcement"] == "active" and is_about(body, repo, branch)
            for rule in body["rules"]
        ]
    )


def is_about(body: Body, repo: Repository, branch: str) -> bool:
    def one_of(patterns: list[str]) -> bool:
        return any(
            pattern == "~ALL"
            or (pattern == "~DEFAULT_BRANCH" and branch == repo.default_branch)
            or re.fullmatch(as_expression(pattern), f"refs/heads/{branch}")
            for pattern in patterns
        )

    refs = body["conditions"]["ref_name"]
    is_named = one_of(refs["include"]) and not one_of(refs["exclude"])
    return body["target"] == "branch" and is_named


def as_expression(pattern: str) -> str:
    """Ruby's File.fnmatch with FNM_PATHNAME."""
    parts = re.split(r"(\*\*/|\*|\?)", pattern)
    signs = {"**/": "(?:.+/)?", "*": "[^/]*", "?": "[^/]"}
    return "".join(signs.get(part, re.escape(part)) for part in parts)


@on("GET", REPO + "/branches/{branch}", needs="contents:read")
def branch(call: Call) -> Any:
    repo, name = call.repo, call.value("branch")
    if name not in repo.branches:
        raise Answer(404, "Branch not found")
    protection = repo.classic.get(name, {"enabled": False})
    return {
        "name": name,
        "commit": commit_view(repo, repo.branches[name]),
        "protected": protection["enabled"],
        "protection": protection,
        "protection_url": f"{call.hub.url}/protection",
        "_links": {"html": call.hub.url, "self": call.hub.url},
    }


@on("GET", REPO + "/environments", needs="actions:read")
def environments(call: Call) -> Any:
    protected = call.repo.protected_environments
    names = dict.fromkeys((*call.repo.environments, *protected))
    blank: dict[str, Any] = {"protection_rules": [], "deployment_branch_policy": None}
    return Page(
        [
            {"id": number, "name": name, **blank, **protected.get(name, {})}
            for number, name in enumerate(names, 1)
        ],
        "environments",
    )
