"""Rulesets, the protection of branches, and environments: what may be read of them."""

from __future__ import annotations

from typing import Any

from .rest import REPO, Answer, Call, Page, on, stamp
from .rest_code import commit_view
from .state import Ruleset
from .tag_rules import is_about


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
    return ruleset_view(call, found)


def ruleset_view(call: Call, found: Ruleset) -> dict[str, Any]:
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
            if is_about(each, repo, f"refs/heads/{branch}")
            for rule in each.rules
        ]
    )


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
            {"id": number_of(name), "name": name, **blank, **protected.get(name, {})}
            for name in names
        ],
        "environments",
    )


def number_of(environment: str) -> int:
    return sum(environment.encode())
