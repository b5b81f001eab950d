"""The step's log: the report as a terminal shows it, folded, and below it one sentence."""

from __future__ import annotations

from collections.abc import Mapping

from ..report import terminal
from ..report.escape import log_line, log_text
from ..report.model import Report
from ..report.status import with_verdict
from .base import Destinations


def text(report: Report, to: Destinations) -> str:
    """The report with its evidence; the last line is the sentence."""
    rendered = terminal.render(report, colour=False, verbose=True)
    return f"{rendered}{with_verdict(report)}"


def write(text: str, report: Report, to: Destinations) -> Mapping[str, str]:
    """Prints it: everything but the sentence between the commands that fold it."""
    folded, _, last = text.rpartition("\n")
    print(f"::group::{log_line(report.checklist)}", file=to.out)
    print(log_text(folded), file=to.out)
    print("::endgroup::", file=to.out)
    print(log_text(last), file=to.out)
    return {}
