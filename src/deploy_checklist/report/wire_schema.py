"""JSON Schemas, draft 2020-12, made of the declared shapes of what is written."""

from __future__ import annotations

from typing import Any

from msgspec import json

from . import wire

Schema = dict[str, Any]  # a JSON Schema is a tree of everything JSON has
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(shape: object, title: str) -> Schema:
    """The JSON Schema of what is written as this type: no key is left out, and a later version may
    add others.
    """
    schema = json.schema(shape, schema_hook=lambda _type: {})
    for each in schema["$defs"].values():
        each["title"] = each["title"].removeprefix("Json")
        if "properties" in each:
            each["required"] = list(each["properties"])
        for key in each.get("properties", {}).values():
            key.pop("default", None)
    return {"$schema": _DIALECT, "title": title, **schema}


def json_schema() -> Schema:
    """That of the report."""
    return schema_of(wire.JsonReport, "The report of deploy-checklist, version 1")
