"""Dates of secrets, from the nearest level that has the name: environment, repository,
organization.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from threading import Lock

from ..world.ports import SecretDate
from .actors import moment
from .client import Client, parsed

_LEVELS = ("environment", "repository", "organization")


class SecretMetadata:
    """GitHub's metadata of secrets; no value is in it. Each level is listed once, and only when it
    is asked for.

    A list instead of a look at each name: one request serves every rule, and a readable list
    without the name is the only proof that the name is not there (a 404 of a single name can as
    well mean "not for this token").
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._lock = Lock()
        self._lists: dict[tuple[str, str | None], Mapping[str, datetime]] = {}

    def dated(self, name: str, environment: str | None) -> SecretDate | None:
        """The date of the secret a job in `environment` would be given; None if every level was
        readable without it.
        """
        for level in _LEVELS if environment is not None else _LEVELS[1:]:
            at = self._list(level, environment if level == "environment" else None).get(
                name.upper()
            )
            if at is not None:
                return SecretDate(name=name, level=level, updated_at=at)
        return None

    def _list(self, level: str, environment: str | None) -> Mapping[str, datetime]:
        with self._lock:
            if (level, environment) not in self._lists:
                self._lists[level, environment] = self._listed(level, environment)
            return self._lists[level, environment]

    def _listed(self, level: str, environment: str | None) -> Mapping[str, datetime]:
        if level == "environment":
            need = self._client.need(
                f"the secrets of environment {environment}", "Environments: read"
            )
            path = self._client.at("environments", environment or "", "secrets")
        elif level == "repository":
            need = self._client.need("the repository's secrets", "Secrets: read")
            path = self._client.at("actions", "secrets")
        else:
            need = self._client.need(
                "the organization's secrets for this repository", "Secrets: read"
            )
            path = self._client.at("actions", "organization-secrets")
        # the permission is the one that just listed the repository's secrets, so a 404 means: no
        # organization
        listed = self._client.pages(
            path, need, within="secrets", missing_is_empty=level == "organization"
        )
        with parsed(need):
            return {entry["name"].upper(): moment(entry["updated_at"]) for entry in listed}
