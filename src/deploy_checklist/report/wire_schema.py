"""The JSON Schema of the report, made of its declared shapes: `schema --report` prints it."""

from __future__ import annotations

from typing import Any

from msgspec import json

from . import wire

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """Draft 2020-12. Unknown keys are allowed: version 1 may get further ones."""
    (root,), definitions = json.schema_components([wire.JsonReport], ref_template="#/$defs/{name}")
    for definition in definitions.values():
        definition["title"] = definition["title"].removeprefix("Json")
    head = {
        "$schema": _DIALECT,
        "$id": "urn:deploy-checklist:report:1",
        "title": "The report of deploy-checklist, version 1",
    }
    return {**head, **root, "$defs": dict(sorted(definitions.items()))}
