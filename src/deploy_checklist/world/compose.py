"""Composes a run's World. What the run does not have is an object that raises NotInThisRun."""

from __future__ import annotations

from ..signoffs.port import SignOffs
from .http import LiveHttp
from .offline import OfflineGitHub, OfflineProbes
from .ports import Clock, GitHub, Repository, Variables, World
from .redis import LiveRedis
from .tls import LiveTls


def world_of(
    *,
    variables: Variables,
    repository: Repository,
    clock: Clock,
    sign_offs: SignOffs,
    github: GitHub | None,
    offline: bool,
) -> World:
    """Everything that a check may look at. `github`: None where this run has no token for it."""
    asked = None if offline else github
    return World(
        variables=variables,
        repository=repository,
        clock=clock,
        sign_offs=sign_offs,
        github=OfflineGitHub() if asked is None else asked,
        http=OfflineProbes() if offline else LiveHttp(),
        tls=OfflineProbes() if offline else LiveTls(),
        redis=OfflineProbes() if offline else LiveRedis(),
        offline=offline,
        has_github=asked is not None,
    )
