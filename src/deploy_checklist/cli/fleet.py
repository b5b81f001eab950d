"""`fleet`: the reports of many repositories on one page."""

from __future__ import annotations

import argparse

from ..commands.fleet import fleet
from ..world.clock import clock_at
from ..world.report_files import report_files
from .shell import Shell, write


def run(given: argparse.Namespace, shell: Shell) -> int:
    """Runs it and returns the exit code. Raises Unusable."""
    page, code = fleet(report_files(given.reports), given.format, clock_at(given.now).now())
    write(page, given.output, shell.out)
    return code
