"""An engine, the image built once, workspaces as a runner has them, and a GitHub on the host."""

from __future__ import annotations

import fcntl
import os
import pickle
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest

from container.hosted import TOKEN
from container.step import DOCKER, ROOT, RUNNER_UID, Ran, Step, run
from servers.github import FakeHub

IMAGE = "deploy-checklist:test"


Made = TypeVar("Made")


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[], Made]], Made]:
    """Makes a thing in the first of pytest's processes that asks for it; the others read what came of it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def made(name: str, make: Callable[[], Made]) -> Made:
        kept = shared / f"{name}.pickle"
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not kept.is_file():
                kept.write_bytes(pickle.dumps(make()))
        return pickle.loads(kept.read_bytes())

    return made


@pytest.fixture(scope="session")
def image(once: Callable[[str, Callable[[], str]], str]) -> str:
    """The image of this working copy, built by the Dockerfile as it is."""
    found = (
        subprocess.run([DOCKER, "version"], capture_output=True, check=False)
        if Path(DOCKER).is_file()
        else None
    )
    if found is None or found.returncode != 0:
        pytest.skip(
            "no container engine answers: apt install docker.io, start it, and set DOCKER_HOST"
        )
    return once("image", _built)


def _built() -> str:
    built = subprocess.run(
        [DOCKER, "build", "--tag", IMAGE, str(ROOT)], capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stdout[-3000:] + built.stderr[-3000:]
    return IMAGE


@pytest.fixture(scope="session")
def released(image: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This action as a release has it: action.yml names the built image."""
    folder = tmp_path_factory.mktemp("released")
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    assert "  image: Dockerfile" in text
    (folder / "action.yml").write_text(
        text.replace("  image: Dockerfile", f"  image: docker://{image}")
    )
    return folder


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    """A GitHub whose clock is this machine's, as the container has no other."""
    with github() as fake:
        yield fake


def github() -> FakeHub:
    """With the one token that the runs are given."""
    fake = FakeHub(datetime.now(UTC), ticking=True)
    fake.token(TOKEN)
    return fake


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
    for arguments in (
        ["init", "-q", "-b", "main"],
        ["add", "-A"],
        ["commit", "-q", "--allow-empty", "-m", message],
    ):
        subprocess.run([*line, *arguments], check=True, capture_output=True)


@pytest.fixture
def ran(image: str, workspace: Callable[..., Path], tmp_path: Path) -> Callable[..., Ran]:
    """Runs the step on a repository with these files."""

    def of(files: Mapping[str, str] | Path, **parts: object) -> Ran:
        folder = files if isinstance(files, Path) else workspace(files)
        return run(replace(Step(workspace=folder), **parts), image, tmp_path / "runner")

    return of
