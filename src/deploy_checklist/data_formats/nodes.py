"""What reading a document gives: values with their positions, or what is wrong with it."""

from __future__ import annotations

import re

from msgspec import Struct

DEEPEST = 50  # levels of lists and mappings
LARGEST = 1_048_576  # bytes


class SyntaxFault(Struct, frozen=True):
    """One thing that is wrong with a document. Line and column count from 1."""

    line: int
    column: int
    why: str


TOO_LARGE = SyntaxFault(1, 1, "larger than 1 MiB, which is the limit")
TOO_DEEP_OR_LONG = SyntaxFault(1, 1, "nested too deeply, or a number is too long")


class Malformed(ValueError):
    """The document cannot be used. `line`, `column` and `why` are those of the first fault.

    `node` is what could be read anyway (YAML with duplicate keys), so that a caller can
    report all mistakes at once.
    """

    def __init__(self, *faults: SyntaxFault, file: str = "", node: Node | None = None) -> None:
        first = faults[0]
        super().__init__(f"{file}:{first.line}:{first.column}: {first.why}")
        self.line, self.column, self.why = first.line, first.column, first.why
        self.faults = faults
        self.node = node


class UnsupportedYaml(Malformed):
    """Possibly valid YAML, but with features that are not allowed here, such as anchors."""


class Number(float):
    """A decimal fraction that keeps its spelling, for a field that needs text (`1.10`)."""

    __slots__ = ("text",)
    text: str

    def __new__(cls, text: str) -> Number:
        number = super().__new__(cls, text)
        number.text = text
        return number

    def __str__(self) -> str:
        return self.text


class Node:
    """A value of a YAML document and its position. `value`: a scalar, or a list or dict of Nodes.

    In a mapping, `key_line` and `key_column` are the position of the Node's key.
    """

    __slots__ = ("column", "key_column", "key_line", "line", "value")

    def __init__(self, value: object, line: int, column: int) -> None:
        self.value = value
        self.line = self.key_line = line
        self.column = self.key_column = column

    def with_value(self, value: object) -> Node:
        """Another value in the same place."""
        other = Node(value, self.line, self.column)
        other.key_line, other.key_column = self.key_line, self.key_column
        return other

    def plain(self) -> object:
        """The same as Python's own dict, list, str, int, float, bool and None."""
        value = self.value
        if type(value) is dict:
            return {key: node.plain() for key, node in value.items()}
        if type(value) is list:
            return [node.plain() for node in value]
        return value


_BOOLEANS = {
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_NULLS = frozenset({"", "null", "Null", "NULL", "~"})
# Neither leading zeros nor more digits than a number usually has: an id of digits stays a text.
_NUMBER = re.compile(r"[-+]?(?:0|[1-9]\d{0,17})(\.\d{1,40})?")


def scalar(text: str) -> object:
    """The value of an unquoted scalar: true, false, null, a decimal number, or its text.

    `on`, `no` and dates are texts.
    """
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if text in _NULLS:
        return None
    found = _NUMBER.fullmatch(text) if text[0] in "-+0123456789" else None
    if found is None:
        return text
    return Number(text) if found[1] else int(text)
