"""What `compare` finds, as its JSON has it. No value of a variable is in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from msgspec import Meta, Struct

Kind = Literal["missing", "empty", "stored", "same", "other"]
KINDS: Mapping[Kind, str] = {  # in this order; each with its heading
    "missing": "One has it, the other does not",
    "empty": "Empty in one of them",
    "stored": "A secret in one, a variable in the other",
    "same": "The same in both, but must differ",
    "other": "Looks like the other environment's",
}
_KIND = Meta(
    description="`missing`: the other environment has it. `empty`: the other one has a "
    "value. `stored`: a secret in one, a variable in the other. `same`: must "
    "differ, but does not. `other`: looks like the other environment's value."
)
_EXIT = Meta(
    description="0: no differences. 1: there are differences. 3: GitHub did not show the names.",
    extra_json_schema={"enum": [0, 1, 3]},
)


class Difference(Struct, frozen=True, kw_only=True):
    """One name to correct."""

    kind: Annotated[Kind, _KIND]
    name: Annotated[str, Meta(description="Name of the variable.")]
    environment: Annotated[
        str | None, Meta(description="Where to correct it; null: in either environment.")
    ]
    message: Annotated[str, Meta(description="What was found, without any value.")]
    remedy: Annotated[str | None, Meta(description="A command to run.")] = None


class ComparedEnvironments(Struct, frozen=True, kw_only=True):
    """What was compared, and what to correct."""

    schema: Annotated[Literal[1], Meta(description="Version of this format.")] = 1
    exit_code: Annotated[int, _EXIT]
    environments: Annotated[tuple[str, ...], Meta(description="Names of the two environments.")]
    places: Annotated[
        tuple[str, ...], Meta(description="Where the names come from: a file, or GitHub.")
    ]
    names: Annotated[int, Meta(description="How many names were compared.")]
    with_values: Annotated[bool, Meta(description="Whether values were compared, too.")]
    differences: Annotated[tuple[Difference, ...], Meta(description="What to correct.")]
    unshown: Annotated[
        int,
        Meta(
            description="How many names are in only one file and are not shown, because a value "
            "may have been pasted there."
        ),
    ] = 0
    unreadable: Annotated[
        str | None, Meta(description="Why nothing was compared, and what to do.")
    ] = None
    notice: Annotated[str | None, Meta(description="What was not compared.")] = None
