"""The ruleset: no release tag without the gate's status."""

from __future__ import annotations

import json
from typing import Any

from deploy_checklist.commands.ruleset import ruleset


def checks(text: str) -> Any:
    (rule,) = [
        rule for rule in json.loads(text)["rules"] if rule["type"] == "required_status_checks"
    ]
    return rule["parameters"]


def test_a_release_tag_needs_the_status_that_the_gate_posts_on_main() -> None:
    found = json.loads(ruleset("production", app_id=None))
    assert (found["target"], found["enforcement"]) == ("tag", "active")
    assert found["conditions"]["ref_name"]["include"] == ["refs/tags/v*.*.*"]
    parameters = checks(ruleset("production", app_id=None))
    assert parameters["required_status_checks"] == [{"context": "deploy-checklist/production"}]
    assert parameters["do_not_enforce_on_create"] is False


def test_nobody_bypasses_it_and_no_tag_moves() -> None:
    found = json.loads(ruleset("production", app_id=None))
    assert found["bypass_actors"] == []
    assert {"deletion", "non_fast_forward", "update"} <= {rule["type"] for rule in found["rules"]}


def test_with_an_app_only_its_status_counts() -> None:
    (check,) = checks(ruleset("production", app_id=42))["required_status_checks"]
    assert check["integration_id"] == 42


def test_without_an_environment_it_names_the_status_of_such_a_gate() -> None:
    (check,) = checks(ruleset(None, app_id=None))["required_status_checks"]
    assert check["context"] == "deploy-checklist/release"
