"""Tags and releases of this repository, as GitHub shows them to the job's token."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from deploy_checklist.github.client import Client
from deploy_checklist.github.releases import Releases
from deploy_checklist.outcome import Unobservable
from deploy_checklist.world.ports import ReleaseState
from servers.github import FakeHub


def test_a_tag_is_there_or_not(hub: FakeHub, client: Client) -> None:
    repo = hub.repository()
    repo.tag("v1.2.3", repo.branches["main"])
    repo.tag("apps/shop/v1", repo.branches["main"])
    found = Releases(client)
    assert [found.has_tag(tag) for tag in ("v1.2.3", "v1.2", "apps/shop/v1")] == [True, False, True]


def test_a_tag_that_is_hidden_is_not_taken_for_missing(
    hub: FakeHub, connected: Callable[..., Client]
) -> None:
    hub.repository()
    hub.token("narrow", None, {})
    hub.hidden = True
    with pytest.raises(Unobservable, match="the tag v1"):
        Releases(connected("narrow")).has_tag("v1")


def test_the_state_of_a_release_is_that_of_its_own_tag(hub: FakeHub, client: Client) -> None:
    repo = hub.repository()
    repo.releases |= {f"v0.{number}": (False, False) for number in range(120)}
    repo.releases["v1.0-rc1"] = (False, True)
    found = Releases(client)
    assert found.release("v0.119") == ReleaseState(draft=False, prerelease=False)
    assert found.release("v1.0-rc1") == ReleaseState(draft=False, prerelease=True)
    assert found.release("v1.0") is None


def test_a_draft_is_shown_to_who_may_write(hub: FakeHub, connected: Callable[..., Client]) -> None:
    hub.repository().releases["v2"] = (True, False)
    for name, level in (("reader", "read"), ("writer", "write")):
        hub.token(name, None, {"contents": level})
    assert Releases(connected("reader")).release("v2") is None
    assert Releases(connected("writer")).release("v2") == ReleaseState(draft=True, prerelease=False)
