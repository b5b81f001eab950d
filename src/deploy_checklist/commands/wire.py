"""The text of the JSON of `lint`, `explain` and `init`: no secret is in it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

import msgspec

from ..redaction.report import redact_data
from ..report.json_v1 import data_text
from ..report.wire_schema import Schema


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
    known = (*words_of(schema), *words)
    return data_text(redact_data(msgspec.to_builtins(data), environ, secrets, known))


def words_of(schema: object) -> Iterator[str]:
    """What a schema names itself: keys of objects, and the words that it lists."""
    if isinstance(schema, list):
        for each in schema:
            yield from words_of(each)
    elif isinstance(schema, dict):
        yield from schema.get("properties", ())
        yield from (str(word) for word in schema.get("enum", ()))
        for each in schema.values():
            yield from words_of(each)
