"""docs/way-back.md: the workflow that it shows is one, and what a rollback only warns of is what it says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from deploy_checklist.checks.registry import is_of_running_world, kinds
from deploy_checklist.rules.load import load
from deploy_checklist.settings import Inputs

PAGE = (Path(__file__).parent.parent / "docs" / "way-back.md").read_text(encoding="utf-8")
ROLLBACK = PAGE.partition("\n## Rollback\n")[2]
BLOCKS = re.findall(r"```yaml\n(.*?)```", ROLLBACK, re.DOTALL)


WORKFLOWS = [block for block in BLOCKS if "uses: org/deploy-checklist" in block]


@pytest.mark.parametrize(
    ("workflow", "asks"),
    list(zip(WORKFLOWS, ("${{ inputs.rollback }}", "${{ github.run_attempt > 1 }}"), strict=True)),
    ids=("of a tag", "of a merge"),
)
def test_each_workflow_passes_githubs_schema_and_gives_only_inputs_that_exist(
    tmp_path: Path, workflow: str, asks: str
) -> None:
    file = tmp_path / "deploy.yml"
    file.write_text(workflow)
    tool = str(Path(sys.executable).with_name("check-jsonschema"))
    line = [tool, "--builtin-schema", "vendor.github-workflows", str(file)]
    checked = subprocess.run(line, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
    for job in yaml.safe_load(workflow)["jobs"].values():
        posts = "environment" not in job
        assert job["permissions"]["deployments"] == "read"
        assert job["permissions"]["statuses"] == ("write" if posts else "read")
        uses = [step for step in job["steps"] if "deploy-checklist" in step.get("uses", "")]
        (given,) = [step["with"] for step in uses]
        assert given["rollback"] == asks
        assert {key.replace("-", "_") for key in given} <= Inputs.model_fields.keys()


def test_the_key_is_one_of_the_rules() -> None:
    assert load(f"version: 1\nitems: {{ KEY: present }}\n{BLOCKS[0]}", "rules.yml").common.rollback


def test_the_checks_that_only_warn_are_named() -> None:
    (row,) = [line for line in ROLLBACK.splitlines() if "| warns, whatever it finds" in line]
    named = set(re.findall(r"`([a-z_]+)`", row.partition("|")[2].partition("|")[0])) - {"probe"}
    assert named == {name for name, kind in kinds().items() if is_of_running_world(kind)}
