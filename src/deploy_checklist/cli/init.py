"""`init`: writes the rules file."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path

from ..commands.asking import ask
from ..commands.init import AnswersText, InitOptions, init, questions, unwritten
from ..commands.init_formats import question_list, render
from ..errors import Exit, Unusable
from ..runtime.local import LocalRuntime
from ..world import files
from .shell import Shell, root_folder, working_folder


def run(given: argparse.Namespace, shell: Shell) -> int:
    """Runs it and returns the exit code. Raises Unusable."""
    root: Path | None = None
    secrets: frozenset[str] = frozenset()
    try:
        root = root_folder()
        file, jobs_after = given.file, LocalRuntime(root, shell.environ).jobs_after
        if given.questions is not None:
            found, secrets = questions(root, file, releasing=jobs_after)
            shell.out.write(question_list(found, shell.environ, secrets))
            return Exit.READY
        written = init(root, file, options=_init_options(given, shell), releasing=jobs_after)
        result, secrets = written.result, written.secrets
    except Unusable as error:
        if given.format == "text" or given.questions is not None:
            raise
        result = unwritten(error, root)
    folder = working_folder() if root is not None else "."
    shell.out.write(render(result, given.format, shell.environ, secrets, folder))
    return result.exit_code


def _init_options(given: argparse.Namespace, shell: Shell) -> InitOptions:
    answers = None
    if given.answers is not None:
        what, limit = "answers file", files.RULES_LIMIT
        if given.answers == "-":
            data, name = files.read_standard_input(what=what, limit=limit), "the answers"
        else:
            data, name = files.read(Path(given.answers), what=what, limit=limit), given.answers
        answers = AnswersText(data.decode("utf-8-sig", "replace"), name)
    is_person = sys.stdin is not None and sys.stdin.isatty() and shell.out.isatty()
    asks = is_person and given.format == "text"
    return InitOptions(
        pin=given.pin,
        add=given.add,
        answers=answers,
        ask=partial(ask, read_line=sys.stdin.readline, out=shell.out) if asks else None,
    )
