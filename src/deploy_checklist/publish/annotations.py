"""Annotations of the run: workflow commands on standard output."""

from __future__ import annotations

from collections.abc import Mapping

from ..report.annotations import render
from ..report.model import Report
from .base import Destinations


def text(report: Report, to: Destinations) -> str:
    """One command a line, only for what is wrong."""
    return render(report)


def write(text: str, report: Report, to: Destinations) -> Mapping[str, str]:
    """Prints them."""
    print(text, end="", file=to.out)
    return {}
