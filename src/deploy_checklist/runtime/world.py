"""The one place where the ports become a World."""

from __future__ import annotations

from ..world.ports import Clock, Environment, GitHub, Repository, World
from ..world.probes import LiveProbes


def world_of(
    environment: Environment,
    repository: Repository,
    clock: Clock,
    github: GitHub | None,
    *,
    offline: bool,
) -> World:
    """Everything a check may look at. Offline, nothing is connected to."""
    probes = None if offline else LiveProbes()
    return World(
        environment=environment,
        repository=repository,
        clock=clock,
        github=github,
        http=probes,
        tls=probes,
        redis=probes,
        offline=offline,
    )
