"""The command line: arguments → one command → the exit code. Each command is a file of its name."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from errno import ENOSPC
from importlib import import_module
from typing import TextIO

from ..arguments import parser
from ..errors import Exit, Unusable, bug_location
from .shell import Shell, openable


def run(arguments: Sequence[str], environ: Mapping[str, str], out: TextIO, err: TextIO) -> int:
    """Runs one command and returns its exit code. All errors become messages here."""
    in_container = list(arguments) == ["action"]  # from the image's ENTRYPOINT, not for people
    given = None if in_container else parser().parse_args(arguments or ["--help"])
    shell = Shell(arguments=arguments, environ=environ, known=dict(environ), out=out, err=err)
    try:
        code = _command(given.command)(given, shell) if given else _action(environ, out)
        out.flush()
        return code
    except Unusable as error:
        from ..redaction.report import safe_for_log

        print(safe_for_log(str(openable(error)), shell.known), file=err)
        return Exit.UNUSABLE
    except BrokenPipeError:
        sys.stderr.close()  # nobody reads any more
        return Exit.UNUSABLE
    except OSError as error:
        if error.errno != ENOSPC:
            return _report_bug(error, err)
        print("the disk is full, so the output is not complete; do not use it", file=err)
        return Exit.UNUSABLE
    except Exception as bug:
        return _report_bug(bug, err)


def _report_bug(bug: Exception, err: TextIO) -> int:
    """Prints where it happened, and no traceback, which could hold a value."""
    from ..redaction.redact import Leak  # loaded by now, if it is one

    if isinstance(bug, Leak):
        print(bug, file=err)
        return Exit.UNUSABLE
    print(
        f"a bug in deploy-checklist: {type(bug).__name__} at {bug_location(bug)};"
        " nothing was judged",
        file=err,
    )
    return Exit.UNUSABLE


def _command(name: str) -> Callable[[argparse.Namespace, Shell], int]:
    """The command's own file, which is loaded only when it is run."""
    run: Callable[[argparse.Namespace, Shell], int] = import_module(f".{name}", __package__).run
    return run


def _action(environ: Mapping[str, str], out: TextIO) -> int:
    from ..action import run as run_action

    return run_action(environ, out)
