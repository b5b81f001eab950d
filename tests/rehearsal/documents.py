"""The files of the scratch repository: a checklist, its rules, the team's workflows as they are printed, the probes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

SOURCE = Path(__file__).parents[2] / "src"
GITHUB_ACTIONS = 15368  # the App behind GITHUB_TOKEN on github.com
PRINTED_ACTION = "org/deploy-checklist@v1"
FOLDER = ".github/rehearsal"
WORKFLOW = "rehearsal.yml"
BOXES = ("The rehearsal was announced", "The way back was tried")
CHECKLIST = f"""\
# Deployment checklist

- [ ] The checklist is kept
- [ ] {BOXES[0]}
- [ ] {BOXES[1]}
"""
RULES = """\
version: 1
checklist: docs/deployment-checklist.md
environments:
  production: {{}}
items:
  The checklist is kept: {{ file: docs/deployment-checklist.md }}
  The rehearsal was announced: {{ sign: {{ by: ["@{login}"] }} }}
  The way back was tried: {{ sign: {{ by: ["@{login}"] }} }}
"""
PROBES = """\
name: rehearsal
run-name: rehearsal ${{{{ inputs.probe }}}}
on:
  workflow_dispatch:
    inputs:
      probe: {{ description: which jobs run, required: true }}
      comment: {{ description: the comment whose history is read, required: false }}
      team: {{ description: the team that is asked for, required: false }}
permissions: {{}}
jobs:
  look:
    if: inputs.probe == 'look'
    runs-on: ubuntu-latest
    timeout-minutes: 5
    permissions: {{ contents: read, statuses: write, pull-requests: read, issues: read, actions: read }}
    steps:
      - uses: {checkout}
        with: {{ persist-credentials: false }}
      - run: python3 {folder}/probe.py endpoints edits
        env:
          TOKEN: ${{{{ github.token }}}}
          COMMENT: ${{{{ inputs.comment }}}}
          TEAM: ${{{{ inputs.team }}}}
  claim:
    if: inputs.probe == 'look'
    runs-on: ubuntu-latest
    timeout-minutes: 5
    environment: {{ name: production, deployment: false }}
    permissions: {{ contents: read, statuses: write, id-token: write }}
    steps:
      - uses: {checkout}
        with: {{ persist-credentials: false }}
      - run: python3 {folder}/probe.py claim
        env:
          TOKEN: ${{{{ github.token }}}}
  secrets:
    if: inputs.probe == 'secrets'
    runs-on: ubuntu-latest
    timeout-minutes: 5
    environment: rehearsal-reviewed
    permissions: {{ contents: read, statuses: write }}
    steps:
      - uses: {checkout}
        with: {{ persist-credentials: false }}
      - run: python3 {folder}/probe.py secrets
        env:
          TOKEN: ${{{{ github.token }}}}
          OF_REPOSITORY: ${{{{ secrets.REHEARSAL_OF_REPOSITORY }}}}
          OF_ENVIRONMENT: ${{{{ secrets.REHEARSAL_OF_ENVIRONMENT }}}}
  container:
    if: inputs.probe == 'container'
    runs-on: ubuntu-latest
    timeout-minutes: 5
    permissions: {{ contents: read, statuses: write }}
    steps:
      - uses: {checkout}
        with: {{ persist-credentials: false }}
      - uses: ./{folder}
        env:
          TOKEN: ${{{{ github.token }}}}
"""
CONTAINER = """\
name: rehearsal
description: Waits for a signal
runs: { using: docker, image: Dockerfile }
"""
DOCKERFILE = """\
FROM python:3.13-alpine
COPY probe.py /probe.py
ENTRYPOINT ["python3", "/probe.py", "container"]
"""


def documents(login: str, action: str) -> dict[str, str]:
    """Every file by its path. `login` signs; `action` is what the workflows' steps use."""
    found = {
        "docs/deployment-checklist.md": CHECKLIST,
        ".github/deploy-checklist.yml": RULES.format(login=login),
        f"{FOLDER}/action.yml": CONTAINER,
        f"{FOLDER}/Dockerfile": DOCKERFILE,
        f"{FOLDER}/probe.py": Path(__file__).with_name("probe.py").read_text(encoding="utf-8"),
        "deploy.sh": "#!/bin/sh\necho 'nothing is deployed'\n",
    }
    workflows = printed_workflows(found, action)
    checkout = re.search(r"uses: (actions/checkout@\S+)", "".join(workflows.values()))
    assert checkout, "a printed workflow checks out"
    probes = PROBES.format(checkout=checkout[1], folder=FOLDER)
    return {**found, **workflows, f".github/workflows/{WORKFLOW}": probes}


def printed_workflows(files: Mapping[str, str], action: str) -> dict[str, str]:
    """What `deploy-checklist workflow` prints for these files, by the path that its first line names."""
    text = printed(files, "workflow", "-e", "production")
    found = {}
    for document in re.split(r"^---\n", text, flags=re.MULTILINE):
        path = re.match(r"# (\.github/workflows/[\w.-]+\.yml)", document)
        if yaml.safe_load(document) is not None:  # else a remark
            assert path, "the first line of a printed workflow says where it belongs"
            found[path[1]] = document.replace(PRINTED_ACTION, action)
    return found


def printed_ruleset(files: Mapping[str, str]) -> str:
    """The ruleset for tags that names GitHub Actions as the source of the status."""
    return printed(files, "ruleset", "-e", "production", "--app-id", str(GITHUB_ACTIONS))


def printed(files: Mapping[str, str], *words: str) -> str:
    """What the program prints in a folder that holds these files."""
    return _printed(tuple(files.items()), words)


@cache
def _printed(files: tuple[tuple[str, str], ...], words: tuple[str, ...]) -> str:
    with tempfile.TemporaryDirectory() as folder:
        for path, text in files:
            (Path(folder) / path).parent.mkdir(parents=True, exist_ok=True)
            (Path(folder) / path).write_text(text, encoding="utf-8")
        line = [sys.executable, "-m", "deploy_checklist", *words]
        environment = {"PATH": os.environ.get("PATH", os.defpath), "PYTHONPATH": str(SOURCE)}
        done = subprocess.run(
            line, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
