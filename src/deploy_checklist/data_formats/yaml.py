"""YAML, JSON and TOML as they are written, with positions; and durations. No text of a document is
in any error.
"""

from __future__ import annotations

import json
import math
import re
from datetime import date, time, timedelta
from typing import Any

import yaml as pyyaml
from msgspec import Struct

DEEPEST = 50
LARGEST = 1_048_576


class SyntaxFault(Struct, frozen=True):
    """One thing that is wrong with a document. Line and column count from 1."""

    line: int
    column: int
    why: str


_TOO_LARGE = SyntaxFault(1, 1, "larger than 1 MiB, which no such file needs to be")


class Malformed(ValueError):
    """The document cannot be used. `line`, `column` and `why` are of the first trouble; nothing of
    it is quoted.

    `node` is what could be read all the same (YAML with duplicate keys): a caller can name every
    mistake at once.
    """

    def __init__(self, *troubles: SyntaxFault, file: str = "", node: Node | None = None) -> None:
        first = troubles[0]
        super().__init__(f"{file}:{first.line}:{first.column}: {first.why}")
        self.line, self.column, self.why = first.line, first.column, first.why
        self.troubles = troubles
        self.node = node


class UnsupportedYaml(Malformed):
    """It may well be YAML, and others may read it: what it has is left out here on purpose
    (anchors, say).
    """


class Number(float):
    """A decimal fraction that remembers how it was written, for a field that wants text (`1.10`)."""

    __slots__ = ("text",)
    text: str

    def __new__(cls, text: str) -> Number:
        number = super().__new__(cls, text)
        number.text = text
        return number

    def __str__(self) -> str:
        return self.text


class Node:
    """A value of a YAML document and where it stands. `value` is a scalar, a list of Nodes, or a
    dict of them.

    In a mapping, `key_line` and `key_column` tell where the Node's key stands.
    """

    __slots__ = ("column", "key_column", "key_line", "line", "value")

    def __init__(self, value: object, line: int, column: int) -> None:
        self.value = value
        self.line = self.key_line = line
        self.column = self.key_column = column

    def holding(self, value: object) -> Node:
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


_Collection = dict[str, Node] | list[Node]
_WORDS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NOTHING = frozenset({"", "null", "Null", "NULL", "~"})
# No leading zero and no more digits than a number is written with: an id of digits stays the text
# that it is.
_NUMBER = re.compile(r"[-+]?(?:0|[1-9]\d{0,17})(\.\d{1,40})?")


def scalar(text: str) -> object:
    """What an unquoted scalar says: true, false, null, a decimal number, else its text (`on`, `no`
    and dates too).
    """
    if text in _WORDS:
        return _WORDS[text]
    if text in _NOTHING:
        return None
    found = _NUMBER.fullmatch(text) if text[0] in "-+0123456789" else None
    if found is None:
        return text
    return Number(text) if found[1] else int(text)


def yaml(text: str, file: str) -> Node:
    """The one document in `text`; an empty one is a Node of None. Raises Malformed, which names
    `file`.

    Read from the parser's events, because PyYAML's C composer recurses: deep nesting crashes the
    interpreter.
    """
    reader = _Reader()
    try:
        data = text.encode(errors="replace")
        if len(data) > LARGEST:
            raise _Refused(_TOO_LARGE)
        next_event = pyyaml.CBaseLoader(data).get_event
        while (event := next_event()) is not None:
            reader.read(event)
    except _Refused as refused:
        raise UnsupportedYaml(*reader.troubles, refused.trouble, file=file) from None
    except pyyaml.YAMLError as error:
        raise Malformed(*reader.troubles, _not_yaml(error, text), file=file) from None
    if reader.troubles:
        raise Malformed(*reader.troubles, file=file, node=reader.root)
    return reader.root


class _Refused(Exception):
    """Valid YAML that is not read here."""

    def __init__(self, trouble: SyntaxFault) -> None:
        self.trouble = trouble


