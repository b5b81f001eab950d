"""Composes a run's World. What the run does not have is an object that raises NotInThisRun."""

from __future__ import annotations

from ..signoffs.port import SignOffs
from .dns import LiveDns
from .http import LiveHttp
from .job_port import ThisJob
from .offline import OfflineGitHub, OfflineJob, OfflineProbes
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
    job: ThisJob | None,
    offline: bool,
) -> World:
    """Everything that a check may look at. `github`: None where this run has no token for it.
    `job`: None where this run is no job of GitHub Actions.
    """
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
        dns=OfflineProbes() if offline else LiveDns(),
        job=OfflineJob() if offline or job is None else job,
        offline=offline,
        has_github=asked is not None,
    )
