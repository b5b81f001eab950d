"""What stands around the ruleset: the jobs of the workflows, the environment, the owners, the newest tag."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import STATUS, Team


def test_a_deploy_job_without_the_gate_is_reported(team: Team) -> None:
    start = team.deploy.index("      - name: Checklist, with the values")
    without = f"{team.deploy[:start]}      - run: ./deploy.sh\n"
    team.commit({".github/workflows/deploy.yml": without})
    found = team.doctor()
    assert found["in_force"] is False
    told = found["of"]["deploy"]["message"]
    assert "job `deploy` (.github/workflows/deploy.yml:" in told
    assert "does not run the gate" in told


LOOSE = {
    "phase: deploy": ("phase: deploy\n          mode: report", "`mode: report`"),
    "phase: deploy\n": ("phase: deploy\n          rules: other.yml\n", "another checklist"),
    "          phase: deploy": ("          phase: before", "`phase: deploy`"),
}


@pytest.mark.parametrize("old", LOOSE)
def test_a_deploy_job_that_runs_it_otherwise_is_reported(team: Team, old: str) -> None:
    new, told = LOOSE[old]
    team.commit({".github/workflows/deploy.yml": team.deploy.replace(old, new)})
    found = team.doctor()
    assert found["in_force"] is False
    assert told in found["of"]["deploy"]["message"]


SECOND = """\
  second:
    runs-on: ubuntu-latest
    environment: production
    steps: [{ run: ./also.sh }]
