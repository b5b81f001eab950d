"""The names of the variables that a job in an environment is given, as GitHub stores them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Protocol

from msgspec import Struct


class StoredName(Struct, frozen=True, kw_only=True):
    """Where a job finds a name: the nearest of the environment's, the repository's and the
    organization's.
    """

    kind: Literal["secret", "variable"]
    level: Literal["environment", "repository", "organization"]


class StoredNames(Protocol):
    """The names that GitHub stores."""

    def of(self, environment: str) -> Mapping[str, StoredName]:
        """By name, what a job in the environment finds. Unobservable if GitHub does not tell."""
