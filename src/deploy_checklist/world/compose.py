"""A run's World, put together in one place: whatever the run has not got is an object that says so."""

from __future__ import annotations

from .offline import OfflineGitHub, OfflineProbes
from .ports import Clock, Environment, GitHub, Repository, SignOffs, World
from .probes import LiveProbes


def world_of(
    *,
    environment: Environment,
    repository: Repository,
    clock: Clock,
    sign_offs: SignOffs,
    github: GitHub | None,
    offline: bool,
) -> World:
    """Everything that a check may look at. `github`: None where this run has no token for it."""
    probes = OfflineProbes() if offline else LiveProbes()
    return World(
        environment=environment,
        repository=repository,
        clock=clock,
        sign_offs=sign_offs,
        github=OfflineGitHub() if offline or github is None else github,
        http=probes,
        tls=probes,
        redis=probes,
        offline=offline,
    )
