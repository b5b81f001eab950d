"""A run's World, put together in one place."""

from __future__ import annotations

from .http import LiveHttp
from .ports import Clock, Environment, GitHub, Repository, World
from .redis import LiveRedis
from .tls import LiveTls


def world_of(
    *,
    environment: Environment,
    repository: Repository,
    clock: Clock,
    github: GitHub | None,
    offline: bool,
) -> World:
    """Everything that a check may look at. `github`: None where this run has no token for it."""
    return World(
        environment=environment,
        repository=repository,
        clock=clock,
        github=github,
        http=None if offline else LiveHttp(),
        tls=None if offline else LiveTls(),
        redis=None if offline else LiveRedis(),
        offline=offline,
    )
