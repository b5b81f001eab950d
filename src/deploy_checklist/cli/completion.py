"""`completion`: the script that completes commands and flags in a shell."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from ..arguments import parser
from ..errors import Exit, Unusable
from .shell import Shell

_FILES = ("F", "FILE", "REPORT")  # how the help calls a file that is read as text


def run(given: argparse.Namespace, shell: Shell) -> int:
    """Runs it and returns the exit code. Raises Unusable."""
    try:
        import shtab
    except ModuleNotFoundError:
        raise Unusable(
            "completion needs the library shtab",
            hint="install it: pipx inject deploy-checklist shtab",
        ) from None
    top = parser()
    for action in _actions(top):
        if action.type is Path or action.metavar in _FILES:
            setattr(action, "complete", shtab.FILE)  # noqa: B010 - shtab's own, argparse has none
    shell.out.write(shtab.complete(top, given.shell) + "\n")
    return Exit.READY


def _actions(top: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Every flag and argument, those of the commands, too."""
    for action in top._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from _actions(command)
