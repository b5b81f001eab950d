"""The step of the page runs the gate without a container: in bash, as a runner starts it, with comment, status and outputs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy_checklist.settings import Inputs
from pages.blocks import ROOT, blocks
from stories.conftest import hub, story  # noqa: F401 - fixtures
from stories.telling import CHECKLIST, RULES, TOKEN, VALUES, Story, documents

PAGE = "docs/self-hosted.md"
SHOWN = [block for block in blocks("yaml") if block.page == PAGE]
JOB: Mapping[str, Any] = yaml.safe_load(SHOWN[1].text)["jobs"]["deploy"]
STEP = next(step for step in JOB["steps"] if step.get("id") == "checklist")
WITH_UV = yaml.safe_load(SHOWN[2].text)[0]
(CONSOLE,) = (block.text for block in blocks("console") if block.page == PAGE)
# What both tools do once they have fetched the package: they start its command.
TOOL = f"""\
#!{sys.executable}
import os, sys
fetched = {{
    "pipx": ["run", "--spec"],
    "uvx": ["--from"],
}}[os.path.basename(sys.argv[0])]
size = len(fetched)
assert sys.argv[1:1 + size] == fetched, sys.argv
assert sys.argv[1 + size] == "git+https://github.com/org/deploy-checklist@v1", sys.argv
assert sys.argv[2 + size] == "deploy-checklist", sys.argv
start = "import sys; sys.path.insert(0, {str(ROOT / "src")!r}); from deploy_checklist.__main__ import main; main()"
os.execv({sys.executable!r}, [{sys.executable!r}, "-c", start, *sys.argv[3 + size:]])
"""


@pytest.fixture
def tools(tmp_path: Path) -> str:
    """A PATH with pipx and uvx, which need no network here."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("pipx", "uvx"):
        (folder / name).write_text(TOOL, encoding="utf-8")
        (folder / name).chmod(0o755)
    return f"{folder}:{os.defpath}"


class Runner(Story):
    """Runs the page's step as GitHub's runner does on the machine itself."""

    path: str
    step: Mapping[str, Any]

    def executed(self, environ: Mapping[str, str], workspace: Path) -> tuple[int, str]:
        expressions = {"${{ github.token }}": TOKEN} | {
            f"${{{{ vars.{name} }}}}": value for name, value in VALUES.items()
        }
        own = {name: str(value) for name, value in self.step["env"].items()}
        given = {
            **{name: value for name, value in environ.items() if name.startswith("GITHUB_")},
            "PATH": self.path,
            **{name: expressions.get(value, value) for name, value in own.items()},
        }
        script = workspace.parent / "step.sh"
        script.write_text(self.step["run"], encoding="utf-8")
        shell = [self.step["shell"], "--noprofile", "--norc", "-eo", "pipefail", str(script)]
        ran = subprocess.run(shell, env=given, cwd=workspace, capture_output=True, check=False)
        return ran.returncode, (ran.stdout + ran.stderr).decode()


def on(story: Story, tools: str, step: Mapping[str, Any]) -> Runner:  # noqa: F811
    found = Runner(story.hub, story.repo, story.folder)
    found.path, found.step = tools, step
    return found


def test_the_step_comments_posts_the_status_and_leaves_outputs_and_a_summary(
    story: Story,  # noqa: F811
    tools: str,
) -> None:
    before = {**STEP["env"], "INPUT_PHASE": "before"}  # the deploy job writes no comment
    runner = on(story, tools, {**STEP, "env": before})
    pull = story.repo.open_pull()
    ran = runner.on_pull(pull)
    assert ran.code == 1, ran.log
    assert "Checklist reviewed and signed" in story.comment(pull.number).body
    assert story.status(pull.head)[0] == "pending"
    assert (ran.outputs["verdict"], ran.outputs["pass"]) == ("waiting", "2")
    assert "Checklist reviewed and signed" in ran.summary


def test_in_the_deploy_job_it_judges_the_values_with_uv_as_well(
    story: Story,  # noqa: F811
    tools: str,
) -> None:
    story.repo.commit("main", documents("- [ ] `PAYMENT_PROVIDER` is set\n", RULES_OF_VALUES))
    story.repo.tag("v1.0.0", story.repo.branches["main"])
    ran = on(story, tools, {**STEP, "run": WITH_UV["run"]}).on_tag("v1.0.0")
    assert (ran.code, ran.outputs["verdict"]) == (0, "ready"), ran.log


RULES_OF_VALUES = """\
version: 1
checklist: docs/deployment-checklist.md
environments: { production: {} }
items: { PAYMENT_PROVIDER: { one_of: [stripe, paynow] } }
"""


@pytest.mark.parametrize("shell", ["bash", "bash -c true {0}"])
def test_the_gate_before_the_tag_leaves_values_to_such_a_step(story: Story, shell: str) -> None:  # noqa: F811
    """As the page says: only to the step that stands there."""
    workflow = {
        "on": {"push": {"tags": ["v*"]}},
        "jobs": {"deploy": {**JOB, "steps": [{**STEP, "shell": shell}]}},
    }
    files = {
        **documents(CHECKLIST, RULES),
        ".github/workflows/deploy.yml": yaml.safe_dump(workflow),
    }
    ran = story.on_push(story.repo.commit("main", files), values={})
    assert ("the deploy job" in ran.summary) is (shell == "bash")
    assert ("was not passed to this step" in ran.summary) is (shell != "bash")


def test_the_inputs_of_the_page_are_the_actions() -> None:
    known = {str(field.validation_alias) for field in Inputs.model_fields.values()}
    assert {name for name in STEP["env"] if name.startswith("INPUT_")} <= known
    assert STEP["env"].keys() - known == {"PYTHONUTF8", *VALUES}


def test_the_two_lines_for_a_laptop_start_the_command_line(tools: str, tmp_path: Path) -> None:
    lines = [line.removeprefix("$ ") for line in CONSOLE.splitlines()]
    assert [line.split()[0] for line in lines] == ["pipx", "uvx"]
    (tmp_path / "deploy-checklist.md").write_text("- [ ] `PORT` is set\n")
    for line in lines:
        ran = subprocess.run(
            ["bash", "-c", line],
            env={"PATH": tools},
            cwd=tmp_path,
            capture_output=True,
            check=False,
        )
        assert (ran.returncode, ran.stderr) == (1, b"")
        assert b"PORT" in ran.stdout


def test_on_windows_it_says_where_it_runs_instead() -> None:
    start = "import sys; sys.platform = 'win32'; from deploy_checklist.__main__ import main; main()"
    environ = {"PYTHONPATH": str(ROOT / "src")}
    ran = subprocess.run(
        [sys.executable, "-c", start], env=environ, capture_output=True, check=False
    )
    assert ran.returncode == 2
    assert ran.stderr.decode().startswith("deploy-checklist does not run on Windows: ")
