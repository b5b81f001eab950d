"""Permissions, teams, and the metadata of secrets."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from .rest import REPO, Answer, Call, Page, on, stamp, user
from .state import ROLES


@on("GET", "/user")
def oneself(call: Call) -> Any:
    return {**(user(call.token.account) or {}), "user_view_type": "private"}


@on("GET", REPO + "/collaborators/{username}/permission")
def permission(call: Call) -> Any:
    account = call.hub.accounts.get(call.value("username").lower())
    if account is None:
        raise Answer(404, f"{call.value('username')} is not a user")
    role = call.repo.roles.get(account.login, "none" if call.repo.private else "read")
    legacy = {"maintain": "write", "triage": "read"}.get(role, role)
    if role not in ROLES:  # a custom role shows its own name, and what it comes down to
        role, legacy = role.split("=")
    return {"permission": legacy, "role_name": role, "user": user(account)}


@on("GET", "/orgs/{org}/teams/{team_slug}", needs="members:read")
def team(call: Call) -> Any:
    found = call.hub.teams.get((call.values["org"].lower(), call.values["team_slug"]))
    if found is None:
        raise Answer(404, "Not Found")
    return {"slug": found.slug, "name": found.slug}


@on("GET", "/orgs/{org}/teams/{team_slug}/memberships/{username}", needs="members:read")
def membership(call: Call) -> Any:
    found = call.hub.teams.get((call.values["org"].lower(), call.values["team_slug"]))
    state = found and found.members.get(call.value("username"))
    if state is None:
        raise Answer(404, "Not Found")
    return {"state": state, "role": "member", "url": "http://x.example/membership"}


def secrets(names: dict[str, datetime]) -> Page:
    dated = [
        {"name": n, "created_at": stamp(at), "updated_at": stamp(at)}
        for n, at in sorted(names.items())
    ]
    return Page(dated, "secrets")


@on("GET", REPO + "/actions/secrets", needs="secrets:read")
def repository_secrets(call: Call) -> Any:
    return secrets(call.repo.secrets)


@on("GET", REPO + "/actions/organization-secrets", needs="secrets:read")
def organization_secrets(call: Call) -> Any:
    if call.repo.organization_secrets is None:
        raise Answer(404, "Not Found")
    return secrets(call.repo.organization_secrets)


def variables(values: dict[str, str]) -> Page:
    """GitHub sends their values, too."""
    at = "2026-11-01T00:00:00Z"
    dated = [
        {"name": name, "value": value, "created_at": at, "updated_at": at}
        for name, value in sorted(values.items())
    ]
    return Page(dated, "variables")


@on("GET", REPO + "/actions/variables", needs="variables:read")
def repository_variables(call: Call) -> Any:
    return variables(call.repo.variables)


@on("GET", REPO + "/actions/organization-variables", needs="variables:read")
def organization_variables(call: Call) -> Any:
    if call.repo.organization_secrets is None:
        raise Answer(404, "Not Found")
    return variables(call.repo.organization_variables)


@on("GET", REPO + "/environments/{environment_name}/variables", needs="environments:read")
def environment_variables(call: Call) -> Any:
    if call.value("environment_name") not in call.repo.environments:
        raise Answer(404, "Not Found")
    return variables(call.repo.environment_variables.get(call.value("environment_name"), {}))


@on("GET", REPO + "/environments/{environment_name}/secrets", needs="environments:read")
def environment_secrets(call: Call) -> Any:
    names = call.repo.environments.get(call.value("environment_name"))
    if names is None:
        raise Answer(404, "Not Found")
    return secrets(names)
