"""How a run that judges nothing reports why: annotations, the summary, and outputs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from msgspec import Struct

from ..errors import Fault
from ..redaction.redact import Redactor
from ..report.annotations import MOST
from ..report.escape import inline, workflow_data, workflow_property
from . import outputs, summary


class ErrorReporter(Struct, frozen=True, kw_only=True):
    """Where errors are reported. The paths are the runner's, None outside of it."""

    out: TextIO
    redactor: Redactor
    summary: str | None
    outputs: str | None

    def report_error(
        self, level: str, title: str, faults: Sequence[Fault], message: str = ""
    ) -> None:
        """Annotates each fault and the message; the summary lists all, under the title."""
        messages = [message] if message else []
        texts: list[tuple[str, Fault | None]] = [(_without_place(each), each) for each in faults]
        texts += [(each, None) for each in messages]
        if len(texts) > MOST:
            more = f"and {len(texts) - MOST + 1} more; the summary of this run lists them all"
            texts = [*texts[: MOST - 1], (more, None)]
        for text, fault in texts:
            annotate(self.out, level, self.redactor.text(text), fault)
        self._add_to_summary(title, [*map(str, faults), *messages])
        self.not_ready()

    def not_ready(self) -> None:
        """Sets the outputs, so that a later step reads that the release is not ready."""
        if self.outputs is not None:
            outputs.write(Path(self.outputs), {"verdict": "", **outputs.HELD})

    def _add_to_summary(self, title: str, messages: Sequence[str]) -> None:
        if self.summary is not None and messages:
            lines = "".join(f"- {inline(self.redactor.text(each))}\n" for each in messages)
            heading = f"## ⚪ {inline(self.redactor.text(title))}\n"
            summary.append(Path(self.summary), heading + lines)


def _without_place(fault: Fault) -> str:
    """The fault for an annotation, which shows the file and the line by itself."""
    if fault.line is None:
        return str(fault)
    return ". ".join(part for part in (fault.message, fault.hint) if part)


def annotate(out: TextIO, level: str, message: str, fault: Fault | None = None) -> None:
    """Prints one annotation; on the fault's line, if it has one."""
    where = {}
    if fault is not None and fault.line:
        where = {"file": fault.file, "line": fault.line, "col": fault.column}
    properties = ",".join(
        f"{name}={workflow_property(str(value))}" for name, value in where.items() if value
    )
    space = " " if properties else ""
    print(f"::{level}{space}{properties}::{workflow_data(message)}", file=out)
