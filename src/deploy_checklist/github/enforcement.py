"""What keeps a release behind its gate, as GitHub reports it. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from ..world.enforcement_port import (
    BranchRules,
    Bypass,
    ClassicProtection,
    DefaultBranch,
    DeploymentEnvironment,
    PostedStatus,
    RequiredStatus,
    Ruleset,
    RulesetName,
    TagName,
)
from .answers import Answers
from .client import Client
from .decode import decoded
from .failures import RequestPurpose
from .reader import GitHubReader
from .rest_shapes import RestStatus, RestTag
from .rule_shapes import (
    RestBranch,
    RestBranchRule,
    RestDatedCommit,
    RestEnvironments,
    RestReviewParameters,
    RestRule,
    RestRuleset,
    RestRulesetName,
    RestStatusParameters,
)

T = TypeVar("T")

_REPOSITORY = "Repository"  # of a ruleset's `source_type`
_WITH_PARENTS = {"includes_parents": "true"}


class EnforcementReader:
    """Implements ports of `world.enforcement_port`. What several facts need is asked for once."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._listed = Answers[Sequence[RulesetName]]()
        self._rulesets = Answers[Ruleset]()
        self._branches = Answers[BranchRules]()

    def default_branch(self, files: Sequence[str]) -> DefaultBranch:
        """Its workflows, and those of these files that exist."""
        reader = GitHubReader(self._client)
        records = reader.records(folders=())
        if records.trusted is None:
            raise self._client.need("the default branch", "contents: read").not_shown()
        tree = reader.tree(records.trusted.commit, files)
        found = {path: data for path, data in tree.files.items() if data is not None}
        return DefaultBranch(name=records.default_branch, commit=tree.commit, files=found)

    def rulesets(self) -> Sequence[RulesetName]:
        """All that apply to the repository, those of the organization too."""

        def listed() -> Sequence[RulesetName]:
            need = self._client.need("the repository's rulesets", "metadata: read")
            path = self._client.at("rulesets")
            found = self._client.pages(path, need, list[RestRulesetName], _WITH_PARENTS)
            return [_name(each) for each in found]

        return self._listed.get(None, listed)

    def ruleset(self, name: RulesetName) -> Ruleset:
        """One of them, with its rules."""
        return self._rulesets.get(name.id, lambda: self._read_ruleset(name))

    def _read_ruleset(self, name: RulesetName) -> Ruleset:
        need = self._client.need(f"the ruleset {name.id}", "metadata: read")
        answer = self._client.read(self._client.at("rulesets", name.id), need, _WITH_PARENTS)
        found = decoded(answer, RestRuleset, need)
        refs = found.conditions.ref_name if found.conditions else None
        statuses = list(_parameters(found.rules, RestStatusParameters, need))
        actors = found.bypass_actors
        return Ruleset(
            name=_name(found),
            include=tuple(refs.include) if refs else (),
            exclude=tuple(refs.exclude) if refs else (),
            required=_required(statuses),
            holds_creation=not any(each.do_not_enforce_on_create for each in statuses),
            bypasses=None
            if actors is None
            else tuple(
                Bypass(kind=each.actor_type, id=each.actor_id, mode=_mode(each.bypass_mode))
                for each in actors
            ),
            own_bypass=found.current_user_can_bypass,
            created_at=found.created_at,
        )

    def branch_rules(self, branch: str) -> BranchRules:
        """The requirements of active rulesets for a branch."""

        def read() -> BranchRules:
            need = self._client.need(f"the rules of branch {branch}", "metadata: read")
            path = self._client.at("rules", "branches", branch)
            rules = list(self._client.pages(path, need, list[RestBranchRule]))
            of_ruleset: dict[int, list[RestBranchRule]] = {}
            for rule in rules:
                of_ruleset.setdefault(rule.ruleset_id, []).append(rule)
            return BranchRules(
                required={
                    number: _required(_parameters(found, RestStatusParameters, need))
                    for number, found in of_ruleset.items()
                },
                owners_review=any(
                    each.require_code_owner_review
                    for each in _parameters(rules, RestReviewParameters, need)
                ),
            )

        return self._branches.get(branch, read)

    def classic_protection(self, branch: str) -> ClassicProtection:
        """The requirements of the branch's own protection."""
        need = self._client.need(f"the protection of branch {branch}", "contents: read")
        answer = self._client.read(self._client.at("branches", branch), need)
        found = decoded(answer, RestBranch, need).protection
        statuses = found.required_status_checks if found.enabled else None
        if statuses is None:
            return ClassicProtection(required=(), enforcement="off")
        apps = {each.context: each.app_id for each in statuses.checks}
        contexts = dict.fromkeys((*apps, *statuses.contexts))
        return ClassicProtection(
            required=tuple(
                RequiredStatus(context=context, app=_app(apps.get(context))) for context in contexts
            ),
            enforcement=statuses.enforcement_level,
        )

    def environment(self, name: str) -> DeploymentEnvironment | None:
        """None: the list of environments has none of that name."""
        need = self._client.need("the repository's environments", "actions: read")
        for each in self._client.pages(self._client.at("environments"), need, RestEnvironments):
            if each.name.casefold() == name.casefold():  # as GitHub compares them
                policy = each.deployment_branch_policy
                return DeploymentEnvironment(
                    rules=tuple(dict.fromkeys(rule.type for rule in each.protection_rules)),
                    protected_branches_only=policy is not None and policy.protected_branches,
                    named_branches_only=policy is not None and policy.custom_branch_policies,
                )
        return None

    def tags(self) -> Sequence[TagName]:
        """All tags."""
        need = self._client.need("the repository's tags", "contents: read")
        found = self._client.pages(self._client.at("tags"), need, list[RestTag])
        return [TagName(name=each.name, commit=each.commit.sha) for each in found]

    def status(self, commit: str, context: str) -> PostedStatus | None:
        """The newest status of a context on a commit; None if there is none."""
        need = self._client.need(f"the statuses of commit {commit[:7]}", "statuses: read")
        path = self._client.at("commits", commit, "statuses")
        for each in self._client.pages(path, need, list[RestStatus]):  # the newest first
            if each.context.casefold() == context.casefold():
                return PostedStatus(
                    state=each.state,
                    description=each.description or "",
                    login=each.creator.login if each.creator else None,
                    is_bot=each.creator is not None and each.creator.type == "Bot",
                    address=each.target_url,
                )
        return None

    def committed_at(self, commit: str) -> datetime | None:
        """When the commit was made, as the commit itself says; None if it does not."""
        need = self._client.need(f"commit {commit[:7]}", "contents: read")
        answer = self._client.read(self._client.at("commits", commit), need)
        committer = decoded(answer, RestDatedCommit, need).commit.committer
        return committer.date if committer else None


def _name(found: RestRulesetName) -> RulesetName:
    return RulesetName(
        id=found.id,
        name=found.name,
        target=found.target,
        enforcement=found.enforcement,
        source=found.source,
        of_repository=found.source_type == _REPOSITORY,
    )


_TYPES: Mapping[type, str] = {
    RestStatusParameters: "required_status_checks",
    RestReviewParameters: "pull_request",
}


def _parameters(rules: Sequence[RestRule], shape: type[T], need: RequestPurpose) -> Iterator[T]:
    """The parameters of the rules of one type. One without parameters is not a known rule."""
    for rule in rules:
        if rule.type == _TYPES[shape]:
            yield decoded(rule.parameters, shape, need)


def _required(
    statuses: Iterator[RestStatusParameters] | list[RestStatusParameters],
) -> tuple[RequiredStatus, ...]:
    return tuple(
        RequiredStatus(context=check.context, app=_app(check.integration_id))
        for each in statuses
        for check in each.required_status_checks
    )


def _app(number: int | None) -> int | None:
    """An App's number; None for the -1 by which GitHub says "any"."""
    return number if number is not None and number > 0 else None


def _mode(mode: str | None) -> str | None:
    return "by_merge" if mode == "pull_request" else mode
