"""Composes a run's World. What the run does not have is an object that raises NotInThisRun."""

from __future__ import annotations

from ..signoffs.port import SignOffs
from .dns import LiveDns
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
    return World(
        variables=variables,
        repository=repository,
        clock=clock,
        sign_offs=sign_offs,
        github=OfflineGitHub() if offline or github is None else github,
        http=OfflineProbes() if offline else LiveHttp(),
        tls=OfflineProbes() if offline else LiveTls(),
        redis=OfflineProbes() if offline else LiveRedis(),
        dns=OfflineProbes() if offline else LiveDns(),
        offline=offline,
    )
