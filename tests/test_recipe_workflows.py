"""Every recipe that is a workflow passes the schema of its system, and an audit."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from textwrap import indent

import pytest
import yaml

from deploy_checklist.publish.outputs import OUTPUTS
from inputs import input_names
from scenes import FOLDER, steps_of, written

RELEASE_TOOLS = ["changesets", "goreleaser", "release-please", "semantic-release"]
STEPS = ["jira-log", "slack"]  # of a job that the team has
# The steps that stand beside the rules of a recipe, in such a job.
BESIDE_RULES = ["conftest-policies", "in-the-pod", "jira-approval", "k6-load-test", "trivy-image"]
HEAD = """\
name: deploy
on: { workflow_dispatch: { inputs: { change: { description: key of the change } } } }
permissions: {}
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
"""


def tool(name: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    line = [str(Path(sys.executable).with_name(name)), *arguments]
    return subprocess.run(line, cwd=cwd, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("recipes")
    folder = root / ".github" / "workflows"
    folder.mkdir(parents=True)
    for recipe in (*RELEASE_TOOLS, *STEPS, *BESIDE_RULES, "evidence"):
        (folder / f"{recipe}.yml").write_text(workflow(recipe))
    return root


def workflow(recipe: str) -> str:
    text = written(recipe)
    if recipe in (*STEPS, *BESIDE_RULES):
        return HEAD + indent(steps_of(recipe) or text, "      ")
    return text


def test_they_pass_githubs_schema(repository: Path) -> None:
    files = sorted(str(path) for path in (repository / ".github" / "workflows").iterdir())
    schema = ("--builtin-schema", "vendor.github-workflows")
    checked = tool("check-jsonschema", *schema, *files, cwd=repository)
    assert checked.returncode == 0, checked.stdout


def test_gitlabs_job_passes_gitlabs_schema(tmp_path: Path) -> None:
    (tmp_path / ".gitlab-ci.yml").write_text(written("gitlab"))
    schema = ("--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci")
    checked = tool("check-jsonschema", *schema, ".gitlab-ci.yml", cwd=tmp_path)
    assert checked.returncode == 0, checked.stdout


def test_zizmor_finds_only_the_pins_that_the_recipe_leaves_to_the_team(repository: Path) -> None:
    audit = tool("zizmor", "--offline", "--no-progress", "--format=json", ".", cwd=repository)
    found = {each["ident"]: each["locations"] for each in json.loads(audit.stdout)}
    assert set(found) <= {"unpinned-uses"}, found
    assert "named by a tag: pin them to a commit" in (FOLDER / "release-tools.md").read_text()


@pytest.mark.parametrize("recipe", [*RELEASE_TOOLS, *STEPS])
def test_the_gate_is_given_and_asked_what_there_is(recipe: str) -> None:
    read = yaml.safe_load(workflow(recipe))
    assert read["permissions"] == {}
    gates = [
        step
        for job in read["jobs"].values()
        for step in job["steps"]
        if step.get("uses", "").startswith("org/deploy-checklist@")
    ]
    assert gates
    for step in gates:
        assert set(step["with"]) <= set(input_names())
    asked = set(re.findall(r"steps\.gate\.outputs\.([\w-]+)", written(recipe)))
    assert asked <= set(OUTPUTS)
    assert bool(asked) is (recipe in STEPS)


@pytest.mark.parametrize("recipe", BESIDE_RULES)
def test_a_job_with_a_result_may_be_asked_when_it_began(recipe: str) -> None:
    page = (FOLDER / f"{recipe}.md").read_text()
    assert ("The job needs `actions: read`." in page) is ("made_by:" in page)


@pytest.mark.parametrize("recipe", RELEASE_TOOLS)
def test_an_output_that_may_be_missing_is_not_read_as_json(recipe: str) -> None:
    """GitHub fills in a step's `env:` before its `if:`: an empty text would fail a skipped step."""
    read = re.findall(r"fromJSON\((steps\.[^)]*)\)", written(recipe))
    assert bool(read) is (recipe == "changesets")
    assert all(each.endswith(" || '[]'") for each in read)


@pytest.mark.parametrize("recipe", RELEASE_TOOLS)
def test_the_job_that_tags_needs_the_gate_and_can_be_started_manually(recipe: str) -> None:
    read = yaml.safe_load(written(recipe))
    assert "workflow_dispatch" in read[True]  # YAML 1.1 reads `on` so
    assert read["jobs"]["release"]["needs"] == "gate"
    assert "if" not in read["jobs"]["release"]  # or it might run without the gate
    page = (FOLDER / "release-tools.md").read_text()
    assert f"]({recipe}.md)" in page
    assert "](release-tools.md)" in (FOLDER / f"{recipe}.md").read_text()
