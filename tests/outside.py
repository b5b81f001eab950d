"""A world with real connections, for the checks that look outside."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from checks.judging import finding_of
from deploy_checklist.outcome import Finding
from deploy_checklist.world import redis_client  # noqa: F401 - before anything is measured
from deploy_checklist.world.dns import LiveDns
from deploy_checklist.world.http import LiveHttp
from deploy_checklist.world.ports import World
from deploy_checklist.world.redis import LiveRedis
from deploy_checklist.world.tls import LiveTls
from fakes import NOW, FakeRepository, world


def outside(values: Mapping[str, str] | None = None, ca: bytes = b"", **parts: object) -> World:
    """A job that may open connections, in a repository whose one file, `ca.pem`, is `ca`."""
    live: dict[str, object] = {
        "http": LiveHttp(),
        "tls": LiveTls(),
        "redis": LiveRedis(),
        "dns": LiveDns(),
    }
    return world(values, **{"repository": FakeRepository({"ca.pem": ca}), **live, **parts})


def looked(
    kind: str,
    written: Mapping[str, object],
    values: Mapping[str, str] | None = None,
    *,
    ca: bytes = b"",
    subject: str | None = "NAME",
    now: datetime | None = None,
    **parts: object,
) -> Finding:
    """What a check finds of a server on this machine; the clock is the real one, as certificates are, but for shifts."""
    trusting = {"ca_file": "ca.pem"} if ca else {}
    return finding_of(
        kind,
        {"allow_private": True, **trusting, **written},
        subject,
        outside(values, ca, **parts),
        now=now or (NOW if kind == "on_call" else datetime.now(UTC)),
    )
