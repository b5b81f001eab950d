"""What checks ask of GitHub, answered by the API. Implements ports.GitHub."""

from __future__ import annotations

from collections.abc import Sequence

from ...outcome import Unobservable
from ..ports import CheckResult, SecretDate, StepResult
from .client import Client
from .files import contents
from .results import OwnRun, Results
from .secrets import Secrets


class LiveGitHub:
    """The own repository through the job's token, and what only `metadata-token` may see."""

    def __init__(self, client: Client, metadata: Client | None, *, commit: str | None, own: OwnRun) -> None:
        self._metadata = metadata
        self._secrets = Secrets(metadata) if metadata else None
        self._results = Results(client, commit, own) if commit else None

    def secret(self, name: str, environment: str | None) -> SecretDate | None:
        """The metadata of a secret; None only if every level was readable and the name is at none."""
        if self._secrets is None:
            raise Unobservable(
                "github-token cannot read the dates of secrets",
                "hand over metadata-token with the permissions Secrets: read and Environments: read",
            )
        return self._secrets.dated(name, environment)

    def check_results(self) -> Sequence[CheckResult]:
        """All check runs and statuses of the target commit, the own run marked."""
        return self._of_commit().checks()

    def step_results(self) -> Sequence[StepResult]:
        """Steps of the workflow runs on the target commit, newest attempt of each run."""
        return self._of_commit().steps()

    def read(self, repository: str, path: str, ref: str | None) -> bytes | None:
        """A file of another repository, with `metadata-token`; None if it is not there."""
        if self._metadata is None:
            raise Unobservable(
                f"github-token cannot read {repository}",
                f"hand over metadata-token with the permission Contents: read on {repository}",
            )
        return contents(self._metadata, repository, path, ref)

    def _of_commit(self) -> Results:
        if self._results is None:
            raise Unobservable("this run gates no commit whose checks could be read", "run it on GitHub")
        return self._results
