"""The page as JSON, version 1: a key is never left out, an unknown value is null."""

from __future__ import annotations

from msgspec import to_builtins

from ..report.json_v1 import data_text
from .model import Fleet


def render(fleet: Fleet) -> str:
    """The keys that docs/fleet.md promises."""
    document = {
        "schema": 1,
        "at": fleet.at,
        "tool": {"version": fleet.version},
        "counts": dict(fleet.counts),
        "more": fleet.more,
        "rows": fleet.rows,
    }
    return data_text(to_builtins(document))
