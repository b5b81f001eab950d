"""Dates of secrets: the nearest level wins, and "not there" needs a list that could be read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from deploy_checklist.github.client import Client
from deploy_checklist.github.secrets import SecretMetadata
from deploy_checklist.outcome import Unobservable
from servers.github import FakeHub

OLD, NEW = datetime(2026, 7, 27, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def secrets(hub: FakeHub, connected: Callable[..., Client]) -> SecretMetadata:
    repo = hub.repository()
    repo.environments["production"] = {"API_KEY": OLD}
    repo.secrets |= {"API_KEY": NEW, "SHARED": NEW}
    repo.organization_secrets = {"SHARED": OLD, "ORG_ONLY": OLD}
    hub.token("meta", "octo-lead", {"secrets": "read", "environments": "read"})
    return SecretMetadata(connected("meta", name="metadata-token"))


LEVELS = [
    ("API_KEY", "production", "environment", OLD),
    ("api_key", "production", "environment", OLD),
    ("API_KEY", None, "repository", NEW),
    ("SHARED", "production", "repository", NEW),
    ("ORG_ONLY", "production", "organization", OLD),
]


@pytest.mark.parametrize(("name", "environment", "level", "at"), LEVELS)
def test_the_level_a_job_would_be_given_it_from_is_reported(
    secrets: SecretMetadata, name: str, environment: str | None, level: str, at: datetime
) -> None:
    found = secrets.dated(name, environment)
    assert found is not None
    assert (found.name, found.level, found.updated_at) == (name, level, at)


def test_a_name_that_no_readable_level_has_is_not_there(secrets: SecretMetadata) -> None:
    assert secrets.dated("NOWHERE", "production") is None


def test_every_level_is_listed_once_for_all_names(hub: FakeHub, secrets: SecretMetadata) -> None:
    for name in ("API_KEY", "SHARED", "ORG_ONLY", "NOWHERE"):
        secrets.dated(name, "production")
    assert len(hub.requests) == 3


def test_a_secret_beyond_the_first_page_is_found(hub: FakeHub, secrets: SecretMetadata) -> None:
    hub.repositories["acme/shop"].environments["production"] = {
        f"NAME_{n:03}": OLD for n in range(120)
    }
    assert secrets.dated("NAME_119", "production") is not None


def test_a_user_s_repository_has_no_organization_secrets(
    hub: FakeHub, secrets: SecretMetadata
) -> None:
    hub.repositories["acme/shop"].organization_secrets = None
    assert secrets.dated("NOWHERE", "production") is None


@pytest.mark.parametrize("hidden", [False, True], ids=["403", "404"])
@pytest.mark.parametrize(
    ("granted", "needed"),
    [({"secrets": "read"}, "Environments: read"), ({"environments": "read"}, "Secrets: read")],
)
def test_what_the_token_may_not_read_is_never_missing(
    hub: FakeHub,
    connected: Callable[..., Client],
    secrets: SecretMetadata,
    hidden: bool,
    granted: dict[str, str],
    needed: str,
) -> None:
    hub.hidden = hidden
    hub.token("narrow", "octo-lead", granted)
    with pytest.raises(Unobservable) as failure:
        SecretMetadata(connected("narrow", name="metadata-token")).dated("NOWHERE", "production")
    assert failure.value.remedy == f"give metadata-token the permission {needed}"


def test_an_environment_that_is_not_there_is_not_an_empty_one(secrets: SecretMetadata) -> None:
    with pytest.raises(Unobservable, match="the secrets of environment staging could not be found"):
        secrets.dated("API_KEY", "staging")
