"""Made repositories, and what `workflow` has to say to them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import dedent
from typing import Any

import yaml

from deploy_checklist.checklist.parse import parse
from deploy_checklist.checks.shared.workflow_files import read_workflows
from deploy_checklist.commands.workflow import RepositoryShape, TeamWorkflows, team_workflows
from deploy_checklist.commands.workflow_files import Gate
from deploy_checklist.rules.load import load, resolve
from deploy_checklist.workflows.layout import LineChange, changed
from fakes import FakeRepository

FOLDER = ".github/workflows"
CHECKLIST = "- [ ] `API_KEY` present in environment secrets.\n"
RULES = "version: 1\nenvironments: {{ {} }}\nitems: {{ API_KEY: secret }}\n"
OURS = "org/deploy-checklist@v1"


def found(
    files: Mapping[str, str],
    environments: Sequence[str] = ("production",),
    *,
    job: str | None = None,
    branch: str | None = "main",
    tags: Sequence[str] = (),
) -> TeamWorkflows:
    """What is printed for a repository with these workflow files (and actions, by path)."""
    contents = {
        name if "/" in name else f"{FOLDER}/{name}": dedent(text) for name, text in files.items()
    }
    read = read_workflows(FakeRepository(contents))
    declared = ", ".join(f'"{name}": {{ x: y }}' for name in environments)
    rules = load(RULES.format(declared), "rules.yml")
    shape = RepositoryShape(
        branch=branch,
        tags=tags,
        workflows=read.workflows,
        reusable=read.reusable,
        unread=read.notices,
    )
    gate = Gate(name=None, environments=tuple(environments), inputs={})
    of_each = [resolve(rules, each, {}) for each in environments or (None,)]
    return team_workflows(parse(CHECKLIST, "list.md"), of_each, gate, shape, job)


def pasted(printed: TeamWorkflows) -> dict[str, str]:
    """The team's own files, by name, once a person has put in what was printed."""
    texts, changes = dict[str, str](), dict[str, list[LineChange]]()
    for each in printed.insertions:
        workflow = each.found.at.workflow
        name = workflow.path.rpartition("/")[2]
        texts[name] = workflow.text
        changes.setdefault(name, []).extend(each.changes)
    return {name: changed(text, changes[name]) for name, text in texts.items()}


def steps(text: str, job: str) -> list[str]:
    """A job's steps in short: the phase of ours, and the words of the others."""
    return [
        f"[{step['with']['phase']}]"
        if step.get("uses") == OURS
        else str(step.get("name") or step.get("uses") or step.get("run"))
        for step in jobs(text)[job]["steps"]
    ]


def ours(text: str, job: str) -> list[dict[str, Any]]:
    """Our own steps of a job."""
    return [step for step in jobs(text)[job]["steps"] if step.get("uses") == OURS]


def jobs(text: str) -> dict[str, Any]:
    """The jobs of a workflow file."""
    read: dict[str, Any] = yaml.safe_load(text)["jobs"]
    return read


def schema_errors(folder: Path, texts: Sequence[str]) -> str:
    """What GitHub's schema says against workflow files."""
    names = []
    for number, text in enumerate(texts):
        names.append(str(folder / f"{number}.yml"))
        Path(names[-1]).write_text(text, newline="")
    line = [str(Path(sys.executable).with_name("check-jsonschema"))]
    line += ["--builtin-schema", "vendor.github-workflows", *names]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode else ""
