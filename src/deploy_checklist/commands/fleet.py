"""Many reports on one page: whose release waits for whom."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import BinaryIO

from ..errors import Exit, Unusable
from ..fleet.formats import render
from ..fleet.read import read_fleet
from ..outcome import Unobservable


def fleet(
    files: Iterable[tuple[str, BinaryIO | Unobservable]], form: str, now: datetime
) -> tuple[str, Exit]:
    """The page, and the exit code: READY if every report was read, whatever its verdict; else HELD.

    Raises Unusable if there is no report at all.
    """
    found = read_fleet(files, now)
    if not found.rows:
        raise Unusable("no report found", hint="give files, folders or globs, or `-`")
    return render(found, form), Exit.READY if found.complete else Exit.HELD
