"""What `lint` finds, as its JSON has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, get_args

from msgspec import Meta, Struct

from .mistakes import Place

Level = Literal["error", "warning", "notice"]
LEVELS: tuple[Level, ...] = get_args(Level)

REFERENCE = "reference"
# Every kind of finding, and what it says.
KINDS: Mapping[str, str] = {
    "unusable": "a file is missing, cannot be read or has this mistake; nothing was compared",
    "box": "a line looks like a box, but is not an item",
    "unbound": "no rule applies to an item, or to a variable that it names",
    "orphan": "a rule applies to no item",
    "moved": "the item of a rule is now under another heading",
    "renumbered": "the item of a rule now has another number",
    "reworded": "the item of a rule was reworded, or its words and its rule do not agree",
    "split": "the item of a rule was split in two",
    "optional": "an item's words make it optional, but its rule counts",
    "table": "a table of secrets and the rules do not agree",
    "role": "a role that is not declared should sign a rule",
    "section": "the rules name a section that the checklist does not have",
    "unowned": "a file of the gate has no owner in CODEOWNERS",
    "question": "a question of `init` is open in the rules file",
    REFERENCE: "an item is for reference and never checked",
    "variables": "the files of the repository and the checklist name different variables",
}
_KIND = Meta(
    description="What sort of finding it is: one word from the list below.",
    extra_json_schema={"enum": list(KINDS)},
)
_LEVEL = "`error`: the exit code is not 0. `warning`: with `--strict` it is. `notice`: never."


class LintFinding(Struct, frozen=True, kw_only=True):
    """One place where something is wrong, or worth knowing."""

    level: Annotated[Level, Meta(description=_LEVEL)]
    kind: Annotated[str, _KIND]
    message: Annotated[str, Meta(description="What was found.")]
    remedy: Annotated[str | None, Meta(description="What is allowed, or what to do.")] = None
    file: Annotated[
        str | None, Meta(description="Path of the file, from the repository's root.")
    ] = None
    line: Annotated[Place, Meta(description="The line in that file, from 1.")] = None
    column: Annotated[Place, Meta(description="The column in that line, from 1.")] = None
    item: Annotated[str | None, Meta(description="Id of the item in that line.")] = None
    question: Annotated[str | None, Meta(description="Id of an open question, for its answer.")] = (
        None
    )


class Counts(Struct, frozen=True, kw_only=True):
    """How many findings have each level."""

    error: Annotated[int, Meta(description="Findings that make the exit code 1 or 2.")]
    warning: Annotated[int, Meta(description="Findings that count only with `--strict`.")]
    notice: Annotated[int, Meta(description="Findings that never count.")]


class LintResult(Struct, frozen=True, kw_only=True):
    """All that `lint` found."""

    schema: Annotated[Literal[1], Meta(description="Version of this format.")] = 1
    exit_code: Annotated[
        int,
        Meta(
            description="2: nothing could be compared, and the findings say why.",
            extra_json_schema={"enum": [0, 1, 2]},
        ),
    ]
    strict: Annotated[bool, Meta(description="Whether `--strict` was given.")]
    checklist: Annotated[str | None, Meta(description="Path of the checklist; null: not known.")]
    rules: Annotated[
        str | None,
        Meta(description="Path of the rules file; null: there is none, or it is not known."),
    ]
    counts: Annotated[Counts, Meta(description="How many findings have each level.")]
    findings: Annotated[
        tuple[LintFinding, ...],
        Meta(description="Everything that was found; what counts comes first."),
    ]
