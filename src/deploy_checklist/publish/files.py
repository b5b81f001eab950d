"""Writes files without following a link, so that nobody can lead a report to another place."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from ..errors import Unusable

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def replace(path: Path, content: bytes) -> None:
    """Writes a file anew. The file itself must be a regular one, and no link."""
    _write(path.parent, path.name, content, 0)


def append(path: Path, content: bytes) -> None:
    """Adds to the end of a file."""
    _write(path.parent, path.name, content, os.O_APPEND)


def replace_below(root: Path, relative: str, content: bytes, how: int = 0) -> None:
    """Writes a file below `root`, making missing folders; no part of `relative` may be a link."""
    *folders, name = _parts(relative)
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in folders:
            folder = _entered(folder, part, relative)
        _write_at(folder, name, content, how, relative)
    finally:
        os.close(folder)


def create_below(root: Path, relative: str, content: bytes) -> None:
    """As `replace_below`, but only where nothing is yet."""
    replace_below(root, relative, content, os.O_EXCL)


def _parts(relative: str) -> tuple[str, ...]:
    parts = tuple(part for part in relative.split("/") if part not in ("", "."))
    outside = relative.startswith("/") or "\0" in relative or ".." in parts
    if outside or not parts or ".git" in map(str.lower, parts):
        raise Unusable(
            "the report file must lie below the workspace",
            hint="give a path like reports/checklist.json",
        )
    return parts


def _entered(folder: int, part: str, path: str) -> int:
    """Opens the next folder and closes the one that it is in."""
    try:
        with suppress(FileExistsError):
            os.mkdir(part, 0o755, dir_fd=folder)
        inner = os.open(part, _FOLDER, dir_fd=folder)
    except OSError as refused:
        raise _refused(path) from refused
    os.close(folder)
    return inner


def _write(folder: Path, name: str, content: bytes, how: int) -> None:
    try:
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as refused:
        raise _refused(str(folder / name)) from refused
    try:
        _write_at(opened, name, content, how, str(folder / name))
    finally:
        os.close(opened)


def _write_at(folder: int, name: str, content: bytes, how: int, path: str) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | how
    try:
        file = os.open(name, flags, 0o644, dir_fd=folder)
    except OSError as refused:
        raise _refused(path) from refused
    with os.fdopen(file, "wb") as out:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise _refused(path)
        if not how & os.O_APPEND:
            os.ftruncate(file, 0)  # not O_TRUNC: only once it is known what was opened
        out.write(content)


def _refused(path: str) -> Unusable:
    return Unusable(
        f"{path} cannot be written: it is a link, no plain file, or its folder does not allow it"
    )
