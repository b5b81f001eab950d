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

    kind: Annotated[str, Meta(description="Its key in the rule.")]
    params: Annotated[Mapping[str, Any], Meta(description="The parameters that the rule gives.")]


class ExplainedRole(Struct, frozen=True, kw_only=True):
    """Who may sign."""

    role: Annotated[
        str,
        Meta(description="A role of the rules file, a person or team, or a level on GitHub."),
    ]
    members: Annotated[
        tuple[str, ...], Meta(description="Of a role of the rules file; else none are named.")
    ]


class ExplainedSignOff(Struct, frozen=True, kw_only=True):
    """Whose signature a clause asks for."""

    by: Annotated[tuple[ExplainedRole, ...], Meta(description="Any of these may sign.")]
    ways: Annotated[tuple[str, ...], Meta(description="The ways in which they may sign.")] = field(
        name="from"
    )
    count: Annotated[int, Meta(description="How many different people have to sign.")]
    not_author: Annotated[
        bool | None,
        Meta(description="Null: true where the words say review, approve or sign."),
    ]
    per: Annotated[
        str, Meta(description="How long a signature counts.", extra_json_schema={"enum": _PER})
    ]
    valid_for: Annotated[
        str | None, Meta(description="The longest time that a signature counts, such as `90d`.")
    ]


class ExplainedWhen(Struct, frozen=True, kw_only=True):
    """The condition of a clause."""

    condition: Annotated[
        Any,
        Meta(
            description="As in the rules file: a name, `not name`, a list (all), or `any_of` "
            "with a list."
        ),
    ]
    asked: Annotated[
        bool | None, Meta(description="Whether the condition is true now; null: unknown.")
    ]
    why: Annotated[str, Meta(description="What decided that.")]


class ExplainedClause(Struct, frozen=True, kw_only=True):
    """Checks that must all pass, and their settings."""

    variable: Annotated[str | None, Meta(description="The one whose value is judged.")]
    checks: Annotated[tuple[ExplainedCheck, ...], Meta(description="As above, `sign` too.")]
    problem: Annotated[
        str | None, Meta(description="Why this cannot be checked in this environment.")
    ]
    phase: Annotated[str, Meta(description="When it is asked.")]
    when: Annotated[ExplainedWhen | None, Meta(description="Null: it is always asked.")]
    signs: Annotated[tuple[ExplainedSignOff, ...], Meta(description="Who has to sign.")]
    severity: Annotated[
        Literal["blocker", "warning"], Meta(description="Whether it blocks the release.")
    ]
    warns_until: Annotated[
        date | None,
        Meta(description="A future day (`enforce_from`): until then it only warns."),
    ]
    owner: Annotated[str | None, Meta(description="Who acts if it fails.")]
    fix: Annotated[str | None, Meta(description="What to do if it fails.")]
    waivable: Annotated[bool, Meta(description="Whether a waiver may excuse it.")]


class ExplainedWaiver(Struct, frozen=True, kw_only=True):
    """A waiver of the rule, or of the item."""

    expires: Annotated[date, Meta(description="The last day on which it counts.")]
    expired: Annotated[bool, Meta(description="Whether that day is over; then it has no effect.")]
    reason: Annotated[str, Meta(description="Why it was granted.")]
    approved_by: Annotated[str, Meta(description="Who granted it.")]
    file: Annotated[str | None, Meta(description="The rules file.")]
    line: Annotated[int, Meta(description="Its line in that file.")]


class ExplainedRule(Struct, frozen=True, kw_only=True):
    """A rule of the item."""

    key: Annotated[str, Meta(description="Its key under `items:`.")]
    file: Annotated[
        str | None, Meta(description="The rules file; null: read from the item's own words.")
    ]
    line: Annotated[Place, Meta(description="Its line in the rules file.")]
    written: Annotated[str, Meta(description="The rule in YAML, as written in the file.")]
    placeholders: Annotated[
        Mapping[str, Any],
        Meta(description="The environment's value for each `${name}` that it uses."),
    ]
    clauses: Annotated[tuple[ExplainedClause, ...], Meta(description="All must pass.")]
    waivers: Annotated[
        tuple[ExplainedWaiver, ...], Meta(description="Its waivers, and those of the item.")
    ]


class Explanation(Struct, frozen=True, kw_only=True):
    """One item: which rules it has, what the machine does, what a person does."""

    id: Annotated[str, Meta(description="What commands, waivers and reports call it.")]
    line: Annotated[int, Meta(description="In the checklist.")]
    text: Annotated[str, Meta(description="Its words.")]
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
            description="How much of it a machine verifies.",
            extra_json_schema={"enum": ["full", "partial", "person"]},
        ),
    ]
    checks: Annotated[tuple[ExplainedCheck, ...], Meta(description="All that a machine does.")]
    person: Annotated[str | None, Meta(description="What is left to a person.")]
    maybe: Annotated[
        tuple[ExplainedCheck, ...],
        Meta(description="What its words might ask for; not certain."),
    ]
    understood: Annotated[
        tuple[str, ...],
        Meta(description="Without a rule: which of its words were used, and for what."),
    ]
    environment: Annotated[
        str | None, Meta(description="The only environment in which it is asked.")
    ]
    skipped: Annotated[str | None, Meta(description="Why it is not asked.")]
    rules: Annotated[tuple[ExplainedRule, ...], Meta(description="Its rules.")]
    no_rule: Annotated[str | None, Meta(description="Why there is none.")]
    box_signers: Annotated[
        tuple[str, ...],
        Meta(description="Who may sign an item without a rule, in the box of its section."),
    ]
