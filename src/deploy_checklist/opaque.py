"""A Struct whose repr shows no field, so that no secret gets into a message or a log."""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class OpaqueStruct(Struct, frozen=True, kw_only=True):
    """Base of values that may hold a secret."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """Shows no field either where a library prints values in its own way."""
        return []
