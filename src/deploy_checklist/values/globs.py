"""Globs and paths in a rules file: what one without `/` means, and which can match nothing."""

from __future__ import annotations

import re
from typing import LiteralString

_CHOICE = re.compile(r"\{(?:[^{},.]|\.(?!\.))*+(?:,|\.\.)[^{}]*+\}|\|")
_SEVERAL = re.compile(r"[,;]|\s[*.!]")
_STARS_BESIDE = re.compile(r"[^/]\*\*|\*\*[^/]")
_CLASS = re.compile(r"\[[!^]?+[^/][^/\]]{0,250}\]")


def expanded(glob: str) -> tuple[str, ...]:
    """A glob as `.gitignore` reads it: one without `/` holds in every folder, a folder with all
    that is in it.
    """
    plain = glob.rstrip("/")
    anchored = plain if "/" in plain else f"**/{plain}"
    inside = f"{anchored}/**"
    return (inside,) if glob.endswith("/") else (anchored, inside)


def literal_glob(path: str) -> str:
    """A glob that matches only this path."""
    return "".join(f"\\{char}" if char in "*?[]\\" else char for char in path)


def glob_fault(glob: str) -> LiteralString | None:
    """Why a glob, as git reads it, can match no file; None if it can.

    With such a glob a rule that forbids a file always passes, and a fact about changes is never
    true.
    """
    if fault := _spelling_fault(glob):
        return fault
    if _CHOICE.search(glob):
        return (
            "is a choice in braces, which git's globs do not have: "
            "write one glob per entry of a list"
        )
    if _SEVERAL.search(glob):
        return "holds several globs: write one glob per entry of a list"
    if glob.startswith("!"):
        return "begins with `!`: nothing can be taken out again, so write only what is meant"
    if "//" in glob or not glob.strip("/"):
        return "has a folder without a name in it: write one `/` between two names"
    if "." in glob.split("/"):
        return "has `.` for a folder in it: write the path from the repository's root, without `./`"
    if _STARS_BESIDE.search(glob):
        return (
            "has `**` beside something else: "
            "it stands alone between slashes, as in `secrets/**/*.pem`"
        )
    if "[" in _CLASS.sub("", glob):
        return "has a `[` that nothing closes: write `[[]` for the sign itself"
    return None


def path_fault(path: str) -> LiteralString | None:
    """Why a text cannot be the path of one file or folder; None if it can."""
    if "*" in path or "?" in path or _CHOICE.search(path):
        return (
            "is a glob, and `file` looks at one path: "
            "name it, or write `git: { untracked: … }`, which takes globs"
        )
    if re.search(r"[,;]\s", path):
        return "names several files: write one rule per file"
    return _spelling_fault(path)


def _spelling_fault(text: str) -> LiteralString | None:
    if text != text.strip():
        return "begins or ends with white space, as no file's name does: leave it out"
    if "\\" in text:
        return "has a backslash in it: write folders with `/`"
    return None
