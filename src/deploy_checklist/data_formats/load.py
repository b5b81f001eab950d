"""Loads a document as plain data, in the format that its file name tells."""

from __future__ import annotations

import json
import re
from datetime import date, time

from .nodes import DEEPEST, LARGEST, TOO_DEEP_OR_LONG, TOO_LARGE, Malformed, Node, SyntaxFault


def parse_yaml(text: str, file: str, *, anchors: bool = False) -> Node:
    """The one document in `text`; a Node of None if it is empty. Raises Malformed, naming `file`.

    `anchors`: read anchors and aliases, as GitHub does in workflow files. Merge keys (`<<`) are
    read by neither.
    """
    from . import yaml  # only for YAML: PyYAML takes ten milliseconds

    return yaml.parse_yaml(text, file, anchors=anchors)


def load_document(data: bytes, name: str) -> object:
    """A JSON, YAML or TOML document as plain Python data. Raises Malformed.

    The ending of the name tells the format; without a known ending it is JSON.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Malformed(SyntaxFault(line, 1, "not UTF-8 text"), file=name) from None
    ending = name.rpartition(".")[2].lower()
    if ending in ("yml", "yaml"):
        return parse_yaml(text, name).plain()
    return _parse_toml(text, name) if ending == "toml" else _parse_json(text, name)


def _parse_json(text: str, file: str) -> object:
    def unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) < len(pairs):
            why = "duplicate key in one object; only one of the two can count"
            raise Malformed(SyntaxFault(1, 1, why), file=file) from None
        return found

    def refused_constant(_name: str) -> float:
        raise Malformed(SyntaxFault(1, 1, "NaN and Infinity are not JSON"), file=file) from None

    try:
        return json.loads(text, object_pairs_hook=unique_keys, parse_constant=refused_constant)
    except Malformed:
        raise
    except json.JSONDecodeError as error:
        raise Malformed(SyntaxFault(error.lineno, error.colno, "not JSON"), file=file) from None
    except (RecursionError, ValueError):  # ValueError: a number of thousands of digits
        raise Malformed(TOO_DEEP_OR_LONG, file=file) from None


_DEEP_KEY = re.compile(rf"""[\w"'-](?:[ \t]*\.[ \t]*[\w"'-]+){{{DEEPEST}}}""")


def _parse_toml(text: str, file: str) -> object:
    import tomllib  # only for TOML: it takes milliseconds

    # It is written in Python: 10 MiB would take it ten seconds.
    if len(text) > LARGEST:
        raise Malformed(TOO_LARGE, file=file)
    # A long dotted key takes tomllib quadratic time and memory.
    if (deep := _DEEP_KEY.search(text)) is not None:
        line = text.count("\n", 0, deep.start()) + 1
        raise Malformed(SyntaxFault(line, 1, f"nested deeper than {DEEPEST} levels"), file=file)
    try:
        return _plain(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        # Only since Python 3.14 the error has attributes for its position.
        found = re.search(r"\(at line (\d+), column (\d+)\)$", str(error))
        line, column = (int(found[1]), int(found[2])) if found else (text.count("\n") + 1, 1)
        raise Malformed(SyntaxFault(line, column, "not TOML"), file=file) from None
    except (RecursionError, ValueError):
        raise Malformed(TOO_DEEP_OR_LONG, file=file) from None


def _plain(value: object) -> object:
    """The same with dates and times as text, as JSON and YAML have them."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, date | time):  # a datetime is a date
        return re.sub(r"\+00:00$", "Z", value.isoformat())
    if isinstance(value, int):
        str(value)  # raises ValueError if hexadecimal digits make it too long to be printed
    return value
