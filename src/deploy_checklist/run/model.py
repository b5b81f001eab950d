"""From an event to a run: Target, ResolvedTarget, GatePolicy, and Run or NothingGated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Literal, Protocol

from msgspec import Struct

from ..checklist.model import Checklist, Phase
from ..errors import Unusable
from ..github.model import PullRef, PullRequest, Records, Ticket, Tree
from ..outcome import Unobservable
from ..rules.model import Rules
from .document_files import Documents


class Stage(StrEnum):
    """The stage of the target on its way to a release."""

    REVIEW = "review"  # a pull request or a merge group
    GATE = "gate"  # a commit of a trusted branch: the status that release tags require
    DEPLOY = "deploy"  # the job that uses the environment
    AFTER = "after"


class Target(Struct, frozen=True, kw_only=True):
    """What is gated, as far as the event alone shows it. What is None is read from GitHub."""

    stage: Stage
    phase: Phase
    commit: str | None  # None: the head of `pull_request`, which must be read
    pull_request: int | None  # None: the merged one that brought `commit`, if there is one
    ticket: int | None  # an issue on which somebody commented
    tag: str | None
    environment: str | None  # that a deployment names
    base: str | None  # base branch of a pull request
    from_fork: bool
    re_run: bool  # an earlier attempt's values and approvals may be among those of this run
    finds_pull_request: bool  # ask which pull request brought the commit
    is_head: bool = False  # `commit` is the head of `pull_request` as the payload says it
    head_before: str | None = None  # of `pull_request`, before the push that started this run
    head_ref: str | None = None  # branch of `pull_request`; None: the event does not say
    labels: tuple[str, ...] = ()  # of `pull_request`


class TargetReader(Protocol):
    """What GitHub knows about a target before it is judged. Raises Unobservable if it does not
    answer.
    """

    def records(
        self,
        *,
        pull_request: int | None,
        ticket: int | None,
        base: str | None,
        files: Sequence[str],
        more: Sequence[str] = (),
    ) -> Records: ...

    def tree(
        self, commit: str, files: Sequence[str], *, statuses: bool, more: Sequence[str]
    ) -> Tree: ...

    def pulls_with(self, commit: str) -> Sequence[PullRef]: ...

    def pull(self, number: int) -> PullRef: ...

    def contained(self, commit: str, branch: str) -> bool: ...

    def file(self, path: str, commit: str) -> bytes | None: ...

    def texts(self, commit: str, paths: Sequence[str]) -> Mapping[str, bytes]: ...


class ResolvedTarget(Struct, frozen=True, kw_only=True):
    """The target as GitHub knows it, and where people comment on it."""

    target: Target  # its commit is known
    records: Records
    release: bool  # no pull request, or one that is a release
    idle: str | None = None  # why there is nothing to do at all
    asks_in_ticket: bool = False  # although a pull request brought the commit: it is not a release

    @property
    def commit(self) -> str:
        assert self.target.commit is not None
        return self.target.commit

    @property
    def pull_request(self) -> PullRequest | None:
        return self.records.pull_request

    @property
    def ticket(self) -> Ticket | None:
        return self.records.ticket

    @property
    def home(self) -> PullRequest | Ticket | None:
        """Where the boxes are shown: on the pull request while there is one, else in the ticket."""
        if self.asks_in_ticket:
            return self.ticket
        return self.pull_request or self.ticket

    @property
    def ticket_to_sign(self) -> int | None:
        """The ticket's number, if the boxes are shown there."""
        ticket = self.ticket
        return ticket.number if ticket is not None and self.home is ticket else None


# GitHub's answer about the target, or why there is none; None: it was not asked.
Answer = ResolvedTarget | Unobservable | None


class GatePolicy(Struct, frozen=True, kw_only=True):
    """Whose checklist and rules decide."""

    documents: Documents  # that decide
    # The pull request's own documents if they may differ, or their faults.
    proposed: Documents | Unusable | None = None
    tree: Tree | None = None  # of the gated commit; None: not read
    lint_only: str | None = None  # why nothing is gated: not a release
    untrusted: bool = False  # the pull request's own: the trusted branch has no checklist yet
    unavailable: Unobservable | None = None  # why GitHub did not answer: these are the checkout's


class NothingGated(Struct, frozen=True, kw_only=True):
    """Why this run gates nothing."""

    reason: str
    lint: Documents | Unusable | None = None  # the pull request's documents; None: not even those


class Run(Struct, frozen=True, kw_only=True):
    """What is gated, by which documents, and what may be written. Decided before any check."""

    target: Target
    commit: str
    signed_commit: str  # that people sign: of a merge queue's commit, the pull request's head
    checklist: Checklist
    rules: Rules  # for the environment that is gated
    # The pull request's own documents if they may differ, or their faults.
    proposed: tuple[Checklist, Rules] | Unusable | None
    tree: Tree | None  # the gated commit's files that were read
    resolved: ResolvedTarget | None  # None: GitHub was not asked, or did not answer
    unavailable: Unobservable | None  # why GitHub did not answer, if it was asked
    mode: Literal["enforce", "report"]
    to_prove: str | None  # in the deploy job: the environment whose values it must have
    untrusted_checklist: (
        bool  # a preview that blocks nothing: only the pull request has a checklist
    )
    read_only: bool  # a fork's or Dependabot's: without secrets, and with a token that only reads
    may_write: bool
    posts_status: bool
    keeps_comment: bool
    # The trusted branch's, whose `override:` and roles decide who may; None: nobody may.
    override_rules: Rules | None = None

    @property
    def overridden_by(self) -> tuple[str, ...]:
        """The roles that may release what this run blocks."""
        rules = self.override_rules if self.may_be_overridden else None
        return rules.override.by if rules is not None and rules.override else ()

    @property
    def may_be_overridden(self) -> bool:
        """Whether it can block a release, and record that it did not."""
        return self.mode == "enforce" and self.may_write and self.target.phase is not Phase.AFTER
