"""A client of the fake GitHub whose naps take no time but count against its deadline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from deploy_checklist.github.client import Client, connect
from deploy_checklist.github.connections import Access
from servers.github import FakeHub


@dataclass
class Patience:
    """The seconds left; sleeping spends them."""

    left: float = 120.0
    naps: list[float] = field(default_factory=list)

    def remaining(self) -> float:
        return self.left

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.left -= seconds


@pytest.fixture
def patience() -> Patience:
    return Patience()


@pytest.fixture
def connected(hub: FakeHub, patience: Patience) -> Callable[..., Client]:
    def build(
        token: str = "gate",
        *,
        repository: str = "acme/shop",
        name: str = "github-token",
        timeout: float = 1,
    ) -> Client:
        access = Access(
            token=token,
            repository=repository,
            api_url=hub.url,
            graphql_url=hub.graphql_url,
            token_name=name,
        )
        remaining, sleep = patience.remaining, patience.sleep
        return connect(access, remaining=remaining, sleep=sleep, timeout=timeout)

    return build


@pytest.fixture
def client(connected: Callable[..., Client]) -> Client:
    return connected()
