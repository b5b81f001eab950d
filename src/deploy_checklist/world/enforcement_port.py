"""The port for the settings on GitHub that enforce a gate: rulesets, branch protection, tags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct


class RulesetName(Struct, frozen=True, kw_only=True):
    """A ruleset as it appears in the list."""

    id: int
    name: str
    target: str  # branch | tag | push | repository
    enforcement: str  # active | evaluate | disabled
    source: str  # the repository or the organization that it belongs to
    of_repository: bool  # False: it belongs to the organization or the enterprise


class RequiredStatus(Struct, frozen=True, kw_only=True):
    """A status that must be `success`. `app`: the App that has to post it; None: anybody."""

    context: str
    app: int | None


class Bypass(Struct, frozen=True, kw_only=True):
    """Who may bypass a ruleset."""

    kind: str  # Integration | OrganizationAdmin | RepositoryRole | Team | DeployKey | User
    id: int | None
    mode: str | None  # always | by_merge (of a pull request) | exempt; None: GitHub did not tell


class Ruleset(Struct, frozen=True, kw_only=True):
    """A ruleset with its rules."""

    name: RulesetName
    include: tuple[str, ...]  # globs of whole refs, `~ALL` or `~DEFAULT_BRANCH`
    exclude: tuple[str, ...]
    required: tuple[RequiredStatus, ...]
    holds_creation: bool  # whether a ref needs the statuses when it is made, too
    bypasses: tuple[Bypass, ...] | None  # None: GitHub shows them only to who may edit it
    own_bypass: str | None  # always | pull_requests_only | never | exempt, of the token's account
    created_at: datetime | None


class BranchRules(Struct, frozen=True, kw_only=True):
    """The rules of active rulesets for one branch."""

    required: Mapping[int, tuple[RequiredStatus, ...]]  # by the id of the ruleset
    owners_review: bool  # whether an owner of each changed file has to approve


class ClassicProtection(Struct, frozen=True, kw_only=True):
    """The protection of a branch other than a ruleset."""

    required: tuple[RequiredStatus, ...]
    enforcement: str | None  # off | non_admins | everyone; None: GitHub did not tell


class DeploymentEnvironment(Struct, frozen=True, kw_only=True):
    """An environment's protection."""

    rules: tuple[str, ...]  # required_reviewers | wait_timer | branch_policy, or a custom one
    protected_branches_only: bool
    named_branches_only: bool  # and tags


class TagName(Struct, frozen=True, kw_only=True):
    """A tag, and the commit that it leads to."""

    name: str
    commit: str


class PostedStatus(Struct, frozen=True, kw_only=True):
    """The newest status of a context on a commit."""

    state: str  # error | failure | pending | success
    description: str
    login: str | None  # None: a deleted account
    is_bot: bool
    address: str | None


class DefaultBranch(Struct, frozen=True, kw_only=True):
    """The branch whose files count, and those of them that were asked for."""

    name: str
    commit: str
    files: Mapping[str, bytes]


class Enforcement(Protocol):
    """What GitHub says about a repository. Unobservable if it does not say."""

    def default_branch(self, files: Sequence[str]) -> DefaultBranch:
        """Its workflows, and those of these files that are there."""

    def rulesets(self) -> Sequence[RulesetName]:
        """All that apply to the repository, those of the organization too."""

    def ruleset(self, name: RulesetName) -> Ruleset:
        """One of them, with its rules."""

    def branch_rules(self, branch: str) -> BranchRules:
        """The requirements of active rulesets for a branch."""

    def classic_protection(self, branch: str) -> ClassicProtection:
        """The requirements of the branch's own protection."""

    def environment(self, name: str) -> DeploymentEnvironment | None:
        """None: the list of environments has none of that name."""

    def tags(self) -> Sequence[TagName]:
        """All tags."""

    def status(self, commit: str, context: str) -> PostedStatus | None:
        """The newest status of a context on a commit; None if there is none."""

    def committed_at(self, commit: str) -> datetime | None:
        """When the commit was made, as it says itself; None if it does not."""
