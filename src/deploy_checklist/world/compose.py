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
    """The World of a run. `github`: None if this run has no token for it. `job`: None if this run
    is not a job of GitHub Actions.
    """
    asked, laptop = None if offline else github, variables.laptop
    probes = OfflineProbes(laptop=laptop) if offline else None
    return World(
        variables=variables,
        repository=repository,
        clock=clock,
        sign_offs=sign_offs,
        github=OfflineGitHub(laptop=laptop, offline=offline) if asked is None else asked,
        http=probes or LiveHttp(),
        tls=probes or LiveTls(),
        redis=probes or LiveRedis(),
        dns=probes or LiveDns(),
        job=OfflineJob(laptop=laptop, offline=offline) if offline or job is None else job,
        offline=offline,
        has_github=asked is not None,
    )
