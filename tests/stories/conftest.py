"""The stage of every story: a GitHub, a team, and a repository with a gate."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from servers.github import FakeHub

from .telling import TOKEN, Story, documents


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    """A GitHub whose clock is this machine's, as the process under test has no other."""
    with FakeHub(datetime.now(UTC), ticking=True) as fake:
        fake.token(TOKEN)
        yield fake


@pytest.fixture
def story(hub: FakeHub, tmp_path: Path) -> Story:
    """A team: octo-lead signs, octo-dev writes, octo-cat looks on."""
    repo = hub.repository(files=documents())
    for login, role in {"octo-lead": "maintain", "octo-dev": "write", "octo-cat": "read"}.items():
        hub.user(login)
        repo.roles[login] = role
    return Story(hub, repo, tmp_path)
