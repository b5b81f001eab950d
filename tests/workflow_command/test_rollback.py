"""What a rollback needs is printed where the rules allow one, and nowhere else."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import yaml

from deploy_checklist.cli import run

from .made import schema_errors

FOLDER = ".github/workflows"
RULES = "version: 1\nchecklist: list.md\nenvironments: {{ staging: {{}}, production: {{}} }}\n{}items: {{ A: sign }}\n"
SHIP = """\
on: workflow_dispatch
permissions: { contents: read }
jobs:
  ship:
    runs-on: ubuntu-latest
    environment: production
    steps:
      - run: ./deploy.sh
"""
DISPATCH = "on: { workflow_dispatch: { inputs: { rollback: { type: boolean } } } }"


def printed(folder: Path, monkeypatch: pytest.MonkeyPatch, rollback: bool, ship: str = "") -> str:
    monkeypatch.chdir(folder)
    (folder / "list.md").write_text("- [ ] A\n")
    rules = RULES.format("rollback: true\n" if rollback else "")
    (folder / "deploy-checklist.yml").write_text(rules)
    if ship:
        (folder / FOLDER).mkdir(parents=True, exist_ok=True)
        (folder / FOLDER / "ship.yml").write_text(ship)
    out = io.StringIO()
    arguments = ["workflow", *(["-e", "production"] if ship else [])]
    assert run(arguments, {}, out, out) == 0, out.getvalue()
    return out.getvalue()


def test_a_new_deploy_workflow_takes_a_rollback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = printed(tmp_path, monkeypatch, rollback=True).split("---\n")[:3]
    assert schema_errors(tmp_path, texts) == ""
    gate, comments, deploy = texts
    assert "rollback" not in gate + comments
    read = yaml.safe_load(deploy)
    dispatch = read[True]["workflow_dispatch"]["inputs"]  # YAML 1.1 reads `on` so
    assert dispatch["rollback"]["type"] == "boolean"
    assert dispatch["rollback"]["default"] is False
    assert list(read["jobs"]) == ["staging", "production"]
    for job in read["jobs"].values():
        assert job["permissions"]["deployments"] == "read"
        assert {"read", "write"} >= {job["permissions"]["statuses"]}
        before, after = (step["with"] for step in job["steps"] if "phase" in step.get("with", {}))
        assert before["rollback"] == "${{ inputs.rollback }}"
        assert "rollback" not in after


def test_a_job_of_the_teams_takes_one_and_is_told_of_the_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = printed(tmp_path, monkeypatch, rollback=True, ship=SHIP)
    assert text.count("\n          rollback: ${{ inputs.rollback }}\n") == 1
    assert "\n      deployments: read # what was deployed before\n" in text
    assert "the rules allow a rollback, and a run has to ask for it" in text
    declared = SHIP.replace("on: workflow_dispatch", DISPATCH)
    text = printed(tmp_path, monkeypatch, rollback=True, ship=declared)
    assert "rollback: ${{ inputs.rollback }}" in text
    assert "the rules allow a rollback" not in text


@pytest.mark.parametrize("ship", ["", SHIP])
def test_without_the_rules_word_there_is_nothing_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ship: str
) -> None:
    text = printed(tmp_path, monkeypatch, rollback=False, ship=ship)
    assert "phase: deploy" in text
    assert "rollback" not in text
    assert "deployments:" not in text
