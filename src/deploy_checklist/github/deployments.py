"""What was deployed from this repository, and the earlier statuses of those commits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from . import model as raw
from .client import Client
from .decode import decoded
from .graphql_shapes import ViewerAnswer
from .reader import GitHubReader
from .records import as_status
from .rest_shapes import RestDeployment, RestDeploymentStatus, RestStatus
from .verdicts import poster_of

_PERMISSION = "deployments: read"
_VIEWER = "query { viewer { databaseId } }"


class DeploymentReader:
    """Reads deployments with their states, and the statuses of commits. Nothing is kept."""

    def __init__(self, client: Client, poster: Client) -> None:
        """`poster` has the token that posts the gate's statuses."""
        self._client = client
        self._poster = poster

    def deployments(self, environment: str, commit: str | None = None) -> Iterator[raw.Deployment]:
        """Those to an environment, of one commit or of any; page by page, as they are needed."""
        need = self._client.need(f"the deployments to {environment}", _PERMISSION)
        params = {"environment": environment, **({"sha": commit} if commit else {})}
        path = self._client.at("deployments")
        for each in self._client.pages(path, need, list[RestDeployment], params):
            yield raw.Deployment(
                id=each.id, commit=each.sha, environment=each.environment, at=each.created_at
            )

    def states(self, deployment: int) -> Sequence[raw.DeploymentState]:
        """Every state of a deployment."""
        need = self._client.need(f"the states of deployment {deployment}", _PERMISSION)
        path = self._client.at("deployments", deployment, "statuses")
        return [
            raw.DeploymentState(id=each.id, state=each.state, at=each.created_at)
            for each in self._client.pages(path, need, list[RestDeploymentStatus])
        ]

    def statuses(self, commit: str) -> Sequence[raw.Status]:
        """Every status of a commit, for any context."""
        need = self._client.need(f"the statuses of commit {commit[:7]}", "statuses: read")
        path = self._client.at("commits", commit, "statuses")
        return [as_status(each) for each in self._client.pages(path, need, list[RestStatus])]

    def contained(self, commit: str, other: str) -> bool:
        """Whether another commit contains this one."""
        return GitHubReader(self._client).contained(commit, other)

    def poster(self) -> int:
        """The id of the account that posts the gate's statuses."""
        need = self._poster.need("which account posts the statuses of this gate", "metadata: read")
        return poster_of(decoded(self._poster.query(_VIEWER, {}, need), ViewerAnswer, need))
