"""Rulesets, environments, and secrets as they are written."""

from __future__ import annotations

import base64
from typing import Any

from nacl import encoding, public

from .repository import Repository
from .rest import REPO, Answer, Call, on
from .rest_git import pushed, refuse
from .rest_rules import number_of, ruleset_view
from .state import Ruleset

KEY = public.PrivateKey(b"k" * 32)


@on("POST", REPO + "/rulesets", needs="administration:write")
def create_ruleset(call: Call) -> Any:
    made = Ruleset.of(call.body, next(call.repo.ids), call.hub.now())
    call.repo.rulesets.append(made)
    call.status = 201
    return ruleset_view(call, made)


@on("DELETE", REPO + "/rulesets/{ruleset_id}", needs="administration:write")
def delete_ruleset(call: Call) -> Any:
    number, rulesets = int(call.values["ruleset_id"]), call.repo.rulesets
    found = next((each for each in rulesets if each.id == number), None)
    if found is None:
        raise Answer(404, "Not Found")
    rulesets.remove(found)
    call.status = 204


@on("PUT", REPO + "/environments/{environment_name}", needs="administration:write")
def create_environment(call: Call) -> Any:
    repo, name = call.repo, call.value("environment_name")
    reviewers = [each["id"] for each in call.body.get("reviewers") or ()]
    if reviewers and not call.hub.has_reviewers:
        raise Answer(422, "Failed to create the environment protection rule.")
    repo.environments.setdefault(name, {})
    repo.reviewers[name] = reviewers
    return {"id": number_of(name), "name": name}


@on("DELETE", REPO + "/environments/{environment_name}", needs="administration:write")
def delete_environment(call: Call) -> Any:
    if call.repo.environments.pop(call.value("environment_name"), None) is None:
        raise Answer(404, "Not Found")
    call.status = 204


@on("GET", REPO + "/actions/secrets/public-key", needs="secrets:read")
@on("GET", REPO + "/environments/{environment_name}/secrets/public-key", needs="environments:read")
def public_key(_: Call) -> Any:
    return {"key_id": "1", "key": KEY.public_key.encode(encoding.Base64Encoder).decode()}


@on("PUT", REPO + "/actions/secrets/{secret_name}", needs="secrets:write")
def put_secret(call: Call) -> Any:
    return keep(call, None, call.repo.secrets)


@on(
    "PUT",
    REPO + "/environments/{environment_name}/secrets/{secret_name}",
    needs="environments:write",
)
def put_environment_secret(call: Call) -> Any:
    name = call.value("environment_name")
    return keep(call, name, call.repo.environments[name])


def keep(call: Call, environment: str | None, names: dict[str, Any]) -> Any:
    name = call.value("secret_name")
    value = public.SealedBox(KEY).decrypt(base64.b64decode(call.body["encrypted_value"]))
    call.status = 204 if name in names else 201
    names[name] = call.hub.now()
    call.repo.secret_values[environment, name] = value.decode()
    return {}


@on("DELETE", REPO + "/actions/secrets/{secret_name}", needs="secrets:write")
def delete_secret(call: Call) -> Any:
    if call.repo.secrets.pop(call.value("secret_name"), None) is None:
        raise Answer(404, "Not Found")
    call.status = 204


@on("POST", REPO + "/releases", needs="contents:write")
def create_release(call: Call) -> Any:
    """A draft makes no tag. An existing tag stays where it is, whatever `target_commitish` says."""
    repo, tag = call.repo, call.body["tag_name"]
    draft, early = bool(call.body.get("draft")), bool(call.body.get("prerelease"))
    if tag not in repo.tags and not draft:
        sha = repo.resolve(call.body.get("target_commitish") or repo.default_branch)
        if sha is None:
            raise Answer(422, "Validation Failed")
        if call.hub.rulesets_hold_releases:
            refuse_release(repo, tag, sha)
        repo.tags[tag] = sha
        pushed(call, f"refs/tags/{tag}", sha)
    repo.releases[tag] = (draft, early)
    call.status = 201
    return {"id": number_of(tag), "tag_name": tag, "draft": draft, "prerelease": early}


def refuse_release(repo: Repository, tag: str, sha: str) -> None:
    """GitHub tells the rule's words among the errors here, not as the message."""
    try:
        refuse(repo, f"refs/tags/{tag}", sha)
    except Answer as answer:
        about = {"resource": "Release", "code": "custom", "field": "pre_receive"}
        refusal = Answer(422, "Validation Failed")
        refusal.body["errors"] = [{**about, "message": f"pre_receive {answer.body['message']}"}]
        raise refusal from None


@on("DELETE", REPO + "/releases/{release_id}", needs="contents:write")
def delete_release(call: Call) -> Any:
    for tag in call.repo.releases:
        if number_of(tag) == int(call.values["release_id"]):
            del call.repo.releases[tag]
            call.status = 204
            return
    raise Answer(404, "Not Found")
