"""Annotations of the run: workflow commands on standard output."""

from __future__ import annotations

from collections.abc import Callable
from typing import TextIO

from ..report.annotations import commands
from ..report.model import Report


def write(report: Report, out: TextIO, check: Callable[[str], None]) -> None:
    """One command a line, only for what is wrong; `check` has searched them for secrets before the first is printed."""
    lines = commands(report)
    check("\n".join(lines))
    for line in lines:
        print(line, file=out)
