"""`lint`: where checklist and rules disagree."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..commands.lint import lint_result, secret_names, unusable_result
from ..commands.lint_formats import render
from ..errors import Unusable
from ..run.document_files import from_folder
from ..world.repository import WorkTree
from .shell import Shell, root_folder, working_folder


def run(given: argparse.Namespace, shell: Shell) -> int:
    """Runs it and returns the exit code. Raises Unusable."""
    root: Path | None = None
    folder = "."
    secrets: frozenset[str] = frozenset()
    try:
        root, folder = root_folder(), working_folder()
        documents = from_folder(root, given.file, given.rules)
        result = lint_result(root, documents, WorkTree(root), strict=given.strict)
        secrets = secret_names(documents)
    except Unusable as error:
        if given.format == "text":
            raise
        result = unusable_result(error, root, strict=given.strict)
    shell.out.write(render(result, given.format, shell.environ, secrets, folder))
    return result.exit_code
