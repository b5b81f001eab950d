"""Reads YAML into Nodes, from PyYAML's events: only what a configuration file needs."""

from __future__ import annotations

from typing import Any

import yaml as pyyaml

from .nodes import (
    DEEPEST,
    LARGEST,
    TOO_LARGE,
    Malformed,
    Node,
    SyntaxFault,
    UnsupportedYaml,
    scalar,
)

_Collection = dict[str, Node] | list[Node]
_MOST_REPEATED = 20_000  # nodes that all aliases of a document expand to
_TOO_DEEP = f"nested deeper than {DEEPEST} levels"


def parse_yaml(text: str, file: str, *, anchors: bool) -> Node:
    """See `load.parse_yaml`.

    PyYAML's C composer is not used: it recurses, so deep nesting crashes the interpreter.
    """
    reader = _Reader(anchors=anchors)
    try:
        data = text.encode(errors="replace")
        if len(data) > LARGEST:
            raise _Unsupported(TOO_LARGE)
        next_event = pyyaml.CBaseLoader(data).get_event
        while (event := next_event()) is not None:
            reader.read(event)
    except _Unsupported as unsupported:
        raise UnsupportedYaml(*reader.duplicates, unsupported.fault, file=file) from None
    except pyyaml.YAMLError as error:
        raise Malformed(*reader.duplicates, _parser_fault(error, text), file=file) from None
    if reader.duplicates:
        raise Malformed(*reader.duplicates, file=file, node=reader.root)
    return reader.root


class _Unsupported(Exception):
    def __init__(self, fault: SyntaxFault) -> None:
        self.fault = fault


class _Reader:
    """Builds Nodes from events in one pass, without recursion."""

    def __init__(self, *, anchors: bool) -> None:
        self.root = Node(None, 1, 1)
        self.duplicates: list[SyntaxFault] = []  # duplicate keys
        self._open: _Collection | None = None  # the collection that takes the next node
        self._outer: list[_Collection | None] = []  # the collections around it, innermost last
        self._key: Any = None  # the event of a mapping's key, until its value comes
        self._documents = 0
        self._anchors: dict[str, Node] | None = {} if anchors else None
        self._repeated = 0  # nodes that aliases expand to

    def read(self, event: Any) -> None:  # noqa: ANN401 - PyYAML's stubs leave the events untyped
        kind = type(event)
        if kind is pyyaml.ScalarEvent:
            self._scalar(event)
        elif kind is pyyaml.MappingStartEvent:
            self._begin(event, {})
        elif kind is pyyaml.SequenceStartEvent:
            self._begin(event, [])
        elif kind is pyyaml.MappingEndEvent or kind is pyyaml.SequenceEndEvent:
            self._open = self._outer.pop()
        elif kind is pyyaml.AliasEvent:
            self._alias(event)
        elif kind is pyyaml.DocumentStartEvent:
            self._documents += 1
            if self._documents > 1:
                raise _unsupported(
                    event,
                    "a second document begins here (`---`), but the file may contain only one",
                )

    def _scalar(self, event: Any) -> None:  # noqa: ANN401
        if self._key is None and type(self._open) is dict:
            self._refuse_anchor_and_tag(event, is_key=True)
            self._key = event
            return
        self._refuse_anchor_and_tag(event)
        mark, text = event.start_mark, event.value
        node = Node(text if event.style else scalar(text), mark.line + 1, mark.column + 1)
        self._add(node)
        self._remember(event, node)

    def _begin(self, event: Any, empty: _Collection) -> None:  # noqa: ANN401
        self._refuse_anchor_and_tag(event)
        if self._key is None and type(self._open) is dict:
            why = "a list or a mapping cannot be a key: if it is text, quote it"
            raise _unsupported(event, why)
        if len(self._outer) >= DEEPEST:
            raise _unsupported(event, _TOO_DEEP)
        mark = event.start_mark
        node = Node(empty, mark.line + 1, mark.column + 1)
        self._add(node)
        self._remember(event, node)
        self._outer.append(self._open)
        self._open = empty

    def _remember(self, event: Any, node: Node) -> None:  # noqa: ANN401
        if self._anchors is not None and event.anchor is not None:
            self._anchors[event.anchor] = node

    def _alias(self, event: Any) -> None:  # noqa: ANN401
        """Adds what the anchor stands for, with the alias's own position."""
        if self._anchors is None:
            why = "`*` makes this an alias, and aliases are not allowed: "
            why += "write the value in full, or quote it"
            raise _unsupported(event, why)
        node = self._anchors.get(event.anchor)
        if node is None or (self._key is None and type(self._open) is dict):
            raise _unsupported(
                event, "`*` makes this an alias, but no anchor before it has this name"
            )
        if node.value is not None and any(
            node.value is each for each in (self._open, *self._outer)
        ):
            raise _unsupported(event, "this alias is inside its own anchor")
        size, levels = _extent(node, _MOST_REPEATED - self._repeated)
        self._repeated += size
        if self._repeated >= _MOST_REPEATED:
            raise _unsupported(event, "the aliases expand to too many values")
        if len(self._outer) + levels > DEEPEST:
            raise _unsupported(event, _TOO_DEEP)
        mark = event.start_mark
        self._add(Node(node.value, mark.line + 1, mark.column + 1))

    def _refuse_anchor_and_tag(self, event: Any, *, is_key: bool = False) -> None:  # noqa: ANN401
        if event.anchor is not None and (is_key or self._anchors is None):
            why = "`&` makes this an anchor, and anchors are not allowed: "
            why += "write the value in full, or quote it"
            raise _unsupported(event, why)
        if event.tag is not None:
            why = "`!` makes this a tag, and tags are not allowed: if it is text, quote it"
            raise _unsupported(event, why)

    def _add(self, node: Node) -> None:
        if type(self._open) is dict:
            key, self._key = self._key, None
            node.key_line, node.key_column = key.start_mark.line + 1, key.start_mark.column + 1
            first = self._open.setdefault(key.value, node)
            if first is not node:
                why = f"duplicate key, first in line {first.key_line}: keep one of the two"
                self.duplicates.append(SyntaxFault(node.key_line, node.key_column, why))
        elif type(self._open) is list:
            self._open.append(node)
        else:
            self.root = node


