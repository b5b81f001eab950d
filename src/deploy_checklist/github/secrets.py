"""Dates of secrets, from the nearest level that has one: environment, repository, organization."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from ..world.ports import SecretDate
from .answers import Answers
from .client import Client
from .rest_shapes import RestSecrets

_LEVELS = ("environment", "repository", "organization")


class SecretMetadata:
    """GitHub's metadata of secrets, which holds no values. Each level is listed once, when needed.

    Secrets are listed rather than looked up by name: one request serves every rule, and only a
    list without the name proves that it is not there. A 404 for a single name can also mean that
    this token may not see it.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._lists = Answers[Mapping[str, datetime]]()

    def dated(self, name: str, environment: str | None) -> SecretDate | None:
        """The date of the secret that a job in `environment` is given.

        None if every level was readable and has no such secret.
        """
        for level in _LEVELS:
            if level == "environment" and environment is None:
                continue
            key = (level, environment if level == "environment" else None)
            at = self._lists.get(key, partial(self._dates, *key)).get(name.upper())
            if at is not None:
                return SecretDate(name=name, level=level, updated_at=at)
        return None

    def _dates(self, level: str, environment: str | None) -> Mapping[str, datetime]:
        """The dates of a level's secrets, by their names in upper case."""
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
        # The same permission has just listed the repository's secrets, so a 404 here means that
        # there is no organization.
        listed = self._client.pages(
            path, need, RestSecrets, missing_is_empty=level == "organization"
        )
        return {secret.name.upper(): secret.updated_at for secret in listed}
