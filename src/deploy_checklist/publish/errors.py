"""What is told where nothing is judged: on the lines of the files that are wrong, in the summary, in the outputs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from ..errors import Fault
from ..frozen import frozen
from ..redaction.redact import Redactor
from ..report.annotations import MOST
from ..report.escape import inline, workflow_data, workflow_property
from . import outputs, summary


@frozen
class Unjudged:
    """Where it is told. The paths are the runner's, None outside of it."""

    out: TextIO
    redactor: Redactor
    summary: str | None
    outputs: str | None

    def tell(self, level: str, title: str, faults: Sequence[Fault], said: str = "") -> None:
        """Each fault and what is said beside them; the summary has all, and the outputs say that it is not ready."""
        told: list[tuple[str, Fault | None]] = [
            (str(fault) if fault.line is None else without_place(fault), fault) for fault in faults
        ]
        told += [(said, None)] if said else []
        if len(told) > MOST:
            more = f"and {len(told) - MOST + 1} more: the summary of this run lists all"
            told = [*told[: MOST - 1], (more, None)]
        for text, fault in told:
            say(self.out, level, self.redactor.text(text), fault)
        self._summarise(title, [*map(str, faults), *([said] if said else [])])
        self.not_ready()

    def not_ready(self) -> None:
        """A step behind this one reads that the release is not ready, rather than nothing."""
        if self.outputs is not None:
            outputs.write(Path(self.outputs), {"verdict": "", "ready": "false"})

    def _summarise(self, title: str, told: Sequence[str]) -> None:
        if self.summary is not None and told:
            lines = "".join(f"- {inline(self.redactor.text(each))}\n" for each in told)
            summary.write(Path(self.summary), f"## ⚪ {inline(self.redactor.text(title))}\n{lines}")


def without_place(fault: Fault) -> str:
    """What is wrong and what to do, for where the place is told beside it."""
    return ". ".join(part for part in (fault.message, fault.hint) if part)


def say(out: TextIO, level: str, message: str, fault: Fault | None = None) -> None:
    """One annotation. A fault of an input has no file to stand on."""
    where = {"file": fault.file, "line": fault.line, "col": fault.column} if fault and fault.line else {}
    properties = ",".join(f"{name}={workflow_property(str(value))}" for name, value in where.items() if value)
    print(f"::{level}{' ' if properties else ''}{properties}::{workflow_data(message)}", file=out)
