"""What stops a run: whose fault it was, the exit code, and a hint."""

from __future__ import annotations

from enum import IntEnum
from pathlib import Path

from msgspec import Struct


class Exit(IntEnum):
    """The process's exit codes."""

    READY = 0
    HELD = 1  # blocked or waiting
    UNUSABLE = 2  # the input cannot be used, nothing was judged; or our own bug
    UNDETERMINED = 3


class Fault(Struct, frozen=True, kw_only=True):
    """One mistake in a file: where, what, and what to do. Lines and columns count from 1."""

    file: str
    line: int | None
    column: int | None
    message: str  # what was found and why it is wrong; never a variable's value
    hint: str | None = None  # what is allowed, or "did you mean"

    def __str__(self) -> str:
        place = ":".join(
            str(part) for part in (self.file, self.line, self.column) if part is not None
        )
        return f"{place}: {self.message}" + (f". {self.hint}" if self.hint else "")


class Unusable(Exception):
    """The input cannot be used; nothing is judged and the run ends with exit code 2.

    Carries either one sentence and a hint, or the faults of a file (all at once, at most 50).
    """

    MOST = 50

    def __init__(
        self, message: str = "", *, hint: str | None = None, faults: tuple[Fault, ...] = ()
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.faults = faults

    def __str__(self) -> str:
        lines = [self.message] if self.message else []
        lines += [str(fault) for fault in self.faults[: self.MOST]]
        if len(self.faults) > self.MOST:
            lines.append(f"… and {len(self.faults) - self.MOST} more")
        if self.hint:
            lines.append(self.hint)
        return "\n".join(lines)


def bug_location(bug: BaseException) -> str:
    """File and line of the innermost frame of ours. Never the exception's text: it can hold a piece
    of a value.
    """
    import traceback  # only for a bug

    home = Path(__file__).parent
    frames = [
        each
        for each in traceback.extract_tb(bug.__traceback__)
        if Path(each.filename).is_relative_to(home)
    ]
    return (
        f"{Path(frames[-1].filename).relative_to(home)}:{frames[-1].lineno}"
        if frames
        else "an unknown place"
    )
