"""Workflows run by act, on a GitHub of the test's own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from container.hosted import TOKEN, addresses
from servers.github import FakeHub

ACT = Path(sys.executable).with_name("act")
PLATFORM = "python:3.13-slim"  # holds bash, which is all that the jobs ask of their machine
USES = "org/deploy-checklist@v1"
_EXIT = re.compile(r"exit with `FAILURE`: (\d+)")


@dataclass(frozen=True, kw_only=True)
class JobRan:
    """What act says of one job. `code` is the exit code of its first failing step, else 0."""

    result: str
    code: int
    summary: str
    outputs: Mapping[str, str]
    errors: Sequence[str]  # places of the annotations
    said: str


def write(folder: Path, workflow: Mapping[str, Any]) -> None:
    """The folder's one workflow. Its name is like no other's: act calls its containers by it, and tests run abreast."""
    path = folder / ".github/workflows/gate.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"name": f"gate-{uuid4().hex}", **workflow}), encoding="utf-8")


def act(
    folder: Path,
    hub: FakeHub,
    released: Path,
    *,
    event: str = "push",
    payload: Mapping[str, Any] | None = None,
) -> dict[str, JobRan]:
    """Runs the folder's workflows and reads act's `--json` lines, job by job."""
    where = folder.parent / "event.json"
    where.write_text(json.dumps(payload or {}), encoding="utf-8")
    told = {**addresses(hub), "GITHUB_REPOSITORY": "acme/shop"}
    line = [
        *(
            str(ACT),
            event,
            "--platform",
            f"ubuntu-latest={PLATFORM}",
            "--pull=false",
            "--rm",
            "--json",
        ),
        *("--container-daemon-socket", "-", "--action-cache-path", str(folder.parent / "actions")),
        *(
            "--local-repository",
            f"{USES}={released}",
            "--eventpath",
            str(where),
            "--secret",
            f"GITHUB_TOKEN={TOKEN}",
        ),
        *(part for name, value in told.items() for part in ("--env", f"{name}={value}")),
    ]
    own = {name: os.environ[name] for name in ("DOCKER_HOST", "PATH") if name in os.environ}
    environment = {
        **own,
        "HOME": str(folder.parent),
        "XDG_CACHE_HOME": str(folder.parent / "cache"),
    }
    done = subprocess.run(
        line, cwd=folder, env=environment, capture_output=True, text=True, timeout=110, check=False
    )
    said: dict[str, list[dict[str, Any]]] = {}
    for row in (json.loads(row) for row in done.stdout.splitlines() if row.startswith("{")):
        said.setdefault(row.get("jobID", ""), []).append(row)
    assert set(said) - {""}, done.stdout + done.stderr
    return {name: _job_ran(rows) for name, rows in said.items() if name}


def _job_ran(rows: Sequence[Mapping[str, Any]]) -> JobRan:
    errors = [
        row["kvPairs"] for row in rows if row.get("command") == "error" and row.get("kvPairs")
    ]
    codes = (found[1] for row in rows if (found := _EXIT.search(row.get("msg", ""))))
    return JobRan(
        result=next((row["jobResult"] for row in rows if "jobResult" in row), "none"),
        code=int(next(codes, "0")),
        summary="".join(row["content"] for row in rows if row.get("command") == "summary"),
        outputs={row["name"]: row["arg"] for row in rows if row.get("command") == "set-output"},
        errors=[f"{each.get('file')}:{each.get('line')}" for each in errors],
        said="".join(
            row.get("msg", "")
            for row in rows
            if row.get("raw_output") or row.get("command") == "error"
        ),
    )
