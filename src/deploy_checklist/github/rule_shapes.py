"""What is read of GitHub's answers about rulesets, protected branches and environments.

As in `rest_shapes.py`: what GitHub's description leaves out or makes null has a default or None
here, but for some fields without which a ruleset would look as if it asked for less.
"""

from __future__ import annotations

from msgspec import Struct, field

from ..data_formats.shapes import Moment
from .rest_shapes import RestPage


class RestRulesetName(Struct, frozen=True, kw_only=True):
    id: int
    name: str
    target: str  # needed: a ruleset for branches holds no tag
    enforcement: str
    source: str
    source_type: str  # needed: an organization's is changed elsewhere


class RestRefName(Struct, frozen=True, kw_only=True):
    include: list[str] = []
    exclude: list[str] = []


class RestConditions(Struct, frozen=True, kw_only=True):
    ref_name: RestRefName | None = None


class RestBypass(Struct, frozen=True, kw_only=True):
    actor_type: str
    actor_id: int | None = None
    bypass_mode: str | None = None


class RestRule(Struct, frozen=True, kw_only=True):
    """A rule of any type; new types come, and most have parameters of their own."""

    type: str
    parameters: dict[str, object] | None = None


class RestBranchRule(RestRule, frozen=True, kw_only=True):
    ruleset_id: int  # needed: it says who may bypass the rule


class RestRuleset(RestRulesetName, frozen=True, kw_only=True):
    rules: list[RestRule]  # needed: without them it would ask for nothing
    conditions: RestConditions | None = None
    # Left out unless the token may edit the ruleset.
    bypass_actors: list[RestBypass] | None = None
    current_user_can_bypass: str | None = None
    created_at: Moment | None = None


class RestRequiredStatus(Struct, frozen=True, kw_only=True):
    context: str
    integration_id: int | None = None


class RestStatusParameters(Struct, frozen=True, kw_only=True):
    """The parameters of `required_status_checks`."""

    required_status_checks: list[RestRequiredStatus]
    do_not_enforce_on_create: bool = False


class RestReviewParameters(Struct, frozen=True, kw_only=True):
    """The parameters of `pull_request`."""

    require_code_owner_review: bool


class RestClassicStatus(Struct, frozen=True, kw_only=True):
    context: str
    app_id: int | None


class RestClassicStatuses(Struct, frozen=True, kw_only=True):
    checks: list[RestClassicStatus]
    contexts: list[str]
    enforcement_level: str | None = None


class RestProtection(Struct, frozen=True, kw_only=True):
    enabled: bool | None = None
    required_status_checks: RestClassicStatuses | None = None


class RestBranch(Struct, frozen=True, kw_only=True):
    protected: bool
    protection: RestProtection


class RestBranchPolicy(Struct, frozen=True, kw_only=True):
    protected_branches: bool
    custom_branch_policies: bool


class RestProtectionRule(Struct, frozen=True, kw_only=True):
    type: str


class RestEnvironment(Struct, frozen=True, kw_only=True):
    name: str
    protection_rules: list[RestProtectionRule]  # needed: without them it has no protection
    # Needed: null lets every ref in.
    deployment_branch_policy: RestBranchPolicy | None


class RestEnvironments(RestPage[RestEnvironment], frozen=True, kw_only=True):
    elements: list[RestEnvironment] = field(name="environments")


class RestCommitter(Struct, frozen=True, kw_only=True):
    date: Moment | None = None


class RestCommitText(Struct, frozen=True, kw_only=True):
    committer: RestCommitter | None


class RestDatedCommit(Struct, frozen=True, kw_only=True):
    commit: RestCommitText
