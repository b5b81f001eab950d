"""The port for this gate's newest verdict on another environment."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct


class PostedVerdict(Struct, frozen=True, kw_only=True):
    """The newest status of this gate on the target commit, for one environment."""

    state: str  # error | failure | pending | success
    description: str | None
    own: bool  # posted by the account that posts the statuses of this run


class PostedVerdicts(Protocol):
    """Reads the statuses of this gate on the target commit. It asks GitHub only once."""

    def posted_verdict(self, environment: str) -> PostedVerdict | None:
        """The newest one of that environment; None if the commit has none.

        Unobservable if GitHub does not say, or if the account of this run's statuses is not known.
        """
