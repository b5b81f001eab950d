"""Every JSON Schema that `schema` prints: the one table that the command line, the docs and the
tests read.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Protocol, cast


class Described(Protocol):
    """A module that knows the form of a file or of an output."""

    def json_schema(self) -> dict[str, Any]:
        """Its JSON Schema."""


# The flag of `schema`, the module of this package, and what its schema is about.
SCHEMAS: Mapping[str, tuple[str, str]] = {
    "rules": ("rules.schema", "of the rules file (default)"),
    "report": ("report.wire_schema", "of `check --format json`, and of the input `report-file`"),
    "lint": ("commands.lint_formats", "of `lint --format json`"),
    "explain": ("commands.explain_formats", "of `explain --format json`"),
    "explain-check": (
        "commands.described_check_formats",
        "of `explain --check KIND --format json`",
    ),
    "doctor": ("doctor.formats", "of `doctor --format json`"),
    "compare": ("commands.compare_formats", "of `compare --format json`"),
    "init": ("commands.init_formats", "of `init --format json`"),
}


def json_schema(name: str) -> dict[str, Any]:
    """One of SCHEMAS."""
    module, _ = SCHEMAS[name]
    return cast(Described, import_module(f".{module}", __package__)).json_schema()
