"""`verify`: checks a report against its own items and its files."""

from __future__ import annotations

import argparse

from ..commands.verify import VerifiedFiles, verify
from .shell import Shell


def run(given: argparse.Namespace, shell: Shell) -> int:
    """Runs it and returns the exit code. Raises Unusable."""
    named = VerifiedFiles(
        report=given.report,
        checklist=given.checklist,
        rules=given.rules,
        evidence=given.evidence,
    )
    return verify(named, shell.environ, shell.out)
