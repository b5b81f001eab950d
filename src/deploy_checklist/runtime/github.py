"""GitHub in a run of GitHub Actions: its clients, and everything that is built on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime
from functools import partial

from pydantic import SecretStr

from ..deadline import Deadline
from ..github.answers import Answers
from ..github.client import Client, connect
from ..github.connections import Access
from ..github.deployments import DeploymentReader
from ..github.job import job_started_at
from ..github.live import LiveGitHub, OwnRun
from ..github.model import Approval, Comment, PullRequest, Tree
from ..github.reader import GitHubReader
from ..github.roles import Roles
from ..github.tree import CommitTree
from ..github.verdicts import CommitVerdicts
from ..github.writer import Writer
from ..outcome import Unobservable
from ..publish.base import Conversation
from ..publish.status_name import context as context_of
from ..report.model import Rollback
from ..rules.model import Rules
from ..run.gate_name import gate_name
from ..run.model import ResolvedTarget, Run
from ..run.resolve import asks_for_approvals
from ..settings import Inputs, RunContext
from ..side_by_side import begun
from ..signoffs.carried_over import carried_over
from ..signoffs.claims import Statements
from ..signoffs.evaluate import GitHubSignOffs
from ..signoffs.names import item_names
from ..signoffs.port import SignOffs
from ..world.enforcement_port import RulesetName

# Seconds after the checks' deadline for publishing. A run ends 15 seconds after it; the last
# second is for the process to begin and to end.
GRACE = 14.0
COMMENTS_GRACE = 9.0  # of them for comments and issues, so that some are left for the final status
_TIMEOUT = 15.0  # seconds for a request
_STATUS_TIMEOUT = 7.0  # so that there is time for a second try; a duplicate status does no harm


Approvals = tuple[Sequence[Approval], Unobservable | None]


class GitHubConnection:
    """GitHub, asked with the tokens that this run was given. Making one sends no request."""

    def __init__(
        self,
        inputs: Inputs,
        context: RunContext,
        token: SecretStr,
        deadline: Deadline,
        own_authorities: bytes | None = None,
    ) -> None:
        """`deadline`: that of the checks. What is judged is read until then, and the run's first
        status written. Publishing has more time, and connections of its own: no check that still
        waits keeps it from writing. `own_authorities`: certificates in PEM form that are trusted
        as well as the usual ones.
        """
        self._context = context
        self._own_authorities = own_authorities

        def within(grace: float) -> Callable[[], float]:
            return deadline.extended(grace).remaining

        reading = self._connect(token, "github-token", within(0))
        comments = self._connect(token, "github-token", within(COMMENTS_GRACE))
        last = self._connect(token, "github-token", within(GRACE), _STATUS_TIMEOUT)
        self._client = reading
        self._metadata = self._connect_if(inputs.metadata_token, "metadata-token", within(0))
        # With the token that posts the statuses of this gate.
        self._status_client = (
            self._connect_if(inputs.status_token, "status-token", within(0)) or reading
        )
        self._roles = Roles(self._client, self._metadata)
        self.reader = GitHubReader(reading)
        self._comments_reader = GitHubReader(comments)
        self.late_reader = GitHubReader(last)  # of what a status needs after a failure
        self.writer = Writer(comments)  # of comments and issues

        def statuses(grace: float, otherwise: Client, timeout: float = _TIMEOUT) -> Writer:
            own = self._connect_if(inputs.status_token, "status-token", within(grace), timeout)
            return Writer(own or otherwise)

        self.first_statuses = statuses(0, reading)  # written before the checks end
        self.final_statuses = statuses(GRACE, last, _STATUS_TIMEOUT)
        self._job_starts = Answers[datetime]()
        self._trees: dict[str, CommitTree] = {}
        self._begun_approvals: Future[Approvals] | None = None

    def answers(self, commit: str, gate: str | None = None) -> LiveGitHub:
        """What checks may ask of this commit. `gate` is the gate's name."""
        run = self._context.github_run_id
        own = OwnRun.of(str(run) if run else None, self._context.github_workflow_ref)
        name_of = partial(context_of, phase="before", review=False, gate=gate)
        verdicts = CommitVerdicts(self._status_client, commit, name_of)
        return LiveGitHub(self._client, self._metadata, commit=commit, own=own, verdicts=verdicts)

    def job_started_at(self) -> datetime:
        """When this run's job began, asked for once; Unobservable if GitHub does not answer."""
        run, attempt = self._context.github_run_id, self._context.github_run_attempt
        runner = self._context.runner_name
        return self._job_starts.get(
            None, lambda: job_started_at(self._client, run=run, attempt=attempt, runner=runner)
        )

    def tree(self, commit: str, known: Tree | None) -> CommitTree:
        """A commit's files and history through the API, for what is not in the workspace. Those of
        `known` are not asked for again.
        """
        if commit not in self._trees:
            files = known.files if known is not None and known.commit == commit else None
            self._trees[commit] = CommitTree(self._client, commit, files)
        return self._trees[commit]

    def begin_approvals(self, run: Run) -> None:
        """Begins to ask for what `read_sign_offs` wants to know of this run's approvals."""
        self._begun_approvals = begun(partial(self._approvals, run.rules))

    def past(self) -> DeploymentReader:
        """What was deployed from this repository before, and what this gate had said about it."""
        return DeploymentReader(self._client, self._status_client)

    def rulesets(self) -> Sequence[RulesetName]:
        """The rulesets that apply to the repository."""
        from ..github.enforcement import EnforcementReader  # only for a first comment

        return EnforcementReader(self._client).rulesets()

    def comments_now(self, place: Conversation) -> Sequence[Comment]:
        """The comments there, which other runs may have written meanwhile."""
        on_pull_request = isinstance(place, PullRequest)
        return self._comments_reader.comments(place.number, on_pull_request=on_pull_request)

    def read_sign_offs(
        self, run: Run, resolved: ResolvedTarget, now: datetime, rollback: Rollback | None
    ) -> SignOffs:
        """Everything people said, under the rules' roles. Asks for approvals if a rule does.

        What they had said for the deployment of a rollback counts as it counted then.
        """
        asked = self._begun_approvals
        approvals, unread = asked.result() if asked else self._approvals(run.rules)
        of_override = run.override_rules
        statements = Statements(
            pull_request=resolved.pull_request,
            ticket=resolved.ticket,
            asks_in_ticket=resolved.asks_in_ticket,
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
            answered_at=self._client.answered_at,
            names=item_names(run.checklist, run.rules),
            override=of_override.override if of_override else None,
            override_roles=of_override.roles if of_override else {},
            environments=tuple(run.rules.environments),
            may_override=run.may_be_overridden,
        )
        found = GitHubSignOffs(statements)
        return carried_over(statements, found, rollback.deployed_at) if rollback else found

    def _connect_if(
        self,
        token: SecretStr | None,
        name: str,
        remaining: Callable[[], float],
        timeout: float = _TIMEOUT,
    ) -> Client | None:
        return self._connect(token, name, remaining, timeout) if token else None

    def _connect(
        self,
        token: SecretStr,
        name: str,
        remaining: Callable[[], float],
        timeout: float = _TIMEOUT,
    ) -> Client:
        access = Access(
            token=token.get_secret_value(),
            repository=self._context.github_repository or "",
            api_url=self._context.github_api_url,
            graphql_url=self._context.github_graphql_url,
            token_name=name,
            own_authorities=self._own_authorities,
        )
        return connect(access, remaining=remaining, timeout=timeout)

    def _approvals(self, rules: Rules) -> Approvals:
        """Approvals of this run, or why they could not be read. GitHub does not say for which
        attempt, so they count in the first attempt only.
        """
        run = self._context.github_run_id
        if not asks_for_approvals(rules) or run is None or self._context.github_run_attempt > 1:
            return (), None
        try:
            return self.reader.approvals(run), None
        except Unobservable as unavailable:
            return (), unavailable

    def _member(self, team: str, login: str) -> bool:
        organization, _, slug = team.removeprefix("@").partition("/")
        return self._roles.member(organization, slug, login)
