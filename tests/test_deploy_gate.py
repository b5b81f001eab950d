"""A value is left to the deploy job only if that job is sure to ask."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from deploy_checklist.run.deploy_gate import DeployGateStep, is_proven
from deploy_checklist.settings import RunContext

PATH = ".github/workflows/deploy.yml"
WANTED = DeployGateStep(
    action="org/deploy-checklist", environment="production", checklist=None, rules=None
)
DEPLOY = """
on: { push: { tags: ["v*"] } }
jobs:
  deploy:
    runs-on: ubuntu-latest
    environment: production
    steps:
      - uses: actions/checkout@v5
      - uses: org/deploy-checklist@v1
        with: { environment: production, phase: deploy }
"""


def holds(text: str, **more: bytes) -> bool:
    return is_proven({PATH: text.encode(), **more}, WANTED)


def test_a_job_in_the_environment_that_runs_the_action_is_proof() -> None:
    assert holds(DEPLOY)
    assert holds(
        DEPLOY.replace(
            "environment: production\n", "environment: { name: production, url: x }\n", 1
        )
    )
    assert holds(DEPLOY.replace("{ environment: production, phase", "{ phase"))
    assert holds(DEPLOY.replace("phase: deploy", "phase: deploy, commit: '${{ inputs.commit }}'"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("environment: production\n", "environment: staging\n"),
        ("environment: production\n", "environment: ${{ inputs.environment }}\n"),
        ("environment: production\n", "timeout-minutes: 9\n"),
        ("runs-on: ubuntu-latest\n", "timeout-minutes: 9\n"),
        ("phase: deploy", "phase: before"),
        ("phase: deploy", "phase: ${{ inputs.phase }}"),
        ("phase: deploy", "phase: deploy, mode: report"),
        ("phase: deploy", "phase: deploy, offline: true"),
        ("phase: deploy", "phase: deploy, rules: other.yml"),
        ("phase: deploy", f"phase: deploy, commit: {'a' * 40}"),
        ("{ environment: production,", "{ environment: staging,"),
        ("uses: org/deploy-checklist@v1", "uses: evil/deploy-checklist@v1"),
        ("uses: org/deploy-checklist@v1", "run: echo org/deploy-checklist@v1"),
        ("- uses: org/", "- continue-on-error: true\n        uses: org/"),
        ("- uses: org/", "- if: github.actor == 'octo-lead'\n        uses: org/"),
        ("    steps:", "    if: false\n    steps:"),
        ("  deploy:", "  off: { if: false, runs-on: x, steps: [] }\n  deploy:\n    needs: off"),
        ("    steps:", "    continue-on-error: true\n    steps:"),
        ("on: { push", "on: { workflow_call: {} } #"),
        ("jobs:", "jobs: ["),
    ],
)
def test_whatever_may_not_ask_or_may_fail_unseen_is_none(old: str, new: str) -> None:
    assert old in DEPLOY
    assert not holds(DEPLOY.replace(old, new, 1))


def test_a_reusable_workflow_is_proof_once_something_that_starts_calls_it() -> None:
    called = DEPLOY.replace('{ push: { tags: ["v*"] } }', "{ workflow_call: {} }")
    caller = "on: push\njobs: { deploy: { uses: ./.github/workflows/deploy.yml } }\n"
    assert not holds(called)
    assert holds(called, **{".github/workflows/main.yml": caller.encode()})
    never = caller.replace("{ uses", "{ if: false, uses")
    assert not holds(called, **{".github/workflows/main.yml": never.encode()})


def test_in_its_own_repository_the_action_is_the_one_beside_it() -> None:
    own = DeployGateStep(action=None, environment="production", checklist=None, rules=None)
    local = DEPLOY.replace("org/deploy-checklist@v1", "./")
    assert is_proven({PATH: local.encode()}, own)
    assert not is_proven({PATH: local.encode()}, WANTED)
    assert not is_proven({"docs/deploy.yml": local.encode()}, own)


BY_COMMAND = """
on: { push: { tags: ["v*"] } }
jobs:
  deploy:
    runs-on: [self-hosted, linux]
    environment: production
    steps:
      - uses: actions/checkout@v5
      - shell: bash
        run: pipx run --spec "git+https://github.com/org/deploy-checklist@v1" deploy-checklist action
        env:
          INPUT_ENVIRONMENT: production
          INPUT_PHASE: deploy
          INPUT_GITHUB-TOKEN: ${{ github.token }}
