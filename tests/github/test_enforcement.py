"""What keeps a release behind its gate, as GitHub's answers tell it; and what is wrong in one, by its field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from deploy_checklist.github import rest_shapes as rest
from deploy_checklist.github import rule_shapes as rules
from deploy_checklist.github.client import Client
from deploy_checklist.github.enforcement import EnforcementReader
from deploy_checklist.outcome import Unobservable
from deploy_checklist.world.enforcement_port import Bypass, RequiredStatus, Ruleset
from servers.github import FakeHub, Fault, state
from servers.github.repository import Repository
from wrong_shapes import declared, mutants, within

from .test_answer_shapes import Look, Scene, assert_told, scene

__all__ = ["scene"]

CHECKS = {
    "strict_required_status_checks_policy": False,
    "required_status_checks": [{"context": "gate", "integration_id": 15368}],
}
REVIEWS = {
    "dismiss_stale_reviews_on_push": True,
    "require_code_owner_review": True,
    "require_last_push_approval": False,
    "required_approving_review_count": 1,
    "required_review_thread_resolution": False,
}


def every_ruleset(on: Scene) -> list[Ruleset]:
    reader = EnforcementReader(on.client)
    return [reader.ruleset(each) for each in reader.rulesets()]


LOOKS: Mapping[str, Look] = {
    "rulesets": Look(
        every_ruleset,
        {
            "/rulesets#": list[rules.RestRulesetName],
            r"/rulesets/\d+#": rules.RestRuleset,
        },
    ),
    "the rules of a branch": Look(
        lambda on: EnforcementReader(on.client).branch_rules("main"),
        {"/rules/branches/": list[rules.RestBranchRule]},
    ),
    "the protection of a branch": Look(
        lambda on: EnforcementReader(on.client).classic_protection("main"),
        {"/branches/": rules.RestBranch},
    ),
    "an environment": Look(
        lambda on: EnforcementReader(on.client).environment("production"),
        {"/environments#": rules.RestEnvironments},
    ),
    "tags": Look(lambda on: EnforcementReader(on.client).tags(), {"/tags#": list[rest.RestTag]}),
    "a status of a commit": Look(
        lambda on: EnforcementReader(on.client).status(on.commit, "gate"),
        {"/statuses#": list[rest.RestStatus]},
    ),
    "the date of a commit": Look(
        lambda on: EnforcementReader(on.client).committed_at(on.commit),
        {"/commits/": rules.RestDatedCommit},
    ),
}


def with_rules(repo: Repository, hub: FakeHub) -> None:
    """A ruleset, a branch with its own protection, and an environment with a policy."""
    made = [
        {"type": "required_status_checks", "parameters": CHECKS},
        {"type": "pull_request", "parameters": REVIEWS},
    ]
    found = state.Ruleset(
        id=7,
        name="main",
        target="branch",
        include=["~ALL"],
        rules=made,
        bypass_actors=[{"actor_id": 5, "actor_type": "Team", "bypass_mode": "always"}],
        created_at=hub.now(),
    )
    repo.rulesets.append(found)
    repo.classic["main"] = {
        "enabled": True,
        "required_status_checks": {
            "enforcement_level": "everyone",
            "contexts": ["gate"],
            "checks": [{"context": "gate", "app_id": 15368}],
        },
    }
    repo.protected_environments["production"] = {
        "protection_rules": [{"id": 2, "node_id": "y", "type": "branch_policy"}],
        "deployment_branch_policy": {"protected_branches": True, "custom_branch_policies": False},
    }
    hub.tokens["gate"].permissions["administration"] = "write"  # who may bypass is shown, too


@pytest.mark.parametrize("name", LOOKS)
def test_what_is_wrong_in_an_answer_is_not_checked_by_its_field(scene: Scene, name: str) -> None:
    with_rules(scene.hub.repositories["acme/shop"], scene.hub)
    assert_told(LOOKS[name], scene)


def test_every_shape_of_an_answer_is_put_to_the_test() -> None:
    tried = {
        each for look in LOOKS.values() for shape in look.shapes.values() for each in within(shape)
    }
    of_parameters = within(rules.RestStatusParameters) | within(rules.RestReviewParameters)
    assert declared(rules) - tried == of_parameters


PARAMETERS: Mapping[int, tuple[Any, dict[str, Any]]] = {
    0: (rules.RestStatusParameters, CHECKS),
    1: (rules.RestReviewParameters, REVIEWS),
}


@pytest.mark.parametrize("number", PARAMETERS)
def test_parameters_of_another_shape_are_not_checked(
    hub: FakeHub, client: Client, number: int
) -> None:
    """A rule whose parameters are not understood never looks as if it asked for less."""
    repo = hub.repository()
    with_rules(repo, hub)
    shape, right = PARAMETERS[number]
    for mutant in mutants(shape, right):
        rule = {"type": repo.rulesets[0].rules[number]["type"], "parameters": mutant.data}
        answer = [{**rule, "ruleset_id": 7}]
        hub.faults[:] = [Fault("answer", path="/rules/branches/", body=answer)]
        if mutant.refused:
            with pytest.raises(Unobservable, match="the rules of branch main"):
                EnforcementReader(client).branch_rules("main")
        else:
            EnforcementReader(client).branch_rules("main")


def test_a_rule_of_a_type_to_come_changes_nothing(hub: FakeHub, client: Client) -> None:
    rule = {"type": "of_tomorrow", "parameters": {"x": 1}, "ruleset_id": 7}
    hub.repository()
    hub.faults.append(Fault("answer", path="/rules/branches/", body=[rule]))
    found = EnforcementReader(client).branch_rules("main")
    assert (found.required, found.owners_review) == ({7: ()}, False)


def test_a_ruleset_is_read_with_who_may_bypass_it(
    hub: FakeHub, client: Client, connected: Callable[..., Client]
) -> None:
    with_rules(hub.repository(), hub)
    reader = EnforcementReader(client)
    (found,) = [reader.ruleset(each) for each in reader.rulesets()]
    assert found.required == (RequiredStatus(context="gate", app=15368),)
    assert found.bypasses == (Bypass(kind="Team", id=5, mode="always"),)
    hub.token("reader", None, {"contents": "read"})
    reader = EnforcementReader(connected("reader"))
    (hidden,) = [reader.ruleset(each) for each in reader.rulesets()]
    assert (hidden.bypasses, hidden.own_bypass) == (None, "never")


def test_any_app_is_none(hub: FakeHub, client: Client) -> None:
    """The protection of a branch says -1 where a ruleset says nothing."""
    repo = hub.repository()
    with_rules(repo, hub)
    repo.classic["main"]["required_status_checks"]["checks"][0]["app_id"] = -1
    found = EnforcementReader(client).classic_protection("main")
    assert found.required == (RequiredStatus(context="gate", app=None),)


def test_a_branch_without_protection_asks_for_nothing(hub: FakeHub, client: Client) -> None:
    hub.repository()
    found = EnforcementReader(client).classic_protection("main")
    assert (found.required, found.enforcement) == ((), "off")
