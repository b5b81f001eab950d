"""Finds and reads the checklist and the rules file, which may be anywhere on a laptop."""

from __future__ import annotations

import os
import queue
import re
import stat
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePath
from typing import BinaryIO

from ..errors import Unusable
from ..outcome import Unobservable
from .folder import Folder

RULES = (".github/deploy-checklist.yml", "deploy-checklist.yml")
FOLDERS = ("", ".github", "docs")
_CHECKLIST = re.compile(r"(?>.*?(?:deploy|release))(?>.*?checklist).*\.md", re.IGNORECASE)
CHECKLIST_LIMIT = 1_048_576  # bytes; the longest real checklist seen has 17 kB
RULES_LIMIT = 1_048_576
STANDARD_INPUT = "-"  # in place of a file's path, on the command line
_LIKE = 0.75  # how like a file's name has to be; checklists and their rules have words in common


def root_of(folder: Path) -> Path:
    """The root of the repository that holds a folder, found without git; else the folder itself."""
    folder = folder.resolve()
    for candidate in (folder, *folder.parents):
        if os.path.lexists(candidate / ".git"):
            return candidate
    return folder


def read(path: Path, *, what: str, limit: int) -> bytes:
    """The file's bytes. `what` names it in errors ("checklist", "rules file")."""
    with opened(path, what=what) as file:
        size = os.fstat(file.fileno()).st_size
        with _explained(path, what):
            data = file.read(limit + 1)
    _refuse_large(path, what, limit, max(size, len(data)))
    return data


def opened(path: Path, *, what: str) -> BinaryIO:
    """The file, open for reading; not a folder, and not a pipe, because its writer may be slow."""
    with _explained(path, what):
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return os.fdopen(descriptor, "rb")
    os.close(descriptor)
    if stat.S_ISDIR(mode):
        hint = f"name the file inside {path}"
        raise Unusable(f"the {what} is a folder, not a file", hint=hint, file=str(path))
    message = f"the {what} is a pipe or a device, not a file"
    raise Unusable(message, hint="name a file", file=str(path))


def read_standard_input(*, what: str, limit: int) -> bytes:
    """The bytes of standard input. Raises Unusable if it is closed."""
    if sys.stdin is None:
        raise _closed(what)
    data = sys.stdin.buffer.read(limit + 1)
    _refuse_large(Path(STANDARD_INPUT), what, limit, len(data))
    return data


def _closed(what: str) -> Unusable:
    return Unusable(f"the {what} cannot be read: standard input is closed")


def read_or_wait(path: Path, *, what: str, limit: int, seconds: float) -> bytes:
    """Like `read`, but also reads a pipe: it waits until the writer has closed it."""
    if path.is_file() or path.is_dir() or not path.exists():
        return read(path, what=what, limit=limit)

    def read_pipe() -> bytes:
        with path.open("rb") as pipe:
            return pipe.read(limit + 1)

    data = _waited_for(read_pipe, path, what, seconds)
    _refuse_large(path, what, limit, len(data))
    return data


def standard_input_or_wait(*, what: str, limit: int, seconds: float) -> bytes:
    """Like `read_standard_input`, but waits at most so many seconds."""
    if sys.stdin is None:
        raise _closed(what)
    descriptor = sys.stdin.fileno()

    def read_input() -> bytes:
        # Not `sys.stdin`: Python would abort at its end while a thread still reads from it.
        with open(descriptor, "rb", closefd=False) as file:
            return file.read(limit + 1)

    data = _waited_for(read_input, Path(STANDARD_INPUT), what, seconds)
    _refuse_large(Path(STANDARD_INPUT), what, limit, len(data))
    return data


def _waited_for(read: Callable[[], bytes], path: Path, what: str, seconds: float) -> bytes:
    """Everything that a pipe's writer wrote before closing it. Raises Unusable when time is up."""
    found: queue.SimpleQueue[bytes | OSError] = queue.SimpleQueue()

    def wait() -> None:
        try:
            found.put(read())
        except OSError as error:
            found.put(error)

    # Nothing ends an open() of a pipe without a writer, so its thread is left behind.
    threading.Thread(target=wait, daemon=True).start()
    with _explained(path, what):
        try:
            data = found.get(timeout=seconds)
        except queue.Empty:
            raise Unusable(
                f"{path}: the {what} is a pipe, and its writer did not finish in time",
                hint="check the command that writes to it, or raise --deadline",
            ) from None
        if isinstance(data, OSError):
            raise data
    return data