"""


def test_a_second_job_of_the_environment_has_to_wait_for_the_gate(team: Team) -> None:
    team.commit({".github/workflows/deploy.yml": team.deploy + SECOND})
    found = team.doctor()
    assert found["in_force"] is False
    assert "job `second`" in found["of"]["deploy"]["message"]
    after = SECOND.replace("  second:\n", "  second:\n    needs: deploy\n")
    team.commit({".github/workflows/deploy.yml": team.deploy + after})
    assert team.doctor()["in_force"] is True


def test_a_job_whose_environment_is_not_known_may_deploy_without_the_gate(team: Team) -> None:
    second = SECOND.replace("environment: production", "environment: ${{ inputs.to }}")
    for path, text in (("deploy.yml", team.deploy + second), ("other.yml", "jobs: [\n")):
        team.commit({f".github/workflows/{path}": text})
        found = team.doctor()
        assert found["in_force"] is None
        assert found["of"]["deploy"]["outcome"] == "unknown"
        team.commit({".github/workflows/deploy.yml": team.deploy})


def test_a_gate_with_mode_report_posts_nothing_that_holds(team: Team) -> None:
    report = team.gate.replace("phase: before", "phase: before\n          mode: report")
    team.commit({".github/workflows/deploy-checklist.yml": report})
    found = team.doctor()
    assert found["in_force"] is False
    assert "has `mode: report`, so it posts no status" in found["of"]["status"]["message"]


def test_the_token_of_the_gate_has_to_be_allowed_to_write(team: Team) -> None:
    def of(old: str, new: str) -> Any:
        path = ".github/workflows/deploy-checklist.yml"
        team.commit({path: team.gate.replace(old, new)})
        return team.doctor()["of"]["status"]

    found = of("      statuses: write", "      statuses: read")
    assert (found["outcome"], found["severity"]) == ("fail", "blocker")
    found = of("      issues: write", "      issues: read")
    assert (found["outcome"], found["severity"]) == ("fail", "warning")
    assert "`issues: write`" in found["message"]
    found = of("permissions: {}\n", "").copy()
    assert found["outcome"] == "pass", "the job has permissions of its own"


def test_without_permissions_in_the_file_nobody_can_tell(team: Team) -> None:
    start = team.gate.index("    permissions:\n")
    end = team.gate.index("    # no `environment:`")
    text = (team.gate[:start] + team.gate[end:]).replace("permissions: {}\n", "")
    team.commit({".github/workflows/deploy-checklist.yml": text})
    found = team.doctor()
    assert found["in_force"] is None
    assert "the repository's settings decide" in found["of"]["status"]["message"]


def test_without_a_tag_there_is_nothing_to_look_back_at(team: Team) -> None:
    team.repo.tags.clear()
    found = team.doctor()
    assert found["in_force"] is True
    assert found["of"]["last-tag"]["outcome"] == "skipped"


@pytest.mark.parametrize("by", ["octo-dev", "evil[bot]", None])
def test_a_status_that_is_not_the_gates_is_reported_with_its_author(
    team: Team, by: str | None
) -> None:
    team.release("v1.10.0", by=by)  # type: ignore[arg-type]
    found = team.doctor()
    assert found["in_force"] is False
    told = found["of"]["last-tag"]["message"]
    assert "`v1.10.0`" in told
    assert (f"@{by}" if by else "a deleted account") in told


def test_a_status_of_another_checklist_is_none_of_this_gate(team: Team) -> None:
    team.release("v1.10.0", target_url="https://x.example/1#checklist=other.md")
    found = team.doctor()
    assert found["in_force"] is False
    assert "another checklist" in found["of"]["last-tag"]["message"]


@pytest.mark.parametrize(
    "words", ["overridden by @octo-lead until 2026-11-23 01:00 UTC", "rolled back by @octo-lead"]
)
def test_a_release_that_came_another_way_is_a_warning(team: Team, words: str) -> None:
    team.release("v1.10.0", description=words)
    found = team.doctor()
    assert found["in_force"] is True
    assert found["of"]["last-tag"]["severity"] == "warning"
    assert words in found["of"]["last-tag"]["message"]


def test_a_last_tag_without_success_was_let_in_without_the_gate(team: Team) -> None:
    sha = team.commit({"app.py": "x"})
    team.repo.tag("v2.0.0", sha)
    assert "has no status" in team.doctor()["of"]["last-tag"]["message"]
    team.repo.status(sha, STATUS, "failure", by=team.hub.bot)
    found = team.doctor()
    assert found["in_force"] is False
    assert "has the status `failure`" in found["of"]["last-tag"]["message"]


def test_another_status_of_the_last_tag_is_not_the_gates(team: Team) -> None:
    sha = team.release("v1.10.0")
    team.repo.status(sha, STATUS, "failure", by=team.hub.bot)
    team.repo.status(sha, f"{STATUS}/after", "success", by=team.hub.bot)
    found = team.doctor()
    assert found["in_force"] is False
    assert "has the status `failure`" in found["of"]["last-tag"]["message"]


def test_a_tag_that_is_older_than_the_ruleset_is_only_a_warning(team: Team) -> None:
    team.repo.tag("v2.0.0", team.commit({"app.py": "x"}))
    team.hub.advance(days=2)
    team.ruleset.created_at = team.hub.now()
    found = team.doctor()
    assert found["in_force"] is True
    assert found["of"]["last-tag"]["severity"] == "warning"


def test_whoever_may_merge_and_whatever_the_environment_lets_in_are_warnings(team: Team) -> None:
    team.commit({"CODEOWNERS": "/docs/ @acme/writers\n"})
    team.repo.protected_environments["production"]["deployment_branch_policy"] = None
    found = team.doctor()
    assert found["in_force"] is True
    warned = [each["fact"] for each in found["facts"] if each["severity"] == "warning"]
    assert warned == ["environment", "owners"]
    assert "`checklist.md` has no owner" in found["of"]["owners"]["message"]


def test_owners_whose_review_nobody_requires_are_a_warning(team: Team) -> None:
    (main,) = [each for each in team.repo.rulesets if each.name == "main"]
    main.rules[0]["parameters"]["require_code_owner_review"] = False
    assert "requires their review" in team.doctor()["of"]["owners"]["message"]
