"""What `init` did, as its JSON has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from .mistakes import Mistake, Place


class InitQuestion(Struct, frozen=True, kw_only=True):
    """A question that is open in the rules file. All but its id is null where the checklist no
    longer asks it.
    """

    id: Annotated[str, Meta(description="What an answers file answers it by.")]
    item: Annotated[str | None, Meta(description="The id of the first item that it is about.")]
    line: Annotated[Place, Meta(description="The line of the item in the checklist.")]
    question: Annotated[str | None, Meta(description="In words.")]
    example: Annotated[Any, Meta(description="An answer that fits.")]
    choices: Annotated[
        tuple[Any, ...], Meta(description="Variables of the checklist that may be the answer.")
    ]
    default: Annotated[Any, Meta(description="The value used for the answer `true`; null: none.")]


class NotTaken(Struct, frozen=True, kw_only=True):
    """An answer that changed nothing."""

    id: Annotated[str, Meta(description="The id of its question.")]
    why: Annotated[str, Meta(description="Why it changed nothing.")]


class NextCommand(Struct, frozen=True, kw_only=True):
    """What to run now."""

    command: Annotated[str, Meta(description="The command to run.")]
    why: Annotated[str, Meta(description="What it does.")]


class AutomationCounts(Struct, frozen=True, kw_only=True):
    """Items by how much of each is checked automatically, according to the rules file."""

    full: Annotated[int, Meta(description="Checked automatically, without a person.")] = 0
    partial: Annotated[int, Meta(description="A person signs the rest.")] = 0
    person: Annotated[int, Meta(description="Signed by a person.")] = 0


class InitResult(Struct, frozen=True, kw_only=True):
    """What `init` wrote, and what it left open."""

    schema: Annotated[Literal[1], Meta(description="The version of this form.")] = 1
    exit_code: Annotated[
        int,
        Meta(
            description="2: nothing was written, and `errors` say why.",
            extra_json_schema={"enum": [0, 2]},
        ),
    ] = 0
    change: Annotated[
        Literal["created", "changed", "none"],
        Meta(description="What happened to the rules file; `none`: nothing."),
    ]
    rules: Annotated[str | None, Meta(description="The rules file, from the repository's root.")]
    checklist: Annotated[str | None, Meta(description="Its path; null if it is not known.")]
    rule_count: Annotated[int, Meta(description="Entries under `items:` in the rules file.")] = 0
    item_count: Annotated[int, Meta(description="Items of the checklist, without titles.")] = 0
    automation: Annotated[
        AutomationCounts,
        Meta(
            description="How many items are checked automatically: completely, partly or not at "
            "all."
        ),
    ] = AutomationCounts()
    checks: Annotated[
        Mapping[str, int],
        Meta(description="How many items use each kind of check."),
    ] = {}
    added: Annotated[
        int | None,
        Meta(description="Items that `--add` wrote rules for; null without `--add`."),
    ] = None
    pinned: Annotated[int, Meta(description="Items that `--pin` pinned in the checklist.")] = 0
    answered: Annotated[
        tuple[str, ...], Meta(description="Ids of the questions that were answered.")
    ] = ()
    not_taken: Annotated[
        tuple[NotTaken, ...], Meta(description="Answers that changed nothing, and why.")
    ] = ()
    questions: Annotated[
        tuple[InitQuestion, ...], Meta(description="What is left open in the rules file.")
    ] = ()
    private_domains: Annotated[
        tuple[str, ...],
        Meta(
            description="Private addresses among the answers: their checks have `allow_private: "
            "true`, and only a runner inside that network can reach them."
        ),
    ] = ()
    next: Annotated[tuple[NextCommand, ...], Meta(description="What to run now, in order.")] = ()
    errors: Annotated[
        tuple[Mistake, ...], Meta(description="Why nothing was written; empty if all is well.")
    ] = ()
