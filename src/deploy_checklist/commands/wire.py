"""What the JSON of `lint`, `explain` and `init` has in common: its schema is made from the classes
of its objects, and no secret is in it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from ..redaction.report import redact_data
from ..report.json_v1 import data_text

Schema = dict[str, Any]  # a JSON Schema is a tree of everything JSON has


def wire_schema(of: object, title: str) -> Schema:
    """The JSON Schema of what is written as this type: no key is left out, and a later version may
    add others.
    """
    schema = msgspec.json.schema(of, schema_hook=lambda _type: {})
    for each in schema["$defs"].values():
        each["required"] = list(each["properties"])
        for field in each["properties"].values():
            field.pop("default", None)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title, **schema}


def wire_text(
    data: object,
    schema: Schema,
    environ: Mapping[str, str],
    secrets: Collection[str],
    words: Iterable[str] = (),
) -> str:
    """JSON without the values of these secrets. What the schema names itself stays readable: the
    keys of its objects, and the words that it lists; and so do the `words`.
    """
    known = (*_words(schema), *words)
    return data_text(redact_data(msgspec.to_builtins(data), environ, secrets, known))


def _words(schema: object) -> Iterator[str]:
    if isinstance(schema, list):
        for each in schema:
            yield from _words(each)
    elif isinstance(schema, dict):
        yield from schema.get("properties", ())
        yield from (str(word) for word in schema.get("enum", ()))
        for each in schema.values():
            yield from _words(each)
