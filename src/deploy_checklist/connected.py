"""What a run has of GitHub: its clients, its situation, and everything that is built on them."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from .checklist.model import Checklist
from .outcome import Unobservable
from .people.claims import Evidence
from .people.naming import names
from .people.voices import Voices
from .records import Approval
from .rules.model import Rules
from .settings import Inputs, RunContext
from .target.decide import Target
from .target.situation import Place, Situation, Wishes, locate, situation
from .world.github.client import Access, Client, connect
from .world.github.history import History
from .world.github.live import LiveGitHub, OwnRun
from .world.github.reader import GitHubReader
from .world.github.roles import Roles
from .world.github.tree import CommitTree
from .world.github.writes import Writer

GRACE = 15.0  # seconds after the checks' deadline that are left to publish in
_GITHUBS_OWN = "web-flow"  # committer of the commits that GitHub itself makes of pull requests
_ON_A_BRANCH = frozenset({"push", "schedule", "workflow_dispatch", "repository_dispatch", "issue_comment"})


class Connected:
    """GitHub, asked with the tokens that this run was given."""

    def __init__(self, inputs: Inputs, context: RunContext, payload: Mapping[str, Any], target: Target) -> None:
        self._context = context
        self._payload = payload
        self._ends = time.monotonic() + inputs.deadline.total_seconds() + GRACE
        self.wishes = Wishes(
            checklist=inputs.checklist,
            rules=inputs.rules,
            ticket=inputs.ticket,
            release_pr=inputs.release_pr,
            trusted_branches=inputs.trusted_branches,
            mode=inputs.mode,
        )
        self._client = self._connect(inputs.github_token, "github-token")
        self._metadata = self._connect(inputs.metadata_token, "metadata-token") if inputs.metadata_token else None
        self._status = self._connect(inputs.status_token, "status-token") if inputs.status_token else self._client
        self._sight = GitHubReader(self._client)
        self._roles = Roles(self._client, self._metadata)
        self._target = target

    @property
    def place(self) -> Place:
        """What is gated. Unobservable if GitHub does not tell."""
        if isinstance(self._place, Unobservable):
            raise self._place
        return self._place

    @cached_property
    def _place(self) -> Place | Unobservable:
        """Asked once: whoever waited for no answer need not wait again."""
        try:
            return locate(self._target, self.wishes, self._sight, lagging=self._lagging(), wait=time.sleep)
        except Unobservable as trouble:
            return trouble

    @cached_property
    def situation(self) -> Situation:
        """The documents that count, and what they say of this target."""
        return situation(self.place, self.wishes, self._sight, pushed=self.pushed(self.place.target))

    def github(self, commit: str) -> LiveGitHub:
        """What checks may ask."""
        run = self._context.github_run_id
        own = OwnRun.of(str(run) if run else None, self._context.github_workflow_ref)
        return LiveGitHub(self._client, self._metadata, commit=commit, own=own)

    def tree(self, commit: str) -> CommitTree:
        """A commit's files and history through the API, where they do not lie in the workspace."""
        return CommitTree(self._client, commit)

    def voices(self, checklist: Checklist, rules: Rules, now: datetime) -> Voices:
        """Everything people said, under the roles of these rules."""
        starts = self.place.target.starts_release
        approvals, unread = self._approvals(rules)
        evidence = Evidence(
            pull_request=self.place.pull_request,
            ticket=self.place.ticket,
            approvals=approvals,
            approvals_unread=unread,
            signed=rules.signed,
            roles=rules.roles,
            permission=self._roles.permission,
            member=self._member,
            environment=rules.environment,
            commit=self._spoken_of(),
            run_actor=self._context.github_actor_id if starts else None,
            now=now,
            names=names(checklist, rules),
        )
        return Voices(evidence)

    def comments(self) -> Writer:
        """Where comments and issues are written."""
        return Writer(self._client)

    def statuses(self) -> Writer:
        """Where the status is written."""
        return Writer(self._status)

    def _connect(self, token: Any, name: str) -> Client:  # noqa: ANN401 - SecretStr, which is pydantic's
        access = Access(
            token=token.get_secret_value(),
            repository=self._context.github_repository or "",
            api_url=self._context.github_api_url,
            graphql_url=self._context.github_graphql_url,
            token_name=name,
        )
        return connect(access, remaining=lambda: self._ends - time.monotonic())

    def _approvals(self, rules: Rules) -> tuple[Sequence[Approval], Unobservable | None]:
        """Of this run; GitHub tells neither time nor attempt, so only the first attempt's count."""
        uses = (use for rule in rules.rules for clause in rule.clauses for use in clause.uses if use.kind == "sign")
        asked = any("environment" in getattr(use.params, "from_", ()) for use in uses)
        run = self._context.github_run_id
        if not asked or run is None or self._context.github_run_attempt > 1:
            return (), None
        try:
            return History(self._client).approvals(run), None
        except Unobservable as trouble:
            return (), trouble

    def _member(self, team: str, login: str) -> bool:
        organization, _, slug = team.removeprefix("@").partition("/")
        return self._roles.member(organization, slug, login)

    def _spoken_of(self) -> str:
        """The commit that people signed: of a merge queue's commit, the head that GitHub made it of."""
        pull = self.place.pull_request
        queued = self._context.github_event_name == "merge_group" and pull is not None and not pull.merged
        return pull.head if queued and pull else self.place.commit

    def _lagging(self) -> bool:
        head = self._payload.get("head_commit") or {}
        return self._context.github_event_name == "push" and head.get("committer", {}).get("username") == _GITHUBS_OWN

    def pushed(self, target: Target) -> str | None:
        """The branch that is known to hold the commit: this run's own, unless it is an old run's."""
        ref = self._context.github_ref or ""
        own = target.commit == self._context.github_sha and not target.re_run
        on_branch = self._context.github_event_name in _ON_A_BRANCH and ref.startswith("refs/heads/")
        return ref.removeprefix("refs/heads/") if own and on_branch else None
