"""Jobs that are several: by a matrix, by the workflows that call theirs, by the service of each."""

from __future__ import annotations

import pytest

from .conftest import CHECKLIST, RULES, Team

FOLDER = ".github/workflows"
ACTION = "org/deploy-checklist@v1"
DEPLOY = f"""\
on: {{ push: {{ tags: ["v*.*.*"] }} }}
jobs:
  deploy:
    runs-on: ubuntu-latest
    strategy: {{ matrix: {{ to: [staging, production] }} }}
    environment: ${{{{ matrix.to }}}}
    steps:
      - {{ uses: {ACTION}, with: {{ environment: "${{{{ matrix.to }}}}", phase: deploy }} }}
      - run: ./deploy.sh
"""
CALLED = DEPLOY.replace('on: { push: { tags: ["v*.*.*"] } }', "on: workflow_call").replace(
    "    strategy: { matrix: { to: [staging, production] } }\n", ""
)
CALLED = CALLED.replace("matrix.to", "inputs.to")
CALL = """\
on: { push: { tags: ["v*.*.*"] } }
jobs:
  production: { uses: ./.github/workflows/called.yml, with: { to: production } }
  staging: { uses: ./.github/workflows/called.yml, with: { to: staging } }
"""


def deploys(team: Team, text: str, **more: str) -> dict[str, str]:
    """What is said of the jobs that deploy."""
    files = {f"{FOLDER}/{name}.yml": each for name, each in more.items()}
    team.commit({f"{FOLDER}/deploy.yml": text, **files})
    found: dict[str, str] = team.doctor()["of"]["deploy"]
    return found


def test_a_matrix_of_environments_is_one_job_for_each(team: Team) -> None:
    assert deploys(team, DEPLOY)["outcome"] == "pass"
    assert team.doctor()["in_force"] is True


LEGS = {
    "{ to: [staging] }": "unknown",
    "{ include: [{ to: production }, { to: staging }] }": "pass",
    "{ to: [staging], include: [{ to: production, extra: 1 }] }": "pass",
    "{ to: [staging, production], exclude: [{ to: production }] }": "unknown",
    "{ to: '${{ fromJSON(vars.TO) }}' }": "unknown",
    "'${{ fromJSON(vars.TO) }}'": "unknown",
    "{ to: [production, '${{ vars.TO }}'] }": "unknown",
    "{ to: [staging, production], include: '${{ fromJSON(vars.MORE) }}' }": "unknown",
    "{ to: [staging], include: [{ to: staging, x: 1 }, { to: production }] }": "pass",
    "{ other: [1, 2] }": "unknown",
    "{ to: [] }": "unknown",
}


@pytest.mark.parametrize("matrix", LEGS)
def test_each_leg_counts_as_far_as_the_file_tells(team: Team, matrix: str) -> None:
    text = DEPLOY.replace("{ to: [staging, production] }", matrix)
    assert deploys(team, text)["outcome"] == LEGS[matrix]


def test_a_leg_that_does_not_ask_is_reported(team: Team) -> None:
    text = DEPLOY.replace('environment: "${{ matrix.to }}", phase', "environment: staging, phase")
    found = deploys(team, text)
    assert (found["outcome"], found["severity"]) == ("fail", "blocker")


def test_what_callers_hand_over_is_the_environment(team: Team) -> None:
    assert deploys(team, CALL, called=CALLED)["outcome"] == "pass"
    assert team.doctor()["in_force"] is True
    without = CALLED.replace("phase: deploy", "phase: before")
    assert deploys(team, CALL, called=without)["outcome"] == "fail"


@pytest.mark.parametrize("to", ["${{ github.ref_name }}", "${{ inputs.to }}"])
def test_what_a_caller_does_not_write_out_is_not_known(team: Team, to: str) -> None:
    assert deploys(team, CALL.replace("to: staging", f'to: "{to}"'), called=CALLED)["outcome"] == (
        "unknown"
    )
    by_hand = CALLED.replace("on: workflow_call", "on: [workflow_call, workflow_dispatch]")
    assert deploys(team, CALL, called=by_hand)["outcome"] == "unknown"


SERVICES = ("api", "worker")


def of_service(service: str) -> str:
    rules = f"services/{service}/deploy-checklist.yml"
    text = DEPLOY.replace("[staging, production]", "[production]").replace("v*", f"{service}-v*")
    return text.replace("phase: deploy", f"phase: deploy, rules: {rules}")


def test_each_service_has_its_gate(team: Team) -> None:
    """The page on several services, with the matrix of the gate that it gives."""
    for service in SERVICES:
        folder = team.folder / "services" / service
        folder.mkdir(parents=True)
        (folder / "deployment-checklist.md").write_text(CHECKLIST)
        rules = RULES.replace("checklist.md", f"services/{service}/deployment-checklist.md")
        (folder / "deploy-checklist.yml").write_text(rules)
    gate = team.gate.replace(
        "    name: Deployment checklist\n",
        "    strategy: { matrix: { service: [api, worker] } }\n",
    ).replace(
        "phase: before",
        "phase: before\n          rules: services/${{ matrix.service }}/deploy-checklist.yml",
    )
    team.commit({f"{FOLDER}/deploy-checklist.yml": gate, f"{FOLDER}/deploy.yml": None})
    team.commit({f"{FOLDER}/{each}.yml": of_service(each) for each in SERVICES})
    found = team.doctor("--rules", "services/api/deploy-checklist.yml")["of"]
    assert found["status"]["outcome"] == "pass", found["status"]
    assert (found["deploy"]["outcome"], found["deploy"]["severity"]) == ("fail", "warning")
    assert "job `deploy` (.github/workflows/worker.yml:" in found["deploy"]["message"]
    assert "worker" not in found["required"]["message"]


def test_beside_a_gated_job_one_that_asks_nothing_is_still_told(team: Team) -> None:
    other = of_service("worker").replace("phase: deploy", "phase: deploy, mode: report")
    assert deploys(team, DEPLOY, worker=other)["severity"] == "blocker"


def test_a_gate_behind_the_deployment_is_a_warning(team: Team) -> None:
    start = team.deploy.index("      - name: Checklist, with the values")
    deploy = team.deploy.index("      - name: Deploy\n")
    end = team.deploy.index("      - name: Checklist, after")
    late = team.deploy[:start] + team.deploy[deploy:end] + team.deploy[start:deploy]
    found = deploys(team, late)
    assert (found["outcome"], found["severity"]) == ("fail", "warning")
    assert "after step 2 (line 32), which appears to deploy" in found["message"]


def test_an_environment_in_other_letters_is_reported(team: Team) -> None:
    """Its values could not be proven to be of the environment that the rules name."""
    text = team.deploy.replace("    environment: production", "    environment: Production")
    found = deploys(team, text)
    assert (found["outcome"], found["severity"]) == ("fail", "blocker")
    assert "calls it `Production`: call it `production`" in found["message"]
