"""Annotations of the run: workflow commands on standard output."""

from __future__ import annotations

from typing import TextIO

from ..report.annotations import commands
from ..report.model import Report


def write(report: Report, out: TextIO) -> None:
    """One command a line, only for what is wrong."""
    for command in commands(report):
        print(command, file=out)
