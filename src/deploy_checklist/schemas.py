"""Every JSON Schema that `schema` prints: the one table that the command line, the docs and the
tests read.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Protocol, cast

Schema = dict[str, Any]  # a JSON Schema is a tree of everything JSON has


class Described(Protocol):
    """A module that knows the form of a file or of an output."""

    def json_schema(self) -> Schema:
        """Its JSON Schema."""


# The flag of `schema`, the module of this package, and what its schema is about.
SCHEMAS: Mapping[str, tuple[str, str]] = {
    "rules": ("rules.schema", "the schema of the rules file (default)"),
    "report": ("report.wire_schema", "the schema of the JSON report of `check`"),
    "lint": ("commands.lint_formats", "the schema of `lint --format json`"),
    "explain": ("commands.explain_formats", "the schema of `explain --format json`"),
    "explain-check": (
        "commands.described_check_formats",
        "the schema of `explain --check KIND --format json`",
    ),
    "doctor": ("doctor.formats", "the schema of `doctor --format json`"),
    "compare": ("commands.compare_formats", "the schema of `compare --format json`"),
    "init": ("commands.init_formats", "the schema of `init --format json`"),
}
_ABBREVIATIONS = frozenset((
    "arn", "aws", "ca", "ci", "cname", "dns", "http", "id", "json", "otlp", "sha256", "tls", "tz",
    "url",
))  # fmt: skip
_NAMES = {"github": "GitHub", "onepassword": "1Password"}


def json_schema(name: str) -> Schema:
    """One of SCHEMAS, with an id and with a title for every key, as an editor shows it.

    The id is a name and no address: nothing has to be fetched for it.
    """
    module, _ = SCHEMAS[name]
    found = cast(Described, import_module(f".{module}", __package__)).json_schema()
    _add_titles(found)
    return {"$schema": found.pop("$schema"), "$id": f"urn:deploy-checklist:{name}:1", **found}


def _add_titles(schema: Any) -> None:  # noqa: ANN401 - any JSON
    """Gives every property of a schema a title, at any depth: its key in words."""
    inner = schema.values() if isinstance(schema, dict) else schema
    for each in inner if isinstance(schema, dict | list) else ():
        _add_titles(each)
    properties = schema.get("properties") if isinstance(schema, dict) else None
    for key, each in (properties or {}).items():
        each["title"] = _title(key)


def _title(key: str) -> str:
    names = (_NAMES.get(word, word) for word in key.split("_"))
    words = (word.upper() if word in _ABBREVIATIONS else word for word in names)
    title = " ".join(words)
    return title[:1].upper() + title[1:]
