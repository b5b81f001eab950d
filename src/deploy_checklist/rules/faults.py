"""Mistakes of a rules file, gathered so that all are reported at once."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from ..data_formats import Node
from ..errors import Fault, Unusable
from ..values.near_names import did_you_mean

_VARIABLE = re.compile("[A-Z][A-Z0-9_]{0,199}")


class Faults:
    """The mistakes found so far in one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._found: dict[Fault, None] = {}  # once each: most are in every environment

    def __bool__(self) -> bool:
        return bool(self._found)

    def add(self, line: int, column: int, message: str, hint: str | None = None) -> None:
        fault = Fault(file=self.file, line=line, column=column, message=message, hint=hint)
        self._found[fault] = None

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
        """Removes every mistake, for a caller that handles them itself."""
        self._found.clear()

    def all(self) -> tuple[Fault, ...]:
        return tuple(sorted(self._found, key=lambda fault: (fault.line or 0, fault.column or 0)))

    def stop_if_any(self) -> None:
        """Raises Unusable with every mistake found."""
        if self._found:
            raise Unusable(faults=self.all())


TEXT = "must be text"
TRUE_OR_FALSE = "must be true or false"


def unknown(name: str, why: str, known: Collection[str]) -> tuple[str, str | None]:
    """The message and the hint for a name that is not among the known ones."""
    return f"`{one_line(name)}` {why}", suggestion(name, known)


def suggestion(name: str, known: Iterable[str]) -> str | None:
    """The known name that is closest to it; else all of them, if they are few."""
    names = list(dict.fromkeys(known))
    near = did_you_mean(name, names)
    if near is None and 0 < len(names) <= 12:
        return "Allowed: " + ", ".join(names)
    return near


def one_line(text: str, most: int = 60) -> str:
    """A text of the file on one line and not too long, for a message. No variable's name is cut."""
    folded = " ".join(text.split())
    if len(folded) <= most:
        return folded
    cut = next(word for word in re.finditer(r"\S+", folded) if word.end() >= most)
    if _VARIABLE.fullmatch(cut[0]):
        return f"{folded[: cut.end()]} …" if cut.end() < len(folded) else folded
    return folded[: most - 1] + "…"
