"""The inputs and outputs of the action, as action.yml and the tables of docs/inputs.md show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from deploy_checklist.publish.outputs import OUTPUTS
from deploy_checklist.settings import Inputs


def input_names() -> Mapping[str, str]:
    """Every input, as written under `with:`, and the field that holds it."""
    return {name.replace("_", "-"): name for name in Inputs.model_fields}


def written_default(field: str) -> str:
    """An input's default as a person would write it; empty if there is none."""
    default = Inputs.model_fields[field].default
    if field == "github_token":
        return "${{ github.token }}"  # action.yml's; the container itself is given no token unasked
    if isinstance(default, timedelta):
        return f"{default.seconds}s"
    if isinstance(default, tuple):
        return "\n".join(default)
    if isinstance(default, bool):
        return str(default).lower()
    return "" if default is None else str(default)


def inputs_table() -> str:
    """The inputs as a Markdown table, for docs/inputs.md."""
    rows = (
        (f"`{name}`", _cell(written_default(field)), Inputs.model_fields[field].description or "")
        for name, field in input_names().items()
    )
    return _table(("Input", "Default", "Meaning"), rows)


def outputs_table() -> str:
    """The outputs as a Markdown table, for docs/inputs.md."""
    return _table(
        ("Output", "Meaning"), ((f"`{name}`", meaning) for name, meaning in OUTPUTS.items())
    )


def _cell(default: str) -> str:
    return " ".join(f"`{line}`" for line in default.splitlines())


def _table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = (header, ("---",) * len(header), *rows)
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
