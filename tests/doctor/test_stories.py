"""Whether the gate is in force, as GitHub tells it: each way in which it is not."""

from __future__ import annotations

import io
import json

import pytest
from jsonschema import Draft202012Validator

from deploy_checklist.cli import run
from deploy_checklist.commands.ruleset import ruleset
from deploy_checklist.schemas import json_schema
from servers.github.state import Ruleset

from .conftest import GRANTED, STATUS, TOKEN, Team

ADMINS = {"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}

ON_TAGS = 'push:\n    tags: ["v*.*.*"]'  # as `workflow` prints it


def test_the_gate_of_the_printed_workflows_and_ruleset_is_in_force(team: Team) -> None:
    found = team.doctor()
    assert found["in_force"] is True, found
    assert {each["outcome"] for each in found["facts"]} == {"pass"}
    assert "`v*.*.*`" in found["of"]["required"]["message"]
    assert "@github-actions[bot]" in found["of"]["last-tag"]["message"]
    assert {seen.method for seen in team.hub.requests if seen.path != "/graphql"} == {"GET"}


def test_as_text_each_fact_has_a_sign_and_each_open_one_what_to_type(team: Team) -> None:
    team.ruleset.enforcement = "disabled"
    text = team.printed("doctor", "-e", "production", code=1)
    first, *lines = text.splitlines()
    assert first == f"{STATUS} in acme/shop: not in force"
    required = next(number for number, line in enumerate(lines) if line.startswith("❌ required: "))
    typed = f"gh api -X PUT repos/acme/shop/rulesets/{team.ruleset.id} -f enforcement=active"
    assert lines[required + 1].strip() == typed


def test_without_a_ruleset_it_is_not(team: Team) -> None:
    team.repo.rulesets.remove(team.ruleset)
    found = team.doctor()
    assert found["in_force"] is False
    assert found["of"]["required"]["remedy"] == (
        "deploy-checklist ruleset -e production | gh api repos/acme/shop/rulesets --input -"
    )


@pytest.mark.parametrize(
    ("enforcement", "told"), [("evaluate", "only evaluated"), ("disabled", "switched off")]
)
def test_a_ruleset_that_blocks_nothing_is_reported(team: Team, enforcement: str, told: str) -> None:
    team.ruleset.enforcement = enforcement
    found = team.doctor()
    assert found["in_force"] is False
    assert told in found["of"]["required"]["message"]


def test_a_ruleset_that_lets_a_tag_be_made_without_the_status_is_reported(team: Team) -> None:
    team.required["do_not_enforce_on_create"] = True
    found = team.doctor()
    assert found["in_force"] is False
    assert "not when one is created" in found["of"]["required"]["message"]
    text = team.printed("doctor", "-e", "production", code=1)
    assert "\n   delete it, then\n   deploy-checklist ruleset -e production | gh api " in text


def test_the_status_of_another_environment_is_another_status(team: Team) -> None:
    team.required["required_status_checks"] = [{"context": "deploy-checklist/staging"}]
    found = team.doctor()
    assert found["in_force"] is False
    assert "only `deploy-checklist/staging`" in found["of"]["required"]["message"]


COVER = [["~ALL"], ["refs/tags/*"], ["refs/tags/v*"], ["refs/tags/v*.*.*", "refs/tags/x"]]
LEAVE_OUT: list[tuple[list[str], list[str], str]] = [
    (["refs/tags/release-*"], [], "v1.2.3"),
    (["refs/tags/v1.*"], [], "v10.20.30"),
    (["refs/tags/v?.?.?"], [], "v1.2.3-rc.1"),
    (["refs/tags/v*.*.*"], ["refs/tags/*-rc*"], "v1.2.3-rc.1"),
    (["refs/tags/v*"], ["refs/tags/*-beta*"], "-beta"),
    (["~ALL"], ["refs/tags/v1.2.3"], "v1.2.3"),
    (["~DEFAULT_BRANCH"], [], "v1.2.3"),
    (["refs/heads/v*"], [], "v1.2.3"),
    ([], [], ""),
]


@pytest.mark.parametrize("include", COVER)
def test_it_is_in_force_where_every_tag_that_deploys_is_held(
    team: Team, include: list[str]
) -> None:
    team.ruleset.include = include
    assert team.doctor()["in_force"] is True


@pytest.mark.parametrize(("include", "exclude", "free"), LEAVE_OUT)
def test_a_tag_that_deploys_and_needs_no_status_is_named(
    team: Team, include: list[str], exclude: list[str], free: str
) -> None:
    team.ruleset.include, team.ruleset.exclude = include, exclude
    found = team.doctor()
    assert found["in_force"] is False
    assert free in found["of"]["required"]["message"]


def test_where_no_tag_is_known_to_deploy_the_newest_one_is_asked_for(team: Team) -> None:
    by_hand = team.deploy.replace(ON_TAGS, "release: { types: [published] }")
    assert by_hand != team.deploy
    team.commit({".github/workflows/deploy.yml": by_hand})
    team.ruleset.include = ["refs/tags/v*"]
    assert team.doctor()["in_force"] is True
    team.ruleset.include = ["refs/tags/release-*"]
    found = team.doctor()
    assert found["in_force"] is False
    assert "the tag `v1.2.3` needs no status" in found["of"]["required"]["message"]


def test_admins_that_may_always_bypass_it_are_named(team: Team) -> None:
    team.ruleset.bypass_actors = [
        ADMINS,
        {"actor_id": 7, "actor_type": "Team", "bypass_mode": "pull_request"},
        {"actor_id": None, "actor_type": "DeployKey", "bypass_mode": "always"},
        {"actor_id": 9, "actor_type": "Integration", "bypass_mode": "exempt"},
    ]
    found = team.doctor()
    assert found["in_force"] is False
    told = found["of"]["bypass"]["message"]
    assert "the role admin (always), team 7 (by merging a pull request)" in told
    assert "deploy keys (always), App 9" in told
    assert "Bypass list" in found["of"]["bypass"]["remedy"]


def test_of_two_rulesets_the_one_that_nobody_bypasses_holds(team: Team) -> None:
    team.ruleset.bypass_actors = [ADMINS]
    team.add_ruleset(json.loads(ruleset("production", app_id=15368)), source="acme")
    found = team.doctor()
    assert found["in_force"] is True, found


def test_who_may_bypass_is_shown_only_to_who_may_edit_the_ruleset(team: Team) -> None:
    team.hub.token(TOKEN, "octo-lead", {**GRANTED, "administration": "none"})
    found = team.doctor()
    assert found["in_force"] is None
    assert found["of"]["bypass"]["outcome"] == "unknown"
    assert "token cannot see who may bypass" in found["of"]["bypass"]["message"]


@pytest.mark.parametrize(("app", "in_force"), [(15368, True), (42, False)])
def test_the_status_of_another_app_never_comes(team: Team, app: int, in_force: bool) -> None:
    team.required["required_status_checks"] = [{"context": STATUS, "integration_id": app}]
    found = team.doctor()
    assert found["in_force"] is in_force
    assert ("only the status of App 42 counts" in found["of"]["app"]["message"]) is not in_force


def test_with_an_app_of_its_own_the_gate_says_which(team: Team) -> None:
    team.required["required_status_checks"] = [{"context": STATUS, "integration_id": 42}]
    own = team.gate.replace("phase: before", "phase: before\n          status-token: ${{ x }}")
    team.commit({".github/workflows/deploy-checklist.yml": own})
    team.release("v1.3.0", by="acme-gate[bot]")
    assert team.doctor()["of"]["app"]["outcome"] == "unknown"
    assert team.doctor("--app-id", "42")["in_force"] is True
    assert team.doctor("--app-id", "43")["in_force"] is False


def test_a_status_that_everybody_may_post_is_a_warning(team: Team) -> None:
    team.required["required_status_checks"] = [{"context": STATUS}]
    found = team.doctor()
    assert found["in_force"] is True
    assert (found["of"]["app"]["outcome"], found["of"]["app"]["severity"]) == ("fail", "warning")


def test_a_ruleset_of_the_organization_holds_and_is_named(team: Team) -> None:
    team.ruleset.source = "acme"
    found = team.doctor()
    assert found["in_force"] is True
    assert found["of"]["required"]["message"].endswith("of acme")
    team.ruleset.enforcement = "evaluate"
    assert "gh api -X PUT orgs/acme/rulesets/" in team.doctor()["of"]["required"]["remedy"]


HOSTILE = "\x1b[31m::error::x\n##[group]\u202e`| <b>@acme/leads</b>"


def test_hostile_names_stay_text(team: Team) -> None:
    team.ruleset.name = HOSTILE
    team.ruleset.include.append(f"refs/tags/{HOSTILE}")
    team.release("v9.9.9", description=f"overridden by @x {HOSTILE}")
    text = team.printed("doctor", "-e", "production", code=None)
    assert not any(sign in text for sign in ("\x1b", "\u202e", "##["))
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())