"""


def test_a_step_that_starts_the_gate_without_a_container_is_proof() -> None:
    assert holds(BY_COMMAND)
    utf8 = 'PYTHONUTF8: "1"\n          INPUT_PHASE'
    assert holds(BY_COMMAND.replace("INPUT_PHASE", utf8))
    assert holds(
        BY_COMMAND.replace("- shell: bash\n        run", "- run").replace(
            "    steps:", "    defaults: { run: { shell: bash } }\n    steps:"
        )
    )
    assert holds(BY_COMMAND.replace('pipx run --spec "', "uvx --from '").replace('@v1"', "@v1'"))
    assert holds(BY_COMMAND.replace("@v1", f"@{'a' * 40}"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("checklist action", "checklist action || true"),
        ("shell: bash", "shell: sh"),  # drops the inputs with a hyphen
        ("- shell: bash\n        run", "- run"),
        ("INPUT_PHASE: deploy", "INPUT_phase: deploy"),  # the gate reads capitals only
        ("INPUT_PHASE: deploy", "INPUT_PHASE: deploy\n          INPUT_Mode: report"),
        ("- shell", "- run: echo INPUT_MODE=report >> $GITHUB_ENV\n      - shell"),
        ("- shell", "- run: echo BASH_ENV=ci/shell.sh >> $GITHUB_ENV\n      - shell"),
        (
            "- shell",
            "- uses: actions/github-script@v8\n"
            "        with: { script: \"core.exportVariable('INPUT_OFFLINE', 'true')\" }\n"
            "      - shell",
        ),
        ("    steps:", "    container: { image: x, env: { INPUT_MODE: report } }\n    steps:"),
        ("    steps:", "    container: python:3.13\n    steps:"),
        ("    steps:", "    env: ${{ fromJSON(vars.SETTINGS) }}\n    steps:"),
        ("jobs:", "env: { '${{ insert }}': '${{ fromJSON(vars.SETTINGS) }}' }\njobs:"),
        ("jobs:", "env: { GIT_CONFIG_COUNT: 1 }\njobs:"),
        ("INPUT_PHASE", "BASH_ENV: ci/shell.sh\n          INPUT_PHASE"),
        ("INPUT_PHASE", "PATH: ci/bin\n          INPUT_PHASE"),
        ("INPUT_PHASE", "BASH_FUNC_pipx%%: () { true; }\n          INPUT_PHASE"),
        ("INPUT_PHASE", "PYTHONPATH: lib\n          INPUT_PHASE"),
        ("INPUT_PHASE", "UV_INDEX_URL: https://evil.example\n          INPUT_PHASE"),
        ("checklist action", "checklist check"),
        ("run: pipx", "run: echo pipx"),
        ("github.com/org/", "github.com/evil/"),
        ("github.com/org/", "evil.example/org/"),
        ("@v1", ""),
        ("shell: bash", "shell: 'true {0}'"),
        ("INPUT_PHASE: deploy", "INPUT_PHASE: before"),
        ("INPUT_PHASE: deploy", "INPUT_MODE: report"),
        ("    steps:", "    env: { INPUT_MODE: report }\n    steps:"),
        ("jobs:", "env: { input_mode: report }\njobs:"),
        ("- shell", "- continue-on-error: true\n        shell"),
    ],
)
def test_a_command_that_may_do_something_else_is_none(old: str, new: str) -> None:
    text = BY_COMMAND.replace(old, new)
    assert text != BY_COMMAND
    assert not holds(text)


def test_on_another_server_the_command_fetches_another_repository() -> None:
    there = replace(WANTED, on_github_com=False)
    assert not is_proven({PATH: BY_COMMAND.encode()}, there)
    assert is_proven({PATH: DEPLOY.encode()}, there)


def test_an_action_that_is_not_known_is_none_of_the_steps() -> None:
    """A command started this step, and the repository has an action of its own."""
    local = DEPLOY.replace("org/deploy-checklist@v1", "./")
    started = {"GITHUB_REPOSITORY": "acme/shop", "GITHUB_ACTION_REPOSITORY": ""}
    own = {**started, "GITHUB_REPOSITORY": "org/deploy-checklist"}
    for environ, found in ((started, False), (own, True)):
        expected = replace(WANTED, action=RunContext.read(environ).own_action)
        assert is_proven({PATH: local.encode()}, expected) is found
