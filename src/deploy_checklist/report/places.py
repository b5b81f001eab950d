"""`file:line` as terminals open it: the path leads there from the working directory."""

from __future__ import annotations

import re
from pathlib import PurePath
from posixpath import relpath

_LINE_OF_A_FILE = re.compile(r"`([^`\s]+)`, line ([0-9]+)")


def place(path: str, line: int, folder: str) -> str:
    """ "docs/checklist.md:12". `path` and `folder`, the working directory, are from the root."""
    return f"{from_folder(path, folder)}:{line}"


def with_places(text: str) -> str:
    """The text with `file:line` for each "`file`, line 12"."""
    return _LINE_OF_A_FILE.sub(r"`\1:\2`", text)


def from_folder(path: str, folder: str) -> str:
    """A path from the repository's root, as it leads there from a folder of the repository.

    A path outside of the repository is as it was typed, so it leads there already.
    """
    is_outside = PurePath(path).is_absolute() or PurePath(path).parts[:1] == ("..",)
    return path if is_outside else relpath(f"/{path}", f"/{folder}")
