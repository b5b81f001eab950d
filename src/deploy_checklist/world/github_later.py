"""GitHub, connected when a check first asks: most runs on a laptop never do, and its client costs 0.2 s."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from .ports import CheckResult, GitHub, SecretDate, StepResult


class GitHubLater:
    """Implements ports.GitHub."""

    def __init__(self, connect: Callable[[], GitHub]) -> None:
        self._connect = connect
        self._connected: GitHub | None = None
        self._lock = threading.Lock()

    def secret(self, name: str, environment: str | None) -> SecretDate | None:
        """The metadata of a secret."""
        return self._hub().secret(name, environment)

    def check_results(self) -> Sequence[CheckResult]:
        """All check runs and statuses of the target commit."""
        return self._hub().check_results()

    def step_results(self) -> Sequence[StepResult]:
        """Steps of the workflow runs on the target commit."""
        return self._hub().step_results()

    def read(self, repository: str, path: str, ref: str | None) -> bytes | None:
        """A file of another repository."""
        return self._hub().read(repository, path, ref)

    def _hub(self) -> GitHub:
        with self._lock:
            if self._connected is None:
                self._connected = self._connect()
            return self._connected