class _Reader:
    """Builds Nodes from events in one pass, without recursion."""

    def __init__(self) -> None:
        self.root = Node(None, 1, 1)
        self.troubles: list[SyntaxFault] = []
        self._around: _Collection | None = None  # takes what comes next
        self._outer: list[_Collection | None] = []  # what is around that, innermost last
        self._key: Any = None  # the event of a mapping's key that waits for its value
        self._documents = 0

    def read(self, event: Any) -> None:  # noqa: ANN401 - PyYAML's stubs leave the events untyped
        kind = type(event)
        if kind is pyyaml.ScalarEvent:
            self._scalar(event)
        elif kind is pyyaml.MappingStartEvent:
            self._begin(event, {})
        elif kind is pyyaml.SequenceStartEvent:
            self._begin(event, [])
        elif kind is pyyaml.MappingEndEvent or kind is pyyaml.SequenceEndEvent:
            self._around = self._outer.pop()
        elif kind is pyyaml.AliasEvent:
            raise _refused(
                event,
                "`*` makes this an alias, and aliases are not read: write it out, or quote it",
            )
        elif kind is pyyaml.DocumentStartEvent:
            self._documents += 1
            if self._documents > 1:
                raise _refused(event, "a second document begins here (`---`); only one is read")

    def _scalar(self, event: Any) -> None:  # noqa: ANN401
        if event.anchor is not None or event.tag is not None:
            raise _marked(event)
        if self._key is None and type(self._around) is dict:
            self._key = event
            return
        mark, text = event.start_mark, event.value
        self._add(Node(text if event.style else scalar(text), mark.line + 1, mark.column + 1))

    def _begin(self, event: Any, empty: _Collection) -> None:  # noqa: ANN401
        if event.anchor is not None or event.tag is not None:
            raise _marked(event)
        if self._key is None and type(self._around) is dict:
            raise _refused(
                event, "a list or a mapping cannot be a key: quote it if it is meant as text"
            )
        if len(self._outer) >= DEEPEST:
            raise _refused(event, f"nested deeper than {DEEPEST} levels")
        mark = event.start_mark
        self._add(Node(empty, mark.line + 1, mark.column + 1))
        self._outer.append(self._around)
        self._around = empty

    def _add(self, node: Node) -> None:
        around, key = self._around, self._key
        if type(around) is dict:
            self._key = None
            mark = key.start_mark
            node.key_line, node.key_column = mark.line + 1, mark.column + 1
            first = around.setdefault(key.value, node)
            if first is not node:
                why = f"this key stands here a second time, first in line {first.key_line}: keep one of the two"
                self.troubles.append(SyntaxFault(node.key_line, node.key_column, why))
        elif type(around) is list:
            around.append(node)
        else:
            self.root = node


def _refused(event: Any, why: str) -> _Refused:  # noqa: ANN401
    return _Refused(SyntaxFault(event.start_mark.line + 1, event.start_mark.column + 1, why))


def _marked(event: Any) -> _Refused:  # noqa: ANN401
    if event.anchor is not None:
        return _refused(
            event, "`&` makes this an anchor, and anchors are not read: write it out, or quote it"
        )
    return _refused(
        event, "`!` makes this a tag, and tags are not read: quote it if it is meant as text"
    )


# What the parser calls it (fixed texts, without any of the document), and what a person can do
# about it.
_IN_OTHER_WORDS = {
    "mapping values are not allowed in this context": "a `:` where no key can be; quote it or mend the indentation",
    "did not find expected key": "a key was expected here; mend the indentation or a quote",
    "could not find expected ':'": "a `:` was expected after the key before this",
    "did not find expected ',' or ']'": "a `,` or the closing `]` of a list is missing",
    "did not find expected ',' or '}'": "a `,` or the closing `}` of a mapping is missing",
    "did not find expected '-' indicator": "a `-` of the list was expected; mend the indentation",
    "found character that cannot start any token": "no value begins with a tab, `@`, `%` or a backtick; quote it",
    "found unexpected end of stream": "a quote is not closed",
    "did not find expected node content": "a value was expected here",
    "found unknown escape character": "no such escape; a regular expression belongs in 'single quotes'",
    "control characters are not allowed": "a control character, which YAML does not have",
}


