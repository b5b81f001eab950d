"""The forms in which `explain --check` describes a kind of check."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import to_builtins

from ..report.columns import wrap
from ..report.escape import plain
from ..report.json_v1 import data_text
from ..report.wire_schema import Schema, schema_of
from .described_check import DescribedCheck, DescribedParameter

_MOST = 100  # columns; longer lines are hard to read


def render(check: DescribedCheck, form: str, width: int) -> str:
    """The check as `json`, or as `text` of at most that many columns."""
    return data_text(to_builtins(check)) if form == "json" else as_text(check, width)


def json_schema() -> Schema:
    """The JSON Schema of the form `json`."""
    return schema_of(DescribedCheck, "deploy-checklist explain --check")


def as_text(check: DescribedCheck, width: int) -> str:
    """Lines of at most that many columns."""
    columns = min(width, _MOST)
    lines = [check.name, *_indented(f"Passes when: {check.passes}.", columns)]
    for paragraph in check.paragraphs:
        lines += ["", *_indented(paragraph, columns)]
    if check.takes:
        lines += ["", *_indented(f"Takes {check.takes}.", columns)]
    elif not check.parameters:
        lines += ["", "  Takes true."]
    for parameter in check.parameters:
        lines += ["", *_parameter(parameter, columns)]
    if check.compares:
        lines += [
            "",
            *_indented("It also takes any comparator: `explain --check equals`.", columns),
        ]
    return "\n".join(lines) + "\n"


def _parameter(parameter: DescribedParameter, columns: int) -> Iterator[str]:
    default = f"default {parameter.default}" if parameter.default else ""
    about = "required" if parameter.required else default
    about = f" ({about})" if about else ""
    yield from _indented(f"{parameter.name}: {parameter.takes}{about}", columns)
    for line in _indented(parameter.meaning, columns - 2):
        yield f"  {line}"


def _indented(text: str, columns: int) -> list[str]:
    return [f"  {line}" for line in wrap(plain(" ".join(text.split())), columns - 2)]
