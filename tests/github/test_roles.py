"""Roles: what GitHub says of a person here, with "not a member" told apart from "not shown"."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from deploy_checklist.github.client import Client
from deploy_checklist.github.model import Permission
from deploy_checklist.github.roles import Roles
from deploy_checklist.outcome import Unobservable
from servers.github import FakeHub


@pytest.fixture
def roles(hub: FakeHub, client: Client, connected: Callable[..., Client]) -> Roles:
    repo = hub.repository()
    hub.user("octo-lead")
    hub.user("octocat")
    repo.roles |= {"octo-lead": "maintain"}
    hub.team("acme", "backend-leads", octo_lead="active", octo_new="pending")
    hub.token("meta", "octo-lead", {"members": "read"})
    return Roles(client, connected("meta", name="metadata-token"))


@pytest.mark.parametrize("role", list(Permission))
def test_a_person_has_the_role_github_says(hub: FakeHub, roles: Roles, role: Permission) -> None:
    hub.repositories["acme/shop"].roles["octo-lead"] = role.value
    assert roles.permission("octo-lead") is role


def test_a_custom_role_is_what_it_comes_down_to(hub: FakeHub, roles: Roles) -> None:
    hub.repositories["acme/shop"].roles["octo-lead"] = "release-captain=write"
    assert roles.permission("octo-lead") is Permission.WRITE


@pytest.mark.parametrize("login", ["octocat", "nobody-like-that"])
def test_a_stranger_may_do_nothing(roles: Roles, login: str) -> None:
    assert roles.permission(login) is Permission.NONE


def test_a_person_is_asked_for_once(hub: FakeHub, roles: Roles) -> None:
    for _ in range(3):
        roles.permission("octo-lead")
        roles.member("acme", "backend-leads", "octo-lead")
    assert len(hub.requests) == 2


@pytest.mark.measures_time
def test_several_people_are_asked_for_side_by_side_and_each_of_them_once(
    hub: FakeHub, roles: Roles
) -> None:
    people = [f"octo-{number}" for number in range(4)]
    for login in people:
        hub.user(login)
    roles.permission("octo-lead")
    hub.fault("slow", path="permission", times=4, seconds=0.3)
    began = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(roles.permission, people * 2)) == [Permission.NONE] * 8
    assert time.monotonic() - began < 0.9
    assert len(hub.requests) == 1 + 4


@pytest.mark.parametrize(
    ("login", "member"), [("octo-lead", True), ("octo-new", False), ("octocat", False)]
)
def test_only_an_active_member_is_one(roles: Roles, login: str, member: bool) -> None:
    assert roles.member("acme", "backend-leads", login) is member


@pytest.mark.parametrize("hidden", [False, True], ids=["403", "404"])
def test_a_team_that_is_not_shown_makes_nobody_a_stranger(
    hub: FakeHub, client: Client, connected: Callable[..., Client], roles: Roles, hidden: bool
) -> None:
    hub.hidden = hidden
    hub.token("blind", "octo-lead", {})
    with pytest.raises(Unobservable) as failure:
        Roles(client, connected("blind", name="metadata-token")).member(
            "acme", "backend-leads", "octocat"
        )
    assert failure.value.remedy == "give metadata-token the permission Members: read (organization)"


def test_a_team_that_does_not_exist_is_not_an_empty_one(roles: Roles) -> None:
    with pytest.raises(Unobservable, match="team @acme/gone could not be found"):
        roles.member("acme", "gone", "octocat")


def test_without_a_metadata_token_teams_cannot_be_read(client: Client) -> None:
    with pytest.raises(Unobservable) as failure:
        Roles(client, None).member("acme", "backend-leads", "octo-lead")
    assert (
        failure.value.remedy == "pass metadata-token with the organization permission Members: read"
    )


def test_the_order_of_permissions_is_github_s() -> None:
    assert Permission.ADMIN.covers(Permission.MAINTAIN)
    assert Permission.WRITE.covers(Permission.WRITE)
    assert not Permission.TRIAGE.covers(Permission.WRITE)
