"""Mistakes in what was given, for a program to read: each with its place and what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct

from ..errors import Unusable
from ..run.document_files import display_path

Place = Annotated[int, Meta(ge=1)] | None


class Mistake(Struct, frozen=True, kw_only=True):
    """Why nothing was done: one mistake in a file, or one thing that is missing."""

    message: Annotated[str, Meta(description="What is wrong, and why.")]
    remedy: Annotated[str | None, Meta(description="What is allowed, or what to do.")]
    file: Annotated[str | None, Meta(description="Path of the file, from the repository's root.")]
    line: Annotated[Place, Meta(description="The line in that file, from 1.")]
    column: Annotated[Place, Meta(description="The column in that line, from 1.")]


def mistakes_of(error: Unusable, root: Path | None) -> tuple[Mistake, ...]:
    """Every mistake, more than people are shown at once."""
    found = [
        Mistake(
            message=fault.message,
            remedy=fault.hint or error.hint,
            file=fault.file,
            line=fault.line,
            column=fault.column,
        )
        for fault in error.faults
    ]
    if error.reason:
        found.append(
            Mistake(
                message=error.reason,
                remedy=error.hint,
                file=_from_root(error.file, root),
                line=error.line,
                column=None,
            )
        )
    return tuple(found)


def _from_root(file: str | None, root: Path | None) -> str | None:
    """A file that was found below the root is named from there; a given one as it was given."""
    if file is None or root is None or not Path(file).is_absolute():
        return file
    return display_path(Path(file), root)