def _unsupported(event: Any, why: str) -> _Unsupported:  # noqa: ANN401
    return _Unsupported(SyntaxFault(event.start_mark.line + 1, event.start_mark.column + 1, why))


def _extent(node: Node, most: int) -> tuple[int, int]:
    """How many nodes it is of, as far as `most`, and how many levels of lists and mappings."""
    count, levels, open_ = 0, 0, [(node, 0)]
    while open_ and count < most:
        each, level = open_.pop()
        count += 1
        if isinstance(each.value, dict | list):
            inner = each.value.values() if isinstance(each.value, dict) else each.value
            levels = max(levels, level + 1)
            open_ += [(part, level + 1) for part in inner]
    return count, levels


# PyYAML's own messages, which quote nothing of the document, and what a person can do about it.
_REMEDIES = {
    "mapping values are not allowed in this context": (
        "a `:` where no key can be; quote it or fix the indentation"
    ),
    "did not find expected key": "expected a key here; fix the indentation or a quote",
    "could not find expected ':'": "expected a `:` after the key before this",
    "did not find expected ',' or ']'": "missing `,` or closing `]` of a list",
    "did not find expected ',' or '}'": "missing `,` or closing `}` of a mapping",
    "did not find expected '-' indicator": "expected a `-` of the list; fix the indentation",
    "found character that cannot start any token": (
        "a value cannot begin with a tab, `@`, `%` or a backtick; quote it"
    ),
    "found unexpected end of stream": "a quote is not closed",
    "did not find expected node content": "expected a value here",
    "found unknown escape character": (
        "unknown escape; put a regular expression in 'single quotes'"
    ),
    "control characters are not allowed": "a control character, which YAML does not allow",
}


def _parser_fault(error: pyyaml.YAMLError, text: str) -> SyntaxFault:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or ""
    default = "the parser cannot continue here; check the indentation and quotes"
    why = f"not YAML: {_REMEDIES.get(problem, default)}"
    if mark is not None:
        return SyntaxFault(mark.line + 1, mark.column + 1, why)
    before = text[: getattr(error, "position", 0)]
    return SyntaxFault(before.count("\n") + 1, len(before) - before.rfind("\n"), why)
