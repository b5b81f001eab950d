"""The ruleset: no release tag without the gate's status."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from deploy_checklist.cli import run
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


def test_the_page_says_what_else_the_rulesets_forbid() -> None:
    page = (Path(__file__).parents[1] / "docs/environments.md").read_text(encoding="utf-8")
    says = {"update": "neither moved", "deletion": "deleted", "non_fast_forward": "force-pushed"}
    section = page.partition("## Require the status")[2]
    for printed in (ruleset("production", app_id=None), ruleset("a", app_id=None, branch="main")):
        kinds = {each["type"] for each in json.loads(printed)["rules"]}
        for kind in kinds - {"required_status_checks"}:
            assert says[kind] in section


def test_with_an_app_only_its_status_counts() -> None:
    (check,) = checks(ruleset("production", app_id=42))["required_status_checks"]
    assert check["integration_id"] == 42


def test_without_an_environment_it_names_the_status_of_such_a_gate() -> None:
    (check,) = checks(ruleset(None, app_id=None))["required_status_checks"]
    assert check["context"] == "deploy-checklist/release"


def test_of_a_gate_with_a_name_it_requires_that_gates_status() -> None:
    text = ruleset("production", app_id=None, gate="services/api")
    (check,) = checks(text)["required_status_checks"]
    assert check["context"] == "deploy-checklist/services/api/production"
    assert json.loads(text)["name"].endswith(" of services/api, production")


def test_it_reads_the_gates_name_and_its_only_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    assert required("ruleset", "-e", "staging") == "deploy-checklist/staging", "without documents"
    (tmp_path / "services").mkdir()
    (tmp_path / "services/list.md").write_text("# List\n- [ ] Announced\n")
    rules = "version: 1\nchecklist: services/list.md\nenvironments: {live: {}}\nitems: {Announced: sign}\n"
    (tmp_path / "services/rules.yml").write_text(rules)
    found = required("ruleset", "--rules", "services/rules.yml")
    assert found == "deploy-checklist/services/live"
    (tmp_path / "deploy-checklist.yml").write_text(rules)
    assert required("ruleset", "-e", "live") == "deploy-checklist/live"
    (tmp_path / "deploy-checklist.yml").write_text(f"name: shop\n{rules}")
    assert required("ruleset") == "deploy-checklist/shop/live"


def required(*arguments: str) -> Any:
    out, err = io.StringIO(), io.StringIO()
    assert run(arguments, {}, out, err) == 0, err.getvalue()
    (check,) = checks(out.getvalue())["required_status_checks"]
    return check["context"]


def test_a_branch_needs_the_status_of_the_pull_request_and_still_moves() -> None:
    text = ruleset("production", app_id=None, branch="main")
    found = json.loads(text)
    assert (found["target"], found["bypass_actors"]) == ("branch", [])
    assert found["conditions"]["ref_name"]["include"] == ["refs/heads/main"]
    assert {rule["type"] for rule in found["rules"]} == {
        "deletion",
        "non_fast_forward",
        "required_status_checks",
    }
    (check,) = checks(text)["required_status_checks"]
    assert check == {"context": "deploy-checklist/production/review"}
    (check,) = checks(ruleset("production", app_id=42, gate="api", branch="main"))[
        "required_status_checks"
    ]
    assert check == {"context": "deploy-checklist/api/production/review", "integration_id": 42}


def test_a_branch_is_named_as_it_stands_on_the_page_or_refused() -> None:
    assert required("ruleset", "-e", "live", "--branch", "refs/heads/main").endswith("/review")
    for wrong in ("refs/tags/v1", "", "~DEFAULT_BRANCH", "ma in", "main/", "a\n"):
        with pytest.raises(SystemExit) as refused:
            run(["ruleset", "--branch", wrong], {}, io.StringIO(), io.StringIO())
        assert refused.value.code == 2