def _refuse_large(path: Path, what: str, limit: int, size: int) -> None:
    if size > limit:
        article = "an" if what[0] in "aeiou" else "a"
        bytes_found = f"{size:,} bytes, at most {limit:,} allowed"
        raise Unusable(
            f"too large for {article} {what} ({bytes_found})",
            hint="split the file, or shorten it",
            file=str(path),
        )


@contextmanager
def _explained(path: Path, what: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        hint = near_file(path, names_in(path.parent))
        raise Unusable(f"no such {what}", hint=hint, file=str(path)) from None
    except OSError as error:
        message = f"the {what} cannot be read ({error.strerror})"
        raise Unusable(message, file=str(path)) from None


def near_file(path: PurePath, beside: Iterable[str]) -> str | None:
    """ "Did you mean `docs/checklist.md`?", or None if no file next to it has a similar name."""
    from ..values.near_names import near_name  # only after a mistake

    near = near_name(path.name, beside, least=_LIKE)
    return f"Did you mean `{path.with_name(near)}`?" if near else None


def found_rules(exists: Callable[[str], bool]) -> str | None:
    """The rules file at one of its two paths; None if there is none. Unusable if there are two."""
    found = [name for name in RULES if exists(name)]
    if len(found) > 1:
        raise Unusable(
            f"two rules files: {found[0]} and {found[1]}",
            hint="keep one, or choose one with --rules",
        )
    return found[0] if found else None


def refuse_twin(names: Callable[[str], Iterable[str]]) -> None:
    """Unusable if there is a rules file that ends in .yaml: without its rules too much would pass.

    `names` returns the names of the files in a folder.
    """
    for name in RULES:
        folder, _, file = name.rpartition("/")
        twin = f"{file.removesuffix('.yml')}.yaml"
        if twin in names(folder):
            path = f"{folder}/{twin}" if folder else twin
            raise Unusable(
                f"{path} is ignored: its name must end in .yml", hint=f"rename it to {name}"
            )


NAME_THE_CHECKLIST = (
    "name the checklist after the command: deploy-checklist COMMAND FILE; "
    "in a workflow, set the input `checklist`"
)


def found_checklist(names: Callable[[str], Iterable[str]]) -> str | None:
    """The only `*deploy*checklist*.md` or `*release*checklist*.md` in the root, .github/ or docs/.

    None if there is none; Unusable if there are several.
    """
    found = [
        f"{folder}/{name}" if folder else name
        for folder in FOLDERS
        for name in sorted(names(folder))
        if _CHECKLIST.fullmatch(name)
    ]
    if len(found) > 1:
        listed = ", ".join(found)
        raise Unusable(f"{len(found)} checklists found: {listed}", hint=NAME_THE_CHECKLIST)
    return found[0] if found else None


def below(root: Path, path: str) -> Path | None:
    """A file that the rules name; None if it is not there. Unusable if it is not below the root."""
    try:
        return root / path if Folder(root).kind(path) == "file" else None
    except Unobservable as refusal:
        raise Unusable(
            f"`checklist: {path}`: {refusal.reason}", hint="name a file in the repository"
        ) from None


def inside(root: Path, path: str, *, what: str) -> Path:
    """A file that was found below the root. Unusable if a link leads out of the repository or into
    git's own folder: the author of the link may not be allowed to read everything that we can.
    """
    folder = Folder(root)
    real = PurePath(os.path.realpath(root / path))
    try:
        folder.inside(real.relative_to(folder.root).as_posix())
    except (ValueError, Unobservable):
        raise Unusable(
            f"the path of the {what} has a symbolic link to a place outside the repository",
            hint="replace the link with the file itself",
            file=path,
        ) from None
    return root / path


def is_file(root: Path, path: str) -> bool:
    """Whether it is a file as GitHub sees it, which follows no link."""
    try:
        return Folder(root).kind(path) == "file"
    except Unobservable:
        return False


def exists(root: Path, path: str) -> bool:
    """Whether anything exists there, even if it must not be read, such as a link."""
    try:
        return Folder(root).kind(path) is not None
    except Unobservable:
        return True


def texts_below(root: Path, folder: str, limit: int) -> list[str]:
    """The texts of the files below a folder, up to the first that must not be read."""
    found = list[str]()
    with suppress(Unobservable):
        for path in Folder(root).files(folder):
            found.append((Folder(root).read(path, limit) or b"").decode(errors="replace"))
    return found


def names_in(folder: Path) -> list[str]:
    """The files directly in a folder; none if it is not there."""
    try:
        with os.scandir(folder) as entries:
            return [entry.name for entry in entries if entry.is_file()]
    except OSError:
        return []
