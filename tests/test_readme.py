"""What the README has to paste is whole; tests/pages runs it, as all that the pages show."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import yaml

from deploy_checklist.rules.load import load
from inputs import input_names

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
COMMANDS = [
    line[2:]
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL)
    for line in block.splitlines()
]
BLOCKS = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)


def test_the_two_commands_of_a_fresh_machine_are_there() -> None:
    """The first shows a real result, the second passes the tests; `.ci/run` ends with the same test command."""
    fresh = [line for line in COMMANDS if line.startswith("pip install")]
    assert [line.split("&&")[0].strip() for line in fresh] == [
        "pip install .",
        "pip install --require-hashes -r requirements-dev.lock",
    ]
    assert fresh[1].split("&&")[1].strip() == "python -m pytest"
    assert (ROOT / ".ci" / "run").read_text().rstrip().endswith("python -m pytest")


(WORKFLOW,) = [block for block in BLOCKS if "uses: org/deploy-checklist" in block]


def test_the_step_to_add_uses_only_inputs_that_exist() -> None:
    steps = yaml.safe_load(WORKFLOW)["jobs"]["gate"]["steps"]
    given = next(step["with"] for step in steps if step["uses"].startswith("org/deploy-checklist@"))
    assert set(given) <= set(input_names())


def test_the_workflow_to_paste_is_whole(tmp_path: Path) -> None:
    """It passes the schema of workflows, and asks for all that the README says is needed in any case."""
    file = tmp_path / "deploy-checklist.yml"
    file.write_text(WORKFLOW)
    tool = str(Path(sys.executable).with_name("check-jsonschema"))
    line = [tool, "--builtin-schema", "vendor.github-workflows", str(file)]
    checked = subprocess.run(line, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
    always = README.partition("**What it needs:**")[2].partition(";")[0]
    asked = yaml.safe_load(WORKFLOW)["permissions"]
    assert [f"{name}: {level}" for name, level in asked.items()] == re.findall(r"`([^`]+)`", always)
    assert len(WORKFLOW.splitlines()) <= 17


def test_where_the_owner_is_a_placeholder_the_readme_says_so() -> None:
    after = README.partition(WORKFLOW)[2]
    assert after.partition("```\n")[2].lstrip().startswith("`org/` is a placeholder")


def test_the_rules_file_shown_loads() -> None:
    (text,) = [block for block in BLOCKS if "version: 1" in block]
    assert len(load(text, "README.md").rules) == 5


def test_the_projects_own_files_name_no_registry_and_no_machine() -> None:
    for path in (ROOT / "requirements.lock", ROOT / "requirements-dev.lock"):
        assert "://" not in path.read_text()
