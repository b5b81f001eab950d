"""Every recipe that is a workflow passes the schema of its system, and an audit."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from deploy_checklist.publish.outputs import OUTPUTS
from inputs import input_names
from scenes import FOLDER, written

RELEASE_TOOLS = ["changesets", "goreleaser", "release-please", "semantic-release"]
WORKFLOWS = [*RELEASE_TOOLS]


def tool(name: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    line = [str(Path(sys.executable).with_name(name)), *arguments]
    return subprocess.run(line, cwd=cwd, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("recipes")
    folder = root / ".github" / "workflows"
    folder.mkdir(parents=True)
    for recipe in WORKFLOWS:
        (folder / f"{recipe}.yml").write_text(written(recipe))
    return root


def test_they_pass_githubs_schema(repository: Path) -> None:
    files = sorted(str(path) for path in (repository / ".github" / "workflows").iterdir())
    schema = ("--builtin-schema", "vendor.github-workflows")
    checked = tool("check-jsonschema", *schema, *files, cwd=repository)
    assert checked.returncode == 0, checked.stdout


def test_zizmor_finds_only_the_pins_that_the_recipe_leaves_to_the_team(repository: Path) -> None:
    audit = tool("zizmor", "--offline", "--no-progress", "--format=json", ".", cwd=repository)
    found = {each["ident"]: each["locations"] for each in json.loads(audit.stdout)}
    assert set(found) <= {"unpinned-uses"}, found
    assert "Pin the actions that stand here with a tag" in (FOLDER / "release-tools.md").read_text()


@pytest.mark.parametrize("recipe", WORKFLOWS)
def test_the_gate_is_given_and_asked_what_there_is(recipe: str) -> None:
    workflow = yaml.safe_load(written(recipe))
    assert workflow["permissions"] == {}
    gates = [
        step
        for job in workflow["jobs"].values()
        for step in job["steps"]
        if step.get("uses", "").startswith("org/deploy-checklist@")
    ]
    assert gates
    for step in gates:
        assert set(step["with"]) <= set(input_names())
    assert set(re.findall(r"steps\.gate\.outputs\.([\w-]+)", written(recipe))) <= set(OUTPUTS)


@pytest.mark.parametrize("recipe", RELEASE_TOOLS)
def test_the_job_that_tags_needs_the_gate_and_can_be_started_by_hand(recipe: str) -> None:
    workflow = yaml.safe_load(written(recipe))
    assert "workflow_dispatch" in workflow[True]  # YAML 1.1 reads `on` so
    assert workflow["jobs"]["release"]["needs"] == "gate"
    assert "if" not in workflow["jobs"]["release"]  # or it might run without the gate
    page = (FOLDER / "release-tools.md").read_text()
    assert f"]({recipe}.md)" in page
    assert "](release-tools.md)" in (FOLDER / f"{recipe}.md").read_text()
