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

    id: Annotated[str, Meta(description="Key of the answer in an answers file.")]
    item: Annotated[str | None, Meta(description="Id of the first item that it is about.")]
    line: Annotated[Place, Meta(description="Line of that item in the checklist.")]
    question: Annotated[str | None, Meta(description="The question in words.")]
    example: Annotated[Any, Meta(description="A possible answer.")]
    choices: Annotated[
        tuple[Any, ...], Meta(description="Variables of the checklist that may be the answer.")
    ]
    default: Annotated[Any, Meta(description="What the answer `true` stands for; null: nothing.")]


class NotTaken(Struct, frozen=True, kw_only=True):
    """An answer that changed nothing."""

    id: Annotated[str, Meta(description="Id of its question.")]
    why: Annotated[str, Meta(description="Why it changed nothing.")]


class NextCommand(Struct, frozen=True, kw_only=True):
    """What to run now."""

    command: Annotated[str, Meta(description="A command to run.")]
    why: Annotated[str, Meta(description="What the command is good for.")]


class AutomationCounts(Struct, frozen=True, kw_only=True):
    """Items by how much of each is checked automatically, according to the rules file."""

    full: Annotated[int, Meta(description="Items that a machine checks completely.")] = 0
    partial: Annotated[
        int, Meta(description="Items that a machine checks in part; a person signs the rest.")
    ] = 0
    person: Annotated[int, Meta(description="Items that a person signs.")] = 0


class InitResult(Struct, frozen=True, kw_only=True):
    """What `init` wrote, and what it left open."""

    schema: Annotated[Literal[1], Meta(description="Version of this format.")] = 1
    exit_code: Annotated[
        int,
        Meta(
            description="2: nothing was written, and `errors` says why.",
            extra_json_schema={"enum": [0, 2]},
        ),
    ] = 0
    change: Annotated[
        Literal["created", "changed", "none"],
        Meta(description="What happened to the rules file; `none`: nothing."),
    ]
    rules: Annotated[
        str | None, Meta(description="Path of the rules file, from the repository's root.")
    ]
    checklist: Annotated[str | None, Meta(description="Path of the checklist; null: not known.")]
    rule_count: Annotated[int, Meta(description="Entries under `items:` in the rules file.")] = 0
    item_count: Annotated[int, Meta(description="Items of the checklist, without titles.")] = 0
    automation: Annotated[
        AutomationCounts,
        Meta(description="How many items a machine checks fully, in part, or not at all."),
    ] = AutomationCounts()
    checks: Annotated[
        Mapping[str, int],
        Meta(description="For each kind of check, the number of items that use it."),
    ] = {}
    added: Annotated[
        int | None, Meta(description="Items for which `--add` wrote rules; null: no `--add`.")
    ] = None
    pinned: Annotated[int, Meta(description="Items that `--pin` pinned in the checklist.")] = 0
    answered: Annotated[
        tuple[str, ...], Meta(description="Ids of the questions that were answered.")
    ] = ()
    not_taken: Annotated[
        tuple[NotTaken, ...], Meta(description="Answers that changed nothing, and why.")
    ] = ()
    questions: Annotated[
        tuple[InitQuestion, ...],
        Meta(description="Questions that are still open in the rules file."),
    ] = ()
    private_domains: Annotated[
        tuple[str, ...],
        Meta(
            description="Private domains among the answers. Their checks have `allow_private: "
            "true`, and only a runner inside that network reaches them."
        ),
    ] = ()
    next: Annotated[tuple[NextCommand, ...], Meta(description="What to run now, in order.")] = ()
    errors: Annotated[
        tuple[Mistake, ...], Meta(description="Why nothing was written; empty if all went well.")
    ] = ()
