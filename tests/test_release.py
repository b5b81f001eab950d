"""The release workflow's last job, run as it is written against a repository of its own: tag, major tag, release."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
RELEASE: dict[str, Any] = yaml.safe_load(
    (ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8")
)
DIGEST = "sha256:" + "0123456789abcdef" * 4
IMAGE = "ghcr.io/org/deploy-checklist"

Git = Callable[..., str]


@pytest.fixture
def git(tmp_path: Path) -> Git:
    """git, with no settings but those of the checkout."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1"}

    def run(*words: str, at: str = "checkout") -> str:
        line = ["git", "-C", str(tmp_path / at), *words]
        return subprocess.run(
            line, env=environment, check=True, capture_output=True, text=True
        ).stdout.strip()

    return run


@pytest.fixture
def released(tmp_path: Path, git: Git) -> Callable[[str], None]:
    """Runs the job's script in a checkout of a repository that holds this action."""
    (tmp_path / "checkout").mkdir()
    git("init", "-q", "--bare", "-b", "main", "../origin")
    git("init", "-q", "-b", "main")
    git("remote", "add", "origin", str(tmp_path / "origin"))
    (tmp_path / "checkout/action.yml").write_text((ROOT / "action.yml").read_text())
    git("add", "action.yml")
    git("-c", "user.name=o", "-c", "user.email=o@acme.example", "commit", "-q", "-m", "first")
    git("push", "-q", "origin", "main")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/gh").write_text(f'#!/bin/sh\nprintf "%s\\n" "$*" >>{tmp_path}/gh\n')
    (tmp_path / "bin/gh").chmod(0o755)

    def run(version: str) -> None:
        script = RELEASE["jobs"]["tag"]["steps"][-1]["run"]
        environment = {
            "PATH": f"{tmp_path}/bin:{os.environ['PATH']}",
            "HOME": str(tmp_path),
            "GH_TOKEN": "x",
        }
        given = {
            "VERSION": version,
            "IMAGE": IMAGE,
            "DIGEST": DIGEST,
            "BASE_IMAGE": "python:3.13-slim@sha256:aa",
        }
        line = ["bash", "-euo", "pipefail", "-c", script]
        subprocess.run(
            line,
            cwd=tmp_path / "checkout",
            env={**environment, **given},
            check=True,
            capture_output=True,
        )

    return run


def test_the_tags_action_names_the_image_by_its_digest_and_main_keeps_its_dockerfile(
    released, git: Git
) -> None:
    released("1.2.3")
    tagged = yaml.safe_load(git("show", "v1.2.3:action.yml", at="origin"))
    assert tagged["runs"] == {"using": "docker", "image": f"docker://{IMAGE}@{DIGEST}"}
    assert (
        yaml.safe_load(git("show", "main:action.yml", at="origin"))["runs"]["image"] == "Dockerfile"
    )


def test_the_major_tag_moves_to_the_newest_release(released, git: Git) -> None:
    released("1.2.3")
    git("checkout", "-q", "main")
    git("reset", "-q", "--hard", "origin/main")
    released("1.3.0")
    assert git("rev-parse", "v1", at="origin") == git("rev-parse", "v1.3.0", at="origin")
    assert git("rev-parse", "v1.2.3", at="origin") != git("rev-parse", "v1.3.0", at="origin")


def test_a_correction_of_an_older_release_does_not_take_the_major_tag_back(
    released, git: Git
) -> None:
    for version in ("1.9.0", "1.10.0", "1.9.1"):
        released(version)
        git("checkout", "-q", "main")
        git("reset", "-q", "--hard", "origin/main")
    assert git("rev-parse", "v1", at="origin") == git("rev-parse", "v1.10.0", at="origin")
    assert git("rev-parse", "v1.9.1", at="origin")


def test_the_release_says_what_it_was_built_on(released, git: Git, tmp_path: Path) -> None:
    released("1.2.3")
    said = (tmp_path / "gh").read_text()
    assert "release create v1.2.3 --verify-tag" in said
    assert DIGEST in said
    assert "python:3.13-slim@sha256:aa" in said
    assert DIGEST in git("log", "-1", "--format=%B", "v1.2.3", at="origin")


def test_every_action_of_others_is_pinned_by_a_commit_with_its_version_beside_it() -> None:
    for path in (ROOT / ".github/workflows").glob("*.yml"):
        uses = re.findall(r"^ *(?:- )?(uses: (?!\./).*)$", path.read_text(), re.MULTILINE)
        for line in uses:
            reference, _, version = line.partition(" # ")
            assert len(reference.partition("@")[2]) == 40, f"{path.name}: {line}"
            assert version.startswith("v"), f"{path.name}: {line}"


def test_no_job_has_a_right_that_it_was_not_given() -> None:
    for path in (ROOT / ".github/workflows").glob("*.yml"):
        workflow = yaml.safe_load(path.read_text())
        assert workflow["permissions"] == {}, path.name
        assert all("permissions" in job for job in workflow["jobs"].values()), path.name


def test_the_projects_own_checklist_and_its_rules_agree() -> None:
    line = [sys.executable, "-m", "deploy_checklist", "lint", "--strict"]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        line, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
