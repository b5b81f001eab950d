"""The fake GitHub on the host: its addresses as a container reaches them, and folders whose commit it knows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from container.step import head
from servers.github import FakeHub
from servers.github.repository import Repository

TOKEN = "ghs_16C7e42F292c6912E7710c838347Ae178B4a"
ON_HOST = ("--network", "host")  # of `docker run`: 127.0.0.1 is the host's
PUSHED: Mapping[str, Any] = {"repository": {"default_branch": "main"}}


def addresses(hub: FakeHub) -> dict[str, str]:
    """Where the run finds GitHub."""
    return {"GITHUB_API_URL": hub.url, "GITHUB_GRAPHQL_URL": hub.graphql_url}


def pushed(hub: FakeHub, folder: Path, branch: str = "main") -> Repository:
    """acme/shop with the commit that is checked out in the folder at the tip of a branch."""
    repo = hub.repositories.get("acme/shop") or hub.repository()
    repo.commit(branch, files_of(folder), sha=head(folder))
    return repo


def files_of(folder: Path) -> dict[str, str | bytes | None]:
    """What the folder's commit holds, if everything in it was committed."""
    paths = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    relative = {path.relative_to(folder): path for path in paths}
    return {
        name.as_posix(): path.read_bytes()
        for name, path in relative.items()
        if name.parts[0] != ".git"
    }
