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
    "unusable": "a file is missing or cannot be read, or has this mistake; nothing was compared",
    "box": "a line looks like a box, but GitHub displays none",
    "unbound": "no rule covers an item, or a variable that it names",
    "orphan": "a rule matches no item",
    "moved": "the item of a rule stands under another heading",
    "renumbered": "the item of a rule has another number",
    "reworded": "the item of a rule has other words, or its words and its rule differ",
    "split": "the item of a rule became two",
    "optional": "an item's words cancel it, but its rule still counts",
    "table": "a table of secrets and the rules differ",
    "role": "a rule names a role that is not declared",
    "section": "the rules name a section that the checklist does not have",
    "unowned": "nobody owns a file of the gate",
    "question": "a question of `init` is open in the rules file",
    REFERENCE: "an item is never asked",
    "variables": "the files of the repository and the checklist name different variables",
}
_KIND = Meta(
    description="The kind of finding, see below.",
    extra_json_schema={"enum": list(KINDS)},
)
_LEVEL = "`error`: the exit code is not 0. `warning`: with `--strict` it is. `notice`: never."


class LintFinding(Struct, frozen=True, kw_only=True):
    """One place where something is wrong, or worth knowing."""

    level: Annotated[Level, Meta(description=_LEVEL)]
    kind: Annotated[str, _KIND]
    message: Annotated[str, Meta(description="What was found.")]
    remedy: Annotated[str | None, Meta(description="What is allowed, or what to do.")] = None
    file: Annotated[str | None, Meta(description="The file, from the repository's root.")] = None
    line: Annotated[Place, Meta(description="Counts from 1.")] = None
    column: Annotated[Place, Meta(description="Counts from 1.")] = None
    item: Annotated[str | None, Meta(description="The id of the item in that line.")] = None
    question: Annotated[
        str | None, Meta(description="The id of an open question, to answer it by.")
    ] = None


class Counts(Struct, frozen=True, kw_only=True):
    """How many findings have each level."""

    error: Annotated[int, Meta(description="They make the exit code 1.")]
    warning: Annotated[int, Meta(description="They make the exit code 1 with `--strict`.")]
    notice: Annotated[int, Meta(description="They never change the exit code.")]


class LintResult(Struct, frozen=True, kw_only=True):
    """All that `lint` found."""

    schema: Annotated[Literal[1], Meta(description="The version of this form.")] = 1
    exit_code: Annotated[
        int,
        Meta(
            description="2: nothing could be compared, and the findings say why.",
            extra_json_schema={"enum": [0, 1, 2]},
        ),
    ]
    strict: Annotated[bool, Meta(description="Whether `--strict` was given.")]
    checklist: Annotated[str | None, Meta(description="Its path; null if it is not known.")]
    rules: Annotated[
        str | None, Meta(description="The rules file; null: there is none, or it is not known.")
    ]
    counts: Annotated[Counts, Meta(description="How many findings have each level.")]
    findings: Annotated[
        tuple[LintFinding, ...], Meta(description="Errors first, then warnings, then notices.")
    ]
