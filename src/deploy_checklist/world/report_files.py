"""The files of reports: as they are named, those of a folder or a glob, and standard input."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from ..errors import Unusable
from ..outcome import Unobservable
from ..values.glob_matching import Glob, path_glob
from . import files
from .folder import Folder

STANDARD_INPUT = "-"
_OF_A_FOLDER = (path_glob("**/*.json"), path_glob("**/*.jsonl"))
_GLOB_SIGNS = re.compile(r"[*?\[]")


def report_files(given: Sequence[str]) -> Iterator[tuple[str, BinaryIO | Unobservable]]:
    """Each file's name, and the file (open until the next one) or why it cannot be read.

    A named file may be a link; in a folder, and below the fixed part of a glob, none is followed.
    Raises Unusable in the end if no argument led to a file.
    """
    nowhere, found = Unobservable("matches no file"), False
    for argument in given:
        of_this = False
        for name, file in _files_of(argument):
            found = of_this = True
            yield name, file
            if not isinstance(file, Unobservable) and name != STANDARD_INPUT:
                file.close()
        if not of_this:
            yield argument, nowhere
    if not found:
        paths = map(Path, given)
        near = filter(None, (files.near_file(path, files.names_in(path.parent)) for path in paths))
        raise Unusable("no report found", hint=next(near, "give files, folders or globs, or `-`"))


def _files_of(argument: str) -> Iterator[tuple[str, BinaryIO | Unobservable]]:
    """The files that one argument leads to; none if nothing is there."""
    path = Path(argument)
    if argument == STANDARD_INPUT:
        closed = Unobservable("standard input is closed")
        yield argument, sys.stdin.buffer if sys.stdin is not None else closed
    elif os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises for a name that is too long
        yield from _files_below(path, _OF_A_FOLDER)
    elif os.path.lexists(path):
        yield argument, _opened(path)
    elif (sign := _GLOB_SIGNS.search(argument)) is not None:
        fixed = argument.rfind("/", 0, sign.start()) + 1
        folder = Path(argument[:fixed])
        if os.path.isdir(folder):  # noqa: PTH112 - as above
            yield from _files_below(folder, [path_glob(argument[fixed:])])


def _opened(path: Path) -> BinaryIO | Unobservable:
    try:
        return files.opened(path, what="report")
    except Unusable as error:
        return Unobservable(error.message.removeprefix(f"{path}: "))


def _files_below(
    path: Path, globs: Sequence[Glob]
) -> Iterator[tuple[str, BinaryIO | Unobservable]]:
    """The files that a glob matches. A link among them cannot be read, and is reported as such."""
    folder = Folder(path)
    try:
        for name in folder.files(".", links=True):
            if any(glob.matches(name) for glob in globs):
                yield str(path / name), _opened_in(folder, name)
    except Unobservable as error:
        yield str(path), error
    except RecursionError:
        yield str(path), Unobservable("its folders are nested too deeply")


def _opened_in(folder: Folder, name: str) -> BinaryIO | Unobservable:
    try:
        return folder.open(name) or Unobservable("was deleted while the command was running")
    except Unobservable as error:
        return error
