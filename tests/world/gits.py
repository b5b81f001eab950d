"""Real git repositories in a test's own folder, untouched by the settings of who runs the tests."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

_BARE = {
    "PATH": os.environ.get("PATH", os.defpath),
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@acme.example",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@acme.example",
    "GIT_AUTHOR_DATE": "2026-11-22T21:14:00Z",
    "GIT_COMMITTER_DATE": "2026-11-22T21:14:00Z",
}


def git(root: Path, *words: str) -> str:
    """What git prints."""
    done = subprocess.run(
        ["git", "-C", str(root), *words], env=_BARE, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def commit(root: Path, files: dict[str, str] | None = None, tag: str | None = None) -> str:
    """Writes the files, commits everything and tags it; the commit's name."""
    write(root, files or {})
    git(root, "add", "-A")
    git(root, "commit", "-q", "--allow-empty", "-m", "x")
    if tag:
        git(root, "tag", tag)
    return git(root, "rev-parse", "HEAD")


def repository(root: Path, files: dict[str, str] | None = None) -> Path:
    root.mkdir(parents=True, exist_ok=True)
    git(root, "init", "-q", "-b", "main")
    commit(root, files)
    return root
