"""The files of one folder. No link is followed, and nothing outside the folder is opened."""

from __future__ import annotations

import errno
import os
import stat
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from ..outcome import Unobservable

_INSIDE = "name a path below the repository's root"
_KERNEL_FOLDERS = ("/proc", "/sys", "/dev")
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Not to block on a pipe that has no writer.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Folder:
    """The files below `root`, by paths relative to it, with `/`."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    def inside(self, path: str) -> tuple[str, ...]:
        """The components of a path from the rules file; Unobservable if the path is refused."""
        if why := refusal(path):
            raise _refused(path, why)
        parts = tuple(part for part in path.split("/") if part not in ("", "."))
        full = PurePosixPath(self.root, *parts)
        if any(full.is_relative_to(folder) for folder in _KERNEL_FOLDERS):
            raise _refused(path, "is in a folder of the kernel, which is never read")
        return parts

    def read(self, path: str, limit: int) -> bytes | None:
        """A file's bytes; None if nothing is there."""
        found = self.read_dated(path, limit)
        return None if found is None else found[0]

    def read_dated(self, path: str, limit: int) -> tuple[bytes, datetime] | None:
        """A file's bytes, and when they were last written; None if nothing is there.

        Anyone can set a file's time of change (`touch -d`), but the kernel records when that was
        done: the earlier of the two times counts.
        """
        file = self.open(path)
        if file is None:
            return None
        with file:
            state = os.fstat(file.fileno())
            written = min(state.st_mtime, state.st_ctime)
            return _bytes(file.fileno(), limit, path), datetime.fromtimestamp(written, UTC)

    def open(self, path: str) -> BinaryIO | None:
        """A file, to be read; None if nothing is there."""
        parts = self.inside(path)
        with self._parent(parts, path) as parent:
            kind = None if parent is None or not parts else _kind(parent, parts[-1], path)
            if parent is None or kind is None:
                return None
            if kind != "file":
                raise Unobservable(f"`{path}` is a folder, not a file", "name a file")
            with _explained(path):
                descriptor = os.open(parts[-1], _FILE, dir_fd=parent)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):  # replaced since
            os.close(descriptor)
            raise _refused(path, "is neither a file nor a folder")
        return os.fdopen(descriptor, "rb")

    def kind(self, path: str) -> str | None:
        """ "file", "folder", or None if nothing is there."""
        parts = self.inside(path)
        if not parts:
            return "folder"
        with self._parent(parts, path) as parent:
            return None if parent is None else _kind(parent, parts[-1], path)

    def files(self, path: str, *, links: bool = False) -> Iterator[str]:
        """Every file below a folder, in alphabetical order, without `.git`. Links are included only
        on request, to report them: none of them can be read.
        """
        if self.kind(path) == "folder":
            yield from self._below(self.inside(path), links)

    def _below(self, parts: tuple[str, ...], links: bool) -> Iterator[str]:
        path = "/".join(parts)
        with self._parent((*parts, "."), path) as folder:
            if folder is None:
                return
            with os.scandir(folder) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
            for entry in found:
                if entry.is_dir(follow_symlinks=False) and not _is_git(entry.name):
                    yield from self._below((*parts, entry.name), links)
                elif entry.is_file(follow_symlinks=False) or (links and entry.is_symlink()):
                    yield "/".join((*parts, entry.name))

    @contextmanager
    def _parent(self, parts: tuple[str, ...], path: str) -> Iterator[int | None]:
        """The folder that holds the last component; None if it, or one above it, is not there.

        It is opened one component at a time, so that no link on the way is followed.
        """
        with _explained(path):
            current: int | None = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            for part in parts[:-1]:
                if current is None or _kind(current, part, path) != "folder":
                    missing, current = current, None
                    _close(missing)
                    break
                with _explained(path):
                    deeper = os.open(part, _DIRECTORY, dir_fd=current)
                os.close(current)
                current = deeper
            yield current
        finally:
            _close(current)


def refusal(path: str) -> str | None:
    """Why a path is refused, as the predicate of a sentence; None if it is not."""
    parts = path.split("/")
    if not path.strip("/"):
        return "is not a path"
    if path.startswith("/"):
        return "is absolute"
    if ".." in parts:
        return "leads out of its folder (`..`)"
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in path):
        return "contains a control character"
    if any(_is_git(part) for part in parts):
        return "is in git's own folder"
    return None


def _is_git(part: str) -> bool:
    """Whether some file system takes this name for `.git`."""
    visible = "".join(char for char in part if unicodedata.category(char) != "Cf").casefold()
    return visible.rstrip(". ").partition(":")[0] in (".git", "git~1")


def _kind(folder: int, name: str, path: str) -> str | None:
    try:
        mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise _unreadable(path, error) from None
    if stat.S_ISLNK(mode):
        raise _refused(path, "is a symbolic link or has one on its way, and links are not followed")
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise _refused(path, "is neither a file nor a folder")
    return "folder" if stat.S_ISDIR(mode) else "file"


def _bytes(descriptor: int, limit: int, path: str) -> bytes:
    chunks, room = [], limit + 1
    with _explained(path):
        while room:
            chunk = os.read(descriptor, min(room, 1_048_576))
            if not chunk:
                break
            chunks.append(chunk)
            room -= len(chunk)
    if not room:
        raise Unobservable(
            f"`{path}` is larger than {limit / 1_048_576:g} MiB", "name a smaller file"
        )
    return b"".join(chunks)


def _close(descriptor: int | None) -> None:
    if descriptor is not None:
        os.close(descriptor)


@contextmanager
def _explained(path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _unreadable(path, error) from None


def _unreadable(path: str, error: OSError) -> Unobservable:
    if error.errno in (errno.ELOOP, errno.ENOTDIR):  # replaced by a link meanwhile
        return _refused(
            path, "is a symbolic link or has one on its way, and links are not followed"
        )
    if error.errno == errno.ENAMETOOLONG:
        return _refused(path, "is too long for a path")
    return Unobservable(f"`{path}` cannot be read", "give this user permission to read it")


def _refused(path: str, why: str) -> Unobservable:
    return Unobservable(f"`{path}` {why}", _INSIDE)
