"""One step with this action as GitHub's runner runs it: its `docker run` line, mounts, variables, command files."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
ACTION: Mapping[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
RUNNER_UID = 1001  # the workspace is the runner's; the container runs as root
DOCKER = shutil.which("docker") or "docker"
COMMAND = re.compile(r"^::(?P<name>[a-z-]+)(?: (?P<properties>[^:]*(?:%3A[^:]*)*))?::(?P<data>.*)$")


@dataclass(frozen=True, kw_only=True)
class Command:
    """A workflow command as the runner understood it."""

    name: str
    properties: Mapping[str, str]
    data: str


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What the step left behind."""

    code: int
    stdout: str
    stderr: str
    summary: str
    outputs: Mapping[str, str]
    output_file: str
    workspace: Path

    def commands(self, name: str) -> list[Command]:
        return [command for command in commands(self.stdout + self.stderr) if command.name == name]

    @property
    def log(self) -> str:
        return self.stdout + self.stderr


@dataclass(frozen=True, kw_only=True)
class Step:
    """What a workflow says of the step, and what the runner adds."""

    workspace: Path
    inputs: Mapping[str, str] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)
    event_name: str = "push"
    event: Mapping[str, Any] = field(default_factory=dict)
    context: Mapping[str, str] = field(default_factory=dict)  # GITHUB_* that differ from the usual
    docker: Sequence[str] = ()  # more arguments of `docker run`


def variables(step: Step) -> dict[str, str]:
    """The environment in the runner's own order: the step's, then the inputs (each is always set), then GitHub's."""
    declared = {name: str(each.get("default", "")) for name, each in ACTION["inputs"].items()} | {
        "github-token": ""
    }
    inputs = {
        f"INPUT_{name.upper().replace(' ', '_')}": value
        for name, value in {**declared, **step.inputs}.items()
    }
    github = {
        "GITHUB_ACTIONS": "true",
        "CI": "true",
        "GITHUB_EVENT_NAME": step.event_name,
        "GITHUB_EVENT_PATH": "/github/workflow/event.json",
        "GITHUB_WORKSPACE": "/github/workspace",
        "GITHUB_OUTPUT": "/github/file_commands/set_output",
        "GITHUB_STEP_SUMMARY": "/github/file_commands/step_summary",
        "GITHUB_REPOSITORY": "acme/shop",
        "GITHUB_REPOSITORY_ID": "4711",
        "GITHUB_SHA": head(step.workspace),
        "GITHUB_REF": "refs/heads/main",
        "GITHUB_REF_NAME": "main",
        "GITHUB_REF_TYPE": "branch",
        "GITHUB_ACTOR": "octo-lead",
        "GITHUB_RUN_ID": "1842",
        "GITHUB_RUN_NUMBER": "7",
        "GITHUB_RUN_ATTEMPT": "1",
        "GITHUB_API_URL": "http://127.0.0.1:9",  # nobody is there
        "GITHUB_GRAPHQL_URL": "http://127.0.0.1:9/graphql",
        "GITHUB_SERVER_URL": "https://github.com",
        "RUNNER_OS": "Linux",
        "HOME": "/github/home",
    }
    return {**step.env, **inputs, **github, **step.context}


def run(step: Step, image: str, scratch: Path) -> Ran:
    """Runs the step in its container, with the folders of a runner below `scratch`."""
    folders = {name: scratch / name for name in ("home", "workflow", "file_commands")}
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    (folders["workflow"] / "event.json").write_text(json.dumps(step.event))
    for name in ("set_output", "step_summary"):
        (folders["file_commands"] / name).write_text("")
        (folders["file_commands"] / name).chmod(0o666)
    given = variables(step)
    line = [
        *(
            DOCKER,
            "run",
            "--label",
            "deploy-checklist-test",
            "--workdir",
            "/github/workspace",
            "--rm",
        ),
        *(argument for name in given for argument in ("-e", name)),
        *(
            argument
            for name, path in folders.items()
            for argument in ("-v", f"{path}:/github/{name}")
        ),
        *("-v", f"{step.workspace}:/github/workspace", *step.docker, image),
    ]
    own = {name: os.environ[name] for name in ("DOCKER_HOST",) if name in os.environ}
    done = subprocess.run(line, env={**given, **own}, capture_output=True, timeout=60, check=False)
    written = (folders["file_commands"] / "set_output").read_text(encoding="utf-8")
    return Ran(
        code=done.returncode,
        stdout=done.stdout.decode(),
        stderr=done.stderr.decode(),
        summary=(folders["file_commands"] / "step_summary").read_text(encoding="utf-8"),
        outputs=outputs(written),
        output_file=written,
        workspace=step.workspace,
    )


def head(workspace: Path) -> str:
    """The commit that is checked out."""
    line = ["git", "-c", f"safe.directory={workspace}", "-C", str(workspace), "rev-parse", "HEAD"]
    return subprocess.run(line, capture_output=True, text=True, check=False).stdout.strip()


def outputs(text: str) -> dict[str, str]:
    """GITHUB_OUTPUT as the runner reads it: only a line feed ends a line, and anything odd fails the step."""
    found: dict[str, str] = {}
    lines = iter(text.split("\n"))
    for line in lines:
        if not line:
            continue
        equals, heredoc = line.find("="), line.find("<<")
        if equals >= 0 and (heredoc < 0 or equals < heredoc):
            name, value = line.split("=", 1)
        else:
            name, delimiter = line.split("<<", 1)
            assert delimiter, "a delimiter must not be empty"
            held: list[str] = []
            while (inner := next(lines, None)) != delimiter:
                assert inner is not None, f"{name} has no closing delimiter"
                held.append(inner)
            value = "\n".join(held)
        assert name, "an output must have a name"
        found[name] = value
    return found


def commands(log: str) -> list[Command]:
    """Workflow commands as the runner finds them: `::` at the start of a line, or the old `##[` anywhere in it."""
    found = []
    for line in log.splitlines():
        assert "##[" not in line, f"the old command syntax reached the log: {line!r}"
        if match := COMMAND.match(line.lstrip()):
            pairs = (
                pair.split("=", 1) for pair in (match["properties"] or "").split(",") if "=" in pair
            )
            properties = {name: _plain(value) for name, value in pairs}
            found.append(
                Command(name=match["name"], properties=properties, data=_plain(match["data"]))
            )
    return found


def _plain(text: str) -> str:
    for code, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, char)
    return text
