"""Every name that a workflow, a rules file or a program may depend on, one a line."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

from deploy_checklist.arguments import parser
from deploy_checklist.errors import Exit
from deploy_checklist.publish.outputs import OUTPUTS
from deploy_checklist.rules import key_meanings
from deploy_checklist.schemas import SCHEMAS, json_schema
from inputs import input_names


def names() -> set[str]:
    return {*_of_the_action(), *_of_the_command_line(), *_of_the_rules(), *_of_the_outputs()}


def _of_the_action() -> Iterator[str]:
    yield from (f"input {name}" for name in input_names())
    yield from (f"output {name}" for name in OUTPUTS)
    yield from (f"exit code {code.value} {code.name}" for code in Exit)


def _of_the_command_line() -> Iterator[str]:
    [commands] = [
        action for action in parser()._actions if isinstance(action, argparse._SubParsersAction)
    ]
    for command, its in commands.choices.items():
        yield f"command {command}"
        for action in its._actions:
            if action.help == argparse.SUPPRESS:  # for tests
                continue
            yield from (f"command {command} {flag}" for flag in action.option_strings)
            yield from (
                f"command {command} {action.option_strings[-1]} {choice}"
                for choice in (action.choices or ())
                if action.option_strings
            )


def _of_the_rules() -> Iterator[str]:
    tables = ("FILE", "RULE", "WHEN", "FACT", "SECTION", "WAIVER", "SIGNED", "OVERRIDE")
    for table in tables:
        yield from (f"rules {table.lower()} {key}" for key in getattr(key_meanings, table))
    for check, schema in json_schema("rules")["$defs"].items():
        if "." not in check:
            yield from (f"check {check} {key}" for key in _mapping(schema))


def _mapping(schema: Any) -> dict[str, Any]:
    """The keys of a definition, wherever in it its mapping is."""
    if isinstance(schema, dict) and "properties" in schema:
        found: dict[str, Any] = schema["properties"]
        return found
    inner = schema.values() if isinstance(schema, dict) else schema
    if not isinstance(schema, dict | list):
        return {}
    return next((found for each in inner if (found := _mapping(each))), {})


def _of_the_outputs() -> Iterator[str]:
    for name in SCHEMAS:
        if name != "rules":
            schema = json_schema(name)
            yield from (f"json {name} {path}".rstrip() for path in _paths(schema, schema))


def _paths(part: Any, whole: Any, path: str = "") -> Iterator[str]:
    """Each key by its path, and each word that one may have: `verdict`, `verdict = ready`."""
    if "$ref" in part:
        part = whole["$defs"][part["$ref"].rpartition("/")[2]]
    words = [*part.get("enum", ()), *([part["const"]] if "const" in part else [])]
    yield from (f"{path} = {word}" for word in words if word is not None)
    for arm in part.get("anyOf", ()):
        yield from _paths(arm, whole, path)
    if "items" in part:
        yield from _paths(part["items"], whole, f"{path}[]")
    for key, each in part.get("properties", {}).items():
        below = f"{path}.{key}".removeprefix(".")
        yield below
        yield from _paths(each, whole, below)
