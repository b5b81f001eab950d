"""Writes files without following a link, so that nobody can lead a report to another place."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from errno import EINVAL, ELOOP
from pathlib import Path

from ..errors import Unusable

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def size(path: Path) -> int:
    """Bytes of a file; 0 if there is none that can be read."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def replace(path: Path, content: bytes) -> None:
    """Replaces a file. The file itself must be a regular one, and no link."""
    _write(path.parent, path.name, content, 0)


def append(path: Path, content: bytes) -> None:
    """Adds to the end of a file."""
    _write(path.parent, path.name, content, os.O_APPEND)


def replace_below(root: Path, relative: str, content: bytes, how: int = 0) -> None:
    """Writes a file below `root`, making missing folders; no part of `relative` may be a link.

    What is new belongs to whom the folder around it belongs to: the container runs as root, and a
    later step, or the next job's checkout, could not delete a folder of root's.
    """
    *folders, name = _parts(relative)
    with _explained(relative):
        folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            for part in folders:
                folder = _entered(folder, part)
            try:
                _write_at(folder, name, content, how | os.O_EXCL, hand_over=True)
            except FileExistsError:
                if how & os.O_EXCL:
                    raise
                _write_at(folder, name, content, how)
        finally:
            os.close(folder)


def create_below(root: Path, relative: str, content: bytes) -> None:
    """As `replace_below`, but only where nothing is yet."""
    replace_below(root, relative, content, os.O_EXCL)


def remove_below(root: Path, relative: str) -> None:
    """Removes a file or a link, if there is one. No folder in `relative` may be a link."""
    *folders, name = _parts(relative)
    with _explained(relative), suppress(FileNotFoundError), ExitStack() as opened:
        flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
        folder = os.open(root, flags)
        opened.callback(os.close, folder)
        for part in folders:
            folder = os.open(part, _FOLDER, dir_fd=folder)
            opened.callback(os.close, folder)
        os.unlink(name, dir_fd=folder)


def _parts(relative: str) -> tuple[str, ...]:
    parts = tuple(part for part in relative.split("/") if part not in ("", "."))
    outside = relative.startswith("/") or "\0" in relative or ".." in parts
    if outside or not parts or ".git" in map(str.lower, parts):
        raise Unusable(
            "files can only be written below the workspace",
            hint="give a path like reports/checklist.json",
        )
    return parts


def _entered(folder: int, part: str) -> int:
    """Opens the next folder and closes the one that it is in."""
    is_new = True
    try:
        os.mkdir(part, 0o755, dir_fd=folder)
    except FileExistsError:
        is_new = False
    inner = os.open(part, _FOLDER, dir_fd=folder)
    if is_new:
        _give_to_owner_of(folder, inner)
    os.close(folder)
    return inner


def _give_to_owner_of(folder: int, new: int) -> None:
    """Gives what was made in a folder to the folder's owner; where this user may not, it stays with
    this user.
    """
    around = os.fstat(folder)
    if around.st_uid != os.fstat(new).st_uid:
        with suppress(OSError):
            os.fchown(new, around.st_uid, around.st_gid)


def _write(folder: Path, name: str, content: bytes, how: int) -> None:
    with _explained(str(folder / name)):
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            _write_at(opened, name, content, how)
        finally:
            os.close(opened)


def _write_at(folder: int, name: str, content: bytes, how: int, *, hand_over: bool = False) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | how
    file = os.open(name, flags, 0o644, dir_fd=folder)
    with os.fdopen(file, "wb") as out:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise OSError(EINVAL, "it is not a regular file")
        if not how & os.O_APPEND:
            os.ftruncate(file, 0)  # not O_TRUNC: only once it is known what was opened
        if hand_over:
            _give_to_owner_of(folder, file)
        out.write(content)


@contextmanager
def _explained(path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        why = "it is a symbolic link" if error.errno == ELOOP else error.strerror
        raise Unusable(
            f"cannot write {path} ({why})",
            hint="give the path of a regular file, in a folder that this user can write to",
        ) from error