def started_by(team: Team, event: str) -> None:
    """The deployment of any ref, by another event than the push of a tag."""
    kept = [line for line in team.deploy.splitlines() if "if: startsWith" not in line]
    text = "\n".join(kept).replace(ON_TAGS, event)
    assert event in text
    team.commit({".github/workflows/deploy.yml": text})


def of_main(team: Team) -> Ruleset:
    """A deployment on the push to main, and a ruleset for main that requires the review."""
    started_by(team, "push: { branches: [main] }")
    team.repo.rulesets.remove(team.ruleset)
    printed = json.loads(ruleset("production", app_id=15368).replace(STATUS, f"{STATUS}/review"))
    printed |= {"name": "review", "target": "branch"}
    printed["conditions"]["ref_name"]["include"] = ["refs/heads/main"]
    return team.add_ruleset(printed)


def test_where_a_merge_deploys_the_review_has_to_be_required(team: Team) -> None:
    review = of_main(team)
    found = team.doctor()
    assert found["in_force"] is True, found
    assert f"`{STATUS}/review` is required" in found["of"]["required"]["message"]
    assert "last-tag" not in found["of"]
    review.bypass_actors = [ADMINS]
    assert team.doctor()["of"]["bypass"]["outcome"] == "fail"
    review.enforcement = "evaluate"
    found = team.doctor()
    assert found["in_force"] is False
    assert "only evaluated" in found["of"]["required"]["message"]
    team.repo.rulesets.remove(review)
    assert "--branch main" in team.doctor()["of"]["required"]["remedy"]


