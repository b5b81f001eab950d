"""An empty repository of a GitHub of the test's own, its owner's token, and a runner for its workflows."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

import on_github
from rehearsal.runner import Runner
from rehearsal.scratch import TOPIC
from servers.github import FakeHub
from servers.github.repository import Repository
from servers.web import web

TOKEN = "github_pat_11ABCDEFG0abcdefghijkl_rehearsal"
ACTION = "acme/deploy-checklist@v1"
MAY = (
    *("actions", "administration", "statuses", "contents", "environments", "issues"),
    *("pull_requests", "secrets", "workflows", "deployments", "members"),
)
Run = Callable[..., int]


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    with FakeHub(datetime.now(UTC), ticking=True) as fake:
        fake.token(TOKEN, "octo-lead", dict.fromkeys(MAY, "write"))
        yield fake


@pytest.fixture
def repo(hub: FakeHub) -> Repository:
    """As its owner made and marked it; the action is in a repository beside it."""
    action = hub.repository(
        "acme/deploy-checklist", files={"action.yml": "runs:\n  image: Dockerfile\n"}
    )
    action.tags["v1"] = action.branches["main"]
    found = hub.repository("acme/scratch")
    found.topics.append(TOPIC)
    found.roles["octo-lead"] = "admin"
    return found


@pytest.fixture
def runner(hub: FakeHub, tmp_path: Path) -> Iterator[Runner]:
    made = Runner(hub, tmp_path / "runs", ACTION)
    with web(made.identity) as identity:
        made.identity_url = f"{identity.url}/token?x=1"
        yield made
        ends = time.monotonic() + 20
        for thread in made.threads:
            thread.join(max(0.0, ends - time.monotonic()))


@pytest.fixture
def environ(hub: FakeHub) -> dict[str, str]:
    return {
        "GITHUB_TOKEN": TOKEN,
        "GITHUB_API_URL": hub.url,
        "GITHUB_GRAPHQL_URL": hub.graphql_url,
    }


class Clock:
    """Goes on by what is waited, and by nothing else."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rehearsal(repo: Repository, environ: dict[str, str], clock: Clock) -> Run:
    """The exit code of the program where no workflow is carried out, and no time is lost by waiting."""

    def run(*words: str, pause: Callable[[float], None] = clock.pause) -> int:
        given: Sequence[str] = words or ("--action", ACTION)
        return on_github.main([repo.full_name, *given], environ, clock, pause)

    return run


def left(repo: Repository, before: str) -> list[str]:
    """What is in the repository that was not there before."""
    found = [*repo.tags, *repo.releases, *repo.environments, *repo.secrets]
    found += [each.name for each in repo.rulesets]
    found += [f"#{issue.number} is open" for issue in repo.issues.values() if issue.open]
    found += [name for name in repo.branches if name != "main"]
    return found if repo.branches["main"] == before else [*found, "main"]
