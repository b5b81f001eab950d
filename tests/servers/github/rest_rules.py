"""Rulesets, the protection of branches, and environments: what may be read of them."""

from __future__ import annotations

import re
from typing import Any

from .repository import Repository
from .rest import REPO, Answer, Call, Page, on, stamp
from .rest_code import commit_view
from .state import Ruleset


def name_view(call: Call, found: Ruleset) -> dict[str, Any]:
    return {
        "id": found.id,
        "name": found.name,
        "target": found.target,
        "source_type": "Organization" if found.source else "Repository",
        "source": found.source or call.repo.full_name,
        "enforcement": found.enforcement,
        "created_at": stamp(found.created_at),
        "updated_at": stamp(found.created_at),
    }


def shown(call: Call) -> list[Ruleset]:
    """All that apply; without parents only the repository's own."""
    with_parents = call.one("includes_parents", "true") == "true"
    return [each for each in call.repo.rulesets if with_parents or not each.source]


@on("GET", REPO + "/rulesets")
def rulesets(call: Call) -> Any:
    return Page([name_view(call, each) for each in shown(call)])


@on("GET", REPO + "/rulesets/{ruleset_id}")
def ruleset(call: Call) -> Any:
    """`bypass_actors` are returned only to who may write to the ruleset."""
    number = int(call.values["ruleset_id"])
    found = next((each for each in shown(call) if each.id == number), None)
    if found is None:
        raise Answer(404, "Not Found")
    view = {
        **name_view(call, found),
        "conditions": {"ref_name": {"include": found.include, "exclude": found.exclude}},
        "rules": found.rules,
        "current_user_can_bypass": "never",
    }
    if call.token.may("administration:write"):
        view["bypass_actors"] = found.bypass_actors
    return view


@on("GET", REPO + "/rules/branches/{branch}")
def branch_rules(call: Call) -> Any:
    """The rules of active rulesets only."""
    repo, branch = call.repo, call.value("branch")
    active = [each for each in repo.rulesets if each.enforcement == "active"]
    return Page(
        [
            {
                **rule,
                "ruleset_source_type": "Organization" if each.source else "Repository",
                "ruleset_source": each.source or repo.full_name,
                "ruleset_id": each.id,
            }
            for each in active
            if each.target == "branch" and is_about(each, repo, branch)
            for rule in each.rules
        ]
    )


def is_about(found: Ruleset, repo: Repository, branch: str) -> bool:
    def one_of(patterns: list[str]) -> bool:
        return any(
            pattern == "~ALL"
            or (pattern == "~DEFAULT_BRANCH" and branch == repo.default_branch)
            or re.fullmatch(as_expression(pattern), f"refs/heads/{branch}")
            for pattern in patterns
        )

    return one_of(found.include) and not one_of(found.exclude)


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
