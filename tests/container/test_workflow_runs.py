"""Real workflows, run by act: this repository's `uses: ./` and a team's `uses: org/deploy-checklist@v1`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from container.conftest import IMAGE, commit
from container.documents import CHECKLIST, RULES, SIGN, VALUES
from container.step import ROOT

pytestmark = pytest.mark.timeout(600)  # the image may have to be built

ACT = Path(sys.executable).with_name("act")
PLATFORM = "python:3.13-slim"  # holds bash, which is all that the jobs ask of their machine


@dataclass(frozen=True, kw_only=True)
class Case:
    """A job of a team, and what must come of it."""

    checklist: str = CHECKLIST
    rules: str = RULES
    env: Mapping[str, str] = field(default_factory=lambda: VALUES)
    inputs: Mapping[str, str] = field(default_factory=dict)
    verdict: str = ""
    passes: bool = False
    summary: str
    errors: Sequence[str] = ()  # places of the annotations


CASES = {
    "ready": Case(verdict="ready", passes=True, summary="## 🟢 production is ready: 3 verified"),
    "waiting": Case(
        checklist=CHECKLIST + SIGN, verdict="waiting", summary="## 🔵 production waits for people: 1 to sign"
    ),
    "blocked": Case(
        env={**VALUES, "PAYMENT_CALLBACK_URL": "https://pay.staging.acme.example"},
        verdict="blocked",
        summary="## 🔴 production is blocked: 1 to fix",
        errors=("blocked/checklist.md:5",),
    ),
    "undetermined": Case(
        env={"PAYMENT_PROVIDER": "stripe", "PAYMENT_CALLBACK_URL": VALUES["PAYMENT_CALLBACK_URL"]},
        verdict="undetermined",
        summary="## ⚪ production",
        errors=("undetermined/checklist.md:4",),
    ),
    "report": Case(
        env={**VALUES, "PAYMENT_API_KEY": ""},
        inputs={"mode": "report"},
        verdict="blocked",
        passes=True,
        summary="## ⚪ production",
        errors=("report/checklist.md:4",),
    ),
    "bad-rules": Case(
        rules="version: 1\nitmes: {}\n", summary="## ⚪ Nothing was judged", errors=("bad-rules/rules.yml:2",)
    ),
}


def job(name: str, case: Case, uses: str) -> dict[str, Any]:
    inputs = {
        "environment": "production",
        "checklist": f"{name}/checklist.md",
        "rules": f"{name}/rules.yml",
        "github-token": "",  # no GitHub is there to be asked
    }
    shown = 'printf "verdict=%s\\n" "$VERDICT"'
    return {
        "runs-on": "ubuntu-latest",
        "steps": [
            {"uses": "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1", "with": {"fetch-depth": 0}},
            {"id": "gate", "uses": uses, "with": {**inputs, **case.inputs}, "env": dict(case.env)},
            {"if": "always()", "run": shown, "env": {"VERDICT": "${{ steps.gate.outputs.verdict }}"}},
        ],
    }


@dataclass(frozen=True, kw_only=True)
class JobRan:
    """What act says of one job."""

    result: str
    summary: str
    outputs: Mapping[str, str]
    errors: Sequence[str]
    said: str


def act(folder: Path, *arguments: str, event: str = "push") -> dict[str, JobRan]:
    """Runs the folder's workflows and reads act's `--json` lines, job by job."""
    own = {name: os.environ[name] for name in ("DOCKER_HOST", "PATH") if name in os.environ}
    line = [
        *(str(ACT), event, "--platform", f"ubuntu-latest={PLATFORM}", "--pull=false", "--rm", "--json"),
        *("--container-daemon-socket", "-", "--action-cache-path", str(folder.parent / "actions")),
        *("--secret", "GITHUB_TOKEN=none", *arguments),
    ]
    environment = {**own, "HOME": str(folder.parent), "XDG_CACHE_HOME": str(folder.parent / "cache")}
    done = subprocess.run(line, cwd=folder, env=environment, capture_output=True, text=True, timeout=110, check=False)
    said: dict[str, list[dict[str, Any]]] = {}
    for row in (json.loads(row) for row in done.stdout.splitlines() if row.startswith("{")):
        said.setdefault(row.get("jobID", ""), []).append(row)
    assert set(said) - {""}, done.stdout + done.stderr
    return {name: _job_ran(rows) for name, rows in said.items() if name}


def _job_ran(rows: Sequence[Mapping[str, Any]]) -> JobRan:
    errors = [row["kvPairs"] for row in rows if row.get("command") == "error" and row.get("kvPairs")]
    return JobRan(
        result=next((row["jobResult"] for row in rows if "jobResult" in row), "none"),
        summary="".join(row["content"] for row in rows if row.get("command") == "summary"),
        outputs={row["name"]: row["arg"] for row in rows if row.get("command") == "set-output"},
        errors=[f"{each.get('file')}:{each.get('line')}" for each in errors],
        said="".join(row.get("msg", "") for row in rows if row.get("raw_output")),
    )


def repository(folder: Path, workflow: Mapping[str, Any], files: Mapping[str, str]) -> Path:
    given = {**files, ".github/workflows/gate.yml": json.dumps({"on": "push", **workflow})}
    for path, text in given.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    commit(folder)
    return folder


@pytest.fixture(scope="module")
def released(image: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This action as a release has it: action.yml names the built image."""
    folder = tmp_path_factory.mktemp("released")
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    assert "  image: Dockerfile" in text
    (folder / "action.yml").write_text(text.replace("  image: Dockerfile", f"  image: docker://{image}"))
    return folder


