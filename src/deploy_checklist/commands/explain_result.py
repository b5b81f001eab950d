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
    params: Annotated[Mapping[str, Any], Meta(description="Those that the rule gives.")]


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
    ways: Annotated[tuple[str, ...], Meta(description="How they may.")] = field(name="from")
    count: Annotated[int, Meta(description="How many different people have to.")]
    not_author: Annotated[
        bool | None,
        Meta(description="Null: true where the words say review, approve or sign."),
    ]
    per: Annotated[
        str, Meta(description="How long a signature holds.", extra_json_schema={"enum": _PER})
    ]
    valid_for: Annotated[str | None, Meta(description="And no longer than this, such as `90d`.")]


class ExplainedWhen(Struct, frozen=True, kw_only=True):
    """The condition of a clause."""

    condition: Annotated[
        Any,
        Meta(
            description="As in the rules file: a name, `not name`, a list (all), or `any_of` "
            "with a list."
        ),
    ]
    asked: Annotated[bool | None, Meta(description="Whether it holds now; null: unknown.")]
    why: Annotated[str, Meta(description="What decided that.")]


class ExplainedClause(Struct, frozen=True, kw_only=True):
    """Checks that must all hold, and their settings."""

    variable: Annotated[str | None, Meta(description="The one whose value is judged.")]
    checks: Annotated[tuple[ExplainedCheck, ...], Meta(description="As above, `sign` too.")]
    problem: Annotated[
        str | None, Meta(description="Why a check cannot be looked at in this environment.")
    ]
    phase: Annotated[str, Meta(description="When it is asked.")]
    when: Annotated[ExplainedWhen | None, Meta(description="Null: it is always asked.")]
    signs: Annotated[tuple[ExplainedSignOff, ...], Meta(description="Who has to sign.")]
    severity: Annotated[
        Literal["blocker", "warning"], Meta(description="Whether it holds the release.")
    ]
    warns_until: Annotated[
        date | None,
        Meta(description="A day to come (`enforce_from`): until then it only warns."),
    ]
    owner: Annotated[str | None, Meta(description="Whose turn it is where it fails.")]
    fix: Annotated[str | None, Meta(description="What to do when it does not hold.")]
    waivable: Annotated[bool, Meta(description="Whether a waiver may excuse it.")]


class ExplainedWaiver(Struct, frozen=True, kw_only=True):
    """A waiver of the rule, or of the item."""

    expires: Annotated[date, Meta(description="The last day on which it holds.")]
    expired: Annotated[bool, Meta(description="Whether that day is over: then it has no effect.")]
    reason: Annotated[str, Meta(description="Why it was granted.")]
    approved_by: Annotated[str, Meta(description="Who granted it.")]
    file: Annotated[str | None, Meta(description="The rules file.")]
    line: Annotated[int, Meta(description="Where it stands there.")]


class ExplainedRule(Struct, frozen=True, kw_only=True):
    """A rule of the item."""

    key: Annotated[str, Meta(description="Its key under `items:`.")]
    file: Annotated[
        str | None, Meta(description="The rules file; null: read from the item's own words.")
    ]
    line: Annotated[Place, Meta(description="Where it stands in the rules file.")]
    written: Annotated[str, Meta(description="The rule in YAML, as it stands in the file.")]
    placeholders: Annotated[
        Mapping[str, Any],
        Meta(description="For each `${name}` that it uses, what the environment declares."),
    ]
    clauses: Annotated[tuple[ExplainedClause, ...], Meta(description="All must hold.")]
    waivers: Annotated[
        tuple[ExplainedWaiver, ...], Meta(description="Its waivers, and those of the item.")
    ]


class Explanation(Struct, frozen=True, kw_only=True):
    """One item: which rules speak of it, what the machine does, what a person does."""

    id: Annotated[str, Meta(description="What commands, waivers and reports call it.")]
    file: Annotated[str, Meta(description="The checklist, from the repository's root.")]
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
        Meta(description="What its words may ask for, and perhaps do not."),
    ]
    understood: Annotated[
        tuple[str, ...],
        Meta(description="Without a rule: which of its words were used, and for what."),
    ]
    environment: Annotated[str | None, Meta(description="The only one that it is asked in.")]
    skipped: Annotated[str | None, Meta(description="Why it is not asked.")]
    rules: Annotated[tuple[ExplainedRule, ...], Meta(description="The rules that speak of it.")]
    no_rule: Annotated[str | None, Meta(description="Why there is none.")]
    box_signers: Annotated[
        tuple[str, ...],
        Meta(description="Who may sign, in the box of its section, what no rule says."),
    ]
