"""Mistakes of a rules file: what is said of them, gathered so that all are told at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from pydantic_core import ErrorDetails

from ..data_formats import Node
from ..errors import Fault, Unusable


class Faults:
    """The mistakes found so far in one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._found: dict[Fault, None] = {}  # once each: most stand in every environment

    def __bool__(self) -> bool:
        return bool(self._found)

    def add(self, line: int, column: int, message: str, hint: str | None = None) -> None:
        self._found[Fault(file=self.file, line=line, column=column, message=message, hint=hint)] = (
            None
        )

    def at(self, node: Node, message: str, hint: str | None = None) -> None:
        """A mistake of a value."""
        self.add(node.line, node.column, message, hint)

    def at_key(self, node: Node, message: str, hint: str | None = None) -> None:
        """A mistake of the key whose value is `node`."""
        self.add(node.key_line, node.key_column, message, hint)

    def add_all(self, others: Iterable[Faults]) -> None:
        for other in others:
            self._found |= other._found

    def clear(self) -> None:
        """Forgets what was found: whoever wrote it is told in another way."""
        self._found.clear()

    def all(self) -> tuple[Fault, ...]:
        return tuple(sorted(self._found, key=lambda fault: (fault.line or 0, fault.column or 0)))

    def stop_if_any(self) -> None:
        """Raises Unusable with every mistake found."""
        if self._found:
            raise Unusable(faults=self.all())


TEXT = "must be text"
TRUE_OR_FALSE = "must be true or false"

# By pydantic's name for the mistake.
_IN_OUR_WORDS = {
    "string_type": TEXT,
    "bool_type": TRUE_OR_FALSE,
    "bool_parsing": TRUE_OR_FALSE,
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "set_type": "must be a list",
    "frozen_set_type": "must be a list",
    "dict_type": "must be a mapping",
    "mapping_type": "must be a mapping",
    "model_type": "must be a mapping of parameters",
    "model_attributes_type": "must be a mapping of parameters",
    "none_required": "must be left empty",
    "too_short": "must not be empty",
}


def in_words(detail: ErrorDetails) -> str:
    """Our own words, the kind's own message, or pydantic's, none of which quotes what was given."""
    known = _IN_OUR_WORDS.get(detail["type"])
    if known:
        return known
    if detail["type"] in ("literal_error", "enum"):
        return f"must be {detail['ctx']['expected']}"
    if detail["type"] == "string_pattern_mismatch":
        return f"must match `{detail['ctx']['pattern']}`"
    message = detail["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, ")
    for theirs in ("Input", "Value", "String", "List", "Tuple"):
        if message.startswith(f"{theirs} should "):
            return "must " + message.removeprefix(f"{theirs} should ")
    return message


def unknown(name: str, why: str, known: Collection[str]) -> tuple[str, str | None]:
    """What is said of a name that is none of those known, and what may have been meant."""
    return f"`{one_line(name)}` {why}", did_you_mean(name, known)


def did_you_mean(given: str, known: Iterable[str]) -> str | None:
    """ "Did you mean `scheme`?", or what there is to choose from if that is short; None if neither
    helps.
    """
    names = list(dict.fromkeys(known))
    from difflib import get_close_matches  # for who mistyped

    near = get_close_matches(given.lower(), [name.lower() for name in names], n=1, cutoff=0.6)
    if near:
        return f"Did you mean `{next(name for name in names if name.lower() == near[0])}`?"
    if 0 < len(names) <= 12:
        return "Known here: " + ", ".join(names)
    return None


def one_line(text: str, most: int = 60) -> str:
    """Text of the file as a message shows it: on one line, not too long."""
    folded = " ".join(text.split())
    return folded if len(folded) <= most else folded[: most - 1] + "…"
