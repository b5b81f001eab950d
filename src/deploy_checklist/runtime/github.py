"""GitHub in a run of GitHub Actions: its clients, and everything that is built on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from pydantic import SecretStr

from ..deadline import Deadline
from ..github.client import Access, Client, connect
from ..github.live import LiveGitHub, OwnRun
from ..github.model import Approval, Comment, PullRequest
from ..github.reader import GitHubReader
from ..github.roles import Roles
from ..github.tree import CommitTree
from ..github.writer import Writer
from ..outcome import Unobservable
from ..publish.base import Conversation
from ..rules.model import Rules
from ..run.gate_name import gate_name
from ..run.model import ResolvedTarget, Run
from ..settings import Inputs, RunContext
from ..signoffs.claims import Statements
from ..signoffs.evaluate import GitHubSignOffs
from ..signoffs.names import item_names

GRACE = 15.0  # seconds after the checks' deadline that are left to publish in


class GitHubConnection:
    """GitHub, asked with the tokens that this run was given. Making one asks nothing."""

    def __init__(
        self,
        inputs: Inputs,
        context: RunContext,
        token: SecretStr,
        deadline: Callable[[], Deadline],
    ) -> None:
        """`deadline`: that of the checks, which may be paused. Publishing has GRACE seconds more,
        and connections of its own: no check that still waits keeps it from writing.
        """
        self._context = context

        def for_checks() -> float:
            return deadline().remaining()

        def for_publishing() -> float:
            return deadline().extended(GRACE).remaining()

        self._client = self._connect(token, "github-token", for_checks)
        self._metadata = self._connect_if(inputs.metadata_token, "metadata-token", for_checks)
        self._roles = Roles(self._client, self._metadata)
        publishing = self._connect(token, "github-token", for_publishing)
        self.reader = GitHubReader(publishing)
        self.writer = Writer(publishing)  # of comments and issues
        status_client = self._connect_if(inputs.status_token, "status-token", for_publishing)
        self.status_writer = Writer(status_client or publishing)

    def answers(self, commit: str) -> LiveGitHub:
        """What checks may ask of this commit."""
        run = self._context.github_run_id
        own = OwnRun.of(str(run) if run else None, self._context.github_workflow_ref)
        return LiveGitHub(self._client, self._metadata, commit=commit, own=own)

    def tree(self, commit: str) -> CommitTree:
        """A commit's files and history through the API, for what is not in the workspace."""
        return CommitTree(self._client, commit)

    def comments_now(self, place: Conversation) -> Sequence[Comment]:
        """The comments there, which other runs may have written meanwhile."""
        on_pull_request = isinstance(place, PullRequest)
        return self.reader.comments(place.number, on_pull_request=on_pull_request)

    def read_sign_offs(self, run: Run, resolved: ResolvedTarget, now: datetime) -> GitHubSignOffs:
        """Everything people said, under the rules' roles. Asks for approvals if a rule does."""
        approvals, unread = self._approvals(run.rules)
        statements = Statements(
            pull_request=resolved.pull_request,
            ticket=resolved.ticket,
            approvals=approvals,
            approvals_unread=unread,
            signed=run.rules.signed,
            roles=run.rules.roles,
            permission=self._roles.permission,
            member=self._member,
            environment=run.rules.environment,
            gate=gate_name(run.rules, run.checklist.path),
            commit=run.signed_commit,
            tip=run.tree.tip if run.tree else None,
            now=now,
            names=item_names(run.checklist, run.rules),
        )
        return GitHubSignOffs(statements)

    def _connect_if(
        self, token: SecretStr | None, name: str, remaining: Callable[[], float]
    ) -> Client | None:
        return self._connect(token, name, remaining) if token else None

    def _connect(self, token: SecretStr, name: str, remaining: Callable[[], float]) -> Client:
        access = Access(
            token=token.get_secret_value(),
            repository=self._context.github_repository or "",
            api_url=self._context.github_api_url,
            graphql_url=self._context.github_graphql_url,
            token_name=name,
        )
        return connect(access, remaining=remaining)

    def _approvals(self, rules: Rules) -> tuple[Sequence[Approval], Unobservable | None]:
        """Approvals of this run. GitHub tells no attempt of them, so only the first's count."""
        clauses = (clause for rule in rules.rules for clause in rule.clauses)
        signs = (use for clause in clauses for use in clause.uses if use.kind == "sign")
        asked = any("environment" in getattr(use.params, "from_", ()) for use in signs)
        run = self._context.github_run_id
        if not asked or run is None or self._context.github_run_attempt > 1:
            return (), None
        try:
            return self.reader.approvals(run), None
        except Unobservable as unavailable:
            return (), unavailable

    def _member(self, team: str, login: str) -> bool:
        organization, _, slug = team.removeprefix("@").partition("/")
        return self._roles.member(organization, slug, login)
