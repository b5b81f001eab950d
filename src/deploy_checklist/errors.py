"""Errors that stop a run, and the exit codes."""

from __future__ import annotations

from enum import IntEnum
from pathlib import Path

from msgspec import Struct


class Exit(IntEnum):
    """The process's exit codes."""

    READY = 0
    HELD = 1  # blocked or waiting
    UNUSABLE = 2  # the input cannot be used, so nothing was judged; or a bug of this program
    UNDETERMINED = 3


class Terminated(KeyboardInterrupt):
    """SIGTERM: it ends a run as Ctrl-C does, with an exit code of its own."""


class Fault(Struct, frozen=True, kw_only=True):
    """One mistake in a file: where, what, and what to do. Lines and columns count from 1."""

    file: str
    line: int | None
    column: int | None
    message: str  # what is wrong and why; never a variable's value
    hint: str | None = None  # what is allowed, or "did you mean"

    def __str__(self) -> str:
        parts = (self.file, self.line, self.column)
        place = ":".join(str(part) for part in parts if part is not None)
        text = f"{place}: {self.message}"
        return f"{text}. {self.hint}" if self.hint else text


class Unusable(Exception):
    """The input cannot be used; nothing is judged and the run ends with exit code 2.

    It has either one sentence and a hint, or all faults of a file; 50 of them are printed. The
    sentence may be about one file: then `reason` is the sentence without the file's name.
    """

    MOST = 50

    def __init__(
        self,
        message: str = "",
        *,
        hint: str | None = None,
        faults: tuple[Fault, ...] = (),
        file: str | None = None,
        line: int | None = None,
    ) -> None:
        place = ":".join(str(part) for part in (file, line) if part is not None)
        self.message = f"{place}: {message}" if place else message
        super().__init__(self.message)
        self.reason = message
        self.hint = hint
        self.faults = faults
        self.file = file
        self.line = line

    def __str__(self) -> str:
        lines = [self.message] if self.message else []
        lines += [str(fault) for fault in self.faults[: self.MOST]]
        if len(self.faults) > self.MOST:
            lines.append(f"… and {len(self.faults) - self.MOST} more")
        if self.hint:
            lines.append(self.hint)
        return "\n".join(lines)


def bug_location(bug: BaseException) -> str:
    """File and line of this package's innermost frame.

    The exception's text is left out: it may quote a part of a variable's value.
    """
    import traceback  # only for a bug

    package = Path(__file__).parent
    for frame in reversed(traceback.extract_tb(bug.__traceback__)):
        path = Path(frame.filename)
        if path.is_relative_to(package):
            return f"{path.relative_to(package)}:{frame.lineno}"
    return "an unknown place"
