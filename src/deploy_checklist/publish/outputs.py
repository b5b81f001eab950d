"""The step's outputs: GITHUB_OUTPUT."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from ..errors import Unusable
from . import files

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


def write(path: Path, values: Mapping[str, str]) -> None:
    """All of them at once; lists are one entry a line."""
    files.append(path, rendered(values).encode("utf-8", "replace"))


def rendered(values: Mapping[str, str], delimiter: Callable[[], str] = lambda: f"end-{secrets.token_hex(16)}") -> str:
    """`name<<delimiter`, the value, the delimiter: with one nobody can guess, no value can add an output."""
    return "".join(_output(name, value, delimiter()) for name, value in values.items())


def _output(name: str, value: str, delimiter: str) -> str:
    value = value.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    if not _NAME.fullmatch(name) or delimiter in value:
        raise Unusable(f"the output {name!r} cannot be written: its value holds its own delimiter, or its name no name")
    return f"{name}<<{delimiter}\n{value}\n{delimiter}\n"
