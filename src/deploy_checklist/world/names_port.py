"""The names of the variables that a job in an environment gets, as GitHub stores them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol

from msgspec import Struct

Kind = Literal["secret", "variable"]
# The nearest of them counts.
Level = Literal["environment", "repository", "organization"]


class StoredName(Struct, frozen=True, kw_only=True):
    """Where a job finds a name: as `secrets.NAME`, as `vars.NAME`, or each of them."""

    secret: Level | None = None  # None: there is no secret of that name
    variable: Level | None = None

    def level(self, kind: Kind) -> Level | None:
        """Where it is stored as that; None if it is not."""
        return self.secret if kind == "secret" else self.variable


class NoSuchEnvironment(Exception):
    """GitHub has no environment of that name; it has `others`."""

    def __init__(self, name: str, others: Sequence[str]) -> None:
        super().__init__(name)
        self.name = name
        self.others = others


class StoredNames(Protocol):
    """The names that GitHub stores."""

    def of(self, environment: str) -> Mapping[str, StoredName]:
        """By name, what a job in the environment finds. Unobservable if GitHub does not tell.
        NoSuchEnvironment if it is known that there is none.
        """
