"""Probes are there for every run and cost nothing until one is asked."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import deploy_checklist
from deploy_checklist.outcome import Unobservable
from deploy_checklist.world.http import LiveHttp
from deploy_checklist.world.ports import HttpRequest, Value
from deploy_checklist.world.redis import LiveRedis
from deploy_checklist.world.tls import LiveTls


def test_nothing_is_imported_before_something_is_probed() -> None:
    source = Path(deploy_checklist.__file__).parents[1]
    ports = "deploy_checklist.world.http, deploy_checklist.world.tls, deploy_checklist.world.redis"
    seen = f"import sys, {ports}; print([m for m in ('ssl', 'http.client', 'redis') if m in sys.modules])"
    line = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(source)!r}); {seen}"]
    assert subprocess.run(line, capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_each_probe_looks_and_a_refused_address_is_not_an_answer() -> None:
    with pytest.raises(Unobservable):
        LiveHttp().send(HttpRequest(url="http://127.0.0.1:9/"))
    with pytest.raises(Unobservable):
        LiveTls().certificates("127.0.0.1", 9, timeout=1, allow_private=False, ca_file=None)
    with pytest.raises(Unobservable):
        LiveRedis().ping(
            Value("redis://127.0.0.1:9"), timeout=1, allow_private=False, count_nodes=False
        )
