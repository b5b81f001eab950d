"""The form in which `explain --check` describes a kind of check in a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from ..report.columns import wrap
from ..report.escape import plain
from .described_check import REQUIRED, DescribedCheck, DescribedParameter

_MOST = 100  # columns; longer lines are hard to read


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
    default = parameter.default
    if default and default != REQUIRED:
        default = f"default {default}"
    about = f" ({default})" if default else ""
    yield from _indented(f"{parameter.name}: {parameter.takes}{about}", columns)
    for line in _indented(parameter.meaning, columns - 2):
        yield f"  {line}"


def _indented(text: str, columns: int) -> list[str]:
    return [f"  {line}" for line in wrap(plain(" ".join(text.split())), columns - 2)]
