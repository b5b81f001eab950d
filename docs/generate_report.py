"""Writes docs/report.md from the declared shapes of the report: `python docs/generate_report.py`.

A test keeps the page true.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from deploy_checklist.report.wire_schema import json_schema

PAGE = Path(__file__).parent / "report.md"

_HEAD = """# The report

<!-- Written by docs/generate_report.py from src/deploy_checklist/report/wire.py; change it there. -->

This page is for anyone who reads the gate's result with a program: an agent, a dashboard, an audit. `deploy-checklist check --format json`
prints the report, and the [input](inputs.md) `report-file` writes it. It contains everything that the gate knows; text, Markdown and the comment
show parts of it. `deploy-checklist schema --report` prints its JSON Schema.

This is version 1. A key is never left out, and an unknown value is `null`. Later releases may add keys and values, and remove none:
ignore what you do not know ([what may change](compatibility.md)). The report never contains the value of a variable.

**`next` is what to do now, in order.** It is made for programs: [agents](agents.md) need nothing else.

"""


def page() -> str:
    """The whole of docs/report.md: a table for each shape, in the order in which they are met."""
    schema = json_schema()
    shapes = schema["$defs"]
    return _HEAD + "\n".join(_section(name, shapes) for name in _met("JsonReport", shapes))


def _met(root: str, shapes: Mapping[str, Any]) -> list[str]:
    """The shapes with keys, each after the first one that holds it."""
    found = [root]
    for name in found:
        for key in shapes[name]["properties"].values():
            found += [
                each for each in _named(key) if "properties" in shapes[each] and each not in found
            ]
    return found


def _named(key: Mapping[str, Any]) -> Iterable[str]:
    """The shapes that a key's value may have."""
    if "$ref" in key:
        yield key["$ref"].rsplit("/", 1)[1]
    inner = [key["items"]] if "items" in key else key.get("anyOf", [])
    for each in inner:
        yield from _named(each)


def _section(name: str, shapes: Mapping[str, Any]) -> str:
    shape = shapes[name]
    rows = [
        f"| `{key}` | {_takes(each, shapes)} | {each['description']} |"
        for key, each in shape["properties"].items()
    ]
    head = ["| Key | Value | Meaning |", "| --- | --- | --- |"]
    return "\n".join([f"## {shape['title']}", "", shape["description"], "", *head, *rows, ""])


def _takes(key: Mapping[str, Any], shapes: Mapping[str, Any]) -> str:
    """What the value of a key may be, in words."""
    if "$ref" in key:
        name = key["$ref"].rsplit("/", 1)[1]
        shape = shapes[name]
        title = shape["title"]
        return f"[{title}](#{title.lower()})" if "properties" in shape else _words(shape["enum"])
    if "anyOf" in key:
        return " · ".join(_takes(each, shapes) for each in key["anyOf"])
    if "enum" in key:
        return _words(key["enum"])
    if key["type"] == "array":
        return f"list of {_takes(key['items'], shapes)}"
    return {"date": "date", "date-time": "moment"}.get(key.get("format", ""), _TYPES[key["type"]])


def _words(values: Iterable[object]) -> str:
    return " · ".join("null" if value is None else f"`{value}`" for value in values)


_TYPES = {"string": "text", "integer": "number", "boolean": "`true` · `false`", "null": "null"}


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
