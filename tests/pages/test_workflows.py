"""Every workflow that a page shows, or a part of one, passes GitHub's schema and gives the action what it takes."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest
import yaml

from deploy_checklist.publish.outputs import OUTPUTS
from inputs import input_names
from pages.blocks import Block, blocks, sort_of

JOB = "on: push\njobs:\n  gate:\n    runs-on: ubuntu-latest\n    steps:\n"
STARTS = re.compile(r"^on:", re.MULTILINE)
MACHINE = re.compile(r"^(  \w+:\n)(?=    strategy:)", re.MULTILINE)
# YAML that is neither rules nor a workflow of GitHub's, and the test that tries it.
OTHERS = {
    "docs/init.md 2": "tests/init/test_drafting.py",  # answers
    "docs/init.md 3": "tests/init/test_drafting.py",  # a rule with a line to uncomment
    "docs/laptop.md 2": "tests/test_pre_commit.py",
    "docs/recipes/gitlab.md 1": "tests/test_recipe_workflows.py",
    "docs/recipes/in-the-pod.md 2": "tests/test_recipes.py",  # a Kubernetes Job
    "docs/security-review.md 4": "tests/pages/test_security_review.py",  # Dependabot's file
}
YAML = list(blocks("yaml", "yml"))
SHOWN = [block for block in YAML if sort_of(block) in ("workflow", "steps")]


def whole(block: Block) -> str:
    """The workflow, with what the page leaves out around a part of one."""
    if sort_of(block) == "steps":
        return JOB + indent(block.text, "      ")
    text = MACHINE.sub(r"\1    runs-on: ubuntu-latest\n", block.text)
    return text if STARTS.search(text) else f"on: push\n{text}"


def test_every_block_of_yaml_is_tried() -> None:
    assert {block.where for block in YAML if sort_of(block) is None} == OTHERS.keys()
    assert len(SHOWN) > 20


def test_they_pass_githubs_schema(tmp_path: Path) -> None:
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    for block in SHOWN:
        (folder / f"{re.sub(r'[^a-z0-9]+', '-', block.where.lower())}.yml").write_text(whole(block))
    tool = str(Path(sys.executable).with_name("check-jsonschema"))
    files = sorted(str(path) for path in folder.iterdir())
    line = [tool, "--builtin-schema", "vendor.github-workflows", *files]
    checked = subprocess.run(line, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
    assert len(files) == len(SHOWN)


def steps(block: Block) -> Iterator[Mapping[str, Any]]:
    """The steps that run the gate."""
    for job in yaml.safe_load(whole(block))["jobs"].values():
        for step in job.get("steps", ()):
            if step.get("uses", "").startswith("org/deploy-checklist@"):
                yield step


@pytest.mark.parametrize("block", SHOWN, ids=[block.where for block in SHOWN])
def test_they_give_and_ask_what_the_action_takes_and_returns(block: Block) -> None:
    for step in steps(block):
        assert set(step.get("with", ())) <= set(input_names())
        asked = re.findall(rf"steps\.{step.get('id', 'none')}\.outputs\.([\w-]+)", block.text)
        assert set(asked) <= set(OUTPUTS)
