"""A World is never half there: what a run has not got says so, and an offline run asks nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_type_hints

import pytest

from deploy_checklist.outcome import Unobservable
from deploy_checklist.signoffs.unavailable import NoSignOffs
from deploy_checklist.world import offline
from deploy_checklist.world.clock import FixedClock
from deploy_checklist.world.compose import world_of
from deploy_checklist.world.ports import GitHub, HttpRequest, NotInThisRun, Value, Variables, World
from fakes import NOW, FakeGitHub, FakeJob, FakeRepository, job, shell

ASKING: dict[str, Callable[[World], object]] = {
    "http.send": lambda world: world.http.send(HttpRequest(url="https://a.example")),
    "tls.certificates": lambda world: world.tls.certificates(
        "a.example", 443, timeout=1, allow_private=True, ca_file=None
    ),
    "redis.ping": lambda world: world.redis.ping(
        Value("redis://a.example"), timeout=1, allow_private=True, count_nodes=False
    ),
    "dns.resolve": lambda world: world.dns.resolve("a.example", timeout=1),
    "job.place": lambda world: world.job.place(),
    "job.started_at": lambda world: world.job.started_at(),
    "job.read": lambda world: world.job.read("result.json", 1),
    "github.secret": lambda world: world.github.secret("KEY", "production"),
    "github.check_results": lambda world: world.github.check_results(),
    "github.step_results": lambda world: world.github.step_results({".github/workflows/ci.yml"}),
    "github.has_tag": lambda world: world.github.has_tag("v1"),
    "github.release": lambda world: world.github.release("v1"),
    "github.read": lambda world: world.github.read("acme/shop", "a.json", None),
}


def composed(github: GitHub | None, *, offline: bool, variables: Variables | None = None) -> World:
    return world_of(
        variables=variables or job(),
        repository=FakeRepository(),
        clock=FixedClock(NOW),
        sign_offs=NoSignOffs(),
        github=github,
        job=FakeJob(),
        offline=offline,
    )


def test_every_method_of_every_port_to_the_outside_is_asked_here() -> None:
    world = composed(None, offline=True)
    kinds = get_type_hints(World)
    ports = [name for name in kinds if type(getattr(world, name)).__module__ == offline.__name__]
    methods = {
        f"{port}.{name}" for port in ports for name in vars(kinds[port]) if not name.startswith("_")
    }
    assert set(ASKING) == methods


@pytest.mark.parametrize("ask", ASKING.values(), ids=ASKING)
def test_offline_every_port_to_the_outside_says_that_this_run_has_it_not(
    ask: Callable[[World], object],
) -> None:
    """Even where a token for GitHub was given."""
    github = FakeGitHub()
    with pytest.raises(NotInThisRun) as trouble:
        ask(composed(github, offline=True))
    assert isinstance(trouble.value, Unobservable)
    assert trouble.value.remedy
    assert github.asked == []


@pytest.mark.parametrize("ask", ASKING.values(), ids=ASKING)
def test_in_a_job_the_way_out_is_an_input_of_the_action(ask: Callable[[World], object]) -> None:
    """`--offline` and `GH_TOKEN` are a laptop's."""
    with pytest.raises(NotInThisRun) as trouble:
        ask(composed(FakeGitHub(), offline=True))
    assert trouble.value.remedy == "remove the input `offline`"
    with pytest.raises(NotInThisRun) as on_laptop:
        ask(composed(FakeGitHub(), offline=True, variables=shell({})))
    assert "input" not in (on_laptop.value.remedy or "")


@pytest.mark.parametrize("ask", [ask for name, ask in ASKING.items() if name.startswith("github.")])
def test_without_a_token_only_github_is_not_there(ask: Callable[[World], object]) -> None:
    with pytest.raises(NotInThisRun) as trouble:
        ask(composed(None, offline=False))
    assert trouble.value.remedy == "set the input `github-token`"


def test_online_every_port_is_the_real_thing() -> None:
    world = composed(FakeGitHub(), offline=False)
    made = {type(getattr(world, name)).__module__ for name in get_type_hints(World)}
    assert offline.__name__ not in made


def test_with_a_token_github_is_asked() -> None:
    github = FakeGitHub()
    assert composed(github, offline=False).github.secret("KEY", "production") is None
    assert github.asked == [("KEY", "production")]
