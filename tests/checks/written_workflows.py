"""Workflow files as a test writes them, and what the check `workflow` says of them."""

from __future__ import annotations

from checks.judging import finding_of
from deploy_checklist.outcome import Finding
from fakes import FakeRepository, world

E2E = "npm run test:e2e"
ON = "on: push\n"


def judged(files: dict[str, str], **written: object) -> Finding:
    placed = {
        name if "/" in name or name.endswith(".json") else f".github/workflows/{name}": text
        for name, text in files.items()
    }
    return finding_of(
        "workflow", {"runs": E2E, **written}, None, world(repository=FakeRepository(placed))
    )


def job(steps: str, more: str = "", name: str = "e2e") -> str:
    indented = "\n".join(f"      {line}" for line in steps.strip("\n").split("\n"))
    return f"  {name}:\n    runs-on: ubuntu-latest\n{more}    steps:\n{indented}\n"


def one(steps: str, more: str = "") -> dict[str, str]:
    return {"ci.yml": f"{ON}jobs:\n{job(steps, more)}"}


STEP = "- run: npm run test:e2e"
