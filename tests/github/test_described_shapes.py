"""The shapes of REST answers are those of GitHub's own description, and stricter only on purpose."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import inspect as shapes

from deploy_checklist.github import rest_shapes as rest
from deploy_checklist.github import rule_shapes as rules

DESCRIPTION = json.loads(
    (Path(__file__).parents[1] / "contract" / "github-openapi.json").read_text()
)
REPO, ORG = "/repos/{owner}/{repo}", "/orgs/{org}"
ANSWERS: dict[str, Any] = {
    f"{REPO}/commits/{{commit_sha}}/pulls": list[rest.RestPull],
    f"{REPO}/pulls/{{pull_number}}": rest.RestPull,
    f"{REPO}/issues/{{issue_number}}/comments": list[rest.RestComment],
    f"{REPO}/git/ref/{{ref}}": rest.RestRef,
    f"{REPO}/releases": list[rest.RestRelease],
    f"{REPO}/commits/{{ref}}/statuses": list[rest.RestStatus],
    f"{REPO}/commits/{{ref}}/status": rest.RestContexts,
    f"{REPO}/deployments": list[rest.RestDeployment],
    f"{REPO}/deployments/{{deployment_id}}/statuses": list[rest.RestDeploymentStatus],
    f"{REPO}/commits/{{ref}}/check-runs": rest.RestCheckRuns,
    f"{REPO}/compare/{{basehead}}": rest.RestChanges,
    f"{REPO}/tags": list[rest.RestTag],
    f"{REPO}/git/blobs/{{file_sha}}": rest.RestBlob,
    f"{REPO}/git/trees/{{tree_sha}}": rest.RestTree,
    f"{REPO}/actions/runs": rest.RestRuns,
    f"{REPO}/actions/runs/{{run_id}}/jobs": rest.RestJobs,
    f"{REPO}/actions/runs/{{run_id}}/attempts/{{attempt_number}}/jobs": rest.RestAttemptJobs,
    f"{REPO}/actions/runs/{{run_id}}/approvals": list[rest.RestApproval],
    f"{REPO}/actions/secrets": rest.RestSecrets,
    f"{REPO}/actions/organization-secrets": rest.RestSecrets,
    f"{REPO}/environments/{{environment_name}}/secrets": rest.RestSecrets,
    f"{REPO}/actions/variables": rest.RestVariableNames,
    f"{REPO}/actions/organization-variables": rest.RestVariableNames,
    f"{REPO}/environments/{{environment_name}}/variables": rest.RestVariableNames,
    f"{REPO}/collaborators/{{username}}/permission": rest.RestRole,
    f"{ORG}/teams/{{team_slug}}/memberships/{{username}}": rest.RestMembership,
    f"{REPO}/rulesets": list[rules.RestRulesetName],
    f"{REPO}/rulesets/{{ruleset_id}}": rules.RestRuleset,
    f"{REPO}/rules/branches/{{branch}}": list[rules.RestBranchRule],
    f"{REPO}/branches/{{branch}}": rules.RestBranch,
    f"{REPO}/environments": rules.RestEnvironments,
    f"{REPO}/commits/{{ref}}": rules.RestDatedCommit,
}
# The parameters of a rule, by its type, as the description has them among those of all types.
PARAMETERS = {
    "required_status_checks": rules.RestStatusParameters,
    "pull_request": rules.RestReviewParameters,
}
# GitHub may leave these out, and sends them: without them a run would see less.
NEEDED = {
    "[].performed_via_github_app",
    ".files",
    ".workflow_runs[].run_started_at",
    ".jobs[].steps",
    "[].environments[].name",
    "[].target",
    ".target",
    "[].source_type",
    ".source_type",
    ".rules",
    "[].ruleset_id",
    ".total_count",
    ".environments",
    ".environments[].protection_rules",
    ".environments[].deployment_branch_policy",
}
# Most types of rules have no parameters; and of a schema made of several, each has some of the fields.
LEFT_OUT = {
    ".rules[].parameters is not described",
    "[].parameters is not described",
    "[].type is not described",
    "[].ruleset_id is not described",
    ".conditions.ref_name is not described",
}


def resolved(schema: Any) -> Any:
    while "$ref" in schema:
        found: Any = DESCRIPTION
        for step in schema["$ref"].split("/")[1:]:
            found = found[step]
        schema = found
    return schema


def alternatives(schema: Any) -> list[Any]:
    """The schema, or those of which it is one."""
    schema = resolved(schema)
    for word in ("anyOf", "oneOf", "allOf"):
        if word in schema:
            return [found for each in schema[word] for found in alternatives(each)]
    return [schema]


def may_be_null(schema: Any) -> bool:
    return any(
        each.get("nullable") or "null" in str(each.get("type")) for each in alternatives(schema)
    )


def differences(kind: Any, schema: Any, here: str = "") -> Iterator[str]:
    """The fields of the shape that GitHub does not describe, or not as strictly."""
    if isinstance(kind, shapes.Metadata):
        kind = kind.type
    for inner in getattr(kind, "types", ()):
        yield from differences(inner, schema, here)
    for each in alternatives(schema):
        if isinstance(kind, shapes.ListType) and "items" in each:
            yield from differences(kind.item_type, each["items"], f"{here}[]")
        if isinstance(kind, shapes.StructType) and "properties" in each:
            for field in kind.fields:
                place = f"{here}.{field.encode_name}"
                described = each["properties"].get(field.encode_name)
                takes_null = any(
                    isinstance(inner, shapes.NoneType) for inner in getattr(field.type, "types", ())
                )
                if described is None:
                    yield f"{place} is not described"
                elif field.required and field.encode_name not in each.get("required", ()):
                    yield place
                elif may_be_null(described) and not takes_null:
                    yield f"{place} may be null"
                if described is not None:
                    yield from differences(field.type, described, place)


@pytest.mark.parametrize("path", ANSWERS)
def test_a_shape_is_stricter_than_github_s_description_only_on_purpose(path: str) -> None:
    content = DESCRIPTION["paths"][path]["get"]["responses"]["200"]["content"]
    schema = content["application/json"]["schema"]
    found = set(differences(shapes.type_info(ANSWERS[path]), schema))
    assert found <= NEEDED | LEFT_OUT


@pytest.mark.parametrize("kind", PARAMETERS)
def test_the_parameters_of_a_rule_are_those_of_its_type(kind: str) -> None:
    described = DESCRIPTION["components"]["schemas"]["repository-rule"]
    (schema,) = [
        each["properties"]["parameters"]
        for each in alternatives(described)
        if each["properties"]["type"]["enum"] == [kind]
    ]
    assert set(differences(shapes.type_info(PARAMETERS[kind]), schema)) == set()
