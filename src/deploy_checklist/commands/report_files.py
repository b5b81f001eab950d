"""Reads a report that an earlier run wrote; the person who passes it on may have changed it."""

from __future__ import annotations

from typing import TypeVar

from ..data_formats import Malformed, load_document
from ..data_formats.shapes import WrongShape, shaped
from ..errors import Unusable
from ..report import wire

# Bytes. The report of 20,000 items, the most that a checklist may have, has 24 million.
LIMIT = 134_217_728
_SCHEMA = 1
_T = TypeVar("_T")


def report_in(data: bytes, name: str) -> wire.JsonReport:
    """The report in a JSON text; `name` is that of its file in errors.

    Raises Unusable for another version of the format, for a forecast, and for anything that is not
    a report.
    """
    document = json_in(data, name, what="report")
    version = document.get("schema") if isinstance(document, dict) else None
    if isinstance(version, int) and version != _SCHEMA:
        raise Unusable(
            f"{name}: a report of schema {version}, but this version of deploy-checklist "
            f"reads schema {_SCHEMA}",
            hint="use the version that wrote it",
        )
    hint = "give a file written by `report-file` or `check --format json` of this version"
    report = in_shape(document, wire.JsonReport, f"{name}: not a report", hint)
    if report.looked_at is not None:
        raise Unusable(f"{name}: a forecast, not a report of a release", hint=hint)
    return report


def json_in(data: bytes, name: str, *, what: str) -> object:
    """A JSON text as plain data. A duplicate key is refused: two readers would differ."""
    try:
        return load_document(data, ".json")
    except Malformed as error:
        place = f"{name}:{error.line}:{error.column}"
        raise Unusable(f"{place}: the {what} cannot be read: {error.why}") from None


def in_shape(document: object, shape: type[_T], what: str, hint: str) -> _T:
    """The data as a declared shape. Raises Unusable, which quotes nothing of it."""
    try:
        return shaped(document, shape)
    except WrongShape as wrong:
        raise Unusable(f"{what}: {wrong}", hint=hint) from None
