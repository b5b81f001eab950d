"""Real workflows, run by act: this repository's `uses: ./` and a team's `uses: org/deploy-checklist@v1`."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from container.conftest import IMAGE, commit, github
from container.documents import CHECKLIST, RULES, SIGN, VALUES
from container.hosted import PUSHED, pushed
from container.step import ROOT, head
from container.workflow import USES, JobRan, act, write
from servers.github import FakeHub

pytestmark = pytest.mark.timeout(600)  # the image may have to be built


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
    "ready": Case(verdict="ready", passes=True, summary="## 🟢 production is ready: 3 passed"),
    "no-token": Case(
        inputs={"github-token": ""},
        verdict="ready",
        passes=True,
        summary="## 🟢 production is ready: 3 passed",
    ),
    "waiting": Case(
        checklist=CHECKLIST + SIGN,
        verdict="waiting",
        summary="## 🔵 production is waiting: 1 to sign",
    ),
    "blocked": Case(
        env={**VALUES, "PAYMENT_CALLBACK_URL": "https://pay.staging.acme.example"},
        verdict="blocked",
        summary="## 🔴 production is blocked: 1 failed",
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
        rules="version: 1\nitmes: {}\n",
        summary="## ⚪ Nothing was judged",
        errors=("bad-rules/rules.yml:2",),
    ),
}


def job(name: str, case: Case, uses: str) -> dict[str, Any]:
    inputs = {
        "environment": "production",
        "checklist": f"{name}/checklist.md",
        "rules": f"{name}/rules.yml",
    }
    shown = 'printf "verdict=%s\\n" "$VERDICT"'
    return {
        "runs-on": "ubuntu-latest",
        "steps": [
            {
                "uses": "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1",
                "with": {"fetch-depth": 0},
            },
            {"id": "gate", "uses": uses, "with": {**inputs, **case.inputs}, "env": dict(case.env)},
            {
                "if": "always()",
                "run": shown,
                "env": {"VERDICT": "${{ steps.gate.outputs.verdict }}"},
            },
        ],
    }


def repository(folder: Path, workflow: Mapping[str, Any], files: Mapping[str, str]) -> Path:
    write(folder, {"on": "push", **workflow})
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    commit(folder)
    return folder


def named(summary: str, gate: str) -> str:
    """Each case's checklist has a folder of its own, by which its gate is called."""
    return summary.replace("production", f"{gate}: production", 1)


@pytest.fixture(scope="module")
def team(
    released: Path,
    once: Callable[..., Mapping[str, JobRan]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Mapping[str, JobRan]:
    """Every case as a job of one workflow in a team's repository."""

    def ran() -> Mapping[str, JobRan]:
        jobs = {name: job(name, case, USES) for name, case in CASES.items()}
        files = {f"{name}/checklist.md": case.checklist for name, case in CASES.items()}
        files |= {f"{name}/rules.yml": case.rules for name, case in CASES.items()}
        folder = repository(tmp_path_factory.mktemp("team") / "shop", {"jobs": jobs}, files)
        with github() as hub:
            repo = pushed(hub, folder)
            done = act(folder, hub, released, payload=PUSHED)
            said = [each.description or "" for each in repo.statuses[head(folder)]]
            begun = [each for each in said if each.startswith("looking since ")]
        # Whose rules cannot be read has no name yet, and so no status of its own.
        without = {"report", "no-token", "bad-rules"}
        assert len(begun) == len(CASES) - len(without), "every gating run begins its status"
        return done

    return once("team", ran)


@pytest.mark.parametrize(("name", "case"), CASES.items(), ids=CASES)
def test_a_teams_workflow_ends_as_the_checklist_says(
    team: Mapping[str, JobRan], name: str, case: Case
) -> None:
    ran = team[name]
    assert ran.result == ("success" if case.passes else "failure"), ran.said
    assert ran.summary.startswith(named(case.summary, name)), ran.summary
    assert ran.outputs.get("verdict", "") == case.verdict
    assert set(case.errors) <= set(ran.errors)
    assert bool(case.errors) == bool(ran.errors)
    assert f"verdict={case.verdict}\n" in ran.said, "the next step reads the output"
    assert "Everybody was told" in ran.summary or name != "waiting"


def test_this_repository_uses_itself_built_from_its_dockerfile(
    image: str, hub: FakeHub, tmp_path: Path
) -> None:
    """`uses: ./`, as the project's own gate does; act builds the Dockerfile as GitHub would."""
    folder = tmp_path / "deploy-checklist"
    folder.mkdir()
    for name in ("action.yml", "Dockerfile", ".dockerignore", "requirements.lock"):
        shutil.copy2(ROOT / name, folder / name)
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    case = CASES["ready"]
    files = {"ready/checklist.md": case.checklist, "ready/rules.yml": case.rules}
    repository(folder, {"jobs": {"gate": job("ready", case, "./")}}, files)
    repo = pushed(hub, folder)
    (ran,) = act(folder, hub, ROOT, payload=PUSHED).values()
    assert [each.state for each in repo.statuses[head(folder)]] == ["pending", "success"]
    assert ran.result == "success", ran.said
    assert ran.outputs["verdict"] == "ready"
    assert ran.summary.startswith(named(case.summary, "ready"))
    assert image == IMAGE