@pytest.fixture(scope="module")
def team(released: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, JobRan]:
    """Every case as a job of one workflow in a team's repository."""
    jobs = {name: job(name, case, "org/deploy-checklist@v1") for name, case in CASES.items()}
    files = {f"{name}/checklist.md": case.checklist for name, case in CASES.items()}
    files |= {f"{name}/rules.yml": case.rules for name, case in CASES.items()}
    folder = repository(tmp_path_factory.mktemp("team") / "shop", {"jobs": jobs}, files)
    return act(folder, "--local-repository", f"org/deploy-checklist@v1={released}")


@pytest.mark.parametrize(("name", "case"), CASES.items(), ids=CASES)
def test_a_teams_workflow_ends_as_the_checklist_says(team: Mapping[str, JobRan], name: str, case: Case) -> None:
    ran = team[name]
    assert ran.result == ("success" if case.passes else "failure"), ran.said
    assert ran.summary.startswith(case.summary), ran.summary
    assert ran.outputs.get("verdict", "") == case.verdict
    assert set(case.errors) <= set(ran.errors)
    assert bool(case.errors) == bool(ran.errors)
    assert f"verdict={case.verdict}\n" in ran.said, "the next step reads the output"
    assert "Everybody was told" in ran.summary or name != "waiting"


def test_this_repository_uses_itself_built_from_its_dockerfile(image: str, tmp_path: Path) -> None:
    """`uses: ./`, as the project's own gate does; act builds the Dockerfile as GitHub would."""
    folder = tmp_path / "deploy-checklist"
    folder.mkdir()
    for name in ("action.yml", "Dockerfile", ".dockerignore", "requirements.lock"):
        shutil.copy2(ROOT / name, folder / name)
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    case = CASES["ready"]
    files = {"ready/checklist.md": case.checklist, "ready/rules.yml": case.rules}
    (ran,) = act(repository(folder, {"jobs": {"gate": job("ready", case, "./")}}, files)).values()
    assert ran.result == "success", ran.said
    assert ran.outputs["verdict"] == "ready"
    assert ran.summary.startswith(case.summary)
    assert image == IMAGE
