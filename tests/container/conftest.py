"""An engine, the image built once, and workspaces as a runner has them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from container.step import DOCKER, ROOT, RUNNER_UID, Ran, Step, run

IMAGE = "deploy-checklist:test"


@pytest.fixture(scope="session")
def image() -> str:
    """The image of this working copy, built by the Dockerfile as it is."""
    found = subprocess.run([DOCKER, "version"], capture_output=True, check=False) if Path(DOCKER).is_file() else None
    if found is None or found.returncode != 0:
        pytest.skip("no container engine answers: apt install docker.io, start it, and set DOCKER_HOST")
    built = subprocess.run([DOCKER, "build", "--tag", IMAGE, str(ROOT)], capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout[-3000:] + built.stderr[-3000:]
    return IMAGE


@pytest.fixture
def workspace(tmp_path: Path) -> Callable[[Mapping[str, str]], Path]:
    """Makes a repository with these files, committed, owned by the runner's user and not by the container's."""

    def made(files: Mapping[str, str], name: str = "workspace") -> Path:
        folder = tmp_path / name
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        commit(folder)
        for path in (folder, *folder.rglob("*")):
            if os.geteuid() == 0:
                os.chown(path, RUNNER_UID, RUNNER_UID, follow_symlinks=False)
        return folder

    return made


def commit(folder: Path, message: str = "Checklist") -> None:
    """Everything in the folder, in one commit."""
    line = ["git", "-C", str(folder), "-c", "user.name=Octo", "-c", "user.email=octo@acme.example"]
    for arguments in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "--allow-empty", "-m", message]):
        subprocess.run([*line, *arguments], check=True, capture_output=True)


@pytest.fixture
def ran(image: str, workspace: Callable[..., Path], tmp_path: Path) -> Callable[..., Ran]:
    """Runs the step on a repository with these files."""

    def of(files: Mapping[str, str] | Path, **parts: object) -> Ran:
        folder = files if isinstance(files, Path) else workspace(files)
        return run(replace(Step(workspace=folder), **parts), image, tmp_path / "runner")

    return of
