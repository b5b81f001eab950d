"""`file:line` as terminals open it: the path leads there from the working directory."""

from __future__ import annotations

from pathlib import PurePath
from posixpath import relpath


def place(path: str, line: int, folder: str) -> str:
    """ "docs/checklist.md:12". `path` and `folder`, the working directory, are from the root."""
    return f"{from_folder(path, folder)}:{line}"


def from_folder(path: str, folder: str) -> str:
    """A path from the repository's root, as it leads there from a folder of the repository."""
    return path if PurePath(path).is_absolute() else relpath(f"/{path}", f"/{folder}")