def _not_yaml(error: pyyaml.YAMLError, text: str) -> SyntaxFault:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or ""
    why = "not YAML: " + _IN_OTHER_WORDS.get(
        problem, "the parser cannot go on here; look at the indentation and quotes"
    )
    if mark is not None:
        return SyntaxFault(mark.line + 1, mark.column + 1, why)
    before = text[: getattr(error, "position", 0)]
    return SyntaxFault(before.count("\n") + 1, len(before) - before.rfind("\n"), why)


def load_document(data: bytes, name: str) -> object:
    """A JSON, YAML or TOML document as plain Python data, read as its name's ending says (JSON if
    it says nothing).

    Raises Malformed.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Malformed(SyntaxFault(line, 1, "not UTF-8 text"), file=name) from None
    ending = name.rpartition(".")[2].lower()
    if ending in ("yml", "yaml"):
        return yaml(text, name).plain()
    return _toml(text, name) if ending == "toml" else _json(text, name)


def _json(text: str, name: str) -> object:
    try:
        return json.loads(text, object_pairs_hook=_once_each, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise Malformed(SyntaxFault(error.lineno, error.colno, "not JSON"), file=name) from None
    except _Refused as refused:
        raise Malformed(refused.trouble, file=name) from None
    except (RecursionError, ValueError):  # nested too deep; a number of thousands of digits
        raise Malformed(
            SyntaxFault(1, 1, "nested too deep, or a number is too long"), file=name
        ) from None


def _once_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Refused(
            SyntaxFault(1, 1, "a key stands twice in one object; it is not clear which is meant")
        )
    return found


def _no_number(_constant: str) -> float:
    raise _Refused(SyntaxFault(1, 1, "NaN and Infinity are not JSON"))


_DOTTED = re.compile(rf"""[\w"'-](?:[ \t]*\.[ \t]*[\w"'-]+){{{DEEPEST}}}""")


def _toml(text: str, name: str) -> object:
    import tomllib

    if (
        len(text) > LARGEST
    ):  # its parser is written in Python: 10 MiB would keep it busy for ten seconds
        raise Malformed(_TOO_LARGE, file=name)
    if (deep := _DOTTED.search(text)) is not None:  # quadratic in time and memory, there
        line = text.count("\n", 0, deep.start()) + 1
        raise Malformed(SyntaxFault(line, 1, f"nested deeper than {DEEPEST} levels"), file=name)
    try:
        return _plain(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        # Python tells the place in an attribute only since 3.14.
        found = re.search(r"\(at line (\d+), column (\d+)\)$", str(error))
        line, column = (int(found[1]), int(found[2])) if found else (text.count("\n") + 1, 1)
        raise Malformed(SyntaxFault(line, column, "not TOML"), file=name) from None
    except (RecursionError, ValueError):
        raise Malformed(
            SyntaxFault(1, 1, "nested too deep, or a number is too long"), file=name
        ) from None


def _plain(value: Any) -> object:  # noqa: ANN401 - what TOML can hold
    """The same with dates and times as text, which JSON and YAML have for them, too."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, date | time):  # a datetime is a date
        return re.sub(r"\+00:00$", "Z", value.isoformat())
    if isinstance(value, int):
        str(
            value
        )  # a ValueError where hexadecimal digits make it longer than Python writes numbers
    return value


_UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}


def duration(text: str) -> timedelta:
    """`30s 10m 4h 90d 2w` as a time span. Raises ValueError, without the text."""
    found = re.fullmatch(r"(\d{1,9})([smhdw])", text, re.ASCII)
    if found is None:
        raise ValueError("is not a duration: write a number and one of s m h d w, such as 90d")
    try:
        return timedelta(seconds=int(found[1]) * _UNITS[found[2]])
    except OverflowError:
        raise ValueError("is longer than any calendar") from None


def format_duration(span: timedelta) -> str:
    """A time span as the rules file writes it, in the largest of d h m s that keeps it whole
    (`duration` reads it).
    """
    seconds = math.ceil(span.total_seconds())
    unit = next(unit for unit in "dhms" if seconds % _UNITS[unit] == 0)
    return f"{seconds // _UNITS[unit]}{unit}"
