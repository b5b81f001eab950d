"""Every name that a workflow, a rules file or a program may depend on, one a line."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

from deploy_checklist.arguments import parser
from deploy_checklist.errors import Exit
from deploy_checklist.publish.outputs import OUTPUTS
from deploy_checklist.rules import key_meanings
from deploy_checklist.schemas import SCHEMAS, json_schema
from deploy_checklist.settings import Inputs
from inputs import input_names

OPTIONAL = " (optional)"


def names() -> set[str]:
    return {*_of_the_action(), *_of_the_command_line(), *_of_the_rules(), *_of_the_outputs()}


def _of_the_action() -> Iterator[str]:
    yield from (f"input {name}" for name in input_names())
    for field, its in Inputs.model_fields.items():
        name = field.replace("_", "-")
        yield from (f"input {name} = {word}" for word in _words_of(its.annotation))
    yield from (f"output {name}" for name in OUTPUTS)
    yield from (f"exit code {code.value} {code.name}" for code in Exit)


def _words_of(annotation: Any) -> Iterator[str]:
    """The words that an input takes."""
    for each in get_args(annotation):
        if get_origin(annotation) is Literal:
            yield str(each)
        else:
            yield from _words_of(each)


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
                " ".join(("command", command, *action.option_strings[-1:], choice))
                for choice in (action.choices or ())
            )


def _of_the_rules() -> Iterator[str]:
    tables = ("FILE", "RULE", "WHEN", "FACT", "SECTION", "WAIVER", "SIGNED", "OVERRIDE")
    for table in tables:
        yield from (f"rules {table.lower()} {key}" for key in getattr(key_meanings, table))
    whole = json_schema("rules")
    checks = whole.pop("$defs")
    for check, definition in checks.items():
        if "." not in check:  # those inside another are below the key that takes them
            yield from (f"check {check} {each}" for each in _written(definition, checks))
    yield from (f"rules {each}" for each in _written(whole, checks) if " = " in each)


def _written(part: Any, checks: Any, path: str = "", inside: tuple[str, ...] = ()) -> Iterator[str]:
    """Each key by its path, whether it may be left out, and each word that it takes."""
    if isinstance(part, list):
        for each in part:
            yield from _written(each, checks, path, inside)
    if not isinstance(part, dict):
        return
    name = part.get("$ref", "").rpartition("/")[2]
    if "." in name and name not in inside:
        yield from _written(checks[name], checks, path, (*inside, name))
    words = [*part.get("enum", ()), *([part["const"]] if "const" in part else [])]
    yield from (f"{path} = {word}".lstrip() for word in words)
    for key, each in part.get("properties", {}).items():
        below = f"{path}.{key}".removeprefix(".")
        yield below
        if key not in part.get("required", ()):
            yield f"{below}{OPTIONAL}"
        yield from _written(each, checks, below, inside)
    for keyword in ("then", "else", "items", "anyOf", "oneOf", "allOf", "additionalProperties"):
        yield from _written(part.get(keyword), checks, path, inside)


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
