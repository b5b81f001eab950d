"""How an item was understood, as the JSON of `explain` has it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal, get_args

from msgspec import Meta, Struct, field

from ..checks.sign import Params as SignParams
from .mistakes import Place

_PER = list(get_args(SignParams.model_fields["per"].annotation))


class ExplainedCheck(Struct, frozen=True, kw_only=True):
    """One use of a check."""

    kind: Annotated[str, Meta(description="Key of the check in the rule.")]
    params: Annotated[Mapping[str, Any], Meta(description="Parameters that the rule sets.")]


class ExplainedRole(Struct, frozen=True, kw_only=True):
    """Who may sign."""

    role: Annotated[
        str,
        Meta(description="A role of the rules file, a person, a team, or a permission on GitHub."),
    ]
    members: Annotated[
        tuple[str, ...], Meta(description="Members, for a role of the rules file; else empty.")
    ]


class ExplainedSignOff(Struct, frozen=True, kw_only=True):
    """Whose signature a clause asks for."""

    by: Annotated[tuple[ExplainedRole, ...], Meta(description="Any of these may sign.")]
    ways: Annotated[tuple[str, ...], Meta(description="Ways of signing that count.")] = field(
        name="from"
    )
    count: Annotated[int, Meta(description="How many different people must sign.")]
    not_author: Annotated[
        bool | None, Meta(description="Null: true if the words say review, approve or sign.")
    ]
    per: Annotated[
        str, Meta(description="How long a sign-off counts.", extra_json_schema={"enum": _PER})
    ]
    valid_for: Annotated[
        str | None, Meta(description="The longest time for which it counts, such as `90d`.")
    ]


class ExplainedWhen(Struct, frozen=True, kw_only=True):
    """The condition of a clause."""

    condition: Annotated[
        Any,
        Meta(
            description="As in the rules file: a name, `not name`, a list (all), or `any_of` with "
            "a list."
        ),
    ]
    asked: Annotated[
        bool | None, Meta(description="Whether the condition is true now; null: undecided.")
    ]
    why: Annotated[str, Meta(description="What decided the condition.")]


class ExplainedClause(Struct, frozen=True, kw_only=True):
    """Checks that must all pass, and their settings."""

    variable: Annotated[str | None, Meta(description="The variable whose value is checked.")]
    checks: Annotated[tuple[ExplainedCheck, ...], Meta(description="The checks, with `sign`.")]
    problem: Annotated[str | None, Meta(description="Why a check cannot run in this environment.")]
    phase: Annotated[str, Meta(description="When the clause applies.")]
    when: Annotated[
        ExplainedWhen | None, Meta(description="Its condition; null: it always applies.")
    ]
    signs: Annotated[tuple[ExplainedSignOff, ...], Meta(description="Who must sign.")]
    severity: Annotated[
        Literal["blocker", "warning"], Meta(description="Whether it can hold the release.")
    ]
    warns_until: Annotated[
        date | None, Meta(description="A future day (`enforce_from`): until then it only warns.")
    ]
    owner: Annotated[str | None, Meta(description="Whose turn it is if it fails.")]
    fix: Annotated[str | None, Meta(description="What to do if it fails.")]
    waivable: Annotated[bool, Meta(description="Whether it can be waived.")]


class ExplainedWaiver(Struct, frozen=True, kw_only=True):
    """A waiver of the rule, or of the item."""

    expires: Annotated[date, Meta(description="The last day of the waiver.")]
    expired: Annotated[
        bool, Meta(description="Whether that day is over: the waiver has no effect then.")
    ]
    reason: Annotated[str, Meta(description="Why it was granted.")]
    approved_by: Annotated[str, Meta(description="Who granted it.")]
    file: Annotated[str | None, Meta(description="Path of the rules file.")]
    line: Annotated[int, Meta(description="The line in that file.")]


class ExplainedRule(Struct, frozen=True, kw_only=True):
    """A rule of the item."""

    key: Annotated[str, Meta(description="The rule's key under `items:`.")]
    file: Annotated[
        str | None,
        Meta(description="The rules file; null: the rule comes from the item's own words."),
    ]
    line: Annotated[Place, Meta(description="The line in the rules file.")]
    written: Annotated[str, Meta(description="The rule in YAML, as in the file.")]
    placeholders: Annotated[
        Mapping[str, Any],
        Meta(description="The environment's value for each `${name}` in the rule."),
    ]
    clauses: Annotated[tuple[ExplainedClause, ...], Meta(description="All of them must pass.")]
    waivers: Annotated[
        tuple[ExplainedWaiver, ...], Meta(description="The rule's waivers, and those of the item.")
    ]


class Explanation(Struct, frozen=True, kw_only=True):
    """One item: which rules it has, what the machine does, what a person does."""

    id: Annotated[str, Meta(description="Its name in commands, waivers and reports.")]
    file: Annotated[str, Meta(description="The checklist, from the repository's root.")]
    line: Annotated[int, Meta(description="The line in the checklist.")]
    text: Annotated[str, Meta(description="The item's words.")]
    rule: Annotated[
        str,
        Meta(
            description="Where its rules come from: the rules file, or its own words.",
            extra_json_schema={"enum": ["rules", "inferred", "none"]},
        ),
    ]
    automation: Annotated[
        str,
        Meta(
            description="How much of it a machine checks.",
            extra_json_schema={"enum": ["full", "partial", "person"]},
        ),
    ]
    checks: Annotated[
        tuple[ExplainedCheck, ...], Meta(description="Everything that a machine checks.")
    ]
    person: Annotated[str | None, Meta(description="What is left to a person.")]
    maybe: Annotated[
        tuple[ExplainedCheck, ...],
        Meta(description="Checks that its words may or may not ask for."),
    ]
    understood: Annotated[
        tuple[str, ...],
        Meta(description="Without a rule: which of its words were used, and for what."),
    ]
    environment: Annotated[str | None, Meta(description="The only environment that it applies to.")]
    skipped: Annotated[str | None, Meta(description="Why it does not apply.")]
    rules: Annotated[tuple[ExplainedRule, ...], Meta(description="The rules that apply to it.")]
    no_rule: Annotated[str | None, Meta(description="Why it has no rule.")]
    box_signers: Annotated[
        tuple[str, ...],
        Meta(description="Who may sign, in its section's box, what no rule covers."),
    ]
