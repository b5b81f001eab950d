"""Mistakes of a rules file, gathered so that all of them are told at once."""

from __future__ import annotations

from collections.abc import Iterable

from ..documents import Node
from ..errors import Fault, Unusable


class Faults:
    """The mistakes found so far in one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._found: dict[Fault, None] = {}  # in order, once each: `lint` meets a mistake in every environment

    def __bool__(self) -> bool:
        return bool(self._found)

    def add(self, line: int, column: int, message: str, hint: str | None = None) -> None:
        self._found[Fault(file=self.file, line=line, column=column, message=message, hint=hint)] = None

    def at(self, node: Node, message: str, hint: str | None = None) -> None:
        """A mistake of a value."""
        self.add(node.line, node.column, message, hint)

    def at_key(self, node: Node, message: str, hint: str | None = None) -> None:
        """A mistake of the key whose value is `node`."""
        self.add(node.key_line, node.key_column, message, hint)

    def clear(self) -> None:
        """Forgets what was found: whoever wrote it is told in another way."""
        self._found.clear()

    def all(self) -> tuple[Fault, ...]:
        return tuple(sorted(self._found, key=lambda fault: (fault.line or 0, fault.column or 0)))

    def stop_if_any(self) -> None:
        """Raises Unusable with every mistake found."""
        if self._found:
            raise Unusable(faults=self.all())


def did_you_mean(given: str, known: Iterable[str]) -> str | None:
    """ "Did you mean `scheme`?", or what there is to choose from if that is short; None if neither helps."""
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