def test_where_the_end_of_ci_deploys_a_merge_the_review_has_to_be_required(team: Team) -> None:
    of_main(team)
    started_by(team, "workflow_run: { workflows: [CI], types: [completed] }")
    found = team.doctor()
    assert found["in_force"] is True, found
    assert "pull requests to main" in found["of"]["required"]["message"]


def test_a_push_to_any_branch_that_deploys_cannot_be_known(team: Team) -> None:
    of_main(team)
    started_by(team, "push: { branches: ['release/**'] }")
    found = team.doctor()
    assert found["in_force"] is None
    assert "any branch that matches `release/**`" in found["of"]["required"]["message"]


CALLING = """\
on: { push: { tags: ["release-*"] } }
jobs:
  call:
    uses: ./.github/workflows/deploy.yml
"""


def test_the_tags_of_a_workflow_that_calls_the_deployment_count(team: Team) -> None:
    called = team.deploy.replace(ON_TAGS, "workflow_call: {}")
    team.commit({".github/workflows/deploy.yml": called, ".github/workflows/release.yml": CALLING})
    found = team.doctor()
    assert found["in_force"] is False
    assert "the tag `release-1.2.3` needs no status" in found["of"]["required"]["message"]
    team.ruleset.include = ["refs/tags/release-*"]
    assert team.doctor()["of"]["required"]["outcome"] == "pass"


@pytest.mark.parametrize(("level", "in_force"), [("everyone", True), ("non_admins", False)])
def test_the_branchs_own_protection_counts_too(team: Team, level: str, in_force: bool) -> None:
    team.repo.rulesets.remove(of_main(team))
    team.repo.classic["main"] = {
        "enabled": True,
        "required_status_checks": {
            "enforcement_level": level,
            "contexts": [f"{STATUS}/review"],
            "checks": [{"context": f"{STATUS}/review", "app_id": 15368}],
        },
    }
    found = team.doctor()
    assert found["in_force"] is in_force, found
    assert "the protection of branch main" in found["of"]["required"]["message"]


def test_without_a_token_it_is_told_how_to_give_one(team: Team) -> None:
    err = io.StringIO()
    assert run(["doctor", "-e", "production"], {}, io.StringIO(), err) == 2
    assert "GH_TOKEN" in err.getvalue()
    assert team.hub.counted() == 0


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("github.com", "gitlab.example", "set-url origin URL"),
        ('"origin"', '"upstream"', "add origin URL"),
    ],
    ids=["elsewhere", "none"],
)
def test_without_a_remote_on_the_server_nothing_is_asked(
    team: Team, old: str, new: str, told: str
) -> None:
    """And the command in the message can be typed: `git remote add` refuses a remote that exists."""
    config = team.folder / ".git/config"
    config.write_text(config.read_text().replace(old, new))
    err = io.StringIO()
    assert run(["doctor", "-e", "production"], {"GH_TOKEN": TOKEN}, io.StringIO(), err) == 2
    assert f"git remote {told}" in err.getvalue()
    assert team.hub.counted() == 0


def test_on_a_server_of_ones_own_the_number_of_github_actions_has_to_be_said(team: Team) -> None:
    config = team.folder / ".git/config"
    config.write_text(config.read_text().replace("github.com", "git.acme.example"))
    team.environ["GITHUB_SERVER_URL"] = "https://git.acme.example"
    assert team.doctor()["of"]["app"]["outcome"] == "unknown"
    assert team.doctor("--app-id", "15368")["in_force"] is True


def test_the_json_is_as_its_schema_says(team: Team) -> None:
    team.ruleset.bypass_actors = [ADMINS]
    found = team.doctor()
    del found["of"]
    Draft202012Validator(json_schema("doctor")).validate(found)
